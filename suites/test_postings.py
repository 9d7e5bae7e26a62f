"""What officers post stands in the ledger to the penny."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.must,
    pytest.mark.once,
    pytest.mark.discipline("money"),
    pytest.mark.feature("Payments and adjustments"),
]


@pytest.fixture
def post(http_as, database, ours):
    """Send a posting form of an account and return by how many pence the balance and the ledger changed."""
    account = f"A{ours}"

    def balance() -> tuple[int, int]:
        row = database.rows(
            """
            select balance_pence, (select sum(amount_pence) from ledger_entry e where e.account_id = a.id) as ledger
            from rent_account a where reference = :account
            """,
            account=account,
        )[0]
        return row["balance_pence"], row["ledger"]

    def send(form: str, fields: dict[str, str]) -> int:
        before = balance()
        answer = http_as("housing manager").submit(f"/accounts/{account}/{form}", fields, to=form)
        assert answer.status_code in (302, 303), f"{form} was not taken"
        after = balance()
        changed = after[0] - before[0]
        assert after[1] - before[1] == changed, "the ledger and the balance changed by different amounts"
        return changed

    return send


@pytest.mark.parametrize("method", ["Cash", "Card", "Direct debit", "Bank transfer"])
def test_payment_lowers_the_balance(post, method):
    """A payment lowers the balance by its amount, however it is paid."""
    changed = post("payment", {"amount": "12.34", "method": method, "note": "regression"})
    assert changed == -1234, f"£12.34 by {method} changed the balance by {changed} pence"


@pytest.mark.parametrize(("direction", "pence"), [("charge", 1001), ("credit", -1001)])
def test_adjustment_goes_the_right_way(post, direction, pence):
    """An adjustment charges or credits the account by its amount."""
    changed = post("adjustment", {"direction": direction, "amount": "10.01", "note": "regression"})
    assert changed == pence, f"£10.01 as a {direction} changed the balance by {changed} pence"


def test_write_off_takes_the_debt_away(post):
    """Writing off lowers the balance by its amount."""
    post("adjustment", {"direction": "charge", "amount": "500.00", "note": "regression"})
    assert post("write-off", {"amount": "3.21", "note": "regression"}) == -321
