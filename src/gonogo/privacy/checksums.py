"""The check digits that tell a real number from digits that merely look like one."""

from __future__ import annotations

_NHS_WEIGHTS = range(10, 1, -1)


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits are an NHS number: modulus 11 with weights 10 to 2 (NHS Data Dictionary)."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _NHS_WEIGHTS, strict=False)) % 11
    check = (11 - remainder) % 11
    return check != 10 and check == int(digits[9])


def is_card_number(digits: str) -> bool:
    """Whether digits are a payment card's: an issuer's prefix and length, and the Luhn sum (ISO/IEC 7812)."""
    length = len(digits)
    is_issued = (
        (digits[0] == "4" and length in (13, 16, 19))
        or (digits[:2] in ("34", "37") and length == 15)
        or (digits[:2] in ("36", "38") and length == 14)
        or (51 <= int(digits[:2]) <= 55 and length == 16)
        or (2221 <= int(digits[:4]) <= 2720 and length == 16)
        or (digits[0] == "6" and length in (16, 18, 19))
        or (digits[:2] in ("50", "56", "57", "58") and length in (16, 18, 19))
    )
    if not is_issued or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
