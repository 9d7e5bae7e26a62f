"""The workbook's sheets as plain rows, whatever format they are written in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gonogo.manual.defusing import clean
from gonogo.manual.records import Build, Mark, Script
from gonogo.model import ManualStep

FORMAT = "gonogo manual tests 1"
READ_ME = "Read me"
STEPS = "Steps"


class Column(StrEnum):
    """The columns of the sheet of steps, by the heading they are written with."""

    STEP_ID = "Step id"
    AREA = "Business area"
    TEST = "Test"
    WEIGHT = "Weight"
    STEP = "Step"
    ACTION = "What to do"
    EXPECTED = "What you should see"
    RESULT = "Result"
    SEEN = "What you saw"
    TESTER = "Tested by"
    DATE = "Tested on"
    CHECK = "Row check"


COLUMNS = tuple(Column)
WIDTHS = {
    Column.STEP_ID: 20, Column.AREA: 18, Column.TEST: 30, Column.WEIGHT: 9, Column.STEP: 9,
    Column.ACTION: 48, Column.EXPECTED: 48, Column.RESULT: 11, Column.SEEN: 42, Column.TESTER: 18,
    Column.DATE: 13, Column.CHECK: 27,
}  # fmt: skip
FILLED_IN = frozenset({Column.RESULT, Column.SEEN, Column.TESTER, Column.DATE})
"""What a tester fills in; every other cell is protected."""

HIDDEN = frozenset({Column.CHECK})

RESULT_WORDS = {Mark.PASS: "Pass", Mark.FAIL: "Fail", Mark.BLOCKED: "Blocked"}
TESTER_LABEL, DATE_LABEL = "Your name", "Date of testing"
SYSTEM_LABEL, VERSION_LABEL, BUILD_LABEL = "System", "Version under test", "Build under test"
FORMAT_LABEL = "Format"
LABELS_FILLED_IN = frozenset({TESTER_LABEL, DATE_LABEL})

NO_BUILD = "(not stated)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A row of the first sheet: a label and a value, or a sentence alone."""

    text: str
    value: str = ""
    is_heading: bool = False

    @property
    def is_filled_in(self) -> bool:
        """Whether the tester types the value."""
        return self.text in LABELS_FILLED_IN


def read_me(build: Build, scripts: tuple[Script, ...], prepared_at: str) -> tuple[Note, ...]:
    """The first sheet: what is tested, who tests, and how to fill the workbook in."""
    steps = sum(len(script.steps) for script in scripts)
    return (
        Note(text=f"Manual tests of {build.name}", is_heading=True),
        Note(text=f"{len(scripts)} tests with {steps} steps. The sheet “{STEPS}” has one row for each step."),
        Note(text="About you", is_heading=True),
        Note(text=TESTER_LABEL),
        Note(text=DATE_LABEL),
        Note(text="What you test", is_heading=True),
        Note(text=SYSTEM_LABEL, value=build.system),
        Note(text=VERSION_LABEL, value=build.version),
        Note(text=BUILD_LABEL, value=build.build or NO_BUILD),
        Note(text="Prepared", value=prepared_at),
        Note(text=FORMAT_LABEL, value=FORMAT),
        Note(text="How to fill it in", is_heading=True),
        Note(text="1. Type your name and today's date above (as 2026-11-30)."),
        Note(text=f"2. Check that the system shows the version above. If it does not, stop: results "
                  f"belong to this version of {build.system} only."),
        Note(text=f"3. On the sheet “{STEPS}”, do each step and choose Pass, Fail or Blocked from the list."),
        Note(text="Pass: you saw what you should see. Fail: you saw something else. "
                  "Blocked: you could not try it."),
        Note(text="4. For Fail and Blocked, write what you saw. Leave the result empty for what you did not do."),
        Note(text="To add a screenshot in the .xlsx file, paste it so that its top left corner lies in the row of "
                  "its step (over the cells, not inside one)."),
        Note(text="5. If somebody else did a step, write their name in “Tested by” of that row."),
        Note(text="6. Save the file and send it back. Do not change ids, and do not use formulas."),
    )  # fmt: skip


def step_rows(scripts: Iterable[Script]) -> Iterator[tuple[str, ...]]:
    """A row for every step, in the order of `COLUMNS`; not yet defused."""
    for script in scripts:
        for number, step in enumerate(script.steps, start=1):
            yield (
                script.step_id(number),
                script.feature,
                script.title,
                script.priority.value,
                f"{number} of {len(script.steps)}",
                step.action,
                step.expected,
                "", "", "", "",
                row_check(script.digest, step),
            )  # fmt: skip


def row_check(digest: str, step: ManualStep) -> str:
    """Which script a row belongs to, and its own words: `d<script digest>.<words>`."""
    words = "\x1f".join(" ".join(clean(part).split()) for part in (step.action, step.expected))
    return f"d{digest}.{hashlib.sha256(words.encode()).hexdigest()[:8]}"
