"""Is a text plain English? Used to choose what page one shows, and by the tests that read page one.

The rules are those of UK public bodies' report templates: sentences of at most 25 words, no promises that
no test can keep, no abbreviation that is not explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_WORDS = 25

BANNED = (
    "100% tested",
    "100 % tested",
    "fully tested",
    "bug-free",
    "bug free",
    "should be fine",
    "no issues whatsoever",
    "obviously",
    "simply",
    "going forward",
    "leverage",
    "utilise",
)
"""Phrases that promise too much or say nothing."""

WELL_KNOWN = frozenset({"UK", "UTC", "OK", "IT", "A", "I", "GET", "POST", "PUT", "DELETE"})
"""Capitals that need no explanation here."""

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z“\"0-9])")
_ABBREVIATION = re.compile(r"(?<![\w“-])[A-Z]{2,6}(?![\w”-])")
_TECHNICAL = re.compile(
    r"\w+(?:Error|Exception)\b|Traceback|\bassert\b|==|!=|::|->|=>|[{}<>\[\]]|\(\)|\b0x[0-9a-f]|"
    r"\bLocator\b|\bTimeout \d|\.py\b|https?://|\\"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One place that is not plain: the rule and the text."""

    rule: str
    text: str


def is_plain(text: str, *, longest: int = 160) -> bool:
    """Whether a line reads as a sentence for people: no code, no error class, neither very short nor long."""
    return len(text.split()) >= 3 and len(text) <= longest and not _TECHNICAL.search(text)


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    return next(iter(sentences(text)), "")


def sentences(text: str) -> list[str]:
    """The sentences of a text, split at full stops, question and exclamation marks, and colons."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def complaints(texts: Iterable[str], *, explained: Iterable[str] = ()) -> tuple[Complaint, ...]:
    """Everything in the texts that breaks a rule.

    Args:
        texts: paragraphs, list items and headings, one each.
        explained: abbreviations that the page explains.
    """
    known = WELL_KNOWN.union(explained)
    found: list[Complaint] = []
    for text in texts:
        lowered = text.lower()
        found.extend(Complaint(rule=f"says “{phrase}”", text=text) for phrase in BANNED if phrase in lowered)
        found.extend(
            Complaint(rule=f"sentence of more than {MOST_WORDS} words", text=each)
            for each in sentences(text)
            if len(each.split()) > MOST_WORDS
        )
        found.extend(
            Complaint(rule=f"abbreviation {each} is not explained", text=text)
            for each in _ABBREVIATION.findall(text)
            if each not in known
        )
    return tuple(found)
