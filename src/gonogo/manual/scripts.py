"""A team's own spreadsheet of test scripts → test cases. Pure.

Real sheets agree on a reference, a title, steps with an action and an expected result, and often a module, a
precondition and a priority. A case begins where a row has another reference or title than the one before;
rows without either belong to the case above. A cell that numbers its lines holds several steps.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gonogo.manual.columns import HeadingRow, find_headings
from gonogo.manual.defusing import clean, line
from gonogo.manual.opening import Sheet, Workbook
from gonogo.model import Priority
from gonogo.model.errors import UsageError

STEP_LIMIT = 600
TITLE_LIMIT = 160


class Meaning(StrEnum):
    """What a column of a team's sheet may hold."""

    REFERENCE = "reference"
    TITLE = "title"
    AREA = "business area"
    BEFORE = "precondition"
    ACTION = "action"
    EXPECTED = "expected result"
    PRIORITY = "priority"


SYNONYMS: dict[str, tuple[str, ...]] = {
    Meaning.REFERENCE: (
        "Test id", "Test case id", "Test ref", "Test reference", "Ref", "Reference", "Script id", "Case id", "Id",
        "Test no", "Test number", "TC id", "UAT ref", "UAT id", "Scenario id",
    ),
    Meaning.TITLE: (
        "Test", "Test case", "Test name", "Test title", "Title", "Scenario", "Test scenario", "Scenario name",
        "Summary", "Test script", "Script", "Purpose",
    ),
    Meaning.AREA: (
        "Business area", "Area", "Module", "Function", "Feature", "Functional area", "Process", "Section", "Team",
    ),
    Meaning.BEFORE: (
        "Precondition", "Preconditions", "Pre-condition", "Pre-conditions", "Pre-requisite", "Prerequisites",
        "Set up", "Data set-up", "Data setup", "Test data",
    ),
    Meaning.ACTION: (
        "Action", "Actions", "Test step", "Test steps", "Step description", "Description",
        "What to do", "Instruction", "Instructions", "Procedure", "Input", "Steps", "Step",
    ),
    Meaning.EXPECTED: (
        "Expected", "Expected result", "Expected results", "Expected outcome", "What you should see",
        "Expected business outcome", "Expected behaviour",
    ),
    Meaning.PRIORITY: ("Priority", "Importance", "Weight", "MoSCoW", "Criticality"),
}  # fmt: skip
REQUIRED = frozenset({Meaning.ACTION})

_PRIORITIES = {
    **dict.fromkeys(
        ("must", "m", "high", "h", "critical", "1", "p1", "essential", "mandatory"), Priority.MUST
    ),
    **dict.fromkeys(("should", "s", "medium", "med", "2", "p2"), Priority.SHOULD),
    **dict.fromkeys(("could", "c", "low", "l", "3", "p3", "4", "p4", "won't", "optional"), Priority.COULD),
}
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.):]|[-•*])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """One row: what is done, and what is to be seen; both may be several lines."""

    actions: tuple[str, ...]
    expected: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Case:
    """One test case. `id` fits into a tag; it is made from sheet and title where the sheet gives none."""

    id: str
    title: str
    area: str
    priority: Priority | None
    before: tuple[str, ...]
    steps: list[CaseStep] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """Everything a workbook holds: its cases, and how each sheet's columns were understood."""

    cases: tuple[Case, ...]
    headings: tuple[tuple[str, HeadingRow], ...]
    passed_over: tuple[str, ...]


def read_scripts(workbook: Workbook) -> Scripts:
    """The test cases of all sheets that have a row of headings with an action.

    Raises:
        UsageError: no sheet has one, or there is no case below it.
    """
    cases: list[Case] = []
    found: list[tuple[str, HeadingRow]] = []
    passed_over = []
    for sheet in workbook.sheets:
        headings = find_headings(sheet.rows, SYNONYMS, REQUIRED)
        if headings is None or len(headings.columns) < 2:
            passed_over.append(sheet.name)
            continue
        found.append((sheet.name, headings))
        cases.extend(_cases(sheet, headings))
    usable = [case for case in cases if case.steps]
    if not usable:
        raise UsageError(
            f"{workbook.name} holds no test script: no sheet has headings such as “Test”, “Action” and “Expected”.",
            remedy="Give the columns such headings, one step in each row below.",
        )
    _tell_apart(usable)
    return Scripts(cases=tuple(usable), headings=tuple(found), passed_over=tuple(passed_over))


def _cases(sheet: Sheet, headings: HeadingRow) -> Iterator[Case]:
    places = headings.places
    current: Case | None = None
    last = ("", "")
    for cells in sheet.rows[headings.row + 1 :]:

        def cell(meaning: Meaning, cells: Sequence[str] = cells) -> str:
            return cells[places[meaning]].strip() if meaning in places else ""

        reference, title = line(cell(Meaning.REFERENCE), 60), line(cell(Meaning.TITLE), TITLE_LIMIT)
        begins = (reference and reference != last[0]) or (title and title != last[1])
        if current is None or begins:
            if current is not None:
                yield current
            last = reference or last[0], title or last[1]
            current = Case(
                id=_tag(reference) or _made_up(sheet.name, title or cell(Meaning.ACTION)),
                title=title or reference or line(cell(Meaning.ACTION), TITLE_LIMIT),
                area=line(cell(Meaning.AREA), 80),
                priority=_PRIORITIES.get(cell(Meaning.PRIORITY).casefold()),
                before=_lines(cell(Meaning.BEFORE)),
            )
        actions, expected = _lines(cell(Meaning.ACTION)), _lines(cell(Meaning.EXPECTED))
        if actions or expected:
            current.steps.append(CaseStep(actions=actions, expected=expected))
    if current is not None:
        yield current


def _lines(text: str) -> tuple[str, ...]:
    """A cell as its steps: one a line where the lines are numbered, else all of it as one."""
    lines = [each for each in clean(text).split("\n") if each.strip()]
    if len(lines) > 1 and all(_NUMBERED.match(each) for each in lines):
        return tuple(line(_NUMBERED.sub("", each), STEP_LIMIT) for each in lines)
    whole = line(_NUMBERED.sub("", " ".join(lines)), STEP_LIMIT)
    return (whole,) if whole else ()


def _tag(reference: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", reference).strip("-.")[:60]


def _made_up(sheet: str, title: str) -> str:
    return "X-" + hashlib.sha256(f"{sheet}\x1f{title}".encode()).hexdigest()[:8]


def _tell_apart(cases: list[Case]) -> None:
    """Give every case an id and a title of its own; the same sheet always gives the same."""
    ids: dict[str, int] = {}
    titles: set[tuple[str, str]] = set()
    for case in cases:
        ids[case.id] = ids.get(case.id, 0) + 1
        if ids[case.id] > 1:
            case.id = f"{case.id}-{ids[case.id]}"
        if (case.area, case.title) in titles:
            case.title = f"{case.title} ({case.id})"
        titles.add((case.area, case.title))
