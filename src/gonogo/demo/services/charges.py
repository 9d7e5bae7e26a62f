"""Weekly charges of rent accounts, wherever the release's schema keeps them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """One part of the weekly charge: net rent, or a service charge."""

    code: str
    name: str
    weekly_pence: int


def charges_of(work: Work, account_ids: Collection[int]) -> dict[int, tuple[ChargeLine, ...]]:
    """The charge lines of each account, rent first; an account without any is missing."""
    raise NotImplementedError
