"""A corpus is run build by build against one run of the version in use, and goes on where it was stopped."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import threading
import time
from pathlib import Path

import msgspec
import pytest
from tests.engine.test_gate import KEY, FakeStage, greets, make_gate

from gonogo.corpus.builds import Build, Kind, Visibility
from gonogo.corpus.results import BuildResult
from gonogo.corpus.running import Corpus, run_corpus, side_by_side
from gonogo.corpus.scoring import score
from gonogo.model import CheckResult, CheckStatus, Decision, Discipline, Side, StageStatus, User
from gonogo.model.errors import StorageError, ToolError
from gonogo.stages.base import Project, Services, SideContext, StageOutcome

pytestmark = pytest.mark.slow

FAULT = Build(
    id="no-greeting",
    kind=Kind.FAULT,
    title="It does not greet",
    discipline=Discipline.FUNCTIONAL,
    visibility=Visibility.ORDINARY,
    stages=("uat",),
)
HARMLESS = Build(id="louder", kind=Kind.VARIATION, title="It greets louder", stages=("uat",))


def built(project: Project, build: Build) -> Project:
    """The build's name goes into the candidate's environment, where the stage looks for it."""
    candidate = msgspec.structs.replace(project.upgrade.candidate, environment={"BUILD": build.id})
    upgrade = msgspec.structs.replace(project.upgrade, candidate=candidate)
    return Project(root=project.root, upgrade=upgrade, python=project.python)


def act(context: SideContext, services: Services) -> StageOutcome:
    if context.side is Side.CANDIDATE and context.target.environment["BUILD"] == FAULT.id:
        result = CheckResult(key=KEY, status=CheckStatus.FAILED, title="It greets", message="no greeting")
        return StageOutcome(status=StageStatus.COMPLETED, observations=(result,))
    return greets(context, services)


def corpus(tmp_path: Path, stage: FakeStage) -> Corpus:
    return Corpus(gate=make_gate(stage, tmp_path), build=built, folder=tmp_path / "truth")


def test_the_version_in_use_is_exercised_once_for_all_builds(tmp_path: Path) -> None:
    stage, told = FakeStage(act=act), list[str]()
    results = run_corpus(corpus(tmp_path, stage), [FAULT, HARMLESS], told.append)
    assert [r.decision for r in results] == [Decision.GO, Decision.NO_GO, Decision.GO]
    assert stage.ran == [Side.BASELINE, Side.CANDIDATE, Side.CANDIDATE, Side.CANDIDATE]
    assert [s.key for s in results[1].seen] == [KEY]
    found = score(results)
    assert (found.misses, found.false_alarms, found.elsewhere) == ((), (), ())
    assert told[-2].startswith("1 of 2 no-greeting: NO_GO by functional")


def test_a_corpus_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    first = run_corpus(corpus(tmp_path, FakeStage(act=act)), [FAULT], lambda _: None)
    again = FakeStage(act=act)
    results = run_corpus(corpus(tmp_path, again), [FAULT, HARMLESS], lambda _: None)
    assert results[:2] == first
    assert again.ran == [Side.CANDIDATE]


def test_run_folders_of_what_came_out_as_expected_are_not_kept(tmp_path: Path) -> None:
    run_corpus(corpus(tmp_path, FakeStage(act=act)), [FAULT, HARMLESS], lambda _: None)
    kept = sorted(path.name for path in (tmp_path / "truth" / "runs").iterdir() if not path.is_symlink())
    assert kept == ["reference"]


def test_a_missed_fault_keeps_its_run_folder(tmp_path: Path) -> None:
    results = run_corpus(corpus(tmp_path, FakeStage()), [FAULT], lambda _: None)
    assert score(results).misses == (FAULT.id,)
    assert (tmp_path / "truth" / "runs" / FAULT.id / "verdict.json").is_file()


def test_a_build_that_cannot_be_run_is_not_judged_and_the_others_are(tmp_path: Path) -> None:
    run_corpus(corpus(tmp_path, FakeStage(act=act)), [], lambda _: None)
    reference = tmp_path / "truth" / "runs" / "reference" / "runs" / "uat.baseline"
    shutil.rmtree(reference)
    results = run_corpus(corpus(tmp_path, FakeStage(act=act)), [FAULT], lambda _: None)
    assert results[1].decision is None
    assert "missing or damaged" in results[1].problem
    assert score(results).is_met is None


def test_nothing_is_measured_when_the_release_itself_cannot_be_judged(tmp_path: Path) -> None:
    users = (User(role="clerk", username="c", password="env:TINY_PASSWORD_THAT_NOBODY_SET"),)
    gate = make_gate(FakeStage(), tmp_path, users=users)
    unusable = Corpus(gate=gate, build=built, folder=tmp_path / "truth")
    with pytest.raises(ToolError, match=r"could not be judged: .*TINY_PASSWORD_THAT_NOBODY_SET"):
        run_corpus(unusable, [FAULT], lambda _: None)


def test_builds_side_by_side_come_out_as_one_after_another(tmp_path: Path) -> None:
    together = Builds(most=2)
    several = dataclasses.replace(corpus(tmp_path, FakeStage(act=together)), at_once=2)
    told = list[str]()
    builds = [FAULT, HARMLESS, *(msgspec.structs.replace(HARMLESS, id=f"louder-{n}") for n in range(3))]
    results = run_corpus(several, builds, told.append)
    assert [result.build.id for result in results] == ["reference", *(build.id for build in builds)]
    assert [result.decision for result in results[1:]] == [Decision.NO_GO, *[Decision.GO] * 4]
    assert together.seen_at_once == 2
    assert sorted(line.partition(" of ")[0] for line in told if " of 5 " in line) == ["1", "2", "3", "4", "5"]


def test_build_whose_times_are_measured_goes_alone(tmp_path: Path) -> None:
    alone = Builds(most=2)  # each waits a second for another to come, which must not
    several = dataclasses.replace(corpus(tmp_path, FakeStage(act=alone)), at_once=2)
    timed = [msgspec.structs.replace(HARMLESS, id=f"slower-{n}", stages=("uat", "load")) for n in range(2)]
    run_corpus(several, timed, lambda _: None)
    assert alone.seen_at_once == 1


def test_first_failure_is_raised_when_those_under_way_have_ended(tmp_path: Path) -> None:
    ended = list[str]()

    def run(build: Build) -> BuildResult:
        if build.id == FAULT.id:
            raise StorageError("The disk is full.")
        time.sleep(0.1)
        ended.append(build.id)
        return BuildResult(build=build)

    late = [msgspec.structs.replace(HARMLESS, id=f"late-{n}") for n in range(5)]
    with pytest.raises(StorageError, match="The disk is full"):
        side_by_side(run, [FAULT, HARMLESS, *late], at_once=2)
    assert HARMLESS.id in ended
    assert len(ended) < 4


class Builds:
    """Acts as `act` does, and sees how many builds are exercised at the same time."""

    def __init__(self, most: int) -> None:
        self.seen_at_once = 0
        self._now = 0
        self._met = threading.Barrier(most)
        self._lock = threading.Lock()

    def __call__(self, context: SideContext, services: Services) -> StageOutcome:
        if context.side is Side.BASELINE or context.target.environment["BUILD"] == "reference":
            return act(context, services)
        with self._lock:
            self._now += 1
            self.seen_at_once = max(self.seen_at_once, self._now)
        with contextlib.suppress(threading.BrokenBarrierError):
            self._met.wait(timeout=1)
        try:
            return act(context, services)
        finally:
            with self._lock:
                self._now -= 1
