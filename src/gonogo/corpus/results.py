"""What a build came to, kept in a file of its own, so that a corpus that was cut short goes on."""

from __future__ import annotations

from pathlib import Path

from gonogo.corpus.builds import Build, Kind
from gonogo.model import (
    Blame,
    Change,
    Comparison,
    Decision,
    Difference,
    Discipline,
    Judgement,
    ReasonCode,
    Record,
    Ruling,
    Verdict,
    from_json,
    to_json,
)
from gonogo.model.errors import EvidenceError
from gonogo.store import storing

_MEASURED = (ReasonCode.SLOWER, ReasonCode.MORE_ERRORS)


class Seen(Record, frozen=True, kw_only=True):
    """One difference that the build has and the release itself has not."""

    key: str
    stage: str
    discipline: Discipline
    change: Change
    blame: Blame
    title: str
    detail: str = ""

    @property
    def is_held_against_it(self) -> bool:
        """Whether it says: the upgrade made this worse."""
        return self.change is Change.REGRESSED and self.blame is Blame.CANDIDATE


class BuildResult(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.build-result/1"):
    """What the gate made of one build.

    Attributes:
        decision: the verdict's; None when there is none, and `problem` says why.
        seen: what differs from the version in use and is not in the release itself. Empty for the release.
        known: what the release itself differs in, as `key change blame`; for the release only.
        made_with: digest of packs and harness; a result made with others says nothing about these.
    """

    build: Build
    decision: Decision | None = None
    seen: tuple[Seen, ...] = ()
    known: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    problem: str = ""
    duration_s: float = 0.0
    made_with: str = ""


def result_of(build: Build, verdict: Verdict, comparison: Comparison, known: frozenset[str]) -> BuildResult:
    """Read a build's result off its verdict and comparison.

    Args:
        known: what the release itself differs in; it is no doing of the build's fault.
    """
    found = {_signature(difference): _seen(difference) for difference in _telling(comparison)}
    found |= {f"{j.criterion} {j.code}": _slow(j) for j in verdict.judgements if _is_measured_worse(j)}
    return BuildResult(
        build=build,
        decision=verdict.decision,
        seen=()
        if build.kind is Kind.REFERENCE
        else tuple(seen for signature, seen in sorted(found.items()) if signature not in known),
        known=tuple(sorted(found)) if build.kind is Kind.REFERENCE else (),
        unmet=tuple(
            f"{j.ruling} {j.criterion}: {j.reason}" for j in verdict.judgements if j.ruling is not Ruling.MET
        ),
    )


def _serves(made: Build, asked: Build) -> bool:
    """Whether a result of one build answers for another: the same, or the release through more stages."""
    if asked.kind is Kind.REFERENCE:
        return made.kind is Kind.REFERENCE and set(asked.stages) <= set(made.stages)
    return made == asked


def _telling(comparison: Comparison) -> tuple[Difference, ...]:
    """Differences that say something went wrong. What was accepted beforehand hides what is in it."""
    silent = (Change.STILL_PASSING, Change.FIXED, Change.ADDED)
    return tuple(d for d in comparison.differences if d.change not in silent and not d.expected)


def _signature(difference: Difference) -> str:
    return f"{difference.key} {difference.change} {difference.blame}"


def _seen(difference: Difference) -> Seen:
    return Seen(
        key=difference.key,
        stage=difference.stage,
        discipline=difference.discipline,
        change=difference.change,
        blame=difference.blame,
        title=difference.title,
        detail=(difference.detail.splitlines() or [""])[0][:300],
    )


def _is_measured_worse(judgement: Judgement) -> bool:
    return judgement.ruling is Ruling.NOT_MET and judgement.code in _MEASURED


def _slow(judgement: Judgement) -> Seen:
    return Seen(
        key=judgement.criterion,
        stage=judgement.stage,
        discipline=Discipline.PERFORMANCE,
        change=Change.REGRESSED,
        blame=Blame.CANDIDATE,
        title=judgement.criterion,
        detail=judgement.reason[:300],
    )


class Results:
    """The results of a corpus, a file each, below a folder."""

    def __init__(self, folder: Path, made_with: str) -> None:
        self.folder = folder
        self.made_with = made_with

    def find(self, build: Build) -> BuildResult | None:
        """The result of a build, when it was made with these packs and this harness, and in full."""
        path = self._path(build)
        try:
            result = from_json(path.read_bytes(), BuildResult, source=path.name)
        except (OSError, EvidenceError):
            return None
        is_same = result.made_with == self.made_with and _serves(result.build, build)
        return result if is_same and result.decision is not None else None

    def keep(self, result: BuildResult) -> None:
        """Write a result. Raises StorageError when it cannot be written."""
        path = self._path(result.build)
        with storing(f"The result of {result.build.id}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f".{path.name}.new")
            aside.write_bytes(to_json(result))
            aside.replace(path)

    def _path(self, build: Build) -> Path:
        return self.folder / f"{build.kind}.{build.id}.json"
