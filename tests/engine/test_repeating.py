"""Doubtful checks are carried out again on fresh copies of both systems, and the repeats are evidence."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from tests.engine.test_gate import KEY, SYSTEM, Act, FakeStage, children_of_this_test, make_gate

from gonogo.engine.definition import Gate, Result
from gonogo.engine.gate import judge_folder, run_gate
from gonogo.engine.integrity import attest, verify
from gonogo.engine.targets import free_port
from gonogo.model import (
    Again,
    Blame,
    CheckResult,
    CheckStatus,
    Decision,
    Difference,
    Replay,
    Side,
    StagePlan,
    StageSettings,
    StageStatus,
    Target,
)
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.stages.regression import RegressionStage
from gonogo.stages.uat import UatStage
from gonogo.store import RunFolder

pytestmark = pytest.mark.slow


@dataclass
class RepeatableStage(FakeStage):
    """A fake stage that can repeat, and notes what it was asked to do."""

    can_repeat: bool = True
    asked: list[tuple[int, Side]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def run(
        self,
        project: Project,
        settings: StageSettings,
        plan: StagePlan,
        sides: tuple[SideContext, ...],
        services: Services,
    ) -> Mapping[Side, StageOutcome]:
        self.asked.extend((context.repeat, context.side) for context in sides)
        self.addresses.extend(context.url for context in sides)
        return super().run(project, settings, plan, sides, services)


def fails_on_the_candidate(*, at: frozenset[int] = frozenset(range(9))) -> Act:
    """A check that passes, except on the candidate in these repeats (0 is the first pass)."""

    def act(context: SideContext, _: Services) -> StageOutcome:
        is_bad = context.side is Side.CANDIDATE and context.repeat in at
        (context.raw / "seen.txt").write_text("seen", encoding="utf-8")
        result = CheckResult(
            key=KEY,
            status=CheckStatus.FAILED if is_bad else CheckStatus.PASSED,
            message="It does not greet" if is_bad else "",
            artefacts=("raw/seen.txt",),
        )
        return StageOutcome(status=StageStatus.COMPLETED, observations=(result,))

    return act


def run(gate: Gate, root: Path) -> tuple[Result, Difference]:
    result = run_gate(gate, RunFolder.create(root / "reports", "run"))
    return result, next(d for d in result.dossier.comparison.differences if d.key == KEY)


def test_a_difference_is_repeated_in_turn_on_fresh_copies_and_sealed(tmp_path: Path) -> None:
    stage = RepeatableStage(act=fails_on_the_candidate())
    result, difference = run(make_gate(stage, tmp_path), tmp_path)
    old, new = Side.BASELINE, Side.CANDIDATE
    assert stage.asked == [
        (0, old), (0, new), (1, old), (1, new), (2, new), (2, old), (3, old), (3, new)
    ]  # fmt: skip
    assert len(set(stage.addresses)) == len(stage.addresses)
    assert (difference.blame, result.verdict.decision) == (Blame.CANDIDATE, Decision.NO_GO)
    assert difference.again == Again(baseline_same=3, candidate_same=3)
    kept = [run.header for run in result.folder.read_runs() if run.header.repeat]
    assert sorted((h.repeat, h.side, h.repeats) for h in kept) == [
        (number, side, 3) for number in (1, 2, 3) for side in (old, new)
    ]
    assert children_of_this_test() == []


def test_what_passes_when_repeated_is_a_flake_and_the_verdict_recomputes(tmp_path: Path) -> None:
    stage = RepeatableStage(act=fails_on_the_candidate(at=frozenset({0, 2})))
    result, difference = run(make_gate(stage, tmp_path), tmp_path)
    assert (difference.blame, result.verdict.decision) == (Blame.FLAKE, Decision.INCONCLUSIVE)
    before = (result.folder.path / "verdict.json").read_bytes()
    judge_folder(RunFolder.open(result.folder.path), generated_at="2030-01-01T00:00:00Z")
    assert (result.folder.path / "verdict.json").read_bytes() == before
    dossier = result.dossier
    attest(result.folder, dossier.upgrade, dossier.comparison, result.verdict, "2030-01-01T00:00:00Z")
    assert verify(result.folder) == ()


@pytest.mark.parametrize(
    ("replay", "act", "repeats"),
    [
        (Replay(times=0), fails_on_the_candidate(), 0),
        (Replay(times=3), fails_on_the_candidate(at=frozenset()), 0),
        (Replay(times=3, time_limit_s=0.001), fails_on_the_candidate(), 1),
    ],
    ids=["switched off", "nothing differs", "no time for more than one"],
)
def test_no_more_is_repeated_than_wanted(replay: Replay, act: Act, repeats: int, tmp_path: Path) -> None:
    stage = RepeatableStage(act=act)
    run(make_gate(stage, tmp_path, replay=replay), tmp_path)
    assert max(repeat for repeat, _ in stage.asked) == repeats


@pytest.fixture
def two_systems(tmp_path: Path) -> Iterator[dict[Side, Target]]:
    """Both versions, up already, not started by gonogo."""
    ports = {Side.BASELINE: (free_port(), "1.0"), Side.CANDIDATE: (free_port(), "2.0")}
    children = [
        psutil.Popen([sys.executable, SYSTEM, str(port), version, str(tmp_path)])
        for port, version in ports.values()
    ]
    yield {
        side: Target(side=side, version=version, url=f"http://127.0.0.1:{port}")
        for side, (port, version) in ports.items()
    }
    for child in children:
        child.terminate()
        child.wait()


def test_systems_that_are_up_already_are_repeated_on_as_they_are(
    two_systems: dict[Side, Target], tmp_path: Path
) -> None:
    stage = RepeatableStage(act=fails_on_the_candidate())
    gate = make_gate(
        stage,
        tmp_path,
        baseline=two_systems[Side.BASELINE],
        candidate=two_systems[Side.CANDIDATE],
        replay=Replay(times=1),
    )
    _, difference = run(gate, tmp_path)
    assert len(set(stage.addresses)) == 2
    assert difference.blame is Blame.CANDIDATE


def test_copies_that_cannot_be_brought_up_give_no_evidence_and_excuse_nothing(tmp_path: Path) -> None:
    once = tmp_path / "once"
    start = ("{python}", "-c", _STARTS_ONCE, str(once), SYSTEM, "{port}", "2.0", "{home}")
    candidate = Target(
        side=Side.CANDIDATE, version="2.0", url="http://127.0.0.1:{port}", start=start, ready_s=3.0
    )
    stage = RepeatableStage(act=fails_on_the_candidate())
    gate = make_gate(stage, tmp_path, candidate=candidate, replay=Replay(times=1))
    result, difference = run(gate, tmp_path)
    assert (difference.again, difference.blame) == (None, Blame.CANDIDATE)
    assert result.verdict.decision is Decision.NO_GO


_STARTS_ONCE = """
import pathlib, runpy, sys
mark = pathlib.Path(sys.argv[1])
if mark.exists():
    sys.exit("only one licence")
mark.touch()
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


STEPS = """
from behave import then
from gonogo.job import current_job

@then("it is {how}")
def step(context, how):
    job = current_job()
    is_bad = job.side == "candidate" and (how == "right" or job.repeat == 0)
    assert not is_bad, "The page is empty"
"""
SUITE = """
import pytest
from gonogo.job import current_job

@pytest.mark.parametrize("how", ["right", "steady"])
def test_it(how):
    job = current_job()
    is_bad = job.side == "candidate" and (how == "right" or job.repeat == 0)
    assert not is_bad, "the answer is empty"
"""


def test_behave_and_pytest_repeat_what_differs_and_nothing_else(tmp_path: Path) -> None:
    steps = tmp_path / "features" / "steps"
    steps.mkdir(parents=True)
    (steps / "steps.py").write_text(STEPS, encoding="utf-8")
    scenarios = "\n".join(f"  Scenario: Is {how}\n    Then it is {how}\n" for how in ("right", "steady"))
    (tmp_path / "features" / "it.feature").write_text(f"Feature: It\n{scenarios}", encoding="utf-8")
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "test_it.py").write_text(SUITE, encoding="utf-8")
    stages: dict[str, UatStage | RegressionStage] = {"uat": UatStage(), "regression": RegressionStage()}
    gate = make_gate(
        FakeStage(),
        tmp_path,
        stages=tuple(
            StageSettings(stage=name, options=stage.options_model().model_dump(mode="json"))
            for name, stage in stages.items()
        ),
        replay=Replay(times=1),
    )
    result = run_gate(dataclasses.replace(gate, stages=stages), RunFolder.create(tmp_path / "reports", "run"))
    blames = {d.key: d.blame for d in result.dossier.comparison.differences if d.stage in stages}
    assert blames == {
        "uat:it:Is right": Blame.CANDIDATE,
        "uat:it:Is steady": Blame.FLAKE,
        "regression:test_it:test_it[right]": Blame.CANDIDATE,
        "regression:test_it:test_it[steady]": Blame.FLAKE,
    }
    assert {d.again is not None for d in result.dossier.comparison.differences if d.stage in stages} == {True}
