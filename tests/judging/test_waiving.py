"""A waiver makes a condition of what is not met. It never makes a go, never grows, and ends to the second."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bundles import AT, CHECKS, SIDES, TABLE, Bundle, failed, finding, measurements, passed
from tests.judging.test_laws import PERMISSION, PLAN, PLAN_SHA, REMOVALS, bundles, sealed

from gonogo.comparing.compare import compare
from gonogo.config.criteria import criteria_for, identity_criterion
from gonogo.engine.gate import digests
from gonogo.judging.judge import judge
from gonogo.judging.waiving import same_person
from gonogo.model import (
    CheckStatus,
    Criterion,
    Decision,
    Priority,
    ReasonCode,
    Ruling,
    Severity,
    Side,
    StageRun,
    Upgrade,
    Verdict,
    Waiver,
    WaiverState,
    to_json,
)

BALANCE = "uat:rents:See a balance"
LEDGER = "uat:rents:Filter the ledger"
FINDING = "security:bandit:aa"
MUST = "uat.must_regressed_max"


def waiver(scope: str = MUST, /, *covers: str, **changes: object) -> Waiver:
    made = Waiver(
        id="W-001",
        scope=scope,
        candidate_version="8.2",
        owner="A. Shah",
        approver="B. Jones",
        reason="The supplier mends it in 8.2.1.",
        starts="2026-11-01T00:00:00Z",
        expires="2026-12-31T23:59:59Z",
        covers=covers or (BALANCE,),
    )
    return msgspec.structs.replace(made, **changes)


def upgrade_with(*waivers: Waiver, **changes: object) -> Upgrade:
    return msgspec.structs.replace(Bundle().upgrade, waivers=waivers, **changes)


def verdict_of(runs: tuple[StageRun, ...], upgrade: Upgrade, at: str = AT) -> Verdict:
    comparison = compare(upgrade, PLAN, PLAN_SHA, runs, lambda *_: TABLE)
    return judge(upgrade, PLAN, comparison, digests(upgrade, PLAN_SHA, runs, at), at=at)


def runs_of(bundle: Bundle) -> tuple[StageRun, ...]:
    return tuple(sealed(stage, side, tuple(found)) for (stage, side), found in bundle.observations.items())


def broken(*keys: str) -> tuple[StageRun, ...]:
    bundle = Bundle()
    for key in keys:
        stage = key.partition(":")[0]
        priority = dict(CHECKS[stage])[key]
        bundle.set(stage, Side.CANDIDATE, msgspec.structs.replace(failed(key), priority=priority))
    return runs_of(bundle)


def ruling(verdict: Verdict, criterion: str) -> Ruling:
    return next(j.ruling for j in verdict.judgements if j.criterion == criterion)


def test_a_waived_no_go_is_a_go_with_conditions() -> None:
    assert verdict_of(broken(BALANCE), upgrade_with()).decision is Decision.NO_GO
    verdict = verdict_of(broken(BALANCE), upgrade_with(waiver()))
    assert verdict.decision is Decision.GO_WITH_CONDITIONS
    judged = next(j for j in verdict.judgements if j.criterion == MUST)
    assert (judged.ruling, judged.code, judged.waivers) == (Ruling.WAIVED, ReasonCode.WAIVED, ("W-001",))
    assert "Accepted until 31 December 2026 (W-001: A. Shah, approved by B. Jones)" in judged.reason
    assert "1 check works today and fails on the upgrade (0 allowed)" in judged.reason
    assert verdict.waivers[0].standing is WaiverState.IN_USE
    assert verdict.waivers[0].criteria == (MUST,)


@pytest.mark.parametrize(
    ("at", "decision", "state"),
    [
        ("2026-11-01T00:00:00Z", Decision.GO_WITH_CONDITIONS, WaiverState.IN_USE),
        ("2026-10-31T23:59:59Z", Decision.NO_GO, WaiverState.NOT_STARTED),
        ("2026-12-31T23:59:59Z", Decision.GO_WITH_CONDITIONS, WaiverState.IN_USE),
        ("2027-01-01T00:00:00Z", Decision.NO_GO, WaiverState.EXPIRED),
        ("", Decision.NO_GO, WaiverState.NOT_STARTED),
    ],
)
def test_it_holds_from_its_first_to_its_last_second(at: str, decision: Decision, state: WaiverState) -> None:
    verdict = verdict_of(broken(BALANCE), upgrade_with(waiver()), at)
    assert (verdict.decision, verdict.waivers[0].standing) == (decision, state)


def test_a_moment_with_an_offset_is_the_same_moment() -> None:
    upgrade = upgrade_with(waiver(expires="2026-12-31T17:00:00+01:00"))
    assert (
        verdict_of(broken(BALANCE), upgrade, "2026-12-31T16:00:00Z").decision is Decision.GO_WITH_CONDITIONS
    )
    assert verdict_of(broken(BALANCE), upgrade, "2026-12-31T16:00:01Z").decision is Decision.NO_GO


def test_a_further_difference_under_a_waived_criterion_blocks() -> None:
    criteria = (identity_criterion(), *criteria_for("uat", None))
    any_priority = tuple(
        msgspec.structs.replace(c, scope_priority=None) if c.id == MUST else c for c in criteria
    )
    upgrade = upgrade_with(waiver(), criteria=any_priority)
    assert verdict_of(broken(BALANCE), upgrade).decision is Decision.GO_WITH_CONDITIONS
    verdict = verdict_of(broken(BALANCE, LEDGER), upgrade)
    assert verdict.decision is Decision.NO_GO
    judged = next(j for j in verdict.judgements if j.criterion == MUST)
    assert "Filter the ledger" in judged.reason
    assert "1 other is covered by waiver W-001" in judged.reason
    assert verdict.waivers[0].standing is WaiverState.EXCEEDED


def test_the_allowance_of_a_criterion_does_not_let_a_further_difference_in_beside_a_waiver() -> None:
    def relaxed(criterion: Criterion) -> Criterion:
        return msgspec.structs.replace(criterion, scope_priority=None, limit=1.0)

    criteria = tuple(relaxed(c) if c.id == MUST else c for c in criteria_for("uat", None))
    upgrade = upgrade_with(waiver(), criteria=(identity_criterion(), *criteria))
    assert ruling(verdict_of(broken(BALANCE), upgrade), MUST) is Ruling.MET
    assert ruling(verdict_of(broken(BALANCE, LEDGER), upgrade), MUST) is Ruling.NOT_MET


def test_what_was_not_shown_is_never_waived() -> None:
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, passed(BALANCE, status=CheckStatus.BROKEN))
    verdict = verdict_of(runs_of(bundle), upgrade_with(waiver(), waiver(BALANCE, id="W-002")))
    assert verdict.decision is Decision.INCONCLUSIVE
    assert Ruling.WAIVED not in {j.ruling for j in verdict.judgements}


def test_a_waiver_beside_something_not_shown_leaves_it_not_shown() -> None:
    criteria = tuple(
        msgspec.structs.replace(c, scope_priority=None) if c.id == MUST else c
        for c in criteria_for("uat", None)
        if c.id == MUST
    )
    bundle = Bundle()
    bundle.set(
        "uat", Side.CANDIDATE, failed(BALANCE), passed(LEDGER, Priority.SHOULD, status=CheckStatus.BROKEN)
    )
    upgrade = upgrade_with(waiver(), criteria=(identity_criterion(), *criteria))
    verdict = verdict_of(runs_of(bundle), upgrade)
    assert ruling(verdict, MUST) is Ruling.INCONCLUSIVE
    assert verdict.waivers[0].standing is WaiverState.EXCEEDED


def test_a_could_have_holds_nothing_up_so_a_waiver_of_it_is_unused() -> None:
    bundle = Bundle()
    key = "regression:pages:help"
    bundle.set("regression", Side.CANDIDATE, msgspec.structs.replace(failed(key), priority=Priority.COULD))
    verdict = verdict_of(runs_of(bundle), upgrade_with(waiver("regression.could_regressed_max", key)))
    assert verdict.decision is Decision.GO
    assert verdict.waivers[0].standing is WaiverState.UNUSED


def test_a_finding_is_waived_by_its_key_up_to_the_severity_that_was_accepted() -> None:
    bundle = Bundle()
    bundle.set("security", Side.CANDIDATE, finding(FINDING, Severity.HIGH))
    by_key = waiver(FINDING, FINDING, severity=Severity.HIGH)
    assert verdict_of(runs_of(bundle), upgrade_with(by_key)).decision is Decision.GO_WITH_CONDITIONS
    bundle.set("security", Side.CANDIDATE, finding(FINDING, Severity.CRITICAL))
    assert verdict_of(runs_of(bundle), upgrade_with(by_key)).decision is Decision.NO_GO


def test_a_slower_upgrade_is_accepted_up_to_another_limit_and_no_further() -> None:
    bundle = Bundle()
    found = [o for o in bundle.observations["load", Side.CANDIDATE] if o.key == "load:Rent search"]
    bundle.observations["load", Side.CANDIDATE] = [*found, *measurements(scale=1.3)]
    runs = runs_of(bundle)
    plain = verdict_of(runs, upgrade_with())
    judged = next(j for j in plain.judgements if j.code is ReasonCode.SLOWER)
    assert plain.decision is Decision.NO_GO
    wide = waiver(judged.criterion, *judged.evidence, up_to=80.0)
    assert verdict_of(runs, upgrade_with(wide)).decision is Decision.GO_WITH_CONDITIONS
    narrow = msgspec.structs.replace(wide, up_to=15.0)
    assert verdict_of(runs, upgrade_with(narrow)).decision is not Decision.GO_WITH_CONDITIONS
    elsewhere = msgspec.structs.replace(wide, covers=("load:Post a payment:log_mean",))
    assert verdict_of(runs, upgrade_with(elsewhere)).decision is Decision.NO_GO
    assert (
        verdict_of(runs, upgrade_with(msgspec.structs.replace(wide, up_to=None))).decision is Decision.NO_GO
    )


def test_a_waiver_for_another_version_says_nothing() -> None:
    verdict = verdict_of(broken(BALANCE), upgrade_with(waiver(candidate_version="8.3")))
    assert (verdict.decision, verdict.waivers) == (Decision.NO_GO, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"approver": "a. shah"},
        {"approver": "Shah, A., Head of Housing"},
        {"approver": "A. Shah, Head of Housing"},
        {"approver": ""},
        {"reason": " "},
        {"expires": "2027-03-31T00:00:00Z"},
        {"expires": "2026-10-01T00:00:00Z"},
        {"expires": "one day"},
        {"expires": "2026-12-31T23:59:59"},
    ],
)
def test_the_judge_itself_takes_no_waiver_that_is_not_whole(changes: dict[str, object]) -> None:
    verdict = verdict_of(broken(BALANCE), upgrade_with(waiver(**changes)))
    assert (verdict.decision, verdict.waivers[0].standing) == (Decision.NO_GO, WaiverState.INVALID)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A. Shah", "a shah", True),
        ("Mr Anil Shah", "Shah, Anil", True),
        ("Zoë Brontë", "ZOE BRONTE", True),
        ("Anil Shah, Head of Housing", "anil shah", True),
        ("A. Shah", "B. Shah", False),
        ("Anil Shah", "Anil Jones", False),
        ("Shah, Anil", "Shah, Meera", False),
    ],
)
def test_names_are_compared_as_people_write_them(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same


def test_a_renewed_waiver_names_what_it_took_over_from() -> None:
    first = waiver(id="W-001", expires="2026-11-10T23:59:59Z")
    second = waiver(id="W-002", starts="2026-11-11T00:00:00Z")
    verdict = verdict_of(broken(BALANCE), upgrade_with(first, second))
    assert [(w.id, w.standing, w.renews) for w in verdict.waivers] == [
        ("W-001", WaiverState.EXPIRED, ()),
        ("W-002", WaiverState.IN_USE, ("W-001",)),
    ]


def test_the_digest_covers_each_waiver_of_this_version_and_whether_it_holds() -> None:
    runs = broken(BALANCE)

    def digest(upgrade: Upgrade, at: str = AT) -> str:
        return verdict_of(runs, upgrade, at).digests.waivers

    plain = digest(upgrade_with(waiver()))
    assert plain != digest(upgrade_with())
    assert plain != digest(upgrade_with(waiver(reason="Another.")))
    assert plain != digest(upgrade_with(waiver()), "2027-01-01T00:00:00Z")
    assert plain == digest(upgrade_with(waiver()), "2026-12-01T00:00:00Z")
    assert plain == digest(upgrade_with(waiver(), waiver(id="W-9", candidate_version="8.3")))


@st.composite
def waivers(draw: st.DrawFn) -> tuple[Waiver, ...]:
    """Waivers of arbitrary criteria and keys, some of them too wide, late or self-approved."""
    criteria = [c.id for c in Bundle().upgrade.criteria]
    keys = [key for checks in CHECKS.values() for key, _ in checks]
    keys += [FINDING, "regression:snapshot:balances", "load:all:log_mean", "load:Rent search:log_mean"]
    return tuple(
        waiver(
            draw(st.sampled_from([*criteria, *keys])),
            *draw(st.lists(st.sampled_from(keys), min_size=1, max_size=6, unique=True)),
            id=f"W-{number}",
            up_to=draw(st.sampled_from([None, 0.0, 5.0, 20.0, 50.0])),
            severity=draw(st.sampled_from([None, *Severity])),
            approver=draw(st.sampled_from(["B. Jones", "B. Jones", "A. Shah"])),
            expires=draw(st.sampled_from(["2026-12-31T23:59:59Z", "2026-11-19T00:00:00Z"])),
        )
        for number in range(draw(st.integers(1, 4)))
    )


@given(bundles(), waivers())
@settings(max_examples=300, deadline=None)
def test_adding_a_waiver_never_gives_a_go_and_never_touches_what_was_not_shown(
    runs: tuple[StageRun, ...], given_waivers: tuple[Waiver, ...]
) -> None:
    without = verdict_of(runs, upgrade_with())
    having = verdict_of(runs, upgrade_with(*given_waivers))
    assert (having.decision is Decision.GO) == (without.decision is Decision.GO)
    if without.decision is Decision.INCONCLUSIVE:
        assert having.decision is Decision.INCONCLUSIVE
    before = {j.criterion: j.ruling for j in without.judgements}
    for judged in having.judgements:
        if judged.ruling is Ruling.WAIVED:
            assert before[judged.criterion] is Ruling.NOT_MET


@given(bundles(), waivers(), st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_removing_evidence_never_improves_the_decision_with_waivers_present(
    runs: tuple[StageRun, ...], given_waivers: tuple[Waiver, ...], seed: int
) -> None:
    upgrade = upgrade_with(*given_waivers)
    before = verdict_of(runs, upgrade).decision
    pick = random.Random(seed)
    for removal in REMOVALS:
        assert PERMISSION[verdict_of(removal(runs, pick), upgrade).decision] >= PERMISSION[before]


@given(bundles(), waivers(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_waivers_never_matters(
    runs: tuple[StageRun, ...], given_waivers: tuple[Waiver, ...], shuffler: random.Random
) -> None:
    shuffled = list(given_waivers)
    shuffler.shuffle(shuffled)
    assert to_json(verdict_of(runs, upgrade_with(*shuffled))) == to_json(
        verdict_of(runs, upgrade_with(*given_waivers))
    )


def test_the_generated_waivers_reach_a_waived_verdict() -> None:
    """The properties above say nothing when no waiver is ever used."""
    both = [waiver(), waiver(FINDING, FINDING, id="W-002")]
    assert verdict_of(broken(BALANCE), upgrade_with(*both)).decision is Decision.GO_WITH_CONDITIONS
    assert len(SIDES) == 2
