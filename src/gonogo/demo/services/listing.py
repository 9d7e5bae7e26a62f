"""Reading one page of a long list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Row, Select, func, select

if TYPE_CHECKING:
    from gonogo.demo.services.work import Work

Query: TypeAlias = Select[*tuple[Any, ...]]
Found: TypeAlias = Row[*tuple[Any, ...]]


def read_page(work: Work, query: Query, *, page: int, per_page: int) -> tuple[list[Found], int]:
    """The rows of one page, page 1 being the first, and how many rows all pages have together."""
    counted = query.add_columns(func.count().over().label("total"))
    skipped = (page - 1) * per_page
    if page > 1 and work.build.has("functional-page-skips-row"):
        skipped += 1
    rows = list(work.session.execute(counted.limit(per_page).offset(skipped)))
    if rows:
        return rows, rows[0].total
    if page == 1:
        return [], 0
    everything = query.order_by(None).subquery()
    return [], work.session.scalar(select(func.count()).select_from(everything)) or 0
