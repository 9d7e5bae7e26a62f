"""A fix that the release notes promise is confirmed on the upgrade, or the upgrade does not go live."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.bundles import AT, Bundle, failed, passed, stage_plan

from gonogo.config.loading import policy_digest
from gonogo.engine.calibrating import against_itself
from gonogo.engine.gate import judge_folder
from gonogo.judging.flipping import apply_facts, decision_of, smallest_flip
from gonogo.model import (
    CheckStatus,
    Criterion,
    CriterionKind,
    Decision,
    Priority,
    ReasonCode,
    Ruling,
    Side,
    Verdict,
    Waiver,
)
from gonogo.planning.assemble import assemble_plan

BASE, CAND = Side.BASELINE, Side.CANDIDATE
HELP = "regression:pages:help"
ACCOUNT = "regression:pages:account"


def fix(check: str = HELP, priority: Priority = Priority.MUST) -> Criterion:
    return Criterion(
        id="regression.fix.CVE-2024-39124",
        stage="regression",
        kind=CriterionKind.FIXED,
        priority=priority,
        limit=0.0,
        statement="CVE-2024-39124 is mended: what is typed stays text.",
        scope_key=check,
    )


def bundle_with(criterion: Criterion, *waivers: Waiver) -> Bundle:
    bundle = Bundle()
    upgrade = msgspec.structs.replace(
        bundle.upgrade, criteria=(*bundle.upgrade.criteria, criterion), waivers=waivers
    )
    bundle.upgrade = msgspec.structs.replace(upgrade, policy_digest=policy_digest(upgrade))
    return bundle


def judged(verdict: Verdict) -> tuple[Decision, Ruling, ReasonCode, str]:
    (one,) = [j for j in verdict.judgements if j.criterion == fix().id]
    return verdict.decision, one.ruling, one.code, one.reason


def test_check_that_fails_today_and_passes_on_the_upgrade_confirms_the_fix(tmp_path: Path) -> None:
    bundle = bundle_with(fix())
    bundle.set("regression", BASE, failed(HELP))
    decision, ruling, _, reason = judged(bundle.judge(tmp_path))
    assert (decision, ruling) == (Decision.GO, Ruling.MET)
    assert reason == "CVE-2024-39124: 1 check fails today and passes on the upgrade."


@pytest.mark.parametrize(
    ("priority", "decision"),
    [
        (Priority.MUST, Decision.NO_GO),
        (Priority.SHOULD, Decision.GO_WITH_CONDITIONS),
        (Priority.COULD, Decision.GO),
    ],
)
def test_promised_fix_without_effect_counts_although_it_fails_today_as_well(
    priority: Priority, decision: Decision, tmp_path: Path
) -> None:
    bundle = bundle_with(fix(priority=priority))
    for side in (BASE, CAND):
        bundle.set("regression", side, failed(HELP))
    found = judged(bundle.judge(tmp_path))
    assert found[:3] == (decision, Ruling.NOT_MET, ReasonCode.FIX_NOT_EFFECTIVE)
    assert found[3] == "The fix of CVE-2024-39124 has no effect on the upgrade: 1 check fails there: “help”."


def test_without_the_promise_the_same_evidence_is_a_go(tmp_path: Path) -> None:
    bundle = Bundle()
    for side in (BASE, CAND):
        bundle.set("regression", side, failed(HELP))
    assert bundle.judge(tmp_path).decision is Decision.GO


def test_what_passes_today_already_is_met_and_says_so(tmp_path: Path) -> None:
    found = judged(bundle_with(fix()).judge(tmp_path))
    assert found[1] is Ruling.MET
    assert found[3] == "CVE-2024-39124: 1 check passes on the upgrade, as today already."


def test_every_check_of_a_pattern_has_to_pass(tmp_path: Path) -> None:
    bundle = bundle_with(fix("regression:pages:*"))
    bundle.set("regression", BASE, failed(HELP), failed(ACCOUNT))
    bundle.set("regression", CAND, failed(ACCOUNT))
    decision, ruling, _, reason = judged(bundle.judge(tmp_path))
    assert (decision, ruling) == (Decision.NO_GO, Ruling.NOT_MET)
    assert "“account”" in reason
    assert "help" not in reason


@pytest.mark.parametrize("status", [s for s in CheckStatus if not s.is_evidence])
def test_check_that_could_not_be_carried_out_confirms_nothing(status: CheckStatus, tmp_path: Path) -> None:
    bundle = bundle_with(fix())
    bundle.set("regression", BASE, failed(HELP))
    bundle.set("regression", CAND, passed(HELP, status=status))
    assert judged(bundle.judge(tmp_path))[:2] == (Decision.INCONCLUSIVE, Ruling.INCONCLUSIVE)


def test_check_that_nobody_planned_or_ran_confirms_nothing(tmp_path: Path) -> None:
    found = judged(bundle_with(fix("regression:pages:Help")).judge(tmp_path))
    assert found[:3] == (Decision.INCONCLUSIVE, Ruling.INCONCLUSIVE, ReasonCode.EVIDENCE_MISSING)


def test_check_of_another_stage_confirms_nothing(tmp_path: Path) -> None:
    found = judged(bundle_with(fix("uat:rents:*")).judge(tmp_path))
    assert found[1] is Ruling.INCONCLUSIVE


def test_plan_says_before_anything_runs_that_no_check_could_show_the_fix() -> None:
    (_, stage) = assemble_plan(
        (stage_plan("regression"),), (BASE, CAND), criteria=(fix("regression:page*"),)
    ).stages
    assert stage.problem == ""
    (_, stage) = assemble_plan(
        (stage_plan("regression"),), (BASE, CAND), criteria=(fix("regression:x"),)
    ).stages
    assert stage.problem.startswith("no check is called 'regression:x', which expected_fixes names")


def waiver(**changes: object) -> Waiver:
    made = Waiver(
        id="W-001",
        scope=fix().id,
        candidate_version="8.2",
        owner="A. Shah",
        approver="B. Jones",
        reason="Mended by hand until 8.2.1.",
        starts="2026-11-01T00:00:00Z",
        expires="2026-12-31T23:59:59Z",
        covers=(HELP,),
    )
    return msgspec.structs.replace(made, **changes)


def test_fix_without_effect_can_be_waived_by_name(tmp_path: Path) -> None:
    bundle = bundle_with(fix(), waiver())
    bundle.set("regression", CAND, failed(HELP))
    bundle.set("regression", BASE, failed(HELP))
    assert judged(bundle.judge(tmp_path))[:2] == (Decision.GO_WITH_CONDITIONS, Ruling.WAIVED)


def test_waiver_of_one_check_leaves_the_others_of_the_fix(tmp_path: Path) -> None:
    bundle = bundle_with(fix("regression:pages:*"), waiver())
    for side in (BASE, CAND):
        bundle.set("regression", side, failed(HELP), failed(ACCOUNT))
    decision, ruling, _, reason = judged(bundle.judge(tmp_path))
    assert (decision, ruling) == (Decision.NO_GO, Ruling.NOT_MET)
    assert "“account”" in reason
    assert "covered by waiver W-001" in reason


def test_what_would_flip_the_decision_is_the_check_that_fails(tmp_path: Path) -> None:
    bundle = bundle_with(fix())
    for side in (BASE, CAND):
        bundle.set("regression", side, failed(HELP))
    verdict, dossier = judge_folder(bundle.write(tmp_path), generated_at=AT)
    assert verdict.decision is Decision.NO_GO
    facts = smallest_flip(dossier.upgrade, dossier.plan, dossier.comparison)
    assert [fact.key for fact in facts] == [HELP]
    flipped = apply_facts(dossier.comparison, facts)
    assert decision_of(dossier.upgrade, dossier.plan, flipped) is Decision.GO


def test_calibration_asks_no_fix_of_the_version_in_use() -> None:
    upgrade = bundle_with(fix()).upgrade
    startable = msgspec.structs.replace(
        upgrade, baseline=msgspec.structs.replace(upgrade.baseline, start=("serve",))
    )
    assert fix().id in {c.id for c in startable.criteria}
    assert fix().id not in {c.id for c in against_itself(startable).criteria}
