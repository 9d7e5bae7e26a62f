"""The offline kit: one HTML file with which a tester walks the steps, and the results file it gives back.

The page works from a folder or an e-mail, asks no network, and allows itself only the one script and the one
style sheet whose digests its content-security policy names.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from importlib.resources import files

import jinja2
import msgspec
from markupsafe import Markup

from gonogo.manual.defusing import clean, line
from gonogo.manual.pictures import MOST_PICTURES, as_png
from gonogo.manual.records import Build, Mark, Script, StepMark, Walk
from gonogo.manual.submissions import Submission, moment
from gonogo.model import Record
from gonogo.model.errors import UsageError

MARKS = (
    (Mark.PASS.value, "Pass"),
    (Mark.FAIL.value, "Fail"),
    (Mark.BLOCKED.value, "Blocked"),
    ("", "No result yet"),
)
MOST_MARKS = 100_000
_DATA = ("data:image/png;base64,", "data:image/jpeg;base64,")


class KitMark(msgspec.Struct, frozen=True, kw_only=True):
    """One step as the page wrote it; nothing in it is trusted."""

    script_id: str
    script_digest: str
    step: int
    mark: str
    note: str = ""
    at: str = ""
    pictures: tuple[str, ...] = ()


class KitFile(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.manual-kit/1"):
    """A results file as the page wrote it."""

    build: Build
    tester: str
    walked_at: str
    marks: tuple[KitMark, ...]


def write_kit(build: Build, scripts: tuple[Script, ...], prepared_at: str) -> bytes:
    """The page. Same scripts and moment, same bytes."""
    style, script = _template("kit.css"), _template("kit.js")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["clean"] = clean
    page = environment.from_string(_template("kit.html.j2"))
    return page.render(
        build=build,
        scripts=scripts,
        count=sum(len(each.steps) for each in scripts),
        prepared_at=prepared_at,
        marks=MARKS,
        # ours, not the system's: they are in the package, and the policy names their digests
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        style_hash=_source_hash(style),
        script_hash=_source_hash(script),
    ).encode("utf-8", "replace")


def read_kit(data: bytes, name: str, scripts: Mapping[str, Script], taken_in_at: str) -> Submission:
    """The results of a kit file.

    Args:
        data: the file.
        name: what the user calls it.
        scripts: the project's scripts by id.
        taken_in_at: this moment, ISO.

    Raises:
        UsageError: it is not such a file, or nobody's name is in it.
    """
    shown = line(name)
    try:
        kit = msgspec.json.decode(data, type=KitFile)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"{shown} is not a results file of the kit: {line(str(error))}.",
            remedy="Name the .json file that “Download my results” made, or a workbook.",
        ) from error
    tester = line(kit.tester)
    if not tester:
        raise UsageError(f"{shown} does not say who tested.", remedy="Ask for it again, with a name.")
    if len(kit.marks) > MOST_MARKS:
        raise UsageError(f"{shown} holds more than {MOST_MARKS:,} results.", remedy="Split it.")
    submission = Submission(source=shown)
    marks = [(each, _mark(each, scripts, submission, taken_in_at)) for each in kit.marks]
    submission.walks = _walks(kit, tester, marks, scripts, taken_in_at, shown)
    return submission


def _mark(
    each: KitMark, scripts: Mapping[str, Script], submission: Submission, taken_in_at: str
) -> StepMark | None:
    script = scripts.get(each.script_id)
    where = f"{line(each.script_id, 20)}, step {each.step}"
    if script is None or not 1 <= each.step <= len(script.steps):
        submission.remarks.append(f"{where}: there is no such step in this project; it was not taken in.")
        return None
    if each.mark not in {mark.value for mark in Mark}:
        submission.remarks.append(f"{where}: “{line(each.mark, 40)}” is no result; it was not taken in.")
        return None
    digests = []
    for picture in each.pictures[:MOST_PICTURES]:
        kept = _picture(picture)
        if kept is None:
            submission.remarks.append(f"{where}: a screenshot could not be read and was left out.")
            continue
        submission.pictures[kept[0]] = kept[1]
        digests.append(kept[0])
    if len(each.pictures) > MOST_PICTURES:
        submission.remarks.append(f"{where}: only {MOST_PICTURES} screenshots were taken in.")
    return StepMark(
        step=each.step,
        mark=Mark(each.mark),
        note=clean(each.note),
        at=moment(each.at, taken_in_at),
        pictures=tuple(digests),
    )


def _walks(
    kit: KitFile,
    tester: str,
    marks: list[tuple[KitMark, StepMark | None]],
    scripts: Mapping[str, Script],
    taken_in_at: str,
    source: str,
) -> tuple[Walk, ...]:
    build = Build(system=line(kit.build.system), version=line(kit.build.version), build=line(kit.build.build))
    grouped: dict[tuple[str, str], list[StepMark]] = {}
    for each, mark in marks:
        if mark is not None:
            grouped.setdefault((each.script_id, line(each.script_digest, 40)), []).append(mark)
    return tuple(
        Walk(
            key=scripts[script_id].key,
            script_id=script_id,
            script_digest=digest,
            title=scripts[script_id].title,
            build=build,
            tester=tester,
            walked_at=moment(kit.walked_at, taken_in_at),
            taken_in_at=taken_in_at,
            marks=tuple(found),
            source=source,
        )
        for (script_id, digest), found in sorted(grouped.items())
    )


def _picture(text: str) -> tuple[str, bytes] | None:
    start = next((prefix for prefix in _DATA if text.startswith(prefix)), None)
    if start is None:
        return None
    try:
        return as_png(base64.b64decode(text[len(start) :], validate=True))
    except (binascii.Error, ValueError):
        return None


def _template(name: str) -> str:
    return files("gonogo.manual").joinpath("templates", name).read_text(encoding="utf-8")


def _source_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
