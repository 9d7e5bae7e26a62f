"""What is invented by agreement and belongs to nobody: left as it is, so that test evidence stays readable."""

from __future__ import annotations

import re

_DOMAINS = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|example|invalid|test|localhost)$")
"""Reserved names (RFC 2606, RFC 6761)."""

_DRAMA_NUMBERS = re.compile(
    r"0(?:1134960|1144960|1154960|1164960|1174960|1184960|1214960|1314960|1414960|1514960|1614960|1914980"
    r"|2079460|2890180|2920180|1632960|7700900|8081570|9098790|3069990)\d{3,4}$"
)
"""Numbers set aside for drama (Ofcom, Telephone numbers for use in TV and radio drama programmes)."""

_TEST_CARDS = frozenset(
    {
        "4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "5555555555554444",
        "5105105105105100", "2223003122003222", "378282246310005", "371449635398431", "6011111111111117",
    }
)  # fmt: skip
"""Numbers that payment providers publish for testing."""


def is_synthetic_email(address: str) -> bool:
    """An address at a name reserved for examples."""
    return bool(_DOMAINS.search(address.rpartition("@")[2].casefold()))


def is_synthetic_telephone(national: str) -> bool:
    """A number for drama; `national` begins with 0 and has digits only."""
    return bool(_DRAMA_NUMBERS.match(national))


def is_synthetic_nhs_number(digits: str) -> bool:
    """A number of the range that is never issued, 999 xxx xxxx."""
    return digits.startswith("999")


def is_synthetic_card(digits: str) -> bool:
    """A provider's test card."""
    return digits in _TEST_CARDS
