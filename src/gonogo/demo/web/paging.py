"""Pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

PER_PAGE = 25
_LAST_PAGE_ASKED_FOR = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list is shown, and the addresses of the other parts.

    Attributes:
        number: the page shown, from 1.
        total: how many rows the whole list has.
        per_page: how many rows a page has at most.
        path: the address of the list without its query.
        query: the other query parameters, kept from page to page; empty ones are left out.
    """

    number: int
    total: int
    per_page: int = PER_PAGE
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first_row(self) -> int:
        """The number of the first row shown, from 1; 0 when the list is empty."""
        return min(self.total, (self.number - 1) * self.per_page + 1)

    @property
    def last_row(self) -> int:
        """The number of the last row shown."""
        return min(self.total, self.number * self.per_page)

    def address(self, number: int) -> str:
        """The address of another page of the same list."""
        pairs = [(name, value) for name, value in self.query if value]
        if number > 1:
            pairs.append(("page", str(number)))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def numbers(self) -> list[int | None]:
        """Page numbers to offer: both ends and two either side of this one; None stands for a gap."""
        wanted = {1, self.last, *range(self.number - 2, self.number + 3)}
        shown: list[int | None] = []
        before = 0
        for number in sorted(number for number in wanted if 1 <= number <= self.last):
            if before and number > before + 1:
                shown.append(None)
            shown.append(number)
            before = number
        return shown


def page_number(text: str | None) -> int:
    """The page asked for; 1 for anything that is not a page number."""
    if text is None or not text.isascii() or not text.isdigit():
        return 1
    return min(max(1, int(text[:9])), _LAST_PAGE_ASKED_FOR)
