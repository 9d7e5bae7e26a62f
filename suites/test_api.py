"""The JSON API keeps its promises to the programs that use it today."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.must, pytest.mark.discipline("interface"), pytest.mark.feature("JSON API")]

ANSWERS = [
    "tenancies?per_page=5",
    "tenancies/T000003",
    "accounts/A000003",
    "accounts/A000003/transactions?per_page=5",
    "repairs?per_page=5",
    "repairs/R000386",
]


def test_promised_fields_are_kept(openapi, snapshot):
    """The API still promises every address and field that it promises today."""
    snapshot.json(openapi.promise(), "Fields the API promises")


@pytest.mark.parametrize("address", ANSWERS)
def test_answer_keeps_its_promise(api_as, openapi, address):
    """An answer has the fields and types that the API document says."""
    answer = api_as("housing manager").get(address)
    assert answer.status_code == 200
    openapi.expect_kept(answer)


@pytest.mark.parametrize(
    "address",
    ["tenancies/T000003", "accounts/A000003", "accounts/A000003/transactions?per_page=10", "repairs/R000386"],
)
def test_answer_says_what_it_says_today(api_as, snapshot, address):
    """An answer about a record that nobody changes says what it says today."""
    answer = api_as("housing manager").get(address)
    assert answer.status_code == 200
    snapshot.json(answer.content, f"API answer {address}", key="id")


@pytest.fixture
def all_tenancies(api_as):
    """Every tenancy, page by page."""
    client, found, page = api_as("rent officer"), [], 1
    while True:
        answer = client.get("tenancies", params={"page": page, "per_page": 100}).json()
        found += answer["items"]
        if not answer["items"] or len(found) >= answer["total"]:
            return found, answer["total"]
        page += 1


@pytest.mark.discipline("data")
def test_every_tenancy_is_kept(all_tenancies, database, snapshot):
    """Every tenancy is there once, with the name, address and rent it has today."""
    found, total = all_tenancies
    assert len(found) == total == database.value("select count(*) from tenancy")
    assert len({tenancy["reference"] for tenancy in found}) == total
    snapshot.table(found, "All tenancies", key="reference", priority="must")


def test_stranger_is_refused(api):
    """Without a token nothing is answered."""
    for address in ANSWERS:
        assert api.get(address).status_code == 401, address


@pytest.mark.discipline("access")
def test_clerk_may_not_read_accounts(api_as):
    """A repairs clerk may not read rent accounts through the API."""
    assert api_as("repairs clerk").get("accounts/A000003").status_code == 403


def test_mistakes_are_answered_as_mistakes(api_as, snapshot):
    """What is not there and what cannot be understood is answered as today."""
    client = api_as("repairs clerk")
    wrong = {
        "no such tenancy": client.get("tenancies/T999999"),
        "no such address": client.get("nothing"),
        "a repair without anything": client.post("repairs", json={}),
    }
    answers = {
        name: {"status": answer.status_code, "answer": answer.json()} for name, answer in wrong.items()
    }
    snapshot.json(answers, "API answers to mistakes")


@pytest.mark.discipline("time")
@pytest.mark.parametrize("priority", ["Emergency", "Urgent", "Routine"])
def test_new_repair_is_due_when_its_priority_says(api_as, snapshot, ours, priority):
    """A repair raised through the API is due as many days later as today."""
    body = {
        "tenancy_reference": f"T{ours}",
        "trade": "Plumbing",
        "priority": priority,
        "description": "Regression test: tap drips",
    }
    answer = api_as("repairs clerk").post("repairs", json=body)
    assert answer.status_code == 201
    snapshot.json(answer.json(), f"New repair, {priority}", volatile=["$.reference"])
