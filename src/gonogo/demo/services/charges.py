"""Weekly charges of rent accounts, wherever the release's schema keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gonogo.demo.db.models import AccountCharge, legacy_charges
from gonogo.demo.money import parse_pounds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gonogo.demo.releases import Build
    from gonogo.demo.services.work import Work

CHARGE_NAMES = {
    "RNT": "Net rent",
    "GAR": "Garage rent",
    "GRD": "Grounds maintenance",
    "CLN": "Communal cleaning",
    "LGT": "Communal lighting",
    "LFT": "Lift",
    "CON": "Concierge",
    "HTG": "District heating",
}
RENT_CODES = frozenset({"RNT", "GAR"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """One part of the weekly charge: net rent, or a service charge."""

    code: str
    name: str
    weekly_pence: int


def unpack_charges(
    rent_code: str,
    net_rent_pence: int,
    service_charges: str,
    read_amount: Callable[[str], int] = parse_pounds,
) -> list[tuple[str, int]]:
    """Code and pence of each charge out of the columns of 8.1, rent first.

    Args:
        rent_code: RNT for a dwelling, GAR for a garage.
        net_rent_pence: 0 when no rent is set, which gives no rent line.
        service_charges: packed as `GRD=2.50;CLN=1.80`, in pounds; may be empty.
        read_amount: pence out of an amount in pounds.
    """
    lines = [(rent_code, net_rent_pence)] if net_rent_pence else []
    for part in service_charges.split(";"):
        code, _, amount = part.partition("=")
        if code:
            lines.append((code, read_amount(amount)))
    return lines


def charges_of(work: Work, account_ids: Collection[int] | None = None) -> dict[int, tuple[ChargeLine, ...]]:
    """The charge lines of each account, rent first; of every account when no ids are given.

    An account without any charge is missing.
    """
    if account_ids is not None and not account_ids:
        return {}
    pairs = (_pairs_82 if work.build.release.has_payment_plans else _pairs_81)(work, account_ids)
    found: dict[int, list[ChargeLine]] = {}
    for account_id, code, pence in pairs:
        line = ChargeLine(code=code, name=CHARGE_NAMES[code], weekly_pence=pence)
        found.setdefault(account_id, []).append(line)
    return {account_id: tuple(lines) for account_id, lines in found.items()}


def _pairs_82(work: Work, account_ids: Collection[int] | None) -> list[tuple[int, str, int]]:
    charge = AccountCharge
    query = select(charge.account_id, charge.code, charge.weekly_pence).order_by(
        charge.account_id, charge.position
    )
    if account_ids is not None:
        query = query.where(charge.account_id.in_(account_ids))
    return [(row[0], row[1], row[2]) for row in work.session.execute(query)]


def _pairs_81(work: Work, account_ids: Collection[int] | None) -> list[tuple[int, str, int]]:
    columns = legacy_charges.c
    query = select(columns.id, columns.kind, columns.net_rent_pence, columns.service_charges)
    if account_ids is not None:
        query = query.where(columns.id.in_(account_ids))
    return [
        (account_id, code, pence)
        for account_id, kind, rent, packed in work.session.execute(query)
        for code, pence in unpack_charges("GAR" if kind == "garage" else "RNT", rent, packed)
    ]


def weekly_charges_of(work: Work, account_ids: Collection[int]) -> dict[int, int]:
    """The weekly charge of each account in pence, where only the sum is shown; without charges it is missing."""
    if not work.build.release.has_payment_plans:
        return {
            account_id: weekly_pence(lines) for account_id, lines in charges_of(work, account_ids).items()
        }
    charge = AccountCharge
    sums = (
        select(charge.account_id, func.sum(charge.weekly_pence))
        .where(charge.account_id.in_(account_ids))
        .group_by(charge.account_id)
    )
    return {row[0]: row[1] for row in work.session.execute(sums)}


def weekly_pence(lines: Sequence[ChargeLine]) -> int:
    """The weekly charge of one account."""
    return sum(line.weekly_pence for line in lines)


def tenancy_weekly_pence(build: Build, accounts: Sequence[Sequence[ChargeLine]]) -> int:
    """The weekly charge of a tenancy: the sum over its active accounts, the dwelling's first."""
    if build.has("money-second-account-total"):
        first, *others = accounts or [()]
        rents = [line for account in others for line in account if line.code in RENT_CODES]
        return weekly_pence(first) + weekly_pence(rents)
    return sum(weekly_pence(lines) for lines in accounts)
