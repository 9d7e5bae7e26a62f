"""Paints over personal data on a page before a picture of it is taken.

Words are covered by a highlight of the browser (CSS Custom Highlight), which moves nothing and changes no element;
fields, and words in drawings, get the colour of the paint while the picture is taken. Every frame and every open
shadow tree is covered. What a page paints as a picture of its own (an image, a canvas) is not read.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.privacy.sealing import recogniser_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Frame, Page

    from gonogo.job import Job
    from gonogo.privacy.recognising import Recogniser

COLOUR = "#808080"
_SCRIPT = files("gonogo.browsing").joinpath("masking.js").read_text(encoding="utf-8")


def _call(function: str) -> str:
    return f"given => ({_SCRIPT}).{function}(given)"


class CannotMask(Exception):
    """The page shows personal data that could not be covered, so no picture of it may be taken."""


def recogniser_of(job: Job) -> Recogniser | None:
    """What recognises personal data for a job; None when it is switched off. Raises ConfigError."""
    return _recogniser(job.privacy, Path(job.project), tuple(user.username for user in job.users))


_recogniser = cache(recogniser_for)


@contextmanager
def masked(page: Page, recogniser: Recogniser | None) -> Iterator[None]:
    """Personal data on the page is covered while this lasts.

    Raises:
        CannotMask: it could not be covered, or more of it appeared while the picture was taken; what was
            taken must not be kept.
        playwright.sync_api.Error: the page is closed or crashed.
    """
    if recogniser is None:
        yield
        return
    frames = [frame for frame in page.frames if not frame.is_detached()]
    try:
        before = [_cover(frame, recogniser) for frame in frames]
        yield
        if [_shown(frame, recogniser, is_kept=False)[:2] for frame in frames] != before:
            raise CannotMask("personal data appeared on the page while its picture was taken")
    finally:
        for frame in frames:
            if not frame.is_detached():
                frame.evaluate(_call("uncover"))


def _cover(frame: Frame, recogniser: Recogniser) -> tuple[list[str], list[int]]:
    """Cover what is personal in a frame; returns which words and which fields that was."""
    words, fields, spans = _shown(frame, recogniser, is_kept=True)
    if (spans or fields) and not frame.evaluate(_call("cover"), [spans, fields, COLOUR]):
        raise CannotMask("personal data on the page could not be covered")
    return words, fields


def _shown(
    frame: Frame, recogniser: Recogniser, *, is_kept: bool
) -> tuple[list[str], list[int], list[list[int]]]:
    """The personal words of a frame, the numbers of the fields that hold some, and where the words stand."""
    text, values = frame.evaluate(_call("read"), is_kept)
    hits = recogniser.find(text)
    fields = [place for place, value in enumerate(values) if recogniser.find(value)]
    return [text[hit.start : hit.end] for hit in hits], fields, [[hit.start, hit.end] for hit in hits]
