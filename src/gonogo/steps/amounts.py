"""Money and numbers as people write them, exact to the penny: always Decimal, never float."""

from __future__ import annotations

import re
from decimal import Decimal

PATTERN = r"-?(?:£ ?)?-?[0-9][0-9,]*(?:\.[0-9]+)?(?: ?CR)?"
"""How a sentence may write an amount: `£1,234.56`, `-£3.00`, `£20.00 CR`, `12`, `0.5`."""

_AMOUNT = re.compile(
    r"^(?P<open>\()?(?P<sign>[-\u2212+])?\s*(?P<pound>£)?\s*(?P<sign2>[-\u2212])?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<pence>\.\d+)?\s*(?P<after>-|CR|DR)?(?P<close>\))?$",
    re.IGNORECASE,
)


def read_amount(text: str) -> Decimal | None:
    """The amount a text states, or None when it is not one amount and nothing else.

    A credit is negative: `-£3.00`, `£3.00-`, `£3.00 CR` and `(£3.00)` are all -3.00.
    """
    match = _AMOUNT.match(text.strip())
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    value = Decimal(match["digits"].replace(",", "") + (match["pence"] or ""))
    after = (match["after"] or "").upper()
    signs = [
        match["sign"] in ("-", "\u2212"),
        bool(match["sign2"]),
        after in ("-", "CR"),
        bool(match["open"]),
    ]
    if signs.count(True) > 1:
        return None  # "-£3.00 CR" could mean either
    return -value if any(signs) else value


def write_amount(value: Decimal, like: str = "£") -> str:
    """An amount for a message: as money (`£1,234.50`) when `like` holds a pound sign, else as a number."""
    if "£" not in like:
        return f"{value:,f}"
    sign = "-" if value < 0 else ""
    return f"{sign}£{abs(value):,.2f}"
