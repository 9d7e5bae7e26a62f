"""Compares the version in use with itself, to learn how often the gate errs on this system with these packs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gonogo.clock import iso
from gonogo.engine.definition import Gate
from gonogo.engine.gate import make_plan, run_gate
from gonogo.judging.proportions import exact_interval
from gonogo.model import (
    Calibration,
    Change,
    Comparison,
    CriterionKind,
    Decision,
    Ruling,
    Side,
    UnreliableCheck,
    Upgrade,
    Verdict,
)
from gonogo.model.errors import UsageError
from gonogo.stages.base import Project
from gonogo.store import RunFolder

FOLDER = "calibrations"

Tell = Callable[[str], None]
_Seen = dict[str, list[tuple[str, str]]]


def against_itself(upgrade: Upgrade) -> Upgrade:
    """The upgrade with a second installation of the version in use as the candidate.

    What is accepted or waived for the upgrade is left out: it would hide an error of the gate. So are the fixes
    it promises, which the version in use cannot have.

    Raises:
        UsageError: gonogo does not start the version in use itself, so it cannot install it twice.
    """
    if not upgrade.baseline.start:
        raise UsageError(
            "The version in use is up already, and one installation cannot be compared with itself.",
            remedy="Say in gonogo.toml how it is started (baseline.start), so that two can be installed.",
        )
    return msgspec.structs.replace(
        upgrade,
        candidate=msgspec.structs.replace(upgrade.baseline, side=Side.CANDIDATE),
        stages=tuple(
            msgspec.structs.replace(stage, options=_alike(stage.options)) for stage in upgrade.stages
        ),
        criteria=tuple(c for c in upgrade.criteria if c.kind is not CriterionKind.FIXED),
        expected_changes=(),
        waivers=(),
    )


def _alike(value: Any) -> Any:
    """Stage options with the baseline's value wherever they differ by side."""
    if isinstance(value, dict):
        alike = {name: _alike(inner) for name, inner in value.items()}
        if "baseline" in alike and "candidate" in alike:
            alike["candidate"] = alike["baseline"]
        return alike
    return value


def calibrate(gate: Gate, times: int, reports: Path, tell: Tell) -> Calibration:
    """Run the gate `times` times on two installations of the version in use.

    Args:
        reports: where calibrations go; those that do not end in GO keep their run folder below it.
        tell: called with one line for each comparison.

    Raises:
        UsageError: `times` is below 1, or the version in use cannot be installed twice.
        Interrupted: stopped; the comparisons made so far say nothing yet.
        StorageError: evidence cannot be written.
    """
    if times < 1:
        raise UsageError("A calibration needs at least one comparison.", remedy="Such as: -n 10")
    project = gate.project
    packs = make_plan(gate)
    same = against_itself(project.upgrade)
    own = dataclasses.replace(
        gate, project=Project(root=project.root, upgrade=same, python=project.python), publishers=()
    )
    verdicts: list[Verdict] = []
    seen: _Seen = {}
    for number in range(1, times + 1):
        name = f"{gate.clock.now():%Y%m%d-%H%M%S}-{number}"
        result = run_gate(own, RunFolder.create(reports / FOLDER, name))
        verdicts.append(result.verdict)
        _note(seen, result.verdict, result.dossier.comparison)
        tell(f"{number} of {times}: {result.verdict.decision.value}")
    return summed_up(gate, verdicts, seen, packs.packs)


def summed_up(gate: Gate, verdicts: Sequence[Verdict], seen: _Seen, packs: str) -> Calibration:
    """What several comparisons of a version with itself come to."""
    decisions = tuple(verdict.decision for verdict in verdicts)
    low, high = exact_interval(sum(d is Decision.NO_GO for d in decisions), len(decisions))
    unreliable = [
        UnreliableCheck(key=key, title=times[-1][0], times=len(times), what=times[-1][1])
        for key, times in seen.items()
    ]
    upgrade = gate.upgrade
    return Calibration(
        system=upgrade.system,
        version=upgrade.baseline.version,
        at=iso(gate.clock.now()),
        decisions=decisions,
        no_go_low=round(low, 6),
        no_go_high=round(high, 6),
        packs=packs,
        policy=upgrade.policy_digest,
        stages=tuple(stage.stage for stage in upgrade.stages),
        unreliable=tuple(sorted(unreliable, key=lambda u: (-u.times, u.key))),
    )


def _note(seen: _Seen, verdict: Verdict, comparison: Comparison) -> None:
    """Whatever told the two installations apart, or could not be shown."""
    steady = (Change.STILL_PASSING, Change.STILL_FAILING)
    found: dict[str, tuple[str, str]] = {
        d.key: (d.title, f"{d.change.value}: {(d.detail.splitlines() or [''])[0][:200]}")
        for d in comparison.differences
        if d.change not in steady
    }
    found |= {
        j.criterion: (j.criterion, f"{j.ruling.value}: {j.reason[:200]}")
        for j in verdict.judgements
        if j.ruling is not Ruling.MET
    }
    for key, said in found.items():
        seen.setdefault(key, []).append(said)
