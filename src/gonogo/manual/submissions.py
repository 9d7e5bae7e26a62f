"""What one file handed in by testers holds, before it is merged. Pure: bytes are read elsewhere.

Nothing that is doubtful is taken silently: every row that is not taken has a remark that says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gonogo.manual.columns import HeadingRow, Mapped, find_headings
from gonogo.manual.defusing import line
from gonogo.manual.layout import (
    BUILD_LABEL,
    DATE_LABEL,
    NO_BUILD,
    SYSTEM_LABEL,
    TESTER_LABEL,
    VERSION_LABEL,
    Column,
    row_check,
)
from gonogo.manual.opening import Sheet, Workbook
from gonogo.manual.pasted import pictures_of_rows
from gonogo.manual.records import Build, Mark, Script, StepMark, Walk, steps_digest
from gonogo.model import ManualStep
from gonogo.model.errors import UsageError

SYNONYMS: dict[str, tuple[str, ...]] = {
    Column.STEP_ID: ("Step id", "Step ref", "Step reference", "Id", "Ref", "Step no", "Test step id", "UAT id"),
    Column.ACTION: ("What to do", "Action", "Step description", "Test step", "Instruction", "Do this"),
    Column.EXPECTED: (
        "What you should see", "Expected", "Expected result", "Expected outcome", "Should see", "Expected results",
    ),
    Column.RESULT: (
        "Result", "Pass/Fail", "Pass fail", "P/F", "Outcome", "Status", "Test result", "Result (pass/fail)",
    ),
    Column.SEEN: (
        "What you saw", "Actual", "Actual result", "Actual results", "Comment", "Comments", "Notes", "Note", "Remarks",
    ),
    Column.TESTER: ("Tested by", "Tester", "Executed by", "Run by", "Name of tester", "Initials"),
    Column.DATE: ("Tested on", "Date", "Date tested", "Executed on", "Run date", "Date of test"),
    Column.CHECK: ("Row check",),
}  # fmt: skip
REQUIRED = frozenset({Column.STEP_ID, Column.RESULT})

MARKS: Mapping[str, Mark] = {
    **dict.fromkeys(("pass", "passed", "p", "ok", "yes", "y", "✓", "✔", "met", "success"), Mark.PASS),
    **dict.fromkeys(("fail", "failed", "f", "no", "n", "✗", "✘", "x", "not met", "failure"), Mark.FAIL),
    **dict.fromkeys(("blocked", "block", "b", "could not test", "not testable"), Mark.BLOCKED),
}
NOT_DONE = frozenset(
    {"", "-", "n/a", "na", "not run", "not done", "not tested", "skipped", "to do", "todo", "tbc"}
)

_STEP_ID = re.compile(r"^(UAT-[A-Z2-7]{8})-(\d{1,3})$")


@dataclass(slots=True, kw_only=True)
class Submission:
    """One file's results.

    Attributes:
        walks: what is taken in; pictures are digests.
        remarks: what was not taken in, and why, in plain words.
        headings: how the columns were understood, for workbooks.
        pictures: digest → PNG bytes.
    """

    source: str
    walks: tuple[Walk, ...] = ()
    remarks: list[str] = field(default_factory=list)
    headings: HeadingRow | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def doubtful(self) -> tuple[Mapped, ...]:
        """Columns that were taken for something only because they look alike."""
        return self.headings.doubtful if self.headings else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    script: Script
    number: int
    mark: Mark
    note: str
    tester: str
    at: str
    digest: str
    place: int = 0
    """Its row in the sheet, from 1."""
    pictures: tuple[str, ...] = ()


def read_workbook(workbook: Workbook, scripts: Mapping[str, Script], taken_in_at: str) -> Submission:
    """The results of a workbook.

    Args:
        workbook: as opened.
        scripts: the project's scripts by id.
        taken_in_at: this moment, ISO.

    Raises:
        UsageError: it holds formulas, has no sheet of steps, or does not say which build was tested.
    """
    if workbook.formulas:
        raise UsageError(
            f"{workbook.name} holds {workbook.formulas} formulas; a result has to be chosen by a person.",
            remedy="Copy the sheet's cells and paste them as values, then save it again.",
        )
    about = _about(workbook)
    build = _build(workbook.name, about)
    sheet, headings = _steps_sheet(workbook)
    submission = Submission(source=workbook.name, headings=headings)
    rows = _rows(sheet, headings, scripts, about, submission.remarks, taken_in_at)
    taken = pictures_of_rows(workbook.pasted, workbook.pictures, sheet.name, {row.place for row in rows})
    submission.pictures = taken.pictures
    submission.remarks += taken.remarks
    rows = [replace(row, pictures=taken.digests.get(row.place, ())) for row in rows]
    submission.walks = walks_of(rows, build, taken_in_at, workbook.name)
    return submission


def walks_of(rows: Sequence[_Row], build: Build, taken_in_at: str, source: str) -> tuple[Walk, ...]:
    """One walk for each script, tester and moment."""
    grouped: dict[tuple[str, str, str, str], list[_Row]] = {}
    for row in rows:
        grouped.setdefault((row.script.id, row.tester, row.at, row.digest), []).append(row)
    return tuple(
        Walk(
            key=group[0].script.key,
            script_id=script_id,
            script_digest=digest,
            title=group[0].script.title,
            build=build,
            tester=tester,
            walked_at=at,
            taken_in_at=taken_in_at,
            marks=tuple(
                StepMark(step=row.number, mark=row.mark, note=row.note, pictures=row.pictures)
                for row in group
            ),
            source=source,
        )
        for (script_id, tester, at, digest), group in sorted(grouped.items())
    )


def moment(text: str, latest: str) -> str:
    """An ISO date or moment as a tester gave it; empty when it is none, `latest` when it lies after that.

    A day in the future would let a result stand above every later one.
    """
    shown = line(text, 40)
    for pattern in ("", "%d/%m/%Y", "%d.%m.%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y"):
        try:
            found = datetime.strptime(shown, pattern) if pattern else datetime.fromisoformat(shown)  # noqa: DTZ007
        except ValueError:
            continue
        if found.tzinfo is None and (found.hour, found.minute, found.second) == (0, 0, 0):
            day = found.date().isoformat()
            return day if day <= latest[:10] else latest
        stated = found.isoformat(timespec="seconds").replace("+00:00", "Z")
        return min(stated, latest)
    return ""


def _about(workbook: Workbook) -> dict[str, str]:
    """Label → value of every pair of cells in the first columns of any sheet but the steps."""
    wanted = {label.casefold(): label for label in
              (SYSTEM_LABEL, VERSION_LABEL, BUILD_LABEL, TESTER_LABEL, DATE_LABEL)}  # fmt: skip
    found: dict[str, str] = {}
    for sheet in workbook.sheets:
        for cells in sheet.rows[:60]:
            label = wanted.get(cells[0].strip().rstrip(":").casefold()) if len(cells) > 1 else None
            if label and cells[1].strip():
                found.setdefault(label, cells[1].strip())
    return found


def _build(source: str, about: Mapping[str, str]) -> Build:
    system, version = about.get(SYSTEM_LABEL, ""), about.get(VERSION_LABEL, "")
    if not system or not version:
        raise UsageError(
            f"{source} does not say which version was tested, so its results belong to no build.",
            remedy=f"Keep the sheet “Read me” with “{SYSTEM_LABEL}” and “{VERSION_LABEL}”.",
        )
    build = about.get(BUILD_LABEL, NO_BUILD)
    return Build(system=line(system), version=line(version), build="" if build == NO_BUILD else line(build))


def _steps_sheet(workbook: Workbook) -> tuple[Sheet, HeadingRow]:
    best: tuple[Sheet, HeadingRow] | None = None
    for sheet in workbook.sheets:
        headings = find_headings(sheet.rows, SYNONYMS, REQUIRED)
        if headings and (best is None or len(headings.columns) > len(best[1].columns)):
            best = sheet, headings
    if best is None:
        names = ", ".join(f"“{line(sheet.name)}”" for sheet in workbook.sheets[:6])
        raise UsageError(
            f"No sheet of {workbook.name} ({names}) has a column of step ids and one of results.",
            remedy=f"Name them “{Column.STEP_ID}” and “{Column.RESULT}”, or see the synonyms in the how-to.",
        )
    return best


def _rows(
    sheet: Sheet,
    headings: HeadingRow,
    scripts: Mapping[str, Script],
    about: Mapping[str, str],
    remarks: list[str],
    taken_in_at: str,
) -> list[_Row]:
    places = headings.places
    digests = _digests(sheet, headings)
    rows: list[_Row] = []
    for number, cells in enumerate(sheet.rows[headings.row + 1 :], start=headings.row + 2):

        def cell(column: Column, cells: Sequence[str] = cells) -> str:
            return cells[places[column]].strip() if column in places else ""

        step_id, word = cell(Column.STEP_ID), cell(Column.RESULT)
        if word.casefold() in NOT_DONE:
            continue
        found = _find(step_id, scripts)
        mark = MARKS.get(word.casefold())
        tester = line(cell(Column.TESTER) or about.get(TESTER_LABEL, ""))
        trouble = _trouble(step_id, word, found, mark, tester)
        if trouble or found is None or mark is None:
            remarks.append(f"Row {number}: {trouble}")
            continue
        rows.append(
            _Row(
                script=found[0],
                number=found[1],
                mark=mark,
                note=cell(Column.SEEN),
                tester=tester,
                at=moment(cell(Column.DATE) or about.get(DATE_LABEL, ""), taken_in_at),
                digest=digests.get(found[0].id, ""),
                place=number,
            )
        )
    return rows


def _trouble(
    step_id: str, word: str, found: tuple[Script, int] | None, mark: Mark | None, tester: str
) -> str:
    if found is None:
        return f"there is no step “{line(step_id, 40)}” in this project; its result was not taken in."
    if mark is None:
        return f"“{line(word, 40)}” is no result (Pass, Fail or Blocked); it was not taken in."
    return "" if tester else "nobody's name is given, so the result was not taken in."


def _find(step_id: str, scripts: Mapping[str, Script]) -> tuple[Script, int] | None:
    match = _STEP_ID.match(step_id.upper())
    script = scripts.get(match[1]) if match else None
    if match is None or script is None or not 1 <= int(match[2]) <= len(script.steps):
        return None
    return script, int(match[2])


def _digests(sheet: Sheet, headings: HeadingRow) -> dict[str, str]:
    """Script id → digest of the words the tester had.

    By the row check where there is one and the words still fit it; else from the words themselves, which
    must all be there. Edited words give a digest that no script has, so their results count for none.
    """
    words: dict[str, dict[int, ManualStep]] = {}
    checks: dict[str, set[str]] = {}
    places = headings.places
    for cells in sheet.rows[headings.row + 1 :]:
        match = _STEP_ID.match(cells[places[Column.STEP_ID]].strip().upper())
        if match is None:
            continue
        action, expected = (
            cells[places[column]] if column in places else "" for column in (Column.ACTION, Column.EXPECTED)
        )
        step = ManualStep(action=action, expected=expected)
        words.setdefault(match[1], {})[int(match[2])] = step
        stated = cells[places[Column.CHECK]].strip() if Column.CHECK in places else ""
        claimed = stated.partition(".")[0].removeprefix("d")
        fits = bool(stated) and Column.ACTION in places and row_check(claimed, step) == stated
        checks.setdefault(match[1], set()).add(claimed if fits else "")
    found: dict[str, str] = {}
    for script_id, steps in words.items():
        claimed_digests = checks[script_id]
        if len(claimed_digests) == 1 and "" not in claimed_digests:
            found[script_id] = next(iter(claimed_digests))
        else:
            found[script_id] = steps_digest(tuple(steps[number] for number in sorted(steps)))
    return found
