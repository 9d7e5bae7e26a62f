"""Snapshots (pages, tables, documents), key by key: only what differs beyond noise is a difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from gonogo.comparing.artefacts import ReadArtefact
from gonogo.comparing.causes import cause_of
from gonogo.comparing.expected import is_meant, reason_of
from gonogo.comparing.noise import (
    Noise,
    declared_for,
    declared_regions,
    measured_noise,
    with_declared,
)
from gonogo.comparing.repeats import Repeat, counted_again
from gonogo.comparing.snapshots import SnapshotChange, compare_snapshots
from gonogo.model import (
    Again,
    Blame,
    Change,
    CheckResult,
    CheckStatus,
    DeclaredNoise,
    Difference,
    ExpectedChange,
    MaskedNoise,
    Problem,
    ReasonCode,
    Side,
    Snapshot,
)
from gonogo.model.errors import EvidenceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Captures:
    """How captures of one stage are got at, and what is known about their noise."""

    stage: str
    read_artefact: ReadArtefact
    repeats: tuple[Repeat, ...] = ()
    declared: tuple[DeclaredNoise, ...] = ()
    expected: tuple[ExpectedChange, ...] = ()

    def content(self, side: Side, snapshot: Snapshot, repeat: int = 0) -> bytes:
        """The bytes of a capture. Raises EvidenceError when they are missing or altered."""
        if repeat:
            return self.read_artefact(self.stage, side, snapshot.artefact, repeat)
        return self.read_artefact(self.stage, side, snapshot.artefact)

    def baseline_again(self, key: str) -> tuple[bytes, ...]:
        """What the baseline showed each time it was captured again."""
        return tuple(
            self.content(Side.BASELINE, repeat.snapshots[key], repeat.number)
            for repeat in self.repeats
            if repeat.side is Side.BASELINE and key in repeat.snapshots
        )


@dataclass(slots=True, kw_only=True)
class Pages:
    """What the captures of a stage came to."""

    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    noise: list[MaskedNoise] = field(default_factory=list)


def compare_pages(
    captures: Captures,
    baseline: Iterable[Snapshot],
    candidate: Iterable[Snapshot],
    baseline_checks: Mapping[str, CheckResult],
    candidate_checks: Mapping[str, CheckResult],
) -> Pages:
    """One difference for every snapshot of either side, and a problem for every content that is not whole."""
    stage = captures.stage
    before = {snapshot.key: snapshot for snapshot in baseline}
    after = {snapshot.key: snapshot for snapshot in candidate}
    found = Pages()
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None:
            try:
                difference, noise = _both(captures, old, new)
            except EvidenceError as error:
                message = f"The snapshot {new.title!r} cannot be compared: {error.message}"
                found.problems.append(Problem(code=ReasonCode.EVIDENCE_DAMAGED, stage=stage, message=message))
                found.differences.append(_lost(stage, new, "Its content is missing or was altered."))
            else:
                found.differences.append(difference)
                found.noise.extend(noise)
        elif old is not None:
            found.differences.append(_missing(stage, old, Side.CANDIDATE, candidate_checks))
        elif new is not None:
            found.differences.append(_missing(stage, new, Side.BASELINE, baseline_checks))
    return found


def _both(captures: Captures, old: Snapshot, new: Snapshot) -> tuple[Difference, list[MaskedNoise]]:
    stage = captures.stage
    old_content, new_content = captures.content(Side.BASELINE, old), captures.content(Side.CANDIDATE, new)
    if old.form is new.form and old_content == new_content:
        return _difference(stage, new, Change.STILL_PASSING, Blame.NONE, "", old, new), []
    masks = _Masks(stage=stage, snapshot=old, first=old_content)
    masks.declare(captures.declared)
    found = masks.compare(new, new_content)
    if found.is_different and old.form is new.form:
        masks.measure(captures.baseline_again(old.key))
        found = masks.compare(new, new_content)
    if not found.is_different:
        return _difference(stage, new, Change.STILL_PASSING, Blame.NONE, "", old, new), masks.told

    def is_same(repeat: Repeat) -> bool | None:
        taken = repeat.snapshots.get(old.key)
        if taken is None:
            return None
        if taken.sha256 == new.sha256 and taken.form is new.form:
            is_different = True
        else:
            content = captures.content(repeat.side, taken, repeat.number)
            is_different = masks.compare(taken, content).is_different
        return is_different is (repeat.side is Side.CANDIDATE)

    again = counted_again(captures.repeats, is_same)
    detail = f"{found.summary}\n{found.detail}".strip()
    difference = _difference(stage, new, Change.REGRESSED, Blame.CANDIDATE, detail, old, new, again)
    expected = masks.expected(captures.expected, new, new_content)
    return msgspec.structs.replace(difference, expected=expected), masks.told


@dataclass(slots=True, kw_only=True)
class _Masks:
    """The noise of one snapshot as far as it is known, and comparing beyond it."""

    stage: str
    snapshot: Snapshot
    first: bytes
    told: list[MaskedNoise] = field(default_factory=list)
    noise: list[Noise] = field(default_factory=list)

    def declare(self, declared: tuple[DeclaredNoise, ...]) -> None:
        """Mask what people declared. Raises EvidenceError when a picture's region is not one."""
        ours = declared_for(self.snapshot, declared)
        regions = declared_regions(self.snapshot, ours)
        self.snapshot = with_declared(self.snapshot, ours)
        if regions is not None:
            self.noise.append(regions)
        for one in ours:
            self._tell(one.ignore, f"{one.reason} (declared by {one.declared_by})")

    def measure(self, repeats: tuple[bytes, ...]) -> None:
        """Mask what varies between the baseline's own captures."""
        noise = measured_noise(self.snapshot, self._masked(self.first), [self._masked(r) for r in repeats])
        if noise is not None:
            self.noise.append(noise)
            self._tell(noise.places, "measured: it differs between captures of the version in use")

    def compare(self, other: Snapshot, content: bytes) -> SnapshotChange:
        """Compare another capture with the baseline's, beyond the noise."""
        return compare_snapshots(self.snapshot, other, self._masked(self.first), self._masked(content))

    def expected(self, changes: Iterable[ExpectedChange], other: Snapshot, content: bytes) -> str:
        """The reason of the first expected change that the whole difference lies within; empty when none."""
        for change in changes:
            if not change.within or not is_meant(change, self.snapshot.key):
                continue
            places = DeclaredNoise(key=change.key, ignore=change.within, reason="", declared_by="")
            try:
                regions = declared_regions(self.snapshot, (places,))
            except EvidenceError:
                continue  # written for the texts among the snapshots that it speaks of, not for this picture
            allowed = replace(self, snapshot=with_declared(self.snapshot, (places,)), told=[])
            allowed.noise = [*self.noise, *([regions] if regions else [])]
            if not allowed.compare(other, content).is_different:
                return reason_of(change)
        return ""

    def _masked(self, content: bytes) -> bytes:
        for noise in self.noise:
            content = noise.apply(content)
        return content

    def _tell(self, places: tuple[str, ...], reason: str) -> None:
        key, title = self.snapshot.key, self.snapshot.title
        self.told.append(MaskedNoise(stage=self.stage, key=key, title=title, places=places, reason=reason))


def _missing(stage: str, snapshot: Snapshot, absent: Side, checks: Mapping[str, CheckResult]) -> Difference:
    result = checks.get(snapshot.check)
    if result is not None and result.status is CheckStatus.FAILED:
        detail = f"Not captured on the {absent.value}, because the check that captures it failed there."
    elif absent is Side.BASELINE and result is not None and result.status is CheckStatus.PASSED:
        return _difference(stage, snapshot, Change.ADDED, Blame.NONE, "Only on the upgrade.", None, snapshot)
    else:
        detail = f"Not captured on the {absent.value}."
    return _lost(stage, snapshot, detail)


def _lost(stage: str, snapshot: Snapshot, detail: str) -> Difference:
    return _difference(stage, snapshot, Change.NOT_COMPARABLE, Blame.ENVIRONMENT, detail, None, None)


def _difference(
    stage: str,
    snapshot: Snapshot,
    change: Change,
    blame: Blame,
    detail: str,
    old: Snapshot | None,
    new: Snapshot | None,
    again: Again | None = None,
) -> Difference:
    sides = (("baseline", old), ("candidate", new))
    return Difference(
        key=snapshot.key,
        stage=stage,
        subject="snapshot",
        change=change,
        blame=blame,
        title=snapshot.title,
        priority=snapshot.priority,
        discipline=snapshot.discipline,
        baseline="captured" if old else "",
        candidate="captured" if new else "",
        detail=detail,
        where=snapshot.title,
        cause=cause_of(snapshot.title, detail) if change is Change.REGRESSED else "",
        evidence=tuple(f"runs/{stage}.{side}/{shot.artefact}" for side, shot in sides if shot is not None),
        again=again,
    )
