"""Ledgers of the sample data: weekly charges, housing benefit, payments and arrears over seventeen weeks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from gonogo.demo.seed.homes import FIRST_WEEK, LAST_WEEK, Account
from gonogo.demo.uk_time import uk_date

Row = dict[str, object]

_WEEK = timedelta(days=7)
# how a tenant pays, and how many tenants in a hundred pay so
_PAYERS = (
    ("full benefit", 20),
    ("part benefit", 15),
    ("direct debit", 31),
    ("weekly", 20),
    ("behind", 11),
    ("ahead", 3),
)
_METHODS = {
    "full benefit": "Housing benefit",
    "part benefit": "Housing benefit",
    "direct debit": "Direct debit",
    "weekly": "Card",
    "behind": "Cash",
    "ahead": "Bank transfer",
}
_ORDER = {"adjustment": 0, "rent": 1, "benefit": 2, "payment": 3, "writeoff": 4, "refund": 5}


def weeks(first: date = FIRST_WEEK, last: date = LAST_WEEK) -> list[date]:
    """The Mondays on which rent was charged."""
    return [first + _WEEK * number for number in range((last - first).days // 7 + 1)]


def fill_ledgers(accounts: list[Account]) -> list[Row]:
    """Gives every account its entries and payment method; returns all entries in order of posting."""
    rng = Random("meridian ledgers")  # noqa: S311 (sample data must be the same every time)
    names, shares = zip(*_PAYERS, strict=True)
    for account in accounts:
        payer = rng.choices(names, shares)[0]
        if account.kind == "garage" and payer.endswith("benefit"):
            payer = "direct debit"  # housing benefit does not cover a garage
        account.payment_method = _METHODS[payer]
        _opening(rng, account, payer)
        _charge(account)
        if account.charges:
            _pay(rng, account, payer)
        _close(rng, account)
    entries = [entry for account in accounts for entry in account.entries]
    entries.sort(key=lambda entry: (entry["posted_on"], _ORDER[str(entry["kind"])], entry["account_id"]))
    for number, entry in enumerate(entries, 1):
        entry["id"] = number
    return entries


def _add(account: Account, day: date, kind: str, pence: int, description: str, source: str) -> None:
    account.entries.append(
        {
            "account_id": account.id,
            "posted_on": day,
            "kind": kind,
            "description": description,
            "amount_pence": pence,
            "source": source,
        }
    )


def _owed(account: Account) -> int:
    return sum(int(str(entry["amount_pence"])) for entry in account.entries)


def _opening(rng: Random, account: Account, payer: str) -> None:
    if account.opened_on >= FIRST_WEEK:
        return
    pence = {"behind": rng.randrange(8_000, 90_000), "ahead": -rng.randrange(5_000, 30_000)}.get(
        payer, rng.choice((0, 0, rng.randrange(-6_000, 9_000)))
    )
    if pence:
        text = f"Balance brought forward {uk_date(FIRST_WEEK)}"
        _add(account, FIRST_WEEK, "adjustment", pence, text, "conversion")


def _charge(account: Account) -> None:
    if not account.charges:
        return
    for week in weeks():
        if account.opened_on <= week and (account.closed_on is None or week < account.closed_on):
            text = f"Weekly charge from {uk_date(week)}"
            _add(account, week, "rent", account.weekly_pence, text, f"rent-debit {week.isoformat()}")


def _pay(rng: Random, account: Account, payer: str) -> None:
    charged = [
        day
        for entry in list(account.entries)
        if entry["kind"] == "rent" and isinstance(day := entry["posted_on"], date)
    ]
    weekly = account.weekly_pence
    if payer.endswith("benefit"):
        not_eligible = sum(pence for code, pence in account.charges if code in {"HTG", "CON"})
        share = 100 if payer == "full benefit" else rng.randrange(40, 75)
        benefit = (weekly - not_eligible) * share // 100
        for week in charged[3::4]:
            _add(
                account,
                week,
                "benefit",
                -4 * benefit,
                "Housing benefit, four weeks",
                f"HB {week.isoformat()}",
            )
        _pay_weekly(rng, account, charged, weekly - benefit, chance=0.93, method="Card")
    elif payer == "direct debit":
        _pay_monthly(account, charged, weekly)
    elif payer == "behind":
        _pay_weekly(rng, account, charged, weekly, chance=rng.uniform(0.45, 0.85), method="Cash")
    else:
        method = "Card" if payer == "weekly" else "Bank transfer"
        _pay_weekly(rng, account, charged, weekly, chance=0.97, method=method)


def _pay_weekly(
    rng: Random, account: Account, charged: list[date], pence: int, *, chance: float, method: str
) -> None:
    if pence <= 0:
        return
    for week in charged:
        if rng.random() < chance:
            day = week + timedelta(days=rng.randrange(1, 4))
            _add(account, day, "payment", -pence, f"{method} payment", f"payments {day.isoformat()}")


def _pay_monthly(account: Account, charged: list[date], weekly: int) -> None:
    if not charged:
        return
    for month in range(charged[0].month, LAST_WEEK.month + 1):
        day = date(LAST_WEEK.year, month, 15)
        if charged[0] <= day <= charged[-1] + timedelta(days=6) and day <= LAST_WEEK:
            pence = weekly * 52 // 12
            _add(account, day, "payment", -pence, "Direct debit payment", f"DD {day.isoformat()}")


def _close(rng: Random, account: Account) -> None:
    """Most who leave pay what they owe, or get back what they paid too much; some leave a debt behind."""
    if account.closed_on is None:
        return
    account.entries = [e for e in account.entries if str(e["posted_on"]) <= account.closed_on.isoformat()]
    owed, day = _owed(account), account.closed_on
    if owed < 0:
        _add(account, day, "refund", -owed, "Refund at end of tenancy", "closing")
    elif owed and rng.random() < 0.6:
        _add(account, day, "payment", -owed, "Card payment: final account", "closing")


def batch_rows(entries: list[Row]) -> list[Row]:
    """The history of the weekly rent debit, with the control totals of what is in the ledgers."""
    rows: list[Row] = []
    for number, week in enumerate(weeks(), 1):
        amounts = [
            int(str(e["amount_pence"])) for e in entries if e["kind"] == "rent" and e["posted_on"] == week
        ]
        rows.append(
            {
                "id": number,
                "job": "rent-debit",
                "business_date": week,
                "started_at": datetime.combine(week, time(1, 15)),
                "posted_count": len(amounts),
                "total_pence": sum(amounts),
                "reject_count": 0,
                "status": "Completed",
            }
        )
    return rows


def message_rows(accounts: list[Account]) -> list[Row]:
    """Bank transfers of the last weeks came over the payments interface, each under the bank's reference."""
    rows: list[Row] = []
    for account in accounts:
        for entry in account.entries:
            day = entry["posted_on"]
            if entry["description"] == "Bank transfer payment" and isinstance(day, date) and day.month >= 10:
                number = len(rows) + 1
                rows.append(
                    {
                        "id": number,
                        "reference": f"BK{day:%Y%m%d}-{number:04d}",
                        "account_reference": account.reference,
                        "amount_pence": -int(str(entry["amount_pence"])),
                        "received_on": day,
                        "status": "posted",
                    }
                )
    return rows
