"""Pictures of pages that come out the same twice: fixed size, nothing moving, volatile parts masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Page

    from gonogo.job import Job

VIEWPORT: dict[str, int] = {"width": 1280, "height": 720}
MASKED = "[data-volatile]"
"""What an application marks as rightly different from one view to the next."""

MASK_COLOUR = "#808080"

_HOLD_STILL = """
*, *::before, *::after {
  caret-color: transparent !important;
  transition: none !important;
  animation-duration: 0s !important;
  animation-delay: 0s !important;
  scroll-behavior: auto !important;
}
"""


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


def hold_still(page: Page) -> None:
    """Wait until fonts and visible pictures are there, so that the next picture is of the finished page."""
    page.wait_for_load_state("load")
    page.evaluate(
        """async () => {
            await document.fonts.ready;
            await Promise.all(Array.from(document.images, image => image.complete ? null :
                new Promise(done => { image.onload = image.onerror = done; })));
        }"""
    )


def capture(
    page: Page,
    path: Path | None = None,
    *,
    mask: Sequence[str] = (),
    full_page: bool = True,
) -> bytes:
    """A PNG picture of the page as it is now.

    Elements marked `data-volatile`, and those that `mask` selects, are painted over in one colour; the
    caret, animations and transitions are switched off while the picture is taken.

    Args:
        page: the page.
        path: where to write it too; folders are made.
        mask: more CSS selectors to paint over.
        full_page: the whole page, not just the window.

    Raises:
        playwright.sync_api.Error: the page is closed or crashed.
    """
    hold_still(page)
    picture = page.screenshot(
        full_page=full_page,
        animations="disabled",
        caret="hide",
        scale="css",
        style=_HOLD_STILL,
        mask=[page.locator(selector) for selector in (MASKED, *mask)],
        mask_color=MASK_COLOUR,
    )
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    return picture
