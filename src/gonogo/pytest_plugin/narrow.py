"""Fixture: what cannot be read on a narrow screen, because it is cut off and cannot be scrolled to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

NARROW_PX = 390
"""The width of a common telephone."""

_LOOK = """() => {
  const hides = style => ['hidden', 'clip'].includes(style.overflowX);
  const shortened = style => style.textOverflow === 'ellipsis';
  return [...document.querySelectorAll('body *')]
    .filter(e => e.clientWidth > 8 && e.clientHeight > 8 && e.scrollWidth > e.clientWidth + 2)
    .filter(e => { const s = getComputedStyle(e); return hides(s) && !shortened(s); })
    .map(e => {
      const name = e.tagName.toLowerCase() + (e.id ? '#' + e.id : '')
        + [...e.classList].map(c => '.' + c).join('');
      return `${name} shows ${e.clientWidth} of ${e.scrollWidth} pixels`;
    });
}"""

CutOff = Callable[..., list[str]]


@pytest.fixture
def cut_off() -> CutOff:
    """`cut_off(page, width=390)`: the elements of a page that hide a part of what is in them at that width.

    Text that is shortened with an ellipsis says so itself and does not count. The page keeps its old size.
    """

    def look(page: Page, width: int = NARROW_PX) -> list[str]:
        before = page.viewport_size
        page.set_viewport_size({"width": width, "height": 844})
        try:
            found: list[str] = page.evaluate(_LOOK)
        finally:
            if before is not None:
                page.set_viewport_size(before)
        return list(dict.fromkeys(found))

    return look
