"""Who may open what."""

from __future__ import annotations

import pytest

from gonogo.pytest_plugin.tabular import Table

pytestmark = [pytest.mark.must, pytest.mark.discipline("access"), pytest.mark.feature("Access rights")]

ROLES = ["rent officer", "repairs clerk", "housing manager", "nobody"]
YES, NO, ASK = "200", "403", "sign in"

#        path                              officer clerk manager nobody
MATRIX = {
    "/":                                   (YES, YES, YES, ASK),
    "/tenancies":                          (YES, YES, YES, ASK),
    "/tenancies/T000003":                  (YES, YES, YES, ASK),
    "/accounts/A000003":                   (YES, NO,  YES, ASK),
    "/accounts/A000003/payment":           (YES, NO,  YES, ASK),
    "/accounts/A000003/adjustment":        (YES, NO,  YES, ASK),
    "/accounts/A000003/write-off":         (NO,  NO,  YES, ASK),
    "/arrears":                            (YES, NO,  YES, ASK),
    "/repairs":                            (YES, YES, YES, ASK),
    "/repairs/new":                        (YES, YES, YES, ASK),
    "/letters":                            (YES, YES, YES, ASK),
    "/letters/new":                        (YES, NO,  YES, ASK),
    "/reports":                            (YES, YES, YES, ASK),
    "/reports/rent-roll.csv":              (YES, NO,  YES, ASK),
    "/reports/arrears.xlsx":               (YES, NO,  YES, ASK),
    "/reports/statement.pdf?reference=T000003": (YES, NO, YES, ASK),
    "/reports/repairs.csv":                (YES, YES, YES, ASK),
    "/batch":                              (YES, NO,  YES, ASK),
    "/admin/users":                        (NO,  NO,  YES, ASK),
    "/admin/access":                       (NO,  NO,  YES, ASK),
    "/admin/logs":                         (NO,  NO,  YES, ASK),
    "/profile/password":                   (YES, YES, YES, ASK),
    "/help":                               (YES, YES, YES, YES),
    "/about":                              (YES, YES, YES, YES),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_role_opens_what_it_should_and_nothing_else(access_matrix, role):
    """A role opens what it should and nothing else."""
    place = ROLES.index(role)
    expected = {path: {role: row[place]} for path, row in MATRIX.items()}
    wrong = access_matrix.differences(expected, [role])
    assert not wrong, "; ".join(wrong)


def test_permissions_are_those_of_today(http_as, snapshot):
    """The permissions of the roles are those of today."""
    page = http_as("housing manager").get("/admin/access").text
    snapshot.table(
        Table.read_html(page, "Permissions by role"), "Permissions by role", key="Permission", priority="must"
    )
