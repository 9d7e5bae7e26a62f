"""Pictures of pages that come out the same twice: fixed size, nothing moving, volatile parts masked."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gonogo.browsing.masking import CannotMask, masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Page

    from gonogo.job import Job
    from gonogo.privacy.recognising import Recogniser

VIEWPORT: dict[str, int] = {"width": 1280, "height": 720}
MASKED = "[data-volatile]"
"""What an application marks as rightly different from one view to the next."""

MASK_COLOUR = "#808080"

# An adopted style sheet, because a content-security policy rightly blocks injected style elements, and the
# browser would report that in the console as if the application had done it.
_HOLD_STILL = """async () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`*, *::before, *::after { caret-color: transparent !important;
        transition: none !important; animation-duration: 0s !important; animation-delay: 0s !important;
        scroll-behavior: auto !important; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    window.gonogoStill = sheet;
    await document.fonts.ready;
    await Promise.all(Array.from(document.images, image => image.complete ? null :
        new Promise(done => { image.addEventListener('load', done); image.addEventListener('error', done); })));
}"""
_LET_GO = """() => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== window.gonogoStill);
    delete window.gonogoStill;
}"""


def context_options(job: Job) -> dict[str, Any]:
    """Options for a new browser context: the job's address, one size, one language, one time zone."""
    return {
        "base_url": job.base_url,
        "viewport": dict(VIEWPORT),
        "device_scale_factor": 1,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "color_scheme": "light",
        "reduced_motion": "reduce",
        "accept_downloads": True,
    }


@contextmanager
def held_still(page: Page) -> Iterator[None]:
    """Nothing moves, and fonts and pictures have arrived, while this lasts."""
    page.wait_for_load_state("load")
    page.evaluate(_HOLD_STILL)
    try:
        yield
    finally:
        page.evaluate(_LET_GO)


def capture(
    page: Page,
    path: Path | None = None,
    *,
    mask: Sequence[str] = (),
    full_page: bool = True,
    recogniser: Recogniser | None = None,
) -> bytes:
    """A PNG picture of the page as it is now.

    Elements marked `data-volatile`, and those that `mask` selects, are painted over in one colour; the
    caret, animations and transitions are switched off while the picture is taken.

    Args:
        page: the page.
        path: where to write it too; folders are made.
        mask: more CSS selectors to paint over.
        full_page: the whole page, not just the window.
        recogniser: finds personal data, which is painted over; None leaves it.

    Raises:
        CannotMask: personal data could not be painted over; there is no picture.
        playwright.sync_api.Error: the page is closed or crashed.
    """
    try:
        picture = _taken(page, mask, recogniser, full_page=full_page)
    except CannotMask:  # the page was still filling up; the second look is the last
        picture = _taken(page, mask, recogniser, full_page=full_page)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    return picture


def _taken(page: Page, mask: Sequence[str], recogniser: Recogniser | None, *, full_page: bool) -> bytes:
    with held_still(page), masked(page, recogniser):
        return page.screenshot(
            full_page=full_page,
            animations="disabled",
            caret="initial",
            scale="css",
            mask=[page.locator(selector) for selector in (MASKED, *mask)],
            mask_color=MASK_COLOUR,
        )
