"""The XML interface through which banks send payments."""

from __future__ import annotations

import uuid

import pytest
from lxml import etree

pytestmark = [
    pytest.mark.must,
    pytest.mark.discipline("interface"),
    pytest.mark.feature("Payments interface"),
]

NAMESPACE = "urn:meridian:housing:payments:1"
VOLATILE = ["/acknowledgement/@file", "/acknowledgement/payment/@reference"]


def payments(account: str, *payments: tuple[str, str]) -> bytes:
    """A file of payments to one account: references and amounts."""
    lines = "".join(
        f'<payment reference="{reference}"><account>{account}</account><amount>{amount}</amount>'
        "<method>Bank transfer</method></payment>"
        for reference, amount in payments
    )
    return f'<payments xmlns="{NAMESPACE}" file="RT-{uuid.uuid4().hex[:8]}">{lines}</payments>'.encode()


@pytest.fixture
def send(api_as):
    """Send a document as a rent officer, or as another role."""

    def post(document: bytes, role: str = "rent officer"):
        headers = {"Content-Type": "application/xml"}
        return api_as(role).post("/interfaces/payments", content=document, headers=headers)

    return post


def test_schema_is_the_one_we_build_our_files_by(api, snapshot):
    """The schema of the payments file is the one of today, and our files fit it."""
    answer = api.get("/interfaces/payments/schema.xsd")
    assert answer.status_code == 200
    schema = etree.XMLSchema(etree.fromstring(answer.content))
    schema.assertValid(etree.fromstring(payments("A000050", ("BK-1", "12.34"))))
    snapshot.xml(answer.content, "Schema of the payments file")


def test_payment_is_posted_to_the_penny(send, database, snapshot, ours):
    """Two payments are acknowledged as today and stand in the ledger to the penny."""
    balance = "select balance_pence from rent_account where reference = :account"
    before = database.value(balance, account=f"A{ours}")
    one, two = (f"RT-{uuid.uuid4().hex[:12]}" for _ in range(2))
    answer = send(payments(f"A{ours}", (one, "12.34"), (two, "0.01")))
    assert answer.status_code == 200
    snapshot.xml(answer.content, "Acknowledgement of two payments", volatile=VOLATILE)
    posted = before - database.value(balance, account=f"A{ours}")
    assert posted == 1235, f"£12.35 was sent, {posted} pence were posted"


def test_payment_sent_twice_is_posted_once(send, database, snapshot, ours):
    """A payment that is sent again is called a duplicate and not posted again."""
    document = payments(f"A{ours}", (f"RT-{uuid.uuid4().hex[:12]}", "5.55"))
    assert send(document).status_code == 200
    balance = "select balance_pence from rent_account where reference = :account"
    before = database.value(balance, account=f"A{ours}")
    answer = send(document)
    snapshot.xml(answer.content, "Acknowledgement of a duplicate", volatile=VOLATILE)
    assert database.value(balance, account=f"A{ours}") == before, "it was posted again"


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("a negative amount", payments("A000050", ("RT-NEG", "-1.00"))),
        ("an amount with three places", payments("A000050", ("RT-3", "1.005"))),
        ("no payments", payments("A000050")),
        ("broken XML", b"<payments><payment>"),
        ("a document type", b'<!DOCTYPE p [<!ENTITY x "1">]>' + payments("A000050", ("RT-DTD", "1.00"))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_document_posts_nothing(send, database, snapshot, name, document):
    """A document that is wrong is refused with a reason, and nothing is posted."""
    count = "select count(*) from payment_message where reference like 'RT-NEG%' or reference like 'RT-DTD%'"
    answer = send(document)
    assert answer.status_code == 400
    assert database.value(count) == 0
    snapshot.xml(answer.content, f"Refusal of {name}", volatile=["/acknowledgement/@file", "**/error"])


@pytest.mark.discipline("access")
def test_clerk_may_not_send_payments(send):
    """A repairs clerk may not send payments."""
    assert send(payments("A000050", ("RT-CLERK", "1.00")), "repairs clerk").status_code == 403
