"""Finds personal data in a text: numbers by their check digits, the rest by its form and by what stands nearby.

Pure: a text in, places out. The same recogniser reads the files of a run and the page before its picture is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from gonogo.model import Privacy, PrivateKind
from gonogo.privacy import synthetic
from gonogo.privacy.digits import find_numbers
from gonogo.privacy.hits import Context, Hit, digits_of
from gonogo.privacy.names import name_pattern
from gonogo.privacy.postcodes import AREAS
from gonogo.privacy.spelling import GAP, is_edge, plain

__all__ = ["TOKEN", "Hit", "Recogniser"]

TOKEN = re.compile(r"\[(?:[a-z]+-)+[a-p]{10}\]")
"""What redacting puts in the place of a value; never itself personal."""

_AT = re.compile(
    r"(?:@|%40|&#0*64;|&#x0*40;|&commat;|\\u0040)((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24})",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"(?:[A-Za-z0-9!#$&'*+/=?^_`{|}~.-]|%2[Bb]|%2[Ee])*[A-Za-z0-9_~]$")
_NOT_DOMAINS = frozenset(
    {"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "json", "html", "ico", "whl"}
)
_NINO_DIGITS = re.compile(rf"[0-9]{{2}}{GAP}?[0-9]{{2}}{GAP}?[0-9]{{2}}{GAP}?[A-Da-d](?![A-Za-z0-9])")
_NINO_LETTERS = re.compile(
    rf"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]{GAP}?$", re.IGNORECASE
)
_SORT_CODE = re.compile(r"[0-9]{2}(?:-|%2D)[0-9]{2}(?:-|%2D)[0-9]{2}(?![0-9A-Za-z-])")
_SORT_WORDS = re.compile(r"sort[\s_+-]*code[^\d<>]{0,20}(\d\d[ -]?\d\d[ -]?\d\d)(?!\d)", re.IGNORECASE)
_ACCOUNT_WORDS = re.compile(r"\bacc(?:oun)?t[^0-9<>\n]{0,25}(?<!\d)([0-9]{8})(?![0-9])", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<![\d.])\d{8}(?![\d.]\d|\d)")
_POSTCODE = re.compile(
    r"(?:[A-Z]{1,2}\d[A-Z\d]?|GIR)(?P<gap>(?:[ \u00a0]|%20|\+|&nbsp;)?)\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])"
)
_AREA = re.compile(r"[A-Z]+")

_ABOUT_SORT_CODES = ("sort code", "sortcode", "sort_code", "sort-code", "sort+code", "sort%20code")
_BANK_WINDOW = 60
_BESIDE = re.compile(r"""(?:<[^<>]*>|[\s,;|/"'():])+$""")


class Recogniser:
    """Finds the kinds of personal data that are switched on.

    Args:
        settings: which kinds, and what is allowed.
        names: names the team listed, each one or several words.
        allowed: values beside those of the settings that are known to be nobody's, such as test accounts.
    """

    def __init__(self, settings: Privacy, names: Iterable[str] = (), allowed: Iterable[str] = ()) -> None:
        self.settings = settings
        known = {_folded(value) for value in (*settings.allow, *allowed)}
        self._allowed = known | {_letters_and_digits(value) for value in known}
        self._names = name_pattern(names)
        finders: dict[PrivateKind, Callable[[str, Context], Iterator[Hit]]] = {
            PrivateKind.EMAIL: _emails,
            PrivateKind.NATIONAL_INSURANCE: _national_insurance,
            PrivateKind.BANK_ACCOUNT: _bank_accounts,
            PrivateKind.POSTCODE: _postcodes,
        }
        self._finders = [finder for kind, finder in finders.items() if kind in settings.kinds]

    def find(self, text: str, about: str = "") -> list[Hit]:
        """Every hit, in order, none overlapping another; where two do, the longer one counts.

        Args:
            text: to look through.
            about: other words of the same document, which say what bare digits in this text are.
        """
        context = Context(text, about)
        found = [hit for finder in self._finders for hit in finder(text, context)]
        found.extend(find_numbers(text, context, self.settings.kinds))
        if self._names is not None:
            found.extend(
                Hit(m.start(), m.end(), PrivateKind.NAME, _folded(plain(m[0])))
                for m in self._names.finditer(text)
                if is_edge(text, m.start())
            )
        found = [hit for hit in found if not self._is_allowed(hit)]
        return _apart(found, text) if found else []

    def _is_allowed(self, hit: Hit) -> bool:
        if _folded(hit.value) in self._allowed or _letters_and_digits(hit.value) in self._allowed:
            return True
        if hit.kind is PrivateKind.EMAIL and "@" + hit.value.rpartition("@")[2].casefold() in self._allowed:
            return True
        if not self.settings.keeps_synthetic:
            return False
        match hit.kind:
            case PrivateKind.EMAIL:
                return synthetic.is_synthetic_email(hit.value)
            case PrivateKind.TELEPHONE:
                return synthetic.is_synthetic_telephone(hit.value)
            case PrivateKind.NHS_NUMBER:
                return synthetic.is_synthetic_nhs_number(hit.value)
            case PrivateKind.CARD:
                return synthetic.is_synthetic_card(hit.value)
            case (
                PrivateKind.NATIONAL_INSURANCE
                | PrivateKind.BANK_ACCOUNT
                | PrivateKind.POSTCODE
                | PrivateKind.NAME
            ):
                return False


def _emails(text: str, _: Context) -> Iterator[Hit]:
    for match in _AT.finditer(text):
        domain = match[1]
        local = _LOCAL.search(text, max(0, match.start() - 64), match.start())
        if local is None or domain.rpartition(".")[2].casefold() in _NOT_DOMAINS:
            continue
        start = local.start()
        if text[start:].startswith("/"):
            start += 1
        value = f"{unquote(text[start : match.start()])}@{domain}".casefold()
        yield Hit(start, match.end(), PrivateKind.EMAIL, value)


def _national_insurance(text: str, _: Context) -> Iterator[Hit]:
    for match in _NINO_DIGITS.finditer(text):
        letters = _NINO_LETTERS.search(text, max(0, match.start() - 8), match.start())
        if letters is not None and is_edge(text, letters.start()):
            value = _letters_and_digits(text[letters.start() : match.end()])
            yield Hit(letters.start(), match.end(), PrivateKind.NATIONAL_INSURANCE, value)


def _postcodes(text: str, _: Context) -> Iterator[Hit]:
    for match in _POSTCODE.finditer(text):
        start, end = match.span()
        area = _AREA.match(match[0])
        if not is_edge(text, start) or area is None or area[0] not in AREAS:
            continue
        around = text[max(0, start - 1) : start] + text[end : end + 1]
        if not match["gap"] and any(sign in "+/_-=." for sign in around):
            continue  # a piece of some code or encoded data, where a postcode would be set apart
        yield Hit(start, end, PrivateKind.POSTCODE, _letters_and_digits(match[0]))


def _bank_accounts(text: str, context: Context) -> Iterator[Hit]:
    is_about = context.speaks_of(_ABOUT_SORT_CODES)
    if is_about:
        for match in _SORT_WORDS.finditer(text):
            yield Hit(match.start(1), match.end(1), PrivateKind.BANK_ACCOUNT, digits_of(match[1]))
            yield from _accounts_near(text, match.start(1), match.end(1), is_about=True)
        for match in _ACCOUNT_WORDS.finditer(text):
            yield Hit(match.start(1), match.end(1), PrivateKind.BANK_ACCOUNT, match[1])
    for match in _SORT_CODE.finditer(text):
        if not is_edge(text, match.start()) or text[match.start() - 1 : match.start()] == "-":
            continue
        accounts = list(_accounts_near(text, match.start(), match.end(), is_about=is_about))
        if accounts or is_about:
            yield Hit(match.start(), match.end(), PrivateKind.BANK_ACCOUNT, digits_of(match[0]))
        yield from accounts


def _accounts_near(text: str, start: int, end: int, *, is_about: bool) -> Iterator[Hit]:
    """Account numbers near a sort code; right beside it where the text does not speak of sort codes."""
    low, high = max(0, start - _BANK_WINDOW), min(len(text), end + _BANK_WINDOW)
    for match in _ACCOUNT.finditer(text, low, high):
        if match.start() < end and start < match.end():
            continue
        between = text[end : match.start()] if match.start() >= end else text[match.end() : start]
        if is_about or _BESIDE.match(between):
            yield Hit(match.start(), match.end(), PrivateKind.BANK_ACCOUNT, match[0])


def _apart(found: list[Hit], text: str) -> list[Hit]:
    tokens = [match.span() for match in TOKEN.finditer(text)]
    kept: list[Hit] = []
    for hit in sorted(set(found), key=lambda each: (each.start, -each.end, each.kind)):
        if kept and hit.start < kept[-1].end:
            continue
        if not any(start < hit.end and hit.start < end for start, end in tokens):
            kept.append(hit)
    return kept


def _letters_and_digits(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", plain(text).upper())


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())
