"""What a page shows, read in one look: text, headings, messages, labelled values and tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.sheet import Sheet, fold, quoted

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page as it was at one moment.

    Attributes:
        text: everything visible, on one line, frames included.
        title: of the window.
        headings, main_headings: visible headings, and those of the first level.
        messages, alerts: text of status and alert regions, and of alerts alone.
        pairs: (rank, label, value, section); a lower rank is a surer reading.
        tables: visible tables in page order.
        table_indexes: for each, its position among all `table` elements.
    """

    text: str
    title: str
    headings: tuple[str, ...]
    main_headings: tuple[str, ...]
    messages: tuple[str, ...]
    alerts: tuple[str, ...]
    pairs: tuple[tuple[int, str, str, str], ...]
    tables: tuple[Sheet, ...]
    table_indexes: tuple[int, ...]

    def value_of(self, label: str, section: str = "") -> str:
        """What stands beside a label; with a section, only under that heading or in that part of the page.

        Raises:
            NotAsExpected: nothing is labelled so.
            CannotCheck: several things are, with different values, so the label does not say which.
        """
        wanted = fold(label)
        inside = [pair for pair in self.pairs if not section or fold(pair[3]) == fold(section)]
        found = [(rank, value) for rank, name, value, _ in inside if fold(name) == wanted]
        if not found:
            known = sorted({name for rank, name, _, _ in inside if name and rank <= 4})
            part = f'"{section}"' if section else "the page"
            raise NotAsExpected(f'to see "{label}" with a value', f"{part} labels only {quoted(known[:12])}")
        best = min(rank for rank, _ in found)
        values = list(dict.fromkeys(value for rank, value in found if rank == best))
        if len(values) > 1:
            raise CannotCheck(
                f'The page shows "{label}" several times, as {quoted(values)}. '
                'Say where: I look at the section "…".'
            )
        return values[0]


def look(desk: Desk) -> PageView:
    """Read the page in front of us, frames included."""
    views = [frame.evaluate(_script()) for frame in desk.page.frames if frame.parent_frame is None]
    views += [_framed(frame) for frame in desk.page.frames if frame.parent_frame is not None]
    return _view([view for view in views if view], desk.where)


def table(desk: Desk, view: PageView) -> Sheet:
    """The table that is looked at: the one named, else the only one.

    Raises:
        NotAsExpected: there is no such table.
        CannotCheck: there are several and none was named.
    """
    return view.tables[table_number(desk, view)]


def table_number(desk: Desk, view: PageView) -> int:
    """Which of the visible tables is looked at; raises as `table` does."""
    names = [sheet.name.removeprefix('the table "').removesuffix('"') for sheet in view.tables]
    if desk.table_name and desk.table_path == urlsplit(desk.page.url).path:
        wanted = fold(desk.table_name)
        for number, name in enumerate(names):
            if fold(name) == wanted:
                return number
        raise NotAsExpected(f'a table "{desk.table_name}"', f"the page shows the tables {quoted(names)}")
    # Tables without headings lay a page out; they are looked at only when there is no other.
    headed = [number for number, sheet in enumerate(view.tables) if sheet.columns]
    choice = headed or list(range(len(view.tables)))
    if not choice:
        raise NotAsExpected("a table on the page", "there is none")
    if len(choice) > 1:
        raise CannotCheck(
            f"The page has {len(choice)} tables, {quoted(names[n] for n in choice)}. "
            'Say which: I look at the table "…".'
        )
    return choice[0]


def _framed(frame: Any) -> Any:
    from playwright.sync_api import Error

    try:
        return frame.evaluate(_script())
    except Error:
        return None  # a frame that is going away has nothing to read


def _view(views: list[dict[str, Any]], where: str) -> PageView:
    first = views[0]
    tables = [entry for view in views for entry in view["tables"]]
    return PageView(
        text=" ".join(view["text"] for view in views),
        title=first["title"],
        headings=_all(views, "headings"),
        main_headings=_all(views, "h1"),
        messages=_all(views, "messages"),
        alerts=_all(views, "alerts"),
        pairs=tuple(
            (p["rank"], p["label"], p["value"], p["section"]) for view in views for p in view["pairs"]
        ),
        tables=tuple(_sheet(entry, where) for entry in tables),
        table_indexes=tuple(entry["index"] for entry in tables),
    )


def _all(views: list[dict[str, Any]], name: str) -> tuple[str, ...]:
    return tuple(text for view in views for text in view[name])


def _sheet(entry: dict[str, Any], where: str) -> Sheet:
    return Sheet(
        name=f'the table "{entry["name"]}"' if entry["name"] else "the table",
        columns=tuple(entry["columns"]),
        rows=tuple(tuple(row["cells"]) for row in entry["rows"]),
        marks=tuple(row["mark"] for row in entry["rows"]),
        where=where,
    )


@cache
def _script() -> str:
    text = files("gonogo.steps").joinpath("reading.js").read_text(encoding="utf-8")
    return text[text.index("() =>") :]
