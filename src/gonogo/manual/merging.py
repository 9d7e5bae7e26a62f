"""Walks of any number of testers → what each script came to on one build. Pure; order never matters.

For each step the worst of what the testers say counts: fail before blocked before pass. A tester who recorded
a step again on the same build has corrected themselves: their latest word counts, and the earlier one is told.
A script is FAILED when a step failed, BROKEN when one was blocked, PASSED when every step of it passed; when
steps are left that nobody marked it is SKIPPED, which is no evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gonogo.manual.records import Build, Mark, Script, StepMark, Walk
from gonogo.model import CheckStatus

_BADNESS = {Mark.PASS: 0, Mark.BLOCKED: 1, Mark.FAIL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One tester's word about one step."""

    tester: str
    at: str
    mark: StepMark


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """What a step came to: the worst word, everybody's last word, and the words they took back.

    `mark` is None when nobody marked it.
    """

    number: int
    mark: Mark | None
    said: tuple[Said, ...] = ()
    taken_back: tuple[Said, ...] = ()

    @property
    def is_disputed(self) -> bool:
        """Whether testers disagree about it."""
        return len({each.mark.mark for each in self.said}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a script came to on a build.

    Attributes:
        status: None when nobody recorded anything about it, on any build.
        testers: who walked it on this build, sorted.
        last_at: the latest moment anybody recorded something, on this build.
        reason: why it is no evidence although there are results; empty otherwise.
        pictures: digests of every picture, in order of step.
    """

    script: Script
    status: CheckStatus | None
    steps: tuple[StepOutcome, ...] = ()
    testers: tuple[str, ...] = ()
    last_at: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def pictures(self) -> tuple[str, ...]:
        """Digests of every picture, in order of step, each once."""
        found = (
            p for step in self.steps for said in (*step.said, *step.taken_back) for p in said.mark.pictures
        )
        return tuple(dict.fromkeys(found))

    @property
    def disputes(self) -> tuple[StepOutcome, ...]:
        """The steps that testers disagree about."""
        return tuple(step for step in self.steps if step.is_disputed)


def outcomes(scripts: Iterable[Script], walks: Iterable[Walk], build: Build) -> tuple[Outcome, ...]:
    """What every script came to on a build, in the scripts' order."""
    by_key: dict[str, list[Walk]] = {}
    for walk in walks:
        by_key.setdefault(walk.key, []).append(walk)
    return tuple(_outcome(script, by_key.get(script.key, []), build) for script in scripts)


def _outcome(script: Script, walks: list[Walk], build: Build) -> Outcome:
    if not walks:
        return Outcome(script=script, status=None)
    here = [walk for walk in walks if walk.build == build]
    counted = [walk for walk in here if walk.script_digest == script.digest and walk.marks]
    if not counted:
        return Outcome(script=script, status=CheckStatus.SKIPPED, reason=_why_not(walks, here, build))
    steps = tuple(_step(number, counted) for number in range(1, len(script.steps) + 1))
    status = _status(steps)
    left = sum(step.mark is None for step in steps)
    reason = f"{left} of {len(steps)} steps have no result." if status is CheckStatus.SKIPPED else ""
    return Outcome(
        script=script,
        status=status,
        steps=steps,
        testers=tuple(sorted({walk.tester for walk in counted})),
        last_at=max(walk.walked_at or walk.taken_in_at for walk in counted),
        reason=reason,
        notes=tuple(sorted({f"{walk.tester}: {walk.note}" for walk in counted if walk.note})),
    )


def _why_not(walks: list[Walk], here: list[Walk], build: Build) -> str:
    if any(walk.marks for walk in here):
        return "Its steps were edited after it was walked. It has to be walked again."
    if here:
        return "It was handed in without a single result."
    tested = sorted({walk.build.name for walk in walks})
    shown = ", ".join(tested[:3]) + (f" and {len(tested) - 3} more" if len(tested) > 3 else "")
    return f"It was walked on {shown}, not on {build.name}."


def _status(steps: tuple[StepOutcome, ...]) -> CheckStatus:
    marks = {step.mark for step in steps}
    if Mark.FAIL in marks:
        return CheckStatus.FAILED
    if Mark.BLOCKED in marks:
        return CheckStatus.BROKEN
    return CheckStatus.PASSED if marks == {Mark.PASS} else CheckStatus.SKIPPED


def _step(number: int, walks: list[Walk]) -> StepOutcome:
    last: dict[str, Said] = {}
    taken_back: list[Said] = []
    for said in sorted(_words(number, walks), key=_order):
        before = last.get(said.tester)
        if before is not None and before.mark.mark is not said.mark.mark:
            taken_back.append(before)
        last[said.tester] = said
    said_last = tuple(sorted(last.values(), key=lambda said: said.tester))
    worst = max((said.mark.mark for said in said_last), key=_BADNESS.__getitem__, default=None)
    return StepOutcome(number=number, mark=worst, said=said_last, taken_back=tuple(taken_back))


def _words(number: int, walks: list[Walk]) -> Iterable[Said]:
    for walk in walks:
        for mark in walk.marks:
            if mark.step == number:
                yield Said(tester=walk.tester, at=mark.at or walk.walked_at or walk.taken_in_at, mark=mark)


def _order(said: Said) -> tuple[str, int, str, str, tuple[str, ...]]:
    """By time; at the same moment the worse word is the later one, whoever's it is."""
    return said.at, _BADNESS[said.mark.mark], said.tester, said.mark.note, said.mark.pictures


STATUS_WORDS: Mapping[CheckStatus | None, str] = {
    CheckStatus.PASSED: "passed",
    CheckStatus.FAILED: "failed",
    CheckStatus.BROKEN: "blocked",
    CheckStatus.SKIPPED: "no evidence",
    None: "not walked",
}
