"""Finds numbers that are told by their digits: cards and NHS numbers by check digits, telephones by their form."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from urllib.parse import unquote

from gonogo.model import PrivateKind
from gonogo.privacy.checksums import is_card_number, is_nhs_number
from gonogo.privacy.hits import Context, Hit, digits_of
from gonogo.privacy.spelling import GAP, is_edge

_DIGITS = re.compile(r"[0-9](?:(?:[ \t\u00a0()\-]|%20|\+|&nbsp;|&#160;){0,3}[0-9]){8,40}")
_BEFORE_DIGITS = re.compile(r"(?:\+|%2[Bb]|&#43;)?\(?$")
_CARD = re.compile(
    rf"(?<!\d)(?:\d{{13,19}}|\d{{4}}(?:{GAP}\d{{4}}){{3}}(?:{GAP}\d{{3}})?|\d{{4}}{GAP}\d{{6}}{GAP}\d{{4,5}})(?!\d)"
)
_NHS = re.compile(rf"(?<!\d)(?:\d{{10}}|\d{{3}}{GAP}\d{{3}}{GAP}\d{{4}})(?!\d)")
_PHONE_GAP = r"(?:[ \t\u00a0()\-]|%20|\+|&nbsp;|&#160;){0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|%2B|&#43;)44|(?<!\d)0044|\(?0)(?:{_PHONE_GAP}\d){{9,11}}(?![A-Za-z0-9])", re.IGNORECASE
)

_ABOUT_NHS = ("nhs",)
_ABOUT_TELEPHONES = (
    "phone",
    "mobile",
    "tel:",
    "tel.",
    "tel ",
    '"tel"',
    "contact",
    "landline",
    "fax",
    "msisdn",
)
_HEX_BEFORE = re.compile(r"[0-9A-Fa-f]{4}-$")
_HEX_AFTER = re.compile(r"-[0-9A-Fa-f]{4}")


def find_numbers(text: str, context: Context, kinds: Collection[PrivateKind]) -> Iterator[Hit]:
    """Every card, NHS and telephone number of these kinds; they may overlap."""
    finders = [finder for kind, finder in _FINDERS.items() if kind in kinds]
    for group in _DIGITS.finditer(text) if finders else ():
        start = group.start()
        if text[start - 1 : start] == "%":
            start += 2  # these two digits are those of a percent code
        before = _BEFORE_DIGITS.search(text, max(0, start - 6), start)
        start = before.start() if before else start
        for finder in finders:
            yield from finder(text, start, group.end(), context)


def _card(text: str, start: int, end: int, _: Context) -> Iterator[Hit]:
    for first, last in _overlapping(_CARD, text, start, end):
        digits = digits_of(text[first:last])
        if is_card_number(digits) and _is_a_number(text, first, last):
            yield Hit(first, last, PrivateKind.CARD, digits)


def _nhs(text: str, start: int, end: int, context: Context) -> Iterator[Hit]:
    for first, last in _overlapping(_NHS, text, start, end):
        digits = digits_of(text[first:last])
        if not is_nhs_number(digits) or not _is_a_number(text, first, last):
            continue
        if last - first > len(digits) or context.speaks_of(_ABOUT_NHS):
            yield Hit(first, last, PrivateKind.NHS_NUMBER, digits)


def _phone(text: str, start: int, end: int, context: Context) -> Iterator[Hit]:
    for first, last in _overlapping(_PHONE, text, start, end):
        found = text[first:last]
        national = _national(found)
        if not _is_telephone(national) or not _is_a_number(text, first, last):
            continue
        if found.isdigit() and found.startswith("0") and not found.startswith("0044"):
            is_one = national.startswith("07") or context.speaks_of(_ABOUT_TELEPHONES)
        else:
            area = re.split(r"\D", unquote(found).lstrip("(+"))[0]
            is_international = not found.lstrip("(").startswith("0")
            is_one = is_international or len(area) >= 4 or national.startswith("02")
        if is_one:
            yield Hit(first, last, PrivateKind.TELEPHONE, national)


def _national(found: str) -> str:
    digits = digits_of(found)
    if not found.lstrip("(").startswith("0") or digits.startswith("0044"):
        return "0" + digits.removeprefix("00").removeprefix("44").lstrip("0")
    return digits


def _is_telephone(national: str) -> bool:
    if len(national) == 11:
        return bool(re.match(r"0(?:1[1-9]|2[0-9]|3[0347]|7[1-57-9]|8[047]|9[018])", national))
    return len(national) == 10 and bool(re.match(r"0(?:1[2-9]|800|500)", national))


def _overlapping(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Every match in the span alone, also those that overlap: digits beside digits hide one another."""
    group = text[start:end]
    match = pattern.search(group)
    while match is not None:
        yield start + match.start(), start + match.end()
        match = pattern.search(group, match.start() + 1)


def _is_a_number(text: str, start: int, end: int) -> bool:
    """Whether digits here are a number of their own: not decimals, not part of a word or of an identifier."""
    if not is_edge(text, start) or text[end : end + 1].isalnum():
        return False
    if start >= 2 and text[start - 1] in ".," and text[start - 2].isdigit():
        return False
    return not _HEX_BEFORE.search(text[max(0, start - 5) : start]) and not _HEX_AFTER.match(text, end)


_FINDERS: dict[PrivateKind, Callable[[str, int, int, Context], Iterator[Hit]]] = {
    PrivateKind.CARD: _card,
    PrivateKind.NHS_NUMBER: _nhs,
    PrivateKind.TELEPHONE: _phone,
}
