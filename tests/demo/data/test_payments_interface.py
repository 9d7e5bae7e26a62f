"""Payments that arrive as XML."""

from __future__ import annotations

import pytest
from lxml import etree
from tests.demo.data.conftest import Open

from gonogo.demo.interfaces.payments import NAMESPACE, BadPaymentFileError, receive, schema_bytes
from gonogo.demo.services import rent_accounts

BOTH = pytest.mark.parametrize("version", ["8.1", "8.2.1"])


def payment(
    reference: str = "P-1", account: str = "A000050", amount: str = "12.34", method: str = "Card"
) -> str:
    """One payment of a file."""
    return (
        f'<payment reference="{reference}"><account>{account}</account>'
        f"<amount>{amount}</amount><method>{method}</method></payment>"
    )


def file(*payments: str) -> bytes:
    """A file of payments."""
    return f'<payments xmlns="{NAMESPACE}" file="F-1">{"".join(payments)}</payments>'.encode()


@BOTH
def test_each_payment_is_posted_rejected_or_known_already(open_build: Open, version: str) -> None:
    with open_build(version).work("jhughes") as work:
        before = rent_accounts.get_account(work, "A000050").balance_pence
        answer = receive(work, file(payment(), payment("P-2", "A999999"), payment("P-3", amount="0.5")))
        again = receive(work, file(payment(), payment("P-4", amount="1")))
        after = rent_accounts.get_account(work, "A000050").balance_pence
        newest = rent_accounts.ledger(work, "A000050").rows[0]
    assert [outcome.status for outcome in answer.outcomes] == ["posted", "rejected", "posted"]
    assert answer.outcomes[1].reason == "There is no rent account A999999"
    assert [outcome.status for outcome in again.outcomes] == ["duplicate", "posted"]
    assert after == before - 1234 - 50 - 100
    assert newest.description == "Card payment: P-4"


def test_the_acknowledgement_fits_its_own_schema_and_adds_up(open_build: Open) -> None:
    schema = etree.XMLSchema(etree.fromstring(schema_bytes("acknowledgement")))
    with open_build().work() as work:
        good = etree.fromstring(receive(work, file(payment(), payment("P-2", "A999999"))).xml)
        with pytest.raises(BadPaymentFileError) as refused:
            receive(work, b"<payments>")
    bad = etree.fromstring(refused.value.xml)
    schema.assertValid(good)
    schema.assertValid(bad)
    totals = good.find(f"{{{NAMESPACE}}}totals")
    assert dict(totals.attrib) == {"posted": "1", "duplicate": "0", "rejected": "1", "amount": "12.34"}
    assert bad.get("result") == "refused"


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (
            f"<!DOCTYPE payments [{BOMB}]>{file(payment('&a9;')).decode()}".encode(),
            "not allowed|not well-formed",
        ),
        (
            b'<!DOCTYPE payments [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            + file("<payment reference='a'><account>&x;</account></payment>"),
            "a document type declaration is not allowed",
        ),
        (b'<!DOCTYPE payments SYSTEM "http://127.0.0.1:9/x.dtd">' + file(payment()), "is not allowed"),
        (b"not xml at all", "not well-formed"),
        (b"", "not well-formed"),
        (file(), "Missing child element"),
        (file(payment(amount="0.00")), "line 1: .*amount"),
        (file(payment(amount="10.005")), "line 1: .*amount"),
        (file(payment(amount="1e3")), "line 1: .*amount"),
        (file(payment(method="Cheque")), "line 1: .*method"),
        (file(payment(), payment()), "Duplicate key-sequence"),
        (file(payment()).replace(NAMESPACE.encode(), b"urn:other"), "No matching global declaration"),
        (b" " * 4_000_001, "more than 4,000,000 bytes"),
    ],
)
def test_a_document_that_is_not_to_be_trusted_is_refused_and_posts_nothing(
    open_build: Open, document: bytes, why: str
) -> None:
    with open_build().work("jhughes") as work:
        before = rent_accounts.ledger(work, "A000050", per_page=1000)
        with pytest.raises(BadPaymentFileError, match=why) as refused:
            receive(work, document)
        assert rent_accounts.ledger(work, "A000050", per_page=1000) == before
    assert b"root:" not in refused.value.xml


def test_comments_in_a_document_are_not_payments(open_build: Open) -> None:
    with open_build().work() as work:
        answer = receive(work, file("<!-- first -->", payment(), "<?note second?>"))
    assert len(answer.outcomes) == 1
