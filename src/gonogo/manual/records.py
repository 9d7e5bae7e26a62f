"""What goes out to testers and what comes back, whatever file it travels in.

A *script* is one `@manual` scenario. A *walk* is what one tester recorded about one script on one build. Walks
are kept for ever; what a build's walks amount to is worked out anew each time (`gonogo.manual.merging`).
"""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum

from gonogo.model import ManualStep, PlannedCheck, Priority, Record


class Mark(StrEnum):
    """What a tester says of one step."""

    PASS = "pass"  # noqa: S105 - the word of a result
    FAIL = "fail"
    BLOCKED = "blocked"
    """It could not be tried: no evidence about the system."""


class Build(Record, frozen=True, kw_only=True):
    """What was tested. Results recorded on one build say nothing about another."""

    system: str
    version: str
    build: str = ""

    @property
    def name(self) -> str:
        """`Meridian Housing 8.2.1 (build 4711)`."""
        return f"{self.system} {self.version}" + (f" (build {self.build})" if self.build else "")


class Script(Record, frozen=True, kw_only=True):
    """One manual test as it goes out.

    Attributes:
        key: the planned check's key.
        id: `UAT-` and eight letters and digits, from the key: stays when the script moves or is edited.
        digest: of the steps' words; results of other words are results of another script.
        own_ids: the team's own ids, from tags such as `@id:REN-012`.
    """

    key: str
    id: str
    digest: str
    title: str
    feature: str
    priority: Priority
    steps: tuple[ManualStep, ...]
    own_ids: tuple[str, ...] = ()

    def step_id(self, number: int) -> str:
        """The id of a step by its place, the first is 1: `UAT-7KQ2M4XA-01`."""
        return f"{self.id}-{number:02d}"


class StepMark(Record, frozen=True, kw_only=True):
    """What a tester recorded about one step.

    `at` is the ISO moment where the file states one for the step; `pictures` are digests of kept PNG files.
    """

    step: int
    mark: Mark
    note: str = ""
    at: str = ""
    pictures: tuple[str, ...] = ()


class Walk(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.manual-walk/1"):
    """What one tester recorded about one script on one build.

    Attributes:
        key, script_id, title: the script, as it went out.
        script_digest: of the words the tester had in front of them.
        walked_at: when, as the tester's file says: an ISO date or moment.
        taken_in_at: when it was merged into the project, ISO moment.
        source: name of the file it came in, cleaned.
    """

    key: str
    script_id: str
    script_digest: str
    title: str
    build: Build
    tester: str
    walked_at: str
    taken_in_at: str
    marks: tuple[StepMark, ...]
    note: str = ""
    source: str = ""


def script_of(check: PlannedCheck) -> Script:
    """The script of a manual planned check."""
    prefix = "id:"
    return Script(
        key=check.key,
        id=script_id(check.key),
        digest=steps_digest(check.steps),
        title=check.title,
        feature=check.feature,
        priority=check.priority,
        steps=check.steps,
        own_ids=tuple(tag.removeprefix(prefix) for tag in check.tags if tag.startswith(prefix)),
    )


def script_id(key: str) -> str:
    """`UAT-` and eight of A–Z, 2–7: nothing a spreadsheet takes for a number or a date."""
    return "UAT-" + base64.b32encode(hashlib.sha256(key.encode()).digest()[:5]).decode()


def steps_digest(steps: tuple[ManualStep, ...]) -> str:
    """Sixteen hex digits over the words of the steps; white space does not matter."""
    words = "\x1e".join(" ".join(f"{step.action}\x1f{step.expected}".split()) for step in steps)
    return hashlib.sha256(words.encode()).hexdigest()[:16]
