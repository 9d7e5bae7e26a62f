"""Properties, tenancies and rent accounts of the sample data."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from gonogo.demo.money import plain_pounds
from gonogo.demo.seed.names import (
    DWELLINGS_A_STREET,
    MEN,
    POSTCODE_LETTERS,
    STREETS,
    SURNAMES,
    TOWN,
    WOMEN,
)
from gonogo.demo.services.tenancies import Party, join_names, sort_name

Row = dict[str, object]

CURRENT = 512
ENDED = 18
GARAGES = 60
GARAGES_LET = 44
FIRST_WEEK = date(2026, 7, 27)
LAST_WEEK = date(2026, 11, 16)
_TODAY = date(2026, 11, 20)
# The two newest tenancies still wait for their rent to be set, so the nightly job has something to reject.
_RENT_NOT_SET = 2

_BASE_RENT = {
    ("Flat", 1): 8412,
    ("Flat", 2): 9655,
    ("House", 2): 10480,
    ("House", 3): 11935,
    ("House", 4): 13760,
    ("Bungalow", 1): 9210,
    ("Bungalow", 2): 10105,
}
_SIZES = {"Flat": (1, 1, 2), "House": (2, 3, 3, 4), "Bungalow": (1, 1, 2)}


@dataclass(slots=True, kw_only=True)
class Account:
    """A rent account while the sample data is being made; `charges` in pence, rent first."""

    id: int
    reference: str
    tenancy_id: int
    property_id: int
    kind: str
    opened_on: date
    closed_on: date | None
    charges: list[tuple[str, int]]
    payment_method: str = ""
    entries: list[Row] = field(default_factory=list)

    @property
    def weekly_pence(self) -> int:
        """The whole weekly charge."""
        return sum(pence for _, pence in self.charges)


@dataclass(slots=True, kw_only=True)
class Homes:
    """What the sample landlord lets, and to whom."""

    properties: list[Row]
    tenancies: list[Row]
    accounts: list[Account]


def make_homes() -> Homes:
    """Every property, tenancy and account; the same every time."""
    rng = Random("meridian homes")  # noqa: S311 (sample data must be the same every time)
    properties = [*_dwellings(rng), *_garages(rng)]
    tenancies: list[Row] = []
    accounts: list[Account] = []
    for number in range(1, CURRENT + ENDED + 1):
        started, ended = _term(rng, number)
        # a home that was let before: the ended tenancies had the homes of the first current ones
        home = properties[(number if number <= CURRENT else number - CURRENT) - 1]
        tenancies.append(_tenancy(rng, number, home, started, ended))
        accounts.append(_dwelling_account(rng, number, home, started, ended))
    # every service charge is a whole number of quarters of a pound, but for one
    cleaned = next(a for a in accounts[299:] if "CLN" in dict(a.charges))
    cleaned.charges = [(code, 435 if code == "CLN" else pence) for code, pence in cleaned.charges]
    accounts += _garage_accounts(rng, properties)
    return Homes(properties=properties, tenancies=tenancies, accounts=accounts)


def _dwellings(rng: Random) -> list[Row]:
    rows: list[Row] = []
    for street, (name, kind, estate, sector) in enumerate(STREETS):
        for place in range(DWELLINGS_A_STREET):
            address = f"Flat {place + 1}, {name}" if kind == "Flat" else f"{2 * place + 1} {name}"
            letters = POSTCODE_LETTERS[(street * 2 + place // 13) % len(POSTCODE_LETTERS)]
            rows.append(
                {
                    "kind": kind,
                    "address": address,
                    "town": TOWN,
                    "postcode": f"{sector}{letters}",
                    "bedrooms": rng.choice(_SIZES[kind]),
                    "estate": estate,
                }
            )
    rng.shuffle(rows)
    return [{"id": n, "reference": f"H{n:06d}", **row} for n, row in enumerate(rows, 1)]


def _garages(rng: Random) -> list[Row]:
    first = len(STREETS) * DWELLINGS_A_STREET + 1
    rows: list[Row] = []
    for number in range(GARAGES):
        name, _, estate, sector = STREETS[number % len(STREETS)]
        rows.append(
            {
                "id": first + number,
                "reference": f"H{first + number:06d}",
                "kind": "Garage",
                "address": f"Garage {number // len(STREETS) + 1}, {name}",
                "town": TOWN,
                "postcode": f"{sector}{rng.choice(POSTCODE_LETTERS)}",
                "bedrooms": 0,
                "estate": estate,
            }
        )
    return rows


def _term(rng: Random, number: int) -> tuple[date, date | None]:
    """When a tenancy began and ended. Ended ones are numbered last; their homes were let again after them."""
    if number > CURRENT:
        ended = FIRST_WEEK + timedelta(days=rng.randrange(7, 60))
        return ended - timedelta(days=rng.randrange(700, 5000)), ended
    if number <= ENDED:
        return FIRST_WEEK + timedelta(days=rng.randrange(68, 100)), None
    if number > CURRENT - _RENT_NOT_SET:
        return _TODAY - timedelta(days=CURRENT + 1 - number), None
    return FIRST_WEEK - timedelta(days=rng.randrange(30, 9000)), None


def _tenancy(rng: Random, number: int, home: Row, started: date, ended: date | None) -> Row:
    parties = _people(rng, number)
    lead = parties[0]
    plain = unicodedata.normalize("NFKD", f"{lead.forenames}.{lead.surname}".lower())
    mailbox = "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter in ".-"))
    drama = f"{rng.randrange(1000):03d}"
    return {
        "id": number,
        "reference": f"T{number:06d}",
        "property_id": home["id"],
        "tenant_name": join_names(parties),
        "sort_name": sort_name(parties),
        "kind": "Introductory"
        if started > date(2025, 11, 20)
        else rng.choice(("Secure", "Secure", "Assured")),
        "started_on": started,
        "ended_on": ended,
        "phone": f"01632 960{drama}" if rng.random() < 0.4 else f"07700 900{drama}",
        "email": f"{mailbox}@example.org",
    }


def _people(rng: Random, number: int) -> tuple[Party, ...]:
    if number in {41, 42, 300}:
        return (Party(title="Mr", forenames="John", surname="Smith"),)
    first = _person(rng)
    if rng.random() >= 0.24:
        return (first,)
    second = _person(rng)
    while second.forenames == first.forenames:
        second = _person(rng)
    if rng.random() < 0.6:
        second = Party(title=second.title, forenames=second.forenames, surname=first.surname)
    return first, second


def _person(rng: Random) -> Party:
    woman = rng.random() < 0.55
    title = rng.choice(("Mrs", "Ms", "Miss", "Mrs")) if woman else "Mr"
    if rng.random() < 0.02:
        title = "Dr"
    return Party(title=title, forenames=rng.choice(WOMEN if woman else MEN), surname=rng.choice(SURNAMES))


def _dwelling_account(rng: Random, number: int, home: Row, started: date, ended: date | None) -> Account:
    kind, bedrooms = str(home["kind"]), int(str(home["bedrooms"]))
    charges = [("RNT", _BASE_RENT[kind, bedrooms] + rng.randrange(-450, 451)), *_services(rng, kind)]
    if CURRENT - _RENT_NOT_SET < number <= CURRENT:
        charges = []
    return Account(
        id=number,
        reference=f"A{number:06d}",
        tenancy_id=number,
        property_id=int(str(home["id"])),
        kind="dwelling",
        opened_on=started,
        closed_on=ended,
        charges=charges,
    )


def _services(rng: Random, kind: str) -> list[tuple[str, int]]:
    if kind != "Flat":
        return [("GRD", 125)] if rng.random() < 0.3 else []
    services = [("GRD", 250), ("CLN", rng.choice((325, 375, 450))), ("LGT", 175)]
    if rng.random() < 0.5:
        services.append(("LFT", rng.choice((225, 300))))
    if rng.random() < 0.25:
        services.append(("CON", 550))
    if rng.random() < 0.4:
        services.append(("HTG", rng.choice((875, 1025, 1250))))
    return services


def _garage_accounts(rng: Random, properties: list[Row]) -> list[Account]:
    """Garages are let to long-standing tenants; every other one has a service charge of its own."""
    garages = [row for row in properties if row["kind"] == "Garage"]
    holders = rng.sample(range(ENDED + 1, CURRENT - _RENT_NOT_SET + 1), GARAGES_LET)
    accounts: list[Account] = []
    for number, (garage, holder) in enumerate(zip(garages, sorted(holders), strict=False), 1):
        charges = [("GAR", rng.choice((1150, 1275, 1425, 1680)))]
        if number % 2:
            charges.append(("LGT", 75))
        if number % 6 == 1:
            charges.append(("GRD", 50))
        accounts.append(
            Account(
                id=CURRENT + ENDED + number,
                reference=f"G{number:06d}",
                tenancy_id=holder,
                property_id=int(str(garage["id"])),
                kind="garage",
                opened_on=FIRST_WEEK - timedelta(days=rng.randrange(20, 900)),
                closed_on=None,
                charges=charges,
            )
        )
    return accounts


def account_row(account: Account) -> Row:
    """The row of `rent_account` in schema 8100; the balance and the arrears stage follow from the ledger."""
    balance = sum(int(str(entry["amount_pence"])) for entry in account.entries)
    weeks = balance // account.weekly_pence if account.weekly_pence and account.closed_on is None else 0
    rent = [pence for code, pence in account.charges if code in {"RNT", "GAR"}]
    services = [(code, pence) for code, pence in account.charges if code not in {"RNT", "GAR"}]
    return {
        "id": account.id,
        "reference": account.reference,
        "tenancy_id": account.tenancy_id,
        "property_id": account.property_id,
        "kind": account.kind,
        "status": "active" if account.closed_on is None else "closed",
        "opened_on": account.opened_on,
        "closed_on": account.closed_on,
        "payment_method": account.payment_method,
        "arrears_stage": 3 if weeks >= 8 else 2 if weeks >= 4 else 1 if weeks >= 2 else 0,
        "balance_pence": balance,
        "net_rent_pence": sum(rent),
        "service_charges": ";".join(f"{code}={plain_pounds(pence)}" for code, pence in services),
    }
