"""What is kept of a scenario that did not go well: a picture of the page, its text and HTML, its trace.

Nothing is kept of scenarios that pass: pictures and traces cost more than the steps they show.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gonogo.browsing import CannotMask, masked, recogniser_of

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk

PICTURE_TIMEOUT_MS = 5000
TEXT_LIMIT = 200_000


def keep(desk: Desk, scenario: Any) -> None:
    """Keep what shows why the present step failed, and tell the record and Allure about it."""
    folder = _folder(desk, scenario.name)
    kept: list[Path] = []
    if desk.has_page:
        kept += _page(desk, folder)
    if desk.file is not None:
        kept += _written(folder / desk.file.name, lambda path: shutil.copyfile(desk.file.path, path))
    for name, shown in (("answer.txt", desk.answer), ("batch.txt", desk.batch), ("answer.xml", desk.xml)):
        if shown is not None:
            kept += _text(folder / name, shown.in_full())
    scenario.gonogo_where = desk.where
    _tell(desk, scenario, kept)


def keep_trace(desk: Desk, scenario: Any, *, is_wanted: bool) -> None:
    """End the recording of the Playwright trace, if there is one, and keep it when it is wanted."""
    if desk.context is None or not desk.worker.job.options.get("trace"):
        return
    from playwright.sync_api import Error

    try:
        if is_wanted:
            path = _folder(desk, scenario.name) / "trace.zip"
            desk.context.tracing.stop(path=path)
            _tell(desk, scenario, [path])
        else:
            desk.context.tracing.stop()
    except Error as error:
        sys.stderr.write(f"The trace could not be kept: {error}\n")


def _page(desk: Desk, folder: Path) -> list[Path]:
    page = desk.page
    kept = _written(folder / "page.png", lambda p: _picture(desk, p))
    kept += _written(
        folder / "page.txt",
        lambda p: p.write_text(page.inner_text("body", timeout=PICTURE_TIMEOUT_MS)[:TEXT_LIMIT], "utf-8"),
    )
    kept += _written(folder / "page.html", lambda p: p.write_text(page.content(), "utf-8"))
    if desk.traffic.problems:
        kept += _text(folder / "browser.txt", "\n".join(desk.traffic.problems))
    return kept


def _picture(desk: Desk, path: Path) -> None:
    with masked(desk.page, recogniser_of(desk.worker.job)):
        picture = desk.page.screenshot(full_page=True, timeout=PICTURE_TIMEOUT_MS)
    path.write_bytes(picture)


def _written(path: Path, write: Callable[[Path], object]) -> list[Path]:
    """The path if it could be written; a page that is gone has nothing to show."""
    from playwright.sync_api import Error

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path)
    except (Error, CannotMask, OSError) as error:
        sys.stderr.write(f"{path.name} could not be kept: {error}\n")
        return []
    return [path]


def _text(path: Path, text: str) -> list[Path]:
    return _written(path, lambda p: p.write_text(text[:TEXT_LIMIT], "utf-8"))


def _folder(desk: Desk, name: str) -> Path:
    """`evidence/<name of the scenario>`, the same in every run of the same scenario."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60]
    digest = hashlib.sha256(f"{desk.title}\0{name}".encode()).hexdigest()[:6]
    return Path(desk.worker.job.evidence) / "evidence" / f"{slug}-{digest}"


def _tell(desk: Desk, scenario: Any, kept: list[Path]) -> None:
    root = Path(desk.worker.job.evidence).parent
    names = [path.relative_to(root).as_posix() for path in kept]
    scenario.gonogo_artefacts = [*getattr(scenario, "gonogo_artefacts", []), *names]
    if "allure_commons" not in sys.modules:
        return
    import allure_commons

    for path in kept:
        mime = _MIME.get(path.suffix, "application/octet-stream")
        allure_commons.plugin_manager.hook.attach_file(
            source=str(path), name=path.name, attachment_type=mime, extension=path.suffix.lstrip(".")
        )


_MIME = {
    ".png": "image/png",
    ".txt": "text/plain",
    ".html": "text/plain",  # shown as source: a vendor's page must not run inside the report
    ".xml": "text/xml",
    ".csv": "text/csv",
    ".pdf": "application/pdf",
    ".zip": "application/vnd.allure.playwright-trace",
}
