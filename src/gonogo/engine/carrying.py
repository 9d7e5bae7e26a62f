"""Carries evidence of the version in use over from an earlier run, where that is provably the same test.

A corpus tests a hundred builds against one version in use. Exercising that version a hundred times would
take twice as long and show nothing new. What is carried over keeps its digests and names the run it came
from; a check that asks for the same plan, system, settings and packs comes before anything is started.
"""

from __future__ import annotations

import hashlib
import shutil

import msgspec

from gonogo.engine.definition import Earlier
from gonogo.engine.evidence import Evidence
from gonogo.model import CarriedFrom, Plan, Side, StageRun, StageStatus, Upgrade, to_json
from gonogo.model.errors import EvidenceError
from gonogo.privacy.sealing import TAKEN_OUT
from gonogo.store import HEADER, read_stage, storing


def check_earlier(earlier: Earlier | None, upgrade: Upgrade, plan: Plan) -> None:
    """Make sure that the evidence to be carried over answers exactly what is asked now.

    Raises:
        EvidenceError: the earlier run planned other checks, used other packs, or tested another version in
            use, other settings or other test users; or its evidence is not whole. Names the first reason.
    """
    if earlier is None:
        return
    reason = _unlike(earlier, upgrade, plan)
    if reason:
        raise EvidenceError(
            f"The evidence of run {earlier.folder.path.name} cannot be used again: {reason}.",
            remedy="Exercise the version in use once more, and use that run.",
        )


def _unlike(earlier: Earlier, upgrade: Upgrade, plan: Plan) -> str:
    before = earlier.folder.read_upgrade()
    planned, plan_sha256 = earlier.folder.read_plan()
    if not plan.packs or planned.packs != plan.packs:
        return "its packs were others"
    same = (
        *("baseline", "identity", "users", "sign_in", "api", "batch", "databases", "privacy"),
        "allowed_origins",
    )
    for name in same:
        if getattr(before, name) != getattr(upgrade, name):
            return f"its {name.replace('_', ' ')} was defined otherwise"
    for stage in sorted(earlier.stages & {settings.stage for settings in upgrade.stages}):
        if [s for s in before.stages if s.stage == stage] != [s for s in upgrade.stages if s.stage == stage]:
            return f"the {stage} stage was set otherwise"
        if [p for p in planned.stages if p.stage == stage] != [p for p in plan.stages if p.stage == stage]:
            return f"other checks were planned for the {stage} stage"
        run = read_stage(earlier.folder.stage_folder(stage, Side.BASELINE))
        if run is None or run.problems:
            return f"its {stage} stage is missing or damaged"
        if run.header.status is not StageStatus.COMPLETED or run.header.plan_sha256 != plan_sha256:
            return f"its {stage} stage did not complete"
        if any(note.startswith(TAKEN_OUT) for note in run.header.notes):
            return f"its {stage} stage holds tokens for personal data, which no other run can compare"
    return ""


def carry(earlier: Earlier | None, evidence: Evidence, stage: str, side: Side) -> StageRun:
    """Copy one stage's evidence of one side into the run folder, bound to this run's plan.

    Every file keeps its digest. The header is new: it is bound to this plan and names the run and the
    digest of the header it stands for.

    Raises:
        EvidenceError: there is no such evidence.
        StorageError: it cannot be written.
    """
    source = earlier.folder.stage_folder(stage, side) if earlier else None
    run = read_stage(source) if source else None
    if earlier is None or source is None or run is None:
        raise EvidenceError(f"There is no earlier evidence of the {stage} stage on the {side.value}.")
    target = evidence.folder.stage_folder(stage, side)
    with storing(f"The evidence in {target.name}"):
        # What is there is the log of a target that was started and not exercised.
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(HEADER))
        header_sha256 = hashlib.sha256((source / HEADER).read_bytes()).hexdigest()
        header = msgspec.structs.replace(
            run.header,
            plan_sha256=evidence.plan_sha256,
            carried_from=CarriedFrom(run_id=earlier.folder.path.name, header_sha256=header_sha256),
            notes=(*run.header.notes, f"Carried over from run {earlier.folder.path.name}."),
        )
        (target / HEADER).write_bytes(to_json(header))
    return msgspec.structs.replace(run, header=header, header_json=to_json(header))
