"""The laws over whole bundles: what is taken away never helps, and order never matters.

"Never helps" is about permission: a bundle that was refused a go (NO_GO or INCONCLUSIVE) does not get one,
and a conditional go does not become a plain one, when evidence disappears. Taking away the evidence of a
failure turns NO_GO into INCONCLUSIVE: the fault is no longer shown, and neither is its absence.
See docs/explanation/decisions/0002-what-improving-means.md.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bundles import (
    CHECKS,
    SIDES,
    TABLE,
    Bundle,
    failed,
    finding,
    measurements,
    passed,
    snapshot,
    stage_plan,
)

from gonogo.comparing.compare import compare
from gonogo.engine.gate import digests
from gonogo.judging.judge import judge
from gonogo.model import (
    CheckStatus,
    Criterion,
    CriterionKind,
    Decision,
    Observation,
    Plan,
    Priority,
    Side,
    Snapshot,
    StageHeader,
    StageRun,
    StageStatus,
    Upgrade,
    Verdict,
    to_line,
)
from gonogo.model.base import to_json
from gonogo.planning.assemble import assemble_plan

PERMISSION = {
    Decision.GO: 0,
    Decision.GO_WITH_CONDITIONS: 1,
    Decision.INCONCLUSIVE: 2,
    Decision.NO_GO: 2,
}
STAGES = tuple(CHECKS)
statuses = st.sampled_from(
    [CheckStatus.PASSED] * 6 + [CheckStatus.FAILED] * 2 + [CheckStatus.BROKEN, CheckStatus.SKIPPED]
)


@st.composite
def bundles(draw: st.DrawFn) -> tuple[StageRun, ...]:
    """Stage runs of both sides with arbitrary results, findings, tables, speeds and repeats; sealed as they are."""
    bundle = Bundle()
    for (stage, side), _ in list(bundle.observations.items()):
        for key, priority in CHECKS.get(stage, ()):
            status = draw(statuses)
            changed = passed(
                key,
                priority,
                status=status,
                message="" if status is CheckStatus.PASSED else draw(st.sampled_from(MESSAGES)),
                attempts=draw(st.sampled_from([1] * 9 + [2])),
            )
            bundle.set(stage, side, changed)
        if stage == "security" and draw(st.booleans()):
            bundle.set(stage, side, finding(count=draw(st.integers(1, 3))))
        if stage == "regression":
            bundle.set(stage, side, table(draw(st.sampled_from("aaab"))))
        if stage == "load" and draw(st.integers(0, 4)) == 0:
            result = next(o for o in bundle.observations[stage, side] if o.key == "load:Rent search")
            bundle.drop(stage, side, "load:")
            bundle.set(stage, side, result, *measurements(scale=draw(st.sampled_from([1.0, 1.3]))))
    first = tuple(sealed(stage, side, tuple(found)) for (stage, side), found in bundle.observations.items())
    return first + draw(repeats())


@st.composite
def repeats(draw: st.DrawFn) -> tuple[StageRun, ...]:
    """Up to three repeats of the functional stages, in which anything may come out."""
    runs = []
    for stage in ("uat", "regression"):
        times = draw(st.sampled_from([0, 0, 1, 2, 3]))
        for number, side in ((number, side) for number in range(1, times + 1) for side in SIDES):
            seen: list[Observation] = [
                passed(key, priority, status=draw(statuses)) for key, priority in CHECKS[stage]
            ]
            if stage == "regression":
                seen.append(table(draw(st.sampled_from("aab"))))
            runs.append(sealed(stage, side, tuple(seen), repeat=number, repeats=times))
    return tuple(runs)


MESSAGES = ("no", "no", "The page answered with status 502", "No space left on device")
TABLES = {"a": TABLE, "b": b"tenancy,balance\nT1,10.00\nT2,25.00\n"}


def table(which: str) -> Snapshot:
    taken = snapshot(TABLES[which])
    return msgspec.structs.replace(taken, artefact=f"raw/{which}.csv")


def read(_stage: str, _side: Side, path: str, _repeat: int = 0) -> bytes:
    return TABLES[path.removeprefix("raw/").removesuffix(".csv")] if len(path) == len("raw/a.csv") else TABLE


def sealed(
    stage: str, side: Side, observations: tuple[Observation, ...], repeat: int = 0, repeats: int = 0
) -> StageRun:
    header = StageHeader(
        stage=stage,
        side=side,
        repeat=repeat,
        repeats=repeats,
        status=StageStatus.COMPLETED,
        observation_count=len(observations),
        observations_sha256=file_digest(observations),
        plan_sha256=PLAN_SHA,
    )
    return StageRun(header=header, observations=observations, observations_sha256=file_digest(observations))


def file_digest(observations: tuple[Observation, ...]) -> str:
    """The digest of the file that holds these, as whoever reads it hands it over."""
    return hashlib.sha256(b"".join(map(to_line, observations))).hexdigest()


def left_with(run: StageRun, observations: tuple[Observation, ...]) -> StageRun:
    """A run as read back when only these are left in its file."""
    return msgspec.structs.replace(
        run, observations=observations, observations_sha256=file_digest(observations)
    )


def make_plan() -> Plan:
    return assemble_plan(tuple(stage_plan(stage) for stage in STAGES), SIDES)


PLAN_SHA = "0" * 64
PLAN = make_plan()
UPGRADE = Bundle().upgrade


def verdict_of(runs: tuple[StageRun, ...], plan: Plan = PLAN, upgrade: Upgrade = UPGRADE) -> Verdict:
    comparison = compare(upgrade, plan, PLAN_SHA, runs, read)
    return judge(upgrade, plan, comparison, digests(upgrade, PLAN_SHA, runs))


def with_promised_fixes() -> Upgrade:
    """The upgrade whose release notes promise a fix of every priority."""
    fixes = tuple(
        Criterion(
            id=f"{key.partition(':')[0]}.fix.{number}",
            stage=key.partition(":")[0],
            kind=CriterionKind.FIXED,
            priority=priority,
            limit=0.0,
            statement=f"{number} is mended.",
            scope_key=key,
        )
        for number, (key, priority) in enumerate(
            (
                ("uat:rents:See a balance", Priority.MUST),
                ("uat:rents:*", Priority.SHOULD),
                ("regression:pages:help", Priority.COULD),
            )
        )
    )
    return msgspec.structs.replace(UPGRADE, criteria=(*UPGRADE.criteria, *fixes))


def without_observation(runs: tuple[StageRun, ...], pick: random.Random) -> tuple[StageRun, ...]:
    at = pick.randrange(len(runs))
    seen = runs[at].observations
    if not seen:
        return runs
    gone = pick.randrange(len(seen))
    less = left_with(runs[at], seen[:gone] + seen[gone + 1 :])
    return (*runs[:at], less, *runs[at + 1 :])


def without_run(runs: tuple[StageRun, ...], pick: random.Random) -> tuple[StageRun, ...]:
    at = pick.randrange(len(runs))
    return runs[:at] + runs[at + 1 :]


def without_side(runs: tuple[StageRun, ...], pick: random.Random) -> tuple[StageRun, ...]:
    side = pick.choice(SIDES)
    return tuple(run for run in runs if run.header.side is not side)


def without_stage(runs: tuple[StageRun, ...], pick: random.Random) -> tuple[StageRun, ...]:
    stage = pick.choice(STAGES)
    return tuple(run for run in runs if run.header.stage != stage)


def without_half_a_stage(runs: tuple[StageRun, ...], pick: random.Random) -> tuple[StageRun, ...]:
    at = pick.randrange(len(runs))
    half = len(runs[at].observations) // 2
    less = left_with(runs[at], runs[at].observations[:half])
    return (*runs[:at], less, *runs[at + 1 :])


def without_repeats(runs: tuple[StageRun, ...], pick: random.Random) -> tuple[StageRun, ...]:
    stage = pick.choice(STAGES)
    return tuple(run for run in runs if run.header.stage != stage or not run.header.repeat)


def without_one_repeat(runs: tuple[StageRun, ...], pick: random.Random) -> tuple[StageRun, ...]:
    number, stage = pick.randint(1, 3), pick.choice(STAGES)
    return tuple(run for run in runs if (run.header.stage, run.header.repeat) != (stage, number))


REMOVALS: tuple[Callable[[tuple[StageRun, ...], random.Random], tuple[StageRun, ...]], ...] = (
    without_observation,
    without_run,
    without_side,
    without_stage,
    without_half_a_stage,
    without_repeats,
    without_one_repeat,
)


@given(bundles(), st.integers(0, 2**32))
@settings(max_examples=2000, deadline=None)
def test_removing_evidence_never_improves_the_decision(runs: tuple[StageRun, ...], seed: int) -> None:
    before = verdict_of(runs).decision
    pick = random.Random(seed)
    for removal in REMOVALS:
        after = verdict_of(removal(runs, pick)).decision
        assert PERMISSION[after] >= PERMISSION[before]


@given(bundles(), st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_removing_evidence_never_confirms_a_fix(runs: tuple[StageRun, ...], seed: int) -> None:
    upgrade, pick = with_promised_fixes(), random.Random(seed)
    before = verdict_of(runs, upgrade=upgrade).decision
    for removal in REMOVALS:
        after = verdict_of(removal(runs, pick), upgrade=upgrade).decision
        assert PERMISSION[after] >= PERMISSION[before]


@given(bundles(), st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_the_order_of_arrival_never_matters(runs: tuple[StageRun, ...], seed: int) -> None:
    shuffled = list(runs)
    random.Random(seed).shuffle(shuffled)
    assert to_json(verdict_of(tuple(shuffled))) == to_json(verdict_of(runs))


def test_the_generated_bundles_reach_go_and_no_go() -> None:
    """The property above says nothing when every bundle is refused anyway."""
    clean = tuple(sealed(stage, side, tuple(found)) for (stage, side), found in Bundle().observations.items())
    assert verdict_of(clean).decision is Decision.GO
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance"))
    broken = tuple(sealed(stage, side, tuple(found)) for (stage, side), found in bundle.observations.items())
    assert verdict_of(broken).decision is Decision.NO_GO
