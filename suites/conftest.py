"""What the regression tests of Meridian Housing share.

The acceptance scenarios run at the same time against the same system, and they write to tenancies from
T000301 on. What is kept here for comparison is therefore about tenancies up to T000280 or about things that
nobody writes to; the regression tests themselves write to the tenancies between.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

QUIET_MOST = 280
"""The last tenancy that nothing writes to."""

OURS = "281"
"""The tenancy that the regression tests write to."""


@pytest.fixture
def is_quiet() -> Callable[[str], bool]:
    """Whether a reference (`T000017`, `A000017`) belongs to a tenancy that nothing writes to."""
    return lambda reference: int(reference[1:]) <= QUIET_MOST


@pytest.fixture
def ours() -> str:
    """Digits of the tenancy that the regression tests may write to."""
    return OURS.zfill(6)


@pytest.fixture
def text_at(http_as: Callable[[str], Any]) -> Callable[..., str]:
    """`text_at("/accounts/A000017", "balance", role)`: the words of the element with this id."""
    pages: dict[tuple[str, str], Any] = {}

    def read(path: str, element: str, role: str = "housing manager") -> str:
        if (path, role) not in pages:
            answer = http_as(role).get(path)
            assert answer.status_code == 200, f"{path} answered {answer.status_code}"
            pages[path, role] = html.document_fromstring(answer.text)
        found = pages[path, role].get_element_by_id(element, None)
        assert found is not None, f"{path} has no element #{element}"
        return " ".join(found.text_content().split())

    return read


@pytest.fixture
def words() -> Callable[[str], str]:
    """The words of a page's main part, a line for each piece of text."""

    def read(page: str) -> str:
        main = html.document_fromstring(page).find(".//main")
        return "\n".join(line for line in (" ".join(text.split()) for text in main.itertext()) if line)

    return read


@pytest.fixture
def steady(database: Any) -> Callable[..., tuple[Any, Any]]:
    """`steady(sql, read)`: what the database and something else say at the same moment.

    Others work on the same system: a figure is believed when the database says the same before and after.
    """

    def both(sql: str, read: Callable[[], Any]) -> tuple[Any, Any]:
        for _ in range(5):
            before, seen, after = database.value(sql), read(), database.value(sql)
            if before == after:
                return before, seen
        pytest.fail("The figure kept changing while it was read.")

    return both
