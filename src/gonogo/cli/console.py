"""What the commands print, and how errors look. Honours NO_COLOR, CI and a missing terminal."""

from __future__ import annotations

import os
import re
import sys

from rich.console import Console

from gonogo.model.errors import GonogoError

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

story = Console(stderr=True, highlight=False, soft_wrap=True)
answer = Console(highlight=False, soft_wrap=True)


def is_interactive() -> bool:
    """Whether a person watches: both streams are terminals and this is not a pipeline."""
    return sys.stderr.isatty() and sys.stdout.isatty() and not os.environ.get("CI")


def plain(text: str) -> str:
    """A text from a target or tool without control characters, so that it cannot steer the terminal."""
    return _CONTROL.sub("", text)


def say(text: str) -> None:
    """One line of the story."""
    story.print(plain(text), markup=False)


def next_step(text: str) -> None:
    """What to do next; only for people."""
    if is_interactive():
        story.print(f"Next: {text}", markup=False)


def complain(error: GonogoError) -> None:
    """An error as a person reads it: what was found, then what to do."""
    story.print(plain(f"gonogo: {error.message}"), markup=False)
    if error.remedy:
        story.print(plain(f"  → {error.remedy}"), markup=False)
