"""What recognising personal data works with: a piece that was found, and what the text around it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from gonogo.model import PrivateKind


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """One piece of personal data: from `start` to `end` in the text, and its value in the plainest spelling."""

    start: int
    end: int
    kind: PrivateKind
    value: str


class Context:
    """What a text is about, looked up at most once: bare digits mean more where their kind is spoken of."""

    def __init__(self, text: str, about: str) -> None:
        self._text, self._about = text, about
        self._folded: str | None = None
        self._known: dict[tuple[str, ...], bool] = {}

    def speaks_of(self, words: tuple[str, ...]) -> bool:
        """Whether any of these words, in small letters, is in it."""
        if self._folded is None:
            self._folded = f"{self._text}\n{self._about}".lower()
        if words not in self._known:
            self._known[words] = any(word in self._folded for word in words)
        return self._known[words]


def digits_of(text: str) -> str:
    """The digits in a piece of text, however the signs between them are written."""
    return re.sub(
        r"\D", "", unquote(text.replace("&#160;", " ").replace("&#43;", "+").replace("\\u00a0", " "))
    )
