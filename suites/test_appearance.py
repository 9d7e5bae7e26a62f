"""Key pages look as they do today, for the role that works with them."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.should, pytest.mark.discipline("visual")]

OFFICER, CLERK, MANAGER = "rent officer", "repairs clerk", "housing manager"

PAGES = [
    ("Rent account", OFFICER, "/accounts/A000003"),
    ("Rent account with filter", OFFICER, "/accounts/A000012?kind=payment&from=2026-09-01&to=2026-10-31"),
    ("Tenancy", OFFICER, "/tenancies/T000003"),
    ("Tenancy for a repairs clerk", CLERK, "/tenancies/T000003"),
    ("Tenancy search", OFFICER, "/tenancies?q=Davies"),
    ("Search that finds nothing", OFFICER, "/tenancies?q=zzzz"),
    ("Take a payment", OFFICER, "/accounts/A000003/payment"),
    ("Write off debt", MANAGER, "/accounts/A000003/write-off"),
    ("Repair", CLERK, "/repairs/R000386"),
    ("Raise a repair", CLERK, "/repairs/new"),
    ("Write a letter", OFFICER, "/letters/new?tenancy=T000003"),
    ("Reports", OFFICER, "/reports"),
    ("Batch jobs", OFFICER, "/batch"),
    ("Access audit", MANAGER, "/admin/access"),
]


@pytest.mark.parametrize(("name", "role", "path"), PAGES, ids=[page[0] for page in PAGES])
def test_page_looks_as_it_does_today(page_as, snapshot, name, role, path):
    """A page looks as it does today."""
    page = page_as(role)
    page.goto(path)
    snapshot.page(page, name)


# Others add to these lists while the tests run, so their furniture is compared without what stands in them.
EMPTIED = """() => document.querySelectorAll('tbody, dl.figures dd, #arrears-total')
    .forEach(element => element.replaceChildren())"""

LISTS = [
    ("Home of a rent officer", OFFICER, "/"),
    ("Home of a repairs clerk", CLERK, "/"),
    ("Arrears", OFFICER, "/arrears"),
    ("Repairs", CLERK, "/repairs"),
    ("Letters", CLERK, "/letters"),
    ("Users", MANAGER, "/admin/users"),
]


@pytest.mark.parametrize(("name", "role", "path"), LISTS, ids=[page[0] for page in LISTS])
def test_list_looks_as_it_does_today(page_as, snapshot, name, role, path):
    """A list looks as it does today, whatever stands in it."""
    page = page_as(role)
    page.goto(path)
    page.evaluate(EMPTIED)
    snapshot.page(page, name)


def test_sign_in_looks_as_it_does_today(page, snapshot):
    """The sign-in page looks as it does today."""
    page.goto("/signin")
    snapshot.page(page, "Sign in")


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (OFFICER, ["/tenancies", "/accounts/A000003", "/arrears", "/reports"]),
        (CLERK, ["/repairs", "/letters", "/repairs/R000386"]),
        (MANAGER, ["/admin/users", "/admin/access"]),
    ],
    ids=[OFFICER, CLERK, MANAGER],
)
def test_nothing_is_cut_off_on_a_narrow_screen(page_as, cut_off, role, paths):
    """On a telephone everything on a page can be read, if need be by scrolling."""
    page = page_as(role)
    hidden = []
    for path in paths:
        page.goto(path)
        hidden += [f"{path}: {element}" for element in cut_off(page)]
    assert not hidden, "; ".join(hidden)
