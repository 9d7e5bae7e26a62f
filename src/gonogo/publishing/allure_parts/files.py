"""The folder `allure-results`: results, fixtures and attachments as files, with limits on their size."""

from __future__ import annotations

import mimetypes
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from gonogo.publishing.allure_parts.labels import Place
from gonogo.publishing.allure_parts.records import Attachment, Container, Result
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line
from gonogo.publishing.evidence import Index

LARGEST_ATTACHMENT_BYTES = 8_000_000
LARGEST_TOTAL_BYTES = 80_000_000
"""One page holds everything: beyond this it would not open on an ordinary machine."""

TRACE_TYPE = "application/vnd.allure.playwright-trace"
# A page of the system under test is shown as its source: it must not run inside the report.
_SHOWN_AS_TEXT = (
    "text/html",
    "application/xhtml+xml",
    "image/svg+xml",
    "text/javascript",
    "application/javascript",
)
_UNSAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class Folder:
    """Writes into one `allure-results` folder, which it empties first.

    Raises (any method): OSError when a file cannot be written.
    """

    def __init__(self, path: Path, index: Index) -> None:
        """Start an empty folder at `path`; artefacts are found through `index`."""
        self.path = path
        self.left_out = 0
        self._index = index
        self._room = LARGEST_TOTAL_BYTES
        self._copied: dict[Path, str] = {}
        if path.exists():
            shutil.rmtree(path)
        path.mkdir(parents=True)

    def write(self, result: Result) -> None:
        """Write one result."""
        (self.path / f"{result.uuid}-result.json").write_bytes(msgspec.json.encode(result))

    def write_container(self, container: Container) -> None:
        """Write one set of fixtures."""
        (self.path / f"{container.uuid}-container.json").write_bytes(msgspec.json.encode(container))

    def attach(self, source: Path, place: Place, *, name: str, kind: str | None = None) -> Attachment | None:
        """Copy a file and say how a result names it; None when it is missing or there is no room for it.

        Each file is copied once, however many results name it. The copy is a file of its own, never a link:
        what is published may be replaced, evidence may not.
        """
        copied = self._copied.get(source) or self._copy(source, place)
        if copied is None:
            return None
        self._copied[source] = copied
        type_ = kind or _type_of(source)
        return Attachment(
            name=one_line(name, TITLE_LIMIT),
            source=copied,
            type="text/plain" if type_.lower() in _SHOWN_AS_TEXT else one_line(type_, 100),
        )

    def attach_text(self, text: str, place: Place, *, name: str, kind: str = "text/plain") -> Attachment:
        """Keep a text of our own as an attachment."""
        ending = {"application/json": ".json", "text/csv": ".csv"}.get(kind, ".txt")
        file = f"{place.prefix}{place.identity(name + text)}-attachment{ending}"
        (self.path / file).write_text(text, encoding="utf-8")
        return Attachment(name=one_line(name, TITLE_LIMIT), source=file, type=kind)

    def attach_artefacts(
        self, artefacts: Iterable[str], place: Place, *, skip: frozenset[str] = frozenset()
    ) -> list[Attachment]:
        """Attach a check's artefacts (paths below the stage's folder), those named in `skip` left out."""
        attachments = []
        for artefact in artefacts:
            source = self._index.artefact(place.side, place.stage, artefact)
            if source is None or source.name in skip or "allure-results" in Path(artefact).parts:
                continue
            attached = self.attach(source, place, name=source.name)
            if attached is not None:
                attachments.append(attached)
        return attachments

    def _copy(self, source: Path, place: Place) -> str | None:
        if source.is_symlink() or not source.is_file():
            return None
        size = source.stat().st_size
        if size > LARGEST_ATTACHMENT_BYTES or size > self._room:
            self.left_out += 1
            return None
        self._room -= size
        ending = _UNSAFE_NAME.sub("", source.suffix)[:10]
        if _type_of(source).lower() in _SHOWN_AS_TEXT:
            ending += ".txt"  # nor when somebody opens the file itself
        name = f"{place.prefix}{place.identity(str(source))}-attachment{ending}"
        shutil.copyfile(source, self.path / name)
        return name


def _type_of(path: Path) -> str:
    if path.suffix == ".zip" and "trace" in path.as_posix().lower():
        return TRACE_TYPE
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
