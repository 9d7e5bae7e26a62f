"""Fixture `snapshot`: keep a page, document or table as it is, to be compared with the other side.

Nothing is asserted here. Whether two captures differ, and how, is said by `gonogo.comparing`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from gonogo.browsing import CannotMask, capture, recogniser_of
from gonogo.model import Discipline, Priority, Snapshot, SnapshotForm
from gonogo.pytest_plugin.errors import CannotCheckError
from gonogo.pytest_plugin.evidence import Evidence, Pack
from gonogo.pytest_plugin.naming import discipline_of, priority_of
from gonogo.pytest_plugin.tabular import Table, read_pdf_text

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_SUFFIXES = {
    SnapshotForm.IMAGE: ".png",
    SnapshotForm.TEXT: ".txt",
    SnapshotForm.TREE: ".yml",
    SnapshotForm.TABLE: ".csv",
    SnapshotForm.JSON: ".json",
    SnapshotForm.XML: ".xml",
}
_DISCIPLINES = {
    SnapshotForm.IMAGE: Discipline.VISUAL,
    SnapshotForm.TEXT: Discipline.FUNCTIONAL,
    SnapshotForm.TREE: Discipline.FUNCTIONAL,
    SnapshotForm.TABLE: Discipline.REPORT,
    SnapshotForm.JSON: Discipline.INTERFACE,
    SnapshotForm.XML: Discipline.INTERFACE,
}

# What the page marks as rightly different is left out of its words and its tree as it is out of its picture.
_HIDE_VOLATILE = """root => { for (const element of root.querySelectorAll('[data-volatile]'))
    { element.dataset.gonogoHidden = element.getAttribute('aria-hidden') ?? '';
      element.setAttribute('aria-hidden', 'true');
      element.dataset.gonogoStyle = element.style.visibility; element.style.visibility = 'hidden'; } }"""
_SHOW_VOLATILE = """root => { for (const element of root.querySelectorAll('[data-gonogo-hidden]'))
    { if (element.dataset.gonogoHidden) element.setAttribute('aria-hidden', element.dataset.gonogoHidden);
      else element.removeAttribute('aria-hidden');
      element.style.visibility = element.dataset.gonogoStyle;
      delete element.dataset.gonogoHidden; delete element.dataset.gonogoStyle; } }"""


class Snapshots:
    """Captures of one test. Each takes a name that no other capture of the pack has.

    All of them take `priority` and `discipline`; without, those of the test's own marks count, else `should`
    and what the form suggests (a picture is visual, JSON an interface, a table a report).
    """

    def __init__(self, item: pytest.Item, pack: Pack, evidence: Evidence) -> None:
        self._item = item
        self._pack = pack
        self._evidence = evidence

    def page(
        self,
        page: Page,
        name: str,
        *,
        mask: Sequence[str] = (),
        full_page: bool = True,
        tolerance: float | None = None,
        **about: Any,
    ) -> None:
        """A picture of the page as it is now.

        Painted over: elements marked `data-volatile`, those the stage's `mask` option selects, and `mask`.

        Args:
            page: the page.
            name: what it shows, such as `Rent account`.
            mask: more CSS selectors to paint over.
            full_page: the whole page, not just the window.
            tolerance: share of pixels (0–1) that may differ; else the stage's `tolerance` option.
            **about: `priority`, `discipline`.

        Raises:
            playwright.sync_api.Error: the page is closed, or never came to rest.
        """
        masks = [*self._option("mask", []), *mask]
        try:
            picture = capture(page, mask=masks, full_page=full_page, recogniser=recogniser_of(self._pack.job))
        except CannotMask as error:
            raise CannotCheckError(f"No picture was taken of {name!r}: {error}.") from error
        share = self._option("tolerance", 0.0) if tolerance is None else tolerance
        self._keep(SnapshotForm.IMAGE, name, picture, tolerance=float(share), **about)

    def tree(self, where: Page | Locator, name: str, *, volatile: Sequence[str] = (), **about: Any) -> None:
        """The accessibility tree of a page or a part of it: what a screen reader would find, as text.

        Args:
            where: a page or a locator.
            name: what it shows.
            volatile: regular expressions of what may differ.
            **about: `priority`, `discipline`.
        """
        root = where.locator("body") if hasattr(where, "goto") else where
        tree = self._without_volatile(root, root.aria_snapshot)
        self._keep(SnapshotForm.TREE, name, tree.encode(), volatile=self._patterns(volatile), **about)

    def text(
        self, what: str | Page | Locator, name: str, *, volatile: Sequence[str] = (), **about: Any
    ) -> None:
        """Text: given as such, or the words that a page or a part of it shows.

        Args:
            what: a text, a page or a locator.
            name: what it is.
            volatile: regular expressions of what may differ.
            **about: `priority`, `discipline`.
        """
        if isinstance(what, str):
            words = what
        else:
            root = what.locator("body") if hasattr(what, "goto") else what
            shown = self._without_volatile(root, root.inner_text)
            lines = (" ".join(line.split()) for line in shown.splitlines())
            words = "\n".join(line for line in lines if line)
        self._keep(SnapshotForm.TEXT, name, words.encode(), volatile=self._patterns(volatile), **about)

    def table(
        self,
        rows: Iterable[Mapping[str, Any]] | Table | bytes | str,
        name: str,
        *,
        key: str | Sequence[str] = (),
        volatile: Sequence[str] = (),
        **about: Any,
    ) -> None:
        """A table: rows by column name, or the bytes of a CSV or XLSX file.

        Args:
            rows: the table.
            name: what it holds.
            key: column or columns that identify a row; without, whole rows are compared.
            volatile: columns that may differ.
            **about: `priority`, `discipline`.

        Raises:
            AssertionError: the bytes are not a table but a web page.
            CannotCheckError: there is no column of the key's name.
        """
        table = Table.of(rows)
        keys = (key,) if isinstance(key, str) else tuple(key)
        for column in keys:
            if column not in table.columns:
                has = ", ".join(table.columns)
                raise CannotCheckError(f"The table has no column {column!r}; it has {has}.")
        content = table.csv().encode()
        self._keep(SnapshotForm.TABLE, name, content, row_key=keys, volatile=tuple(volatile), **about)

    def json(
        self,
        value: Any,
        name: str,
        *,
        key: str | Sequence[str] = (),
        volatile: Sequence[str] = (),
        **about: Any,
    ) -> None:
        """A JSON document, or the answer of a JSON interface.

        Args:
            value: what `json` can write; decimals become exact texts. Bytes and texts are read as JSON.
            name: what it is.
            key: fields that identify the entries of a list.
            volatile: paths that may differ (`$.items[*].id`, `**.updated_at`).
            **about: `priority`, `discipline`.
        """
        if isinstance(value, bytes | str):
            value = json.loads(value, parse_float=Decimal)
        content = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=str).encode()
        keys = (key,) if isinstance(key, str) else tuple(key)
        self._keep(SnapshotForm.JSON, name, content, row_key=keys, volatile=tuple(volatile), **about)

    def xml(self, document: bytes | str, name: str, *, volatile: Sequence[str] = (), **about: Any) -> None:
        """An XML document.

        Args:
            document: the document.
            name: what it is.
            volatile: paths that may differ (`/acknowledgement/@id`).
            **about: `priority`, `discipline`.
        """
        content = document.encode() if isinstance(document, str) else document
        self._keep(SnapshotForm.XML, name, content, volatile=tuple(volatile), **about)

    def pdf_text(self, document: bytes, name: str, *, volatile: Sequence[str] = (), **about: Any) -> None:
        """The words of a PDF file, page by page, laid out as they stand.

        Args:
            document: the file.
            name: what it is.
            volatile: regular expressions of what may differ.
            **about: `priority`, `discipline`.

        Raises:
            AssertionError: the bytes are no PDF.
        """
        about.setdefault("discipline", discipline_of(self._item) or Discipline.REPORT)
        text = read_pdf_text(document)
        self._keep(SnapshotForm.TEXT, name, text.encode(), volatile=self._patterns(volatile), **about)

    def _keep(
        self,
        form: SnapshotForm,
        name: str,
        content: bytes,
        *,
        priority: Priority | str | None = None,
        discipline: Discipline | str | None = None,
        **fields: Any,
    ) -> None:
        key = f"regression:snapshot:{name}"
        self._pack.claim(key, self._evidence.key)
        artefact, digest = self._pack.keep("snapshots", name, _SUFFIXES[form], content)
        self._pack.recorder.write(
            Snapshot(
                key=key,
                title=name,
                form=form,
                artefact=artefact,
                sha256=digest,
                priority=Priority(priority or priority_of(self._item) or Priority.SHOULD),
                discipline=Discipline(discipline or self._discipline(form)),
                check=self._evidence.key,
                **fields,
            )
        )
        self._evidence.captures += 1

    def _discipline(self, form: SnapshotForm) -> Discipline:
        marked = None if form is SnapshotForm.IMAGE else discipline_of(self._item)
        return marked or _DISCIPLINES[form]

    def _option(self, name: str, otherwise: Any) -> Any:
        return self._pack.job.options.get(name, otherwise)

    def _patterns(self, volatile: Sequence[str]) -> tuple[str, ...]:
        for pattern in volatile:
            try:
                re.compile(pattern)
            except re.error as error:
                raise CannotCheckError(f"{pattern!r} is not a regular expression: {error}.") from error
        return tuple(volatile)

    @staticmethod
    def _without_volatile(root: Locator, read: Callable[[], str]) -> str:
        root.evaluate(_HIDE_VOLATILE)
        try:
            return read()
        finally:
            root.evaluate(_SHOW_VOLATILE)


@pytest.fixture
def snapshot(request: pytest.FixtureRequest, pack: Pack, evidence: Evidence) -> Snapshots:
    """`snapshot.page(page, "Rent account")`, `.tree`, `.text`, `.table`, `.json`, `.xml`, `.pdf_text`."""
    return Snapshots(request.node, pack, evidence)
