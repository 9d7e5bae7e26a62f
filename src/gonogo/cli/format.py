"""How an answer is printed."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
