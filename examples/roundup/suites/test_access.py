"""Who gets what: attachments, other people's issues, and the administrator's pages."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.must, pytest.mark.discipline("access"), pytest.mark.feature("Permissions")]

ROLES = ("nobody", "requester", "agent", "administrator")
MATRIX = {
    "/file1/label-1.txt": ("403", "403", "200", "200"),
    "/rest/data/issue/1": ("403", "403", "200", "200"),
    "/rest/data/issue/7": ("403", "200", "200", "200"),
    "/rest/data/user/3/roles": ("403", "403", "403", "200"),
    "/rest/data/user/3/username": ("403", "200", "200", "200"),
}
REFUSED = "You are not allowed to view this page"


def test_roles_get_what_they_should(access_matrix):
    """Each role gets what it should at each address."""
    expected = {path: dict(zip(ROLES, row, strict=True)) for path, row in MATRIX.items()}
    assert access_matrix.differences(expected, ROLES) == []


@pytest.mark.parametrize("path", ["/issue1", "/msg1", "/file1"])
def test_requester_is_kept_out(path, http_as):
    """A requester does not get at what somebody else asked."""
    assert REFUSED in http_as("requester").get(path).text
    assert REFUSED not in http_as("agent").get(path).text
