"""axe-core on the pages people work with. What is new on the upgrade is said by the comparison."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.must, pytest.mark.discipline("accessibility")]

OFFICER, CLERK, MANAGER = "rent officer", "repairs clerk", "housing manager"

PAGES = [
    ("Home", OFFICER, "/"),
    ("Tenancies", OFFICER, "/tenancies"),
    ("Tenancy", OFFICER, "/tenancies/T000003"),
    ("Rent account", OFFICER, "/accounts/A000003"),
    ("Take a payment", OFFICER, "/accounts/A000003/payment"),
    ("Arrears", OFFICER, "/arrears"),
    ("Repairs", CLERK, "/repairs"),
    ("Raise a repair", CLERK, "/repairs/new"),
    ("Letters", CLERK, "/letters"),
    ("Write a letter", MANAGER, "/letters/new"),
    ("Reports", OFFICER, "/reports"),
    ("Batch jobs", OFFICER, "/batch"),
    ("Users", MANAGER, "/admin/users"),
    ("Access audit", MANAGER, "/admin/access"),
]


@pytest.mark.parametrize(("name", "role", "path"), PAGES, ids=[page[0] for page in PAGES])
def test_page_is_looked_at_by_axe(page_as, axe, name, role, path):
    """axe-core looks at a page."""
    page = page_as(role)
    page.goto(path)
    axe.check(page, name)


def test_sign_in_is_looked_at_by_axe(page, axe):
    """axe-core looks at the sign-in page."""
    page.goto("/signin")
    axe.check(page, "Sign in")


def test_form_with_errors_is_looked_at_by_axe(page_as, axe):
    """axe-core looks at a form that was sent with mistakes."""
    page = page_as("repairs clerk")
    page.goto("/repairs/new")
    page.get_by_role("button", name="Raise repair").click()
    page.get_by_role("alert").wait_for()
    axe.check(page, "Raise a repair with errors")
