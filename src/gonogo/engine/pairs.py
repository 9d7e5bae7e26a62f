"""Pairs of targets: both sides brought up for one stage, and examined before anything is tested on them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from gonogo.engine.definition import SIDES, Gate
from gonogo.engine.evidence import Evidence
from gonogo.engine.identity import examine
from gonogo.engine.targets import RunningTarget, Targets
from gonogo.events import Event
from gonogo.model import CheckResult, CheckStatus, Side
from gonogo.model.errors import GonogoError, Interrupted

Pair = Mapping[Side, RunningTarget]


def proven_pair(
    gate: Gate, targets: Targets, evidence: Evidence, stage: str, repeat: int = 0
) -> tuple[Pair, dict[Side, list[CheckResult]]]:
    """Bring up both sides for a stage and examine who they are; a side that is not up is missing."""
    running, failures = _bring_up(gate, targets, evidence, stage, repeat)
    urls = {side: target.url for side, target in running.items()}
    claimed = {side: gate.upgrade.target(side).version for side in SIDES}
    return running, examine(urls, claimed, gate.upgrade.identity, failures)


def can_copy(pair: Pair) -> bool:
    """Whether we can install further copies of both targets: those that we start ourselves."""
    return all(target.target.start for target in pair.values())


def first_failure(identity: Mapping[Side, list[CheckResult]]) -> str:
    """What the first failed identity check says; empty when all passed."""
    failed = (r for results in identity.values() for r in results if r.status is CheckStatus.FAILED)
    return next((result.message for result in failed), "")


def _bring_up(
    gate: Gate, targets: Targets, evidence: Evidence, stage: str, repeat: int
) -> tuple[dict[Side, RunningTarget], dict[Side, str]]:
    running: dict[Side, RunningTarget] = {}
    failures: dict[Side, str] = {}
    whose = "" if stage == "identity" else f" for the {stage} stage"

    def bring(side: Side) -> None:
        target = gate.upgrade.target(side)
        text = f"{target.version} is being started{whose}"
        if not repeat:  # a repeat is told as a whole
            gate.events.emit(Event(kind="target-starting", side=side, text=text))
        log = evidence.folder.working_folder(stage, side, repeat) / "raw" / "target.log"
        try:
            running[side] = targets.bring_up(side, target, log)
        except Interrupted:
            failures[side] = "The run was stopped before it was up."
        except GonogoError as error:
            failures[side] = f"{error.message} {error.remedy}".strip()
        else:
            if repeat:
                return
            gate.events.emit(Event(kind="target-ready", side=side, text=f"{running[side].url}{whose}"))

    with ThreadPoolExecutor(max_workers=len(SIDES)) as pool:
        list(pool.map(bring, SIDES))
    return dict(sorted(running.items())), failures


def end_pair(pair: Pair) -> None:
    """End the targets of a pair that we started ourselves."""
    for target in pair.values():
        if target.child is not None:
            target.child.end()
