"""Money as people in the United Kingdom read and type it; inside it is always integer pence."""

from __future__ import annotations

import re

_TYPED = re.compile(r"(-?)£?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})(?:\.([0-9]{2}))?")


def pounds(pence: int) -> str:
    """£1,234.56, or -£12.00 for a negative amount."""
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def plain_pounds(pence: int) -> str:
    """1234.56: the form used in CSV and XML."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def parse_pounds(text: str) -> int:
    """Pence from what a person typed: 12, 12.50, £1,234.56, -3.00.

    Raises:
        ValueError: anything else; one digit of pence is refused because 1.5 may mean 1.05.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text.strip()!r} is not an amount in pounds, for example 52.40")
    sign, whole, part = found.groups()
    pence = int(whole.replace(",", "")) * 100 + int(part or 0)
    return -pence if sign else pence
