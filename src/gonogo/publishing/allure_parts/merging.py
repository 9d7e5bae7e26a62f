"""Raw Allure results of every stage and side → one folder in which they can be told apart.

A result belongs to a check by its `gonogo-key` label, else by its full name. The check's status in the
evidence wins over the raw one: Allure calls a scenario without steps passed, which is no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from gonogo.model import CheckResult, Difference
from gonogo.publishing.allure_parts.files import Folder
from gonogo.publishing.allure_parts.labels import KEY_LABEL, Place
from gonogo.publishing.allure_parts.records import Container, Result
from gonogo.publishing.allure_parts.relabelling import Raw, relabelled, relabelled_container

LARGEST_RESULT_BYTES = 20_000_000

_Kind = TypeVar("_Kind", Result, Container)
_read_result = msgspec.json.Decoder(Result)
_read_container = msgspec.json.Decoder(Container)
_BROWSER = re.compile(r"^(?:chromium|firefox|webkit)(?:-|$)|(?:^|-)(?:chromium|firefox|webkit)$")


@dataclass(slots=True, kw_only=True)
class Merged:
    """What merging one stage and side came to."""

    keys: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)


def merge(
    raw: Path,
    place: Place,
    folder: Folder,
    checks: Mapping[str, CheckResult],
    differences: Mapping[str, Difference],
) -> Merged:
    """Copy one stage's and side's results into the folder, relabelled.

    Args:
        raw: the tool's `allure-results`; nothing is done when it does not exist.
        place: what the results are labelled with.
        folder: where results and attachments go.
        checks: the side's check results by key.
        differences: the stage's differences by key.

    Returns:
        The keys that have a result now, and the names of files that could not be read.
    """
    merged = Merged()
    if not raw.is_dir():
        return merged
    found: list[Raw] = []
    for path in sorted(raw.iterdir()):
        if path.name.endswith("-result.json"):
            result = _read(path, _read_result)
            if result is None:
                merged.unreadable.append(path.name)
            else:
                found.append(Raw(result=result, key=_key_of(result, place.stage, checks)))
        elif path.name.endswith("-container.json"):
            container = _read(path, _read_container)
            if container is not None and _tells_something(container):
                folder.write_container(relabelled_container(container, place, folder, raw))
    last = {each.key: each.result.uuid for each in sorted(found, key=lambda each: each.result.stop or 0)}
    for each in found:
        check = checks.get(each.key) if last.get(each.key) == each.result.uuid else None
        folder.write(relabelled(each, place, folder, raw, check, differences.get(each.key)))
        if each.key:
            merged.keys.add(each.key)
    return merged


def _read(path: Path, decoder: msgspec.json.Decoder[_Kind]) -> _Kind | None:
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST_RESULT_BYTES:
            return None
        return decoder.decode(path.read_bytes())
    except (msgspec.DecodeError, msgspec.ValidationError, OSError, RecursionError):
        return None


def _tells_something(container: Container) -> bool:
    """Whether a fixture failed or attached something; the rest would only be read past, in their thousands."""
    waiting = [*(container.befores or ()), *(container.afters or ())]
    while waiting:
        step = waiting.pop()
        # a fixture's teardown is written without a status when it went well
        if step.attachments or step.status not in (None, "passed", "skipped"):
            return True
        waiting.extend(step.steps or ())
    return False


def _without_browser(name: str) -> str:
    """`test_x[chromium-admin]` → `test_x[admin]`: keys leave the browser out, pytest-playwright puts it in."""
    test, bracket, parameters = name.partition("[")
    if not bracket:
        return name
    kept = _BROWSER.sub("", parameters.removesuffix("]")).strip("-")
    return f"{test}[{kept}]" if kept else test


def _key_of(result: Result, stage: str, checks: Iterable[str]) -> str:
    """The key by label, else by full name: `suites.test_pages#test_x` with the name's parameters."""
    for label in result.labels or ():
        if label.name == KEY_LABEL:
            return label.value
    module, _, _ = (result.fullName or "").partition("#")
    name = _without_browser(result.name or "")
    parts = module.split(".")
    for start in range(len(parts)):
        key = f"{stage}:{'/'.join(parts[start:])}:{name}"
        if key in checks:
            return key
    matching = [key for key in checks if key.startswith(f"{stage}:") and key.endswith(f":{name}")]
    return matching[0] if len(matching) == 1 else ""
