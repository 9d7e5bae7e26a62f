"""Patterns that people write for what may differ without meaning.

For text and trees a pattern is a regular expression. For JSON and XML it is a path with wild cards:

    path     = step step …
    step     = name | `[3]` | `[*]` any position | `*` any name | `**` any steps, none included
    JSON     $.items[*].id     **.updated_at
    XML      /ack/payment/@id  /ack/**/time      (a step without a position stands for every position)
"""

from __future__ import annotations

import re

from gonogo.model.errors import EvidenceError

MASK = "⋯"
"""What stands in a text where a volatile part was."""


def mask_text(text: str, patterns: tuple[str, ...]) -> str:
    """The text with everything that a pattern matches replaced by one mark.

    Raises:
        EvidenceError: a pattern is not a regular expression.
    """
    for pattern in patterns:
        try:
            text = re.sub(pattern, MASK, text)
        except re.error as error:
            raise EvidenceError(
                f"The volatile pattern {pattern!r} is not a regular expression: {error}.",
                remedy="Correct it where the snapshot is taken, then run the stage again.",
            ) from error
    return text


class PathFilter:
    """Says whether a path is one that may differ."""

    def __init__(self, patterns: tuple[str, ...], *, are_positions_optional: bool = False) -> None:
        """Compile the patterns.

        Args:
            patterns: paths with wild cards, as in the module's grammar.
            are_positions_optional: a step without a position stands for every position (XML).
        """
        self._patterns = [
            re.compile(_expression(pattern, are_positions_optional=are_positions_optional))
            for pattern in patterns
        ]

    def matches(self, path: str) -> bool:
        """Whether any pattern covers the path itself or one of the steps that lead to it."""
        return any(pattern.match(path) for pattern in self._patterns)


def _expression(pattern: str, *, are_positions_optional: bool) -> str:
    position = r"(?:\[\d+\])?" if are_positions_optional else ""
    parts = []
    for step in re.findall(r"\*\*|\[\*\]|\[\d+\]|\*|[./]|[^\[\]*./]+|[\[\]]", pattern):
        if step == "**":
            parts.append(r".*?")
        elif step == "[*]":
            parts.append(r"\[\d+\]")
        elif step == "*":
            parts.append(r"[^.\[\]/]+" + position)
        elif step in "./" or step.startswith("["):
            parts.append(re.escape(step))
        else:
            parts.append(re.escape(step) + position)
    whole = "".join(parts)
    if pattern.startswith("**."):
        whole = whole.replace(r".*?\.", r"(?:.*?\.)?", 1)  # the name may stand at the very start
    return rf"{whole}(?:$|[.\[/@])"
