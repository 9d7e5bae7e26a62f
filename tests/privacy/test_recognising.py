"""What is personal data in a text and what is not. All of it invented, with right check digits."""

from __future__ import annotations

import pytest

from gonogo.model import Privacy, PrivateKind
from gonogo.privacy.recognising import Recogniser

K = PrivateKind
NAMES = ("Jane O'Brien", "Mohammed Ali Khan", "Zoë Lee")


def kinds(text: str, **settings: object) -> list[tuple[PrivateKind, str]]:
    found = Recogniser(Privacy(**settings), NAMES).find(text)  # type: ignore[arg-type]
    return [(hit.kind, text[hit.start : hit.end]) for hit in found]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("NI AB123456C.", K.NATIONAL_INSURANCE, "AB123456C"),
        ("ni ab 12 34 56 c", K.NATIONAL_INSURANCE, "ab 12 34 56 c"),
        ("?q=%20AB%2012%2034%2056%20C&x", K.NATIONAL_INSURANCE, "AB%2012%2034%2056%20C"),
        (r'"line\nAB123456C"', K.NATIONAL_INSURANCE, "AB123456C"),
        ("943 476 5919", K.NHS_NUMBER, "943 476 5919"),
        ("NHS number: 9434765919", K.NHS_NUMBER, "9434765919"),
        ("paid by 4539578763621486 today", K.CARD, "4539578763621486"),
        ("4929 1234 5678 9015", K.CARD, "4929 1234 5678 9015"),
        ("1234 4929 1234 5678 9015", K.CARD, "4929 1234 5678 9015"),
        ("a.b+c@stalbans.gov.uk", K.EMAIL, "a.b+c@stalbans.gov.uk"),
        ("mailto:jane%40stalbans.gov.uk?x", K.EMAIL, "jane%40stalbans.gov.uk"),
        ("jane&#64;stalbans.gov.uk", K.EMAIL, "jane&#64;stalbans.gov.uk"),
        ("01727 811233", K.TELEPHONE, "01727 811233"),
        ("(01727) 811233", K.TELEPHONE, "(01727) 811233"),
        ("+44 (0)1727 811233", K.TELEPHONE, "+44 (0)1727 811233"),
        ("%2B441727811233", K.TELEPHONE, "%2B441727811233"),
        ("07911123456", K.TELEPHONE, "07911123456"),
        ("020 7123 4567", K.TELEPHONE, "020 7123 4567"),
        ('{"phone": "01727811233"}', K.TELEPHONE, "01727811233"),
        ("at AL1 3JE now", K.POSTCODE, "AL1 3JE"),
        ("post=SW1A%201AA&", K.POSTCODE, "SW1A%201AA"),
        ("AL13JE,", K.POSTCODE, "AL13JE"),
        ("Jane O&#39;Brien", K.NAME, "Jane O&#39;Brien"),
        ("mohammed-ali-khan", K.NAME, "mohammed-ali-khan"),
        ("ZOË LEE", K.NAME, "ZOË LEE"),
    ],
)
def test_personal_data_is_found_where_it_stands(text: str, kind: PrivateKind, found: str) -> None:
    assert kinds(text) == [(kind, found)]


@pytest.mark.parametrize(
    "text",
    [
        '{"sort_code": "20-11-47", "account_number": "55779911"}',
        "Sort code 201147, account 55779911",
        "20-11-47 55779911",
        '{"account": "55779911", "between": "' + "far away " * 20 + '", "sort code": "20-11-47"}',
        "sort code,name,account\n20-11-47,A,55779911\n",
    ],
)
def test_a_sort_code_and_its_account_are_found_together(text: str) -> None:
    assert [kind for kind, _ in kinds(text)] == [K.BANK_ACCOUNT, K.BANK_ACCOUNT]


@pytest.mark.parametrize(
    "text",
    [
        "balance 9434765919 pence",  # ten digits that happen to have an NHS check digit
        "4539578763621487",  # Luhn does not hold
        "4.539578763621486",  # decimals
        "0.01727811233",
        "1793452800123 1793452800",  # moments
        "2026-11-22 10:00:00 12 34 56 78 90",
        "01727811233 pence",  # bare, and nothing speaks of telephones
        '{"uuid": "01881232-32b4-4bb4-bca8-1646bf400000"}',
        '{"uuid": "03317203-3191-4021-9031-187385011233"}',
        "d41d8cd98f00b204e9800998ecf8427e",
        "logo@2x.png",
        "pip install thing==1.2.3 @decorated",
        "BG123456A GB123456A QQ123456C DA123456A",  # never issued
        "AB123456 AB123456E XAB123456C",
        "T0001234 RA-0042917 EM1 1DE ZZ9 9ZZ",
        "22-11-26 and 55779911 of 2026, a good way away from it",
        "Janet O'Brienne",
    ],
)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "kim@example.org",
        "kim@mail.example",
        "01632 960123",
        "07700 900123",
        "999 123 4560",
        "4111 1111 1111 1111",
    ],
)
def test_what_is_invented_by_agreement_is_kept_unless_told_otherwise(text: str) -> None:
    assert kinds(text) == []
    if not text.startswith("999"):
        assert len(kinds(text, keeps_synthetic=False)) == 1


def test_each_kind_can_be_switched_off() -> None:
    text = "AB123456C, 943 476 5919, 20-11-47 55779911, 4539578763621486, a@b.gov.uk, 01727 811233, AL1 3JE, Zoë Lee"
    assert {kind for kind, _ in kinds(text)} == set(PrivateKind)
    for kind in PrivateKind:
        if kind is not K.NAME:
            others = tuple(other for other in PrivateKind if other is not kind)
            assert {found for found, _ in kinds(text, kinds=others)} == set(others)


def test_what_the_team_allows_is_left() -> None:
    text = "housing@stalbans.gov.uk, jane@stalbans.gov.uk, x@other.gov.uk, AL1 3JE, (01727) 811233"
    allowed = ("HOUSING@stalbans.gov.uk", "al1 3je", "01727 811233")
    assert [found for _, found in kinds(text, allow=allowed)] == ["jane@stalbans.gov.uk", "x@other.gov.uk"]
    assert [found for _, found in kinds(text, allow=("@stalbans.gov.uk",))] == [
        "x@other.gov.uk",
        "AL1 3JE",
        "(01727) 811233",
    ]
