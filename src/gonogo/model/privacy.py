"""What personal data is, for a run: which kinds are taken out, and what is known to be nobody's."""

from __future__ import annotations

from enum import StrEnum

from gonogo.model.base import Record


class PrivateKind(StrEnum):
    """A kind of personal data. The values are the keys of `[privacy]`, and stand in the tokens."""

    NATIONAL_INSURANCE = "national-insurance"
    NHS_NUMBER = "nhs-number"
    BANK_ACCOUNT = "bank-account"
    """A sort code and the account number beside it."""
    CARD = "card"
    EMAIL = "email"
    TELEPHONE = "telephone"
    POSTCODE = "postcode"
    NAME = "name"
    """A name the team listed."""


class Privacy(Record, frozen=True, kw_only=True):
    """How personal data is kept out of the evidence.

    Attributes:
        kinds: what is looked for; empty switches it off.
        keeps_synthetic: leave what is invented by agreement (example.org, drama telephone numbers).
        allow: values that are known to be nobody's; `@council.example` stands for every address there.
        names_file: file with one name a line, below the project folder; empty when none is listed.
    """

    kinds: tuple[PrivateKind, ...] = tuple(PrivateKind)
    keeps_synthetic: bool = True
    allow: tuple[str, ...] = ()
    names_file: str = ""
