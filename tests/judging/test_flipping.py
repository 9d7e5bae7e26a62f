"""The smallest set of facts that would flip a decision really flips it, and none of it is needless."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from tests.bundles import AT, CHECKS, Bundle, failed, finding
from tests.judging.test_laws import PLAN, PLAN_SHA, UPGRADE, bundles, read

from gonogo.comparing.compare import compare
from gonogo.engine.gate import judge_folder
from gonogo.judging.flipping import apply_facts, decision_of, smallest_flip
from gonogo.model import Comparison, Decision, Priority, Side, StageRun


def comparison_of(runs: tuple[StageRun, ...]) -> Comparison:
    return compare(UPGRADE, PLAN, PLAN_SHA, runs, read)


@given(bundles())
@settings(max_examples=1000, deadline=None)
def test_applying_the_flip_flips_the_decision(runs: tuple[StageRun, ...]) -> None:
    comparison = comparison_of(runs)
    decision = decision_of(UPGRADE, PLAN, comparison)
    facts = smallest_flip(UPGRADE, PLAN, comparison)
    assert facts, decision
    assert decision_of(UPGRADE, PLAN, apply_facts(comparison, facts)) is not decision


@given(bundles())
@settings(max_examples=150, deadline=None)
def test_no_fact_of_the_flip_is_needless(runs: tuple[StageRun, ...]) -> None:
    comparison = comparison_of(runs)
    decision = decision_of(UPGRADE, PLAN, comparison)
    facts = smallest_flip(UPGRADE, PLAN, comparison)
    for fact in facts if len(facts) > 1 else ():
        fewer = [other for other in facts if other is not fact]
        assert decision_of(UPGRADE, PLAN, apply_facts(comparison, fewer)) is decision


def test_two_faults_need_two_facts(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance"))
    bundle.set("security", Side.CANDIDATE, finding())
    verdict, dossier = judge_folder(bundle.write(tmp_path), generated_at=AT)
    assert verdict.decision is Decision.NO_GO
    facts = smallest_flip(dossier.upgrade, dossier.plan, dossier.comparison)
    assert sorted(f.key for f in facts) == ["security:bandit:aa", "uat:rents:See a balance"]


def test_a_go_hangs_on_any_one_must_have(tmp_path: Path) -> None:
    _, dossier = judge_folder(Bundle().write(tmp_path), generated_at=AT)
    facts = smallest_flip(dossier.upgrade, dossier.plan, dossier.comparison)
    assert [f.would_be for f in facts] == ["works today and fails on the upgrade"]


def test_a_go_where_every_must_have_already_fails_today_can_still_be_flipped(tmp_path: Path) -> None:
    bundle = Bundle()
    for side in (Side.BASELINE, Side.CANDIDATE):
        for stage, checks in CHECKS.items():
            bundle.set(stage, side, *(failed(key) for key, priority in checks if priority is Priority.MUST))
    _, dossier = judge_folder(bundle.write(tmp_path), generated_at=AT)
    decision = dossier.verdict.decision
    facts = smallest_flip(dossier.upgrade, dossier.plan, dossier.comparison)
    flipped = apply_facts(dossier.comparison, facts)
    assert decision_of(dossier.upgrade, dossier.plan, flipped) is not decision
