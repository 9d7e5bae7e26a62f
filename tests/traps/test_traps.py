"""Traps: how other gates came to say yes with nothing in hand. None of them may get a go here.

Each row takes a whole bundle that judges to GO, breaks it in one way, and states the decision and the
reason code that must come out.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tests.bundles import (
    AT,
    Bundle,
    codes,
    failed,
    finding,
    measurements,
    passed,
    snapshot,
)

from gonogo.engine.gate import judge_folder
from gonogo.model import (
    CheckStatus,
    Decision,
    PlannedCheck,
    Priority,
    ReasonCode,
    Ruling,
    Severity,
    Side,
    StageStatus,
)

BASE, CAND = Side.BASELINE, Side.CANDIDATE
SEE = "uat:rents:See a balance"
Break = Callable[[Bundle], None]
Damage = Callable[[Path], None]


def status(stage: str, side: Side, value: StageStatus, code: ReasonCode = ReasonCode.MET) -> Break:
    return lambda bundle: bundle.header(stage, side, status=value, reason_code=code)


def result(side: Side, value: CheckStatus, key: str = SEE, stage: str = "uat") -> Break:
    return lambda bundle: bundle.set(stage, side, passed(key, status=value))


def identity(side: Side, name: str) -> Break:
    key = f"identity:{name}"
    return lambda bundle: bundle.set("identity", side, failed(key, "It is not so."))


def no_samples(side: Side) -> Break:
    def break_it(bundle: Bundle) -> None:
        bundle.drop("load", side, "load:")
        bundle.set("load", side, passed("load:Rent search"), *measurements(rounds=0, requests=0))

    return break_it


def no_measurements(bundle: Bundle) -> None:
    for side in (BASE, CAND):
        bundle.drop("load", side, "load:")
        bundle.set("load", side, passed("load:Rent search"))


def saturated_generator(bundle: Bundle) -> None:
    busy = next(o for o in bundle.observations["load", CAND] if o.key == "load:generator:cpu_ratio")
    bundle.set("load", CAND, msgspec.structs.replace(busy, value=0.99))


def nothing_planned(bundle: Bundle) -> None:
    bundle.plans["uat"] = msgspec.structs.replace(bundle.plans["uat"], checks=())
    for side in (BASE, CAND):
        bundle.observations["uat", side] = []


def plan_problem(bundle: Bundle) -> None:
    bundle.plans["uat"] = msgspec.structs.replace(
        bundle.plans["uat"], problem="a syntax error in rents.feature"
    )


def must_be_done_by_hand(bundle: Bundle) -> None:
    check = PlannedCheck(
        key="uat:hand", stage="uat", title="By hand", priority=Priority.MUST, skip_reason="manual"
    )
    plan = bundle.plans["uat"]
    bundle.plans["uat"] = msgspec.structs.replace(plan, checks=(*plan.checks, check))


def manual_must_nobody_walked(bundle: Bundle) -> None:
    check = PlannedCheck(
        key="uat:hand", stage="uat", title="By hand", priority=Priority.MUST, is_manual=True, sides=(CAND,)
    )
    plan = bundle.plans["uat"]
    bundle.plans["uat"] = msgspec.structs.replace(plan, checks=(*plan.checks, check))


def manual_must_walked_on_another_build(bundle: Bundle) -> None:
    manual_must_nobody_walked(bundle)
    message = "It was walked on 8.1.9, not on 8.2."
    bundle.set("uat", CAND, passed("uat:hand", status=CheckStatus.SKIPPED, message=message))


def no_criteria(bundle: Bundle) -> None:
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, criteria=())


def only_identity(bundle: Bundle) -> None:
    kept = tuple(c for c in bundle.upgrade.criteria if c.stage == "identity")
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, criteria=kept)


def unscanned_baseline(bundle: Bundle) -> None:
    bundle.set("security", BASE, passed("security:code", status=CheckStatus.EMPTY))
    bundle.set("security", CAND, finding())


def baseline_errors_hide_new_ones(bundle: Bundle) -> None:
    bundle.set("uat", BASE, passed(SEE, status=CheckStatus.BROKEN))
    bundle.set("uat", CAND, failed(SEE))


def vanished_finding_was_not_looked_for(bundle: Bundle) -> None:
    bundle.set("security", BASE, finding())
    bundle.set("security", CAND, passed("security:code", status=CheckStatus.BROKEN))


def snapshot_missing(bundle: Bundle) -> None:
    bundle.drop("regression", CAND, "regression:snapshot")


INCONCLUSIVE_TRAPS: dict[str, tuple[Break, ReasonCode]] = {
    "zero scenarios selected": (nothing_planned, ReasonCode.NOTHING_PLANNED),
    "the pack could not be read": (plan_problem, ReasonCode.NOTHING_PLANNED),
    "a must-have nobody carried out by hand": (must_be_done_by_hand, ReasonCode.PLAN_NOT_RUN),
    "a manual must-have that no tester walked": (manual_must_nobody_walked, ReasonCode.PLAN_NOT_RUN),
    "a manual must-have walked on another build": (
        manual_must_walked_on_another_build,
        ReasonCode.PLAN_NOT_RUN,
    ),
    "no acceptance criteria at all": (no_criteria, ReasonCode.NO_CRITERIA),
    "criteria that look at nothing": (only_identity, ReasonCode.NO_CRITERIA),
    "a scenario without steps": (result(CAND, CheckStatus.EMPTY), ReasonCode.PLAN_NOT_RUN),
    "an undefined step": (result(CAND, CheckStatus.UNDEFINED), ReasonCode.PLAN_NOT_RUN),
    "a test skipped on the upgrade": (result(CAND, CheckStatus.SKIPPED), ReasonCode.PLAN_NOT_RUN),
    "a test broken on the upgrade": (result(CAND, CheckStatus.BROKEN), ReasonCode.PLAN_NOT_RUN),
    "a test broken on the version in use": (result(BASE, CheckStatus.BROKEN), ReasonCode.PLAN_NOT_RUN),
    "a scenario vanished from the upgrade's results": (
        lambda bundle: bundle.drop("uat", CAND, SEE),
        ReasonCode.PLAN_NOT_RUN,
    ),
    "the baseline's own breakage hides a failure": (baseline_errors_hide_new_ones, ReasonCode.PLAN_NOT_RUN),
    "the stage crashed": (status("uat", CAND, StageStatus.ERRORED), ReasonCode.STAGE_ERRORED),
    "the stage ran out of time": (status("uat", CAND, StageStatus.TIMED_OUT), ReasonCode.STAGE_TIMED_OUT),
    "the stage was interrupted": (
        status("regression", BASE, StageStatus.INTERRUPTED),
        ReasonCode.STAGE_INTERRUPTED,
    ),
    "load testing was refused": (
        status("load", CAND, StageStatus.REFUSED, ReasonCode.NOT_PERMITTED),
        ReasonCode.NOT_PERMITTED,
    ),
    "no scanner is installed": (
        status("security", CAND, StageStatus.UNAVAILABLE),
        ReasonCode.TOOL_UNAVAILABLE,
    ),
    "the scanner never signed in": (
        result(CAND, CheckStatus.BROKEN, "security:web-scan", "security"),
        ReasonCode.PLAN_NOT_RUN,
    ),
    "bandit read no file": (
        result(CAND, CheckStatus.EMPTY, "security:code", "security"),
        ReasonCode.PLAN_NOT_RUN,
    ),
    "a finding is new only because the baseline was not scanned": (
        unscanned_baseline,
        ReasonCode.NOT_COMPARABLE,
    ),
    "a finding is gone only because it was not looked for": (
        vanished_finding_was_not_looked_for,
        ReasonCode.NOT_COMPARABLE,
    ),
    "zero requests on the upgrade": (no_samples(CAND), ReasonCode.NO_SAMPLES),
    "zero requests on the version in use": (no_samples(BASE), ReasonCode.NO_SAMPLES),
    "no measurement at all": (
        no_measurements,
        ReasonCode.NO_SAMPLES,
    ),
    "the load generator measured itself": (saturated_generator, ReasonCode.GENERATOR_SATURATED),
    "a page was not captured on the upgrade": (snapshot_missing, ReasonCode.NOT_COMPARABLE),
    "the upgrade is down": (identity(CAND, "answers"), ReasonCode.TARGET_DOWN),
    "the upgrade died half-way": (identity(CAND, "still-answers"), ReasonCode.TARGET_DOWN),
    "the old version answers at the upgrade's address": (
        identity(CAND, "states-version"),
        ReasonCode.WRONG_VERSION,
    ),
    "both addresses are the same system": (identity(CAND, "distinct"), ReasonCode.SAME_TARGET),
    "nobody asked who the targets are": (
        lambda bundle: bundle.drop("identity", CAND, "identity:"),
        ReasonCode.IDENTITY_UNPROVEN,
    ),
}


def test_the_whole_bundle_itself_is_a_go(tmp_path: Path) -> None:
    verdict = Bundle().judge(tmp_path)
    assert verdict.decision is Decision.GO
    assert {j.ruling for j in verdict.judgements} == {Ruling.MET}


@pytest.mark.parametrize("name", INCONCLUSIVE_TRAPS)
def test_missing_evidence_is_never_a_go(name: str, tmp_path: Path) -> None:
    break_it, code = INCONCLUSIVE_TRAPS[name]
    bundle = Bundle()
    break_it(bundle)
    verdict = bundle.judge(tmp_path)
    assert verdict.decision is Decision.INCONCLUSIVE
    assert code in codes(verdict)


def remove_stage(folder: Path) -> None:
    shutil.rmtree(folder / "runs" / "uat.candidate")


def remove_baseline(folder: Path) -> None:
    for path in (folder / "runs").glob("*.baseline"):
        shutil.rmtree(path)


def truncate(folder: Path) -> None:
    path = folder / "runs" / "uat.candidate" / "observations.jsonl"
    path.write_bytes(path.read_bytes()[:-40])


def cut_whole_line(folder: Path) -> None:
    path = folder / "runs" / "uat.candidate" / "observations.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def empty_observations(folder: Path) -> None:
    (folder / "runs" / "uat.candidate" / "observations.jsonl").write_bytes(b"")


def unsealed(folder: Path) -> None:
    (folder / "runs" / "load.candidate" / "stage.json").unlink()


def turn_failed_into_passed(folder: Path) -> None:
    path = folder / "runs" / "uat.candidate" / "observations.jsonl"
    path.write_bytes(path.read_bytes().replace(b"See a balance", b"See a Balance"))


def swap_artefact(folder: Path) -> None:
    (folder / "runs" / "regression.candidate" / "raw" / "balances.csv").write_bytes(
        b"tenancy,balance\nT1,10.00\n"
    )


def remove_artefact(folder: Path) -> None:
    (folder / "runs" / "regression.candidate" / "raw" / "balances.csv").unlink()


def copy_side(folder: Path) -> None:
    shutil.rmtree(folder / "runs" / "uat.candidate")
    shutil.copytree(folder / "runs" / "uat.baseline", folder / "runs" / "uat.candidate")


def plan_shrunk_afterwards(folder: Path) -> None:
    path = folder / "plan.json"
    plan = json.loads(path.read_bytes())
    plan["stages"][1]["checks"] = plan["stages"][1]["checks"][:1]
    path.write_text(json.dumps(plan), encoding="utf-8")


DAMAGE: dict[str, tuple[Damage, ReasonCode]] = {
    "a stage's folder removed": (remove_stage, ReasonCode.STAGE_MISSING),
    "the baseline's evidence removed": (remove_baseline, ReasonCode.STAGE_MISSING),
    "an observations file cut in mid-line": (truncate, ReasonCode.EVIDENCE_DAMAGED),
    "an observations file cut at a line's end": (cut_whole_line, ReasonCode.EVIDENCE_DAMAGED),
    "an empty observations file": (empty_observations, ReasonCode.EVIDENCE_DAMAGED),
    "a stage killed before it was sealed": (unsealed, ReasonCode.STAGE_MISSING),
    "an edited result": (turn_failed_into_passed, ReasonCode.EVIDENCE_DAMAGED),
    "an edited document": (swap_artefact, ReasonCode.EVIDENCE_DAMAGED),
    "a removed document": (remove_artefact, ReasonCode.EVIDENCE_DAMAGED),
    "one side's results copied over the other's": (copy_side, ReasonCode.EVIDENCE_DAMAGED),
    "a plan made smaller after the run": (plan_shrunk_afterwards, ReasonCode.EVIDENCE_DAMAGED),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_evidence_is_never_a_go(name: str, tmp_path: Path) -> None:
    damage, code = DAMAGE[name]
    folder = Bundle().write(tmp_path)
    damage(folder.path)
    verdict, _ = judge_folder(folder, generated_at=AT)
    assert verdict.decision is Decision.INCONCLUSIVE
    assert code in codes(verdict)


def must_regressed(bundle: Bundle) -> None:
    bundle.set("uat", CAND, failed(SEE))


def fails_every_request(bundle: Bundle) -> None:
    bundle.set("load", CAND, failed("load:Rent search", "Every request failed"))


def twice_as_slow(bundle: Bundle) -> None:
    bundle.drop("load", CAND, "load:")
    bundle.set("load", CAND, passed("load:Rent search"), *measurements(scale=2.0))


def new_high_finding(bundle: Bundle) -> None:
    bundle.set("security", CAND, finding())


def medium_became_high(bundle: Bundle) -> None:
    bundle.set("security", BASE, finding(severity=Severity.MEDIUM))
    bundle.set("security", CAND, finding(severity=Severity.HIGH))


def one_penny(bundle: Bundle) -> None:
    content = b"tenancy,balance\nT1,10.00\nT2,20.01\n"
    bundle.tables[CAND] = content
    bundle.set("regression", CAND, snapshot(content))


def failed_once_passed_once(bundle: Bundle) -> None:
    bundle.observations["uat", CAND].append(failed(SEE))


def unplanned_failure(bundle: Bundle) -> None:
    bundle.set("uat", CAND, failed("uat:rents:Something new"))


FAULTS: dict[str, tuple[Break, ReasonCode]] = {
    "a must-have works today and fails": (must_regressed, ReasonCode.CHECKS_REGRESSED),
    "a journey fails every request": (fails_every_request, ReasonCode.CHECKS_REGRESSED),
    "everything takes twice as long": (twice_as_slow, ReasonCode.SLOWER),
    "a new serious finding": (new_high_finding, ReasonCode.FINDINGS_NEW),
    "a known finding got worse": (medium_became_high, ReasonCode.FINDINGS_NEW),
    "one penny on one account": (one_penny, ReasonCode.SNAPSHOTS_CHANGED),
    "the same check reported as failed and as passed": (failed_once_passed_once, ReasonCode.CHECKS_REGRESSED),
    "a check nobody planned fails": (unplanned_failure, ReasonCode.CHECKS_REGRESSED),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_upgrade_is_a_no_go(name: str, tmp_path: Path) -> None:
    break_it, code = FAULTS[name]
    bundle = Bundle()
    break_it(bundle)
    verdict = bundle.judge(tmp_path)
    assert verdict.decision is Decision.NO_GO
    assert code in codes(verdict)
