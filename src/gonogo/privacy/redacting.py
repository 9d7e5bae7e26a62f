"""Puts tokens in the place of personal data: the same value, the same token, on both sides of one run.

A token is a keyed hash under a key that exists only in the memory of the run, so it cannot be looked up
afterwards, nor compared with another run's. Its first eight letters stand for the value; the last two for the
spelling, so that a value that is merely written differently on the upgrade still shows as a difference.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections import Counter

from gonogo.model import PrivateKind
from gonogo.privacy.recognising import Hit, Recogniser
from gonogo.privacy.spelling import plain, unescaped

_LETTERS = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"[0-9a-f-]+$")
_NUMBER_BEFORE = re.compile(r"[:,\[]\s*-?$")
_NUMBER_AFTER = re.compile(r"\s*[,\]}\n]|\s*$")
_PLAIN_NUMBER = re.compile(r"\d+$")

WORDS = {
    PrivateKind.NATIONAL_INSURANCE: "National Insurance numbers",
    PrivateKind.NHS_NUMBER: "NHS numbers",
    PrivateKind.BANK_ACCOUNT: "sort codes or account numbers",
    PrivateKind.CARD: "card numbers",
    PrivateKind.EMAIL: "e-mail addresses",
    PrivateKind.TELEPHONE: "telephone numbers",
    PrivateKind.POSTCODE: "postcodes",
    PrivateKind.NAME: "listed names",
}


class Redactor:
    """Replaces what a recogniser finds.

    Args:
        recogniser: finds it.
        key: of this run only; never to be written anywhere.
    """

    def __init__(self, recogniser: Recogniser, key: bytes) -> None:
        self.recogniser = recogniser
        self._key = key
        self.counts: Counter[PrivateKind] = Counter()
        self.slugs: dict[str, str] = {}
        """E-mail addresses as file names spell them, to their tokens."""

    def text(self, text: str, *, is_json: bool = False, about: str = "") -> str:
        """The text with a token for each hit, also inside base64.

        Args:
            text: as it stands in the file.
            is_json: a bare number that is replaced gets quotes, so that the document stays readable.
            about: other words of the same document (`Recogniser.find`).
        """
        if is_json and "\\u" in text and self.recogniser.find(unescaped(text)):
            text = unescaped(text)
        text = self._replaced(text, self.recogniser.find(text, about), is_json=is_json)
        return _ENCODED.sub(self._decoded, text)

    def token(self, kind: PrivateKind, value: str, spelling: str) -> str:
        """The token of a value in one spelling."""
        letters = self._letters(f"{kind}\n{value}")[:8] + self._letters(f"spelling\n{plain(spelling)}")[:2]
        return f"[{kind.value}-{letters}]"

    def _replaced(self, text: str, hits: list[Hit], *, is_json: bool) -> str:
        parts: list[str] = []
        place = 0
        for hit in hits:
            found = text[hit.start : hit.end]
            token = self.token(hit.kind, hit.value, found)
            self.counts[hit.kind] += 1
            if hit.kind is PrivateKind.EMAIL:
                self.slugs[re.sub(r"[^a-z0-9]+", "-", hit.value).strip("-")] = token
            before = text[place : hit.start]
            if is_json and _stands_bare(text, hit):
                token = f'"{token}"'
                before = before.removesuffix("-") if before.endswith("-") else before
            parts += (before, token)
            place = hit.end
        return "".join((*parts, text[place:])) if parts else text

    def _decoded(self, match: re.Match[str]) -> str:
        """Encoded text that holds personal data is replaced whole; what is not text is left."""
        inner = read_base64(match[0])
        hits = self.recogniser.find(inner) if inner else []
        if not hits:
            return match[0]
        for hit in hits:
            self.counts[hit.kind] += 1
        return self.token(hits[0].kind, inner, match[0])

    def _letters(self, text: str) -> str:
        digest = hmac.new(self._key, text.encode("utf-8", "surrogateescape"), hashlib.sha256)
        return digest.hexdigest().encode().translate(_LETTERS).decode()


def read_base64(text: str) -> str:
    """The text that base64 holds; empty when it holds anything else."""
    if _HEX.match(text):
        return ""
    data = text.rstrip("=").replace("-", "+").replace("_", "/")
    data = data[: len(data) - (len(data) % 4 == 1)]
    try:
        start = base64.b64decode(data[:24]).decode("utf-8", "replace")
        if "\ufffd" in start[:-3] or not _is_text(start):
            return ""
        inner = base64.b64decode(data + "=" * (-len(data) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return inner if _is_text(inner) else ""


def encoded_runs(text: str) -> list[str]:
    """What every piece of base64 in a text holds, where it holds text."""
    return [inner for match in _ENCODED.finditer(text) if (inner := read_base64(match[0]))]


def _is_text(text: str) -> bool:
    return all(character.isprintable() or character in "\r\n\t" for character in text.rstrip("\ufffd"))


def _stands_bare(text: str, hit: Hit) -> bool:
    return (
        _PLAIN_NUMBER.match(text[hit.start : hit.end]) is not None
        and _NUMBER_BEFORE.search(text[max(0, hit.start - 40) : hit.start]) is not None
        and _NUMBER_AFTER.match(text, hit.end) is not None
    )
