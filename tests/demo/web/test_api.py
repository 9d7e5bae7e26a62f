"""The JSON API and the payments endpoint."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from .conftest import CLERK, OFFICER, MakeSite, Site

NAMESPACE = "{urn:meridian:housing:payments:1}"
CALLS = {
    ("get", "/health"): "/health",
    ("get", "/version"): "/version",
    ("get", "/tenancies"): "/tenancies?q=smith&per_page=3",
    ("get", "/tenancies/{reference}"): "/tenancies/T000017",
    ("get", "/accounts/{reference}"): "/accounts/A000017",
    ("get", "/accounts/{reference}/transactions"): "/accounts/A000017/transactions",
    ("get", "/repairs"): "/repairs",
    ("get", "/repairs/{reference}"): "/repairs/R000001",
}


def contract(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.stranger().get("/api/v1/openapi.json").get_json()
    return found


def complaints(document: dict[str, Any], method: str, path: str, status: int, answer: object) -> list[str]:
    """What in an answer is not as the OpenAPI document says, every property being required to be known."""
    reference = document["paths"][path][method]["responses"][str(status)]
    name = reference["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema = {**document["components"]["schemas"][name], "components": document["components"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(answer)]


def payments(*lines: str) -> str:
    return f'<payments xmlns="urn:meridian:housing:payments:1" file="F-1">{"".join(lines)}</payments>'


def payment(reference: str, account: str = "A000017", amount: str = "10.00") -> str:
    return (
        f'<payment reference="{reference}"><account>{account}</account><amount>{amount}</amount>'
        "<method>Cash</method></payment>"
    )


@pytest.mark.parametrize("version", ["8.1", "8.2.1"])
def test_every_answer_is_as_the_openapi_document_says(make_site: MakeSite, version: str) -> None:
    site = make_site(version)
    document = contract(site)
    headers = site.bearer(OFFICER)
    for (method, path), address in CALLS.items():
        response = site.app.test_client().get(f"/api/v1{address}", headers=headers)
        assert response.status_code == 200, address
        assert complaints(document, method, path, 200, response.get_json()) == [], address
    described = {(method, path) for path, methods in document["paths"].items() for method in methods}
    untried = described - set(CALLS)
    with_plans = {("get", "/accounts/{reference}/plan")} if version != "8.1" else set()
    assert untried == {("post", "/token"), ("post", "/repairs")} | with_plans


def test_the_document_is_openapi_3_1_and_names_its_release(site: Site) -> None:
    document = contract(site)
    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"] == "8.2.1"


def test_answers_agree_between_8_1_and_8_2_1(make_site: MakeSite) -> None:
    old, new = make_site("8.1"), make_site("8.2.1")
    for address in CALLS.values():
        if address == "/version":
            continue
        answers = [
            each.app.test_client().get(f"/api/v1{address}", headers=each.bearer(OFFICER)).get_data()
            for each in (old, new)
        ]
        assert answers[0] == answers[1], address


def test_a_repair_is_raised_over_the_api(fresh: Site) -> None:
    client, headers = fresh.app.test_client(), fresh.bearer(CLERK)
    wanted = {
        "tenancy_reference": "T000017",
        "trade": "Roofing",
        "priority": "Routine",
        "description": "Slate slipped",
    }
    response = client.post("/api/v1/repairs", json=wanted, headers=headers)
    assert response.status_code == 201
    assert complaints(contract(fresh), "post", "/repairs", 201, response.get_json()) == []
    again = client.get(response.headers["Location"], headers=headers)
    assert again.get_json() == response.get_json()


@pytest.mark.parametrize("field", ["tenancy_reference", "trade", "priority", "description"])
def test_a_repair_with_a_wrong_field_is_refused(site: Site, field: str) -> None:
    wanted = {"tenancy_reference": "T000017", "trade": "Roofing", "priority": "Routine", "description": "x"}
    sent = {**wanted, field: ""}
    response = site.app.test_client().post("/api/v1/repairs", json=sent, headers=site.bearer(CLERK))
    assert response.status_code == 422
    assert complaints(contract(site), "post", "/repairs", 422, response.get_json()) == []


@pytest.mark.parametrize("body", ["", "[]", "nonsense", '"text"'])
def test_a_body_that_is_no_object_is_refused(site: Site, body: str) -> None:
    response = site.app.test_client().post(
        "/api/v1/repairs", data=body, headers={**site.bearer(CLERK), "Content-Type": "application/json"}
    )
    assert response.status_code == 400


def test_a_wrong_password_gets_no_token(fresh: Site) -> None:
    response = fresh.app.test_client().post("/api/v1/token", json={"username": OFFICER, "password": "no"})
    assert response.status_code == 401
    assert complaints(contract(fresh), "post", "/token", 401, response.get_json()) == []


def test_a_token_is_no_cookie_and_opens_no_page(site: Site) -> None:
    headers = site.bearer(OFFICER)
    client = site.app.test_client()
    assert client.get("/tenancies", headers=headers).status_code == 302
    client.set_cookie("meridian_session", headers["Authorization"].removeprefix("Bearer "))
    assert client.get("/tenancies").status_code == 302


def test_the_api_may_be_read_with_the_browsers_session(site: Site) -> None:
    assert site.as_user(OFFICER).get("/api/v1/tenancies").status_code == 200


def test_writing_with_the_browsers_session_needs_the_sessions_token(fresh: Site) -> None:
    browser = fresh.as_user(CLERK)
    wanted = {"tenancy_reference": "T000017", "trade": "Locks", "priority": "Urgent", "description": "x"}
    assert browser.client.post("/api/v1/repairs", json=wanted).status_code == 400
    headers = {"X-CSRF-Token": browser.token()}
    assert browser.client.post("/api/v1/repairs", json=wanted, headers=headers).status_code == 201


@pytest.mark.parametrize(("path", "status"), [("/tenancies/T999999", 404), ("/nothing", 404)])
def test_errors_of_the_api_are_json(site: Site, path: str, status: int) -> None:
    response = site.app.test_client().get(f"/api/v1{path}", headers=site.bearer(OFFICER))
    assert response.status_code == status
    assert response.get_json()["error"]["code"] == "not_found"


def test_a_role_counts_in_the_api_too(site: Site) -> None:
    response = site.app.test_client().get("/api/v1/accounts/A000017", headers=site.bearer(CLERK))
    assert response.status_code == 403
    assert response.get_json()["error"]["code"] == "forbidden"


def test_payments_are_posted_once_and_acknowledged(fresh: Site) -> None:
    client = fresh.app.test_client()
    headers = {**fresh.bearer(OFFICER), "Content-Type": "application/xml"}
    document = payments(payment("P-1"), payment("P-2", "A999999"))
    for expected in ({"P-1": "posted", "P-2": "rejected"}, {"P-1": "duplicate", "P-2": "rejected"}):
        response = client.post("/interfaces/payments", data=document, headers=headers)
        assert response.status_code == 200
        root = etree.fromstring(response.data)
        found = {
            line.get("reference"): line.findtext(f"{NAMESPACE}status")
            for line in root.iter(f"{NAMESPACE}payment")
        }
        assert found == expected
    account = client.get("/api/v1/accounts/A000017", headers=headers).get_json()
    assert account["balance_pence"] == 11725 - 1000


@pytest.mark.parametrize(
    "document",
    ["", "nonsense", payments(payment("P-1", amount="-1.00")), "<!DOCTYPE x><payments/>", payments()],
)
def test_a_bad_document_posts_nothing_and_is_acknowledged_as_refused(site: Site, document: str) -> None:
    headers = {**site.bearer(OFFICER), "Content-Type": "application/xml"}
    response = site.app.test_client().post("/interfaces/payments", data=document, headers=headers)
    assert response.status_code == 400
    root = etree.fromstring(response.data)
    assert root.get("result") == "refused"
    assert root.findtext(f"{NAMESPACE}error")


@pytest.mark.parametrize(("user", "status"), [(None, 401), (CLERK, 403)])
def test_who_may_not_send_payments_is_told_in_xml(site: Site, user: str | None, status: int) -> None:
    headers = {"Content-Type": "application/xml", **(site.bearer(user) if user else {})}
    response = site.app.test_client().post("/interfaces/payments", data=payments(), headers=headers)
    assert response.status_code == status
    assert etree.fromstring(response.data).tag == "Error"


def test_payments_must_be_sent_as_xml(site: Site) -> None:
    response = site.app.test_client().post("/interfaces/payments", json={}, headers=site.bearer(OFFICER))
    assert response.status_code == 415


def test_the_schema_of_payments_can_be_read_by_anybody(site: Site) -> None:
    response = site.stranger().get("/interfaces/payments/schema.xsd")
    etree.XMLSchema(etree.fromstring(response.data))
