"""Who may open what."""

from __future__ import annotations

import pytest
from flask import Flask

from gonogo.demo.web.access import unmarked

from .conftest import CLERK, MANAGER, OFFICER, MakeSite, Site

EVERYBODY = (OFFICER, CLERK, MANAGER)
OFFICE = (OFFICER, MANAGER)
PAGES = {
    "/": EVERYBODY,
    "/tenancies": EVERYBODY,
    "/tenancies/T000017": EVERYBODY,
    "/tenancies/T000017/repairs": EVERYBODY,
    "/tenancies/T000017/letters": EVERYBODY,
    "/accounts/A000017": OFFICE,
    "/accounts/A000017/payment": OFFICE,
    "/accounts/A000017/adjustment": OFFICE,
    "/accounts/A000017/write-off": (MANAGER,),
    "/accounts/A000017/plan": OFFICE,
    "/arrears": OFFICE,
    "/payment-plans": OFFICE,
    "/repairs": EVERYBODY,
    "/repairs/sla": EVERYBODY,
    "/repairs/new": EVERYBODY,
    "/repairs/R000001": EVERYBODY,
    "/letters": EVERYBODY,
    "/letters/new": OFFICE,
    "/letters/L000001": EVERYBODY,
    "/reports": EVERYBODY,
    "/reports/rent-roll.csv": OFFICE,
    "/reports/arrears.xlsx": OFFICE,
    "/reports/statement.pdf?reference=T000017": OFFICE,
    "/reports/repairs.csv": EVERYBODY,
    "/batch": OFFICE,
    "/admin/users": (MANAGER,),
    "/admin/users/new": (MANAGER,),
    "/admin/users/jhughes": (MANAGER,),
    "/admin/access": (MANAGER,),
    "/admin/access/new": (MANAGER,),
    "/admin/logs": (MANAGER,),
    "/profile/password": EVERYBODY,
    "/api/v1/tenancies": EVERYBODY,
    "/api/v1/tenancies/T000017": EVERYBODY,
    "/api/v1/accounts/A000017": OFFICE,
    "/api/v1/accounts/A000017/transactions": OFFICE,
    "/api/v1/repairs": EVERYBODY,
    "/api/v1/repairs/R000001": EVERYBODY,
}
OPEN = (
    "/signin",
    "/help",
    "/accessibility",
    "/about",
    "/release-notes",
    "/api/v1/health",
    "/api/v1/version",
    "/api/v1/openapi.json",
    "/interfaces/payments/schema.xsd",
)


@pytest.mark.parametrize("user", EVERYBODY)
def test_each_role_opens_its_pages_and_no_others(site: Site, user: str) -> None:
    browser = site.as_user(user)
    found = {path: browser.get(path).status_code for path in PAGES}
    assert found == {path: 200 if user in allowed else 403 for path, allowed in PAGES.items()}


@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith("/api/")])
def test_a_stranger_is_sent_to_sign_in(site: Site, path: str) -> None:
    response = site.stranger().get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/signin?next=/")


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("/api/")])
def test_a_stranger_to_the_api_is_told_to_sign_in(site: Site, path: str) -> None:
    response = site.stranger().get(path)
    assert response.status_code == 401
    assert response.get_json()["error"]["code"] == "not_signed_in"


@pytest.mark.parametrize("path", OPEN)
def test_some_pages_are_open_to_anybody(site: Site, path: str) -> None:
    assert site.stranger().get(path).status_code == 200


def test_navigation_offers_only_what_the_role_may_open(site: Site) -> None:
    clerk, manager = site.as_user(CLERK).get("/").text, site.as_user(MANAGER).get("/").text
    for path in ("/arrears", "/batch", "/admin/users", "/admin/logs"):
        assert f'href="{path}"' not in clerk
        assert f'href="{path}"' in manager


@pytest.mark.parametrize("path", ["/payment-plans", "/repairs/sla", "/accounts/A000017/plan"])
def test_pages_of_8_2_do_not_exist_in_8_1(make_site: MakeSite, path: str) -> None:
    assert make_site("8.1").as_user(MANAGER).get(path).status_code == 404


def test_a_view_that_does_not_say_who_may_open_it_is_noticed() -> None:
    app = Flask("none", static_folder=None)
    app.add_url_rule("/", "careless", lambda: "")
    assert unmarked(app) == ["careless"]


def test_every_view_of_the_product_says_who_may_open_it(site: Site) -> None:
    assert unmarked(site.app) == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/A000017/payment", {"amount": "1.00", "method": "Cash"}),
        ("/accounts/A000017/adjustment", {"direction": "credit", "amount": "1.00", "note": "x"}),
        ("/accounts/A000017/write-off", {"amount": "1.00", "note": "x"}),
        ("/admin/users/new", {"username": "intruder"}),
        ("/admin/users/jhughes/role", {"role": "housing_manager"}),
        ("/letters/new", {"tenancy": "T000017"}),
    ],
)
def test_a_clerk_cannot_send_what_a_clerk_cannot_open(site: Site, path: str, fields: dict[str, str]) -> None:
    assert site.as_user(CLERK).post(path, **fields).status_code == 403
