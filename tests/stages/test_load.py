"""The load stage with the real Locust, against small servers of our own on this machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from tests.loadgen.small_server import SmallServer, small_server
from tests.stages.load_project import criteria, project, services, settings, sides, target

from gonogo.comparing.measurements import compare_measurements
from gonogo.events import Event
from gonogo.job import Job
from gonogo.judging.response_time import judge_no_more_errors, judge_no_slower
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Discipline,
    Judgement,
    Measurement,
    ReasonCode,
    Ruling,
    Side,
    StagePlan,
    StageStatus,
    from_json,
)
from gonogo.model.errors import Interrupted, WorkerLostError
from gonogo.processes import Stop
from gonogo.readers.load_log import RoundLog
from gonogo.readers.load_rounds import read_round
from gonogo.stages.base import Project, Salvages, Stage, StageOutcome
from gonogo.stages.load import LoadStage

Outcomes = dict[Side, StageOutcome]
pytestmark = pytest.mark.alone
ANSWER_S = 0.004


@pytest.fixture
def servers() -> Iterator[tuple[SmallServer, SmallServer]]:
    with small_server() as baseline, small_server() as candidate:
        for server in (baseline, candidate):
            server.behaviour.delay_s = {"/search": ANSWER_S, "/repairs": ANSWER_S}
        yield baseline, candidate


@pytest.fixture
def pair(tmp_path: Path, servers: tuple[SmallServer, SmallServer]) -> Project:
    baseline, candidate = servers
    return project(
        tmp_path / "project", target(Side.BASELINE, baseline.url), target(Side.CANDIDATE, candidate.url)
    )


def run(of: Project, runs: Path, **options: object) -> Outcomes:
    chosen = settings(**options)  # type: ignore[arg-type]
    plan = LoadStage().plan(of, chosen)
    assert plan.problem == ""
    return dict(LoadStage().run(of, chosen, plan, sides(of, runs), services()))


def checks(outcome: StageOutcome) -> dict[str, CheckResult]:
    return {one.key: one for one in outcome.observations if isinstance(one, CheckResult)}


def measured(outcome: StageOutcome) -> dict[str, Measurement]:
    return {one.key: one for one in outcome.observations if isinstance(one, Measurement)}


def judged(outcomes: Outcomes) -> tuple[Judgement, Judgement]:
    before, after = (tuple(measured(outcomes[side]).values()) for side in (Side.BASELINE, Side.CANDIDATE))
    found = tuple(compare_measurements("load", before, after))
    no_slower, no_more_errors = criteria()
    return judge_no_slower(no_slower, found), judge_no_more_errors(no_more_errors, found)


def test_it_is_a_stage_of_its_own_that_runs_alone() -> None:
    stage: Stage = LoadStage()
    assert (stage.name, stage.is_exclusive, stage.order) == ("load", True, 20)
    assert isinstance(stage, Salvages)


def test_the_plan_lists_a_check_for_each_journey(tmp_path: Path) -> None:
    here = project(
        tmp_path, target(Side.BASELINE, "http://127.0.0.1:1"), target(Side.CANDIDATE, "http://127.0.0.1:2")
    )
    plan = LoadStage().plan(here, settings())
    search, repair = plan.checks
    assert (search.key, search.title) == ("load:Rent search", "Rent search")
    assert (search.discipline, search.feature) == (Discipline.PERFORMANCE, "Response times")
    assert search.source == "load/locustfile.py:8"
    assert repair.key == "load:Log repair"


NESTED = """
from locust import HttpUser, TaskSet, task
class Letters(TaskSet):
    @task
    def write_letter(self): ...
class Officer(HttpUser):
    tasks = [Letters]
"""


@pytest.mark.parametrize(
    ("locustfile", "profiles", "problem"),
    [
        ("x = 1", "", "locustfile.py holds no user class"),
        (NESTED, "", "'Write letter' lives in a TaskSet"),
        (None, "default = ", "load/profiles.toml cannot be read"),
        (None, 'default="a"\n[profiles.a]\nusers=1\nmix={ Serch = 1 }', "gives a weight to 'Serch'"),
    ],
)
def test_a_pack_that_cannot_be_run_is_a_problem_of_the_plan(
    tmp_path: Path, locustfile: str | None, profiles: str, problem: str
) -> None:
    ends = target(Side.BASELINE, "http://127.0.0.1:1"), target(Side.CANDIDATE, "http://127.0.0.1:2")
    here = project(tmp_path, *ends, **({"locustfile": locustfile} if locustfile else {}))  # type: ignore[arg-type]
    if profiles:
        (tmp_path / "load" / "profiles.toml").write_text(profiles, encoding="utf-8")
    plan = LoadStage().plan(here, settings(arrival_rate=0.0 if profiles else 50.0))
    assert problem in plan.problem
    assert plan.checks == ()


def test_fewer_users_than_processes_are_a_problem_of_the_plan(tmp_path: Path) -> None:
    here = project(
        tmp_path, target(Side.BASELINE, "http://127.0.0.1:1"), target(Side.CANDIDATE, "http://127.0.0.1:2")
    )
    plan = LoadStage().plan(here, settings(users=3, processes=4))
    assert plan.problem == "3 users cannot be shared among 4 processes: each needs one at least."


def test_a_project_without_a_locustfile_has_a_problem(tmp_path: Path) -> None:
    ends = target(Side.BASELINE, "http://127.0.0.1:1"), target(Side.CANDIDATE, "http://127.0.0.1:2")
    plan = LoadStage().plan(project(tmp_path, *ends), settings(locustfile="load/other.py"))
    assert plan.problem == "There is no load/other.py in the project."


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"target_class": None}, "declares no class"),
        ({"allows": ()}, "does not allow it"),
        ({"authorisation": None}, "authorised"),
    ],
)
def test_a_target_that_may_not_be_loaded_is_not_touched(
    tmp_path: Path, servers: tuple[SmallServer, SmallServer], changed: dict[str, object], said: str
) -> None:
    baseline, candidate = servers
    here = project(
        tmp_path / "project",
        target(Side.BASELINE, baseline.url),
        target(Side.CANDIDATE, candidate.url, **changed),
    )
    plan = StagePlan(stage="load")
    found = LoadStage().run(here, settings(), plan, sides(here, tmp_path / "runs"), services())
    for outcome in found.values():
        assert (outcome.status, outcome.reason_code) == (StageStatus.REFUSED, ReasonCode.NOT_PERMITTED)
        assert said in outcome.reason
        assert outcome.observations == ()
    assert not baseline.behaviour.asked
    assert not candidate.behaviour.asked


@pytest.mark.slow
def test_both_sides_are_loaded_in_turn_and_every_sample_is_kept(
    tmp_path: Path, pair: Project, servers: tuple[SmallServer, SmallServer]
) -> None:
    found = run(pair, tmp_path / "runs")
    for side, server in zip((Side.BASELINE, Side.CANDIDATE), servers, strict=True):
        outcome, folder = found[side], tmp_path / "runs" / f"load.{side.value}"
        assert outcome.status is StageStatus.COMPLETED
        assert {one.status for one in checks(outcome).values()} == {CheckStatus.PASSED}
        assert outcome.tools[0].name == "locust"
        log = from_json((folder / "raw" / "rounds.json").read_bytes(), RoundLog, source="rounds.json")
        samples = [read_round((folder / n.file).read_bytes(), source=n.file) for n in log.rounds]
        kept = sum(note.executions for note in log.kept)
        assert measured(outcome)["load:all:error_ratio"].sample_count == kept
        # Every request the server saw is a sample, but for signing in.
        asked = server.behaviour.asked
        assert sum(round_.duration_ms.size for round_ in samples) == asked["/search"] + asked["/repairs"]
        assert asked["/signin"] == 8
        assert len(measured(outcome)["load:all:log_mean"].series) == 6
        every = np.concatenate([round_.response_ms for round_ in samples])
        assert every.min() >= ANSWER_S * 1000
        job = from_json((folder / "job.json").read_bytes(), Job, source="job.json")
        assert (job.stage, job.side, job.base_url) == ("load", side, server.url)
    before, after = (measured(found[side]) for side in (Side.BASELINE, Side.CANDIDATE))
    for key in ("load:all:offered_per_s", "load:Rent search:requests", "load:Log repair:requests"):
        assert before[key].value == after[key].value


@pytest.mark.slow
def test_a_much_slower_journey_is_found(
    tmp_path: Path, pair: Project, servers: tuple[SmallServer, SmallServer]
) -> None:
    servers[1].behaviour.delay_s["/repairs"] = ANSWER_S * 20
    speed, errors = judged(run(pair, tmp_path / "runs", pairs_min=8, pairs_max=24))
    assert (speed.ruling, speed.code) == (Ruling.NOT_MET, ReasonCode.SLOWER)
    assert speed.reason.startswith("Log repair ")
    assert errors.ruling is Ruling.MET


@pytest.mark.slow
def test_an_upgrade_that_fails_everything_ends_the_test_early(
    tmp_path: Path, pair: Project, servers: tuple[SmallServer, SmallServer]
) -> None:
    servers[1].behaviour.failing = {"/search", "/repairs"}
    found = run(pair, tmp_path / "runs")
    speed, errors = judged(found)
    assert (speed.ruling, speed.code) == (Ruling.NOT_MET, ReasonCode.MORE_ERRORS)
    assert errors.ruling is Ruling.NOT_MET
    assert any("more rounds would not help" in note for note in found[Side.CANDIDATE].notes)
    failed = checks(found[Side.CANDIDATE])["load:Rent search"]
    assert failed.status is CheckStatus.FAILED
    assert "GET /search" in failed.detail
    assert len(measured(found[Side.BASELINE])["load:all:log_mean"].series) == 2


@pytest.mark.slow
def test_nobody_signed_in_is_no_evidence(
    tmp_path: Path, pair: Project, servers: tuple[SmallServer, SmallServer]
) -> None:
    locustfile = pair.root / "load" / "locustfile.py"
    text = locustfile.read_text(encoding="utf-8")
    refuse = 'self.client.get("/signin").raise_for_status()'
    locustfile.write_text(text.replace('self.client.get("/signin")', refuse), encoding="utf-8")
    servers[1].behaviour.failing = {"/signin"}
    found = run(pair, tmp_path / "runs")
    for outcome in found.values():
        assert outcome.status is StageStatus.ERRORED
        assert "No user could be started on the candidate. GET /signin" in outcome.reason
        assert {one.status for one in checks(outcome).values()} == {CheckStatus.EMPTY}
        assert measured(outcome) == {}
    assert judged(found)[0].ruling is Ruling.INCONCLUSIVE


@pytest.mark.slow
def test_stopping_leaves_no_child_and_keeps_what_was_measured(tmp_path: Path, pair: Project) -> None:
    heard: list[Event] = []
    stop = Stop()
    chosen = settings(pairs_max=100, pairs_min=100)
    plan = LoadStage().plan(pair, chosen)
    contexts = sides(pair, tmp_path / "runs")
    before = {child.pid for child in psutil.Process(os.getpid()).children(recursive=True)}

    def stop_soon() -> None:
        while not any(event.text.startswith("pair 3") for event in heard):
            time.sleep(0.05)
        stop.request()

    watcher = threading.Thread(target=stop_soon, daemon=True)
    watcher.start()
    with pytest.raises(Interrupted):
        LoadStage().run(pair, chosen, plan, contexts, services(heard, stop))
    after = {child.pid for child in psutil.Process(os.getpid()).children(recursive=True)}
    assert after <= before
    salvaged = LoadStage().salvage(contexts[0], chosen, plan)
    series = next(one for one in salvaged if one.key == "load:all:log_mean")
    assert isinstance(series, Measurement)
    assert len(series.series) >= 2


def test_nothing_is_salvaged_from_nothing(tmp_path: Path, pair: Project) -> None:
    context = sides(pair, tmp_path / "runs")[0]
    assert LoadStage().salvage(context, settings(), StagePlan(stage="load")) == ()


@pytest.mark.slow
def test_a_generator_that_is_killed_makes_the_stage_fail(tmp_path: Path, pair: Project) -> None:
    heard: list[Event] = []
    chosen = settings(pairs_max=100, pairs_min=100)
    plan = LoadStage().plan(pair, chosen)
    before = {child.pid for child in psutil.Process(os.getpid()).children()}

    def kill_one() -> None:
        while not any(event.text.startswith("pair 2") for event in heard):
            time.sleep(0.05)
        ours = [child for child in psutil.Process(os.getpid()).children() if child.pid not in before]
        next(child for child in ours if "gonogo.loadgen" in child.cmdline()).kill()

    watcher = threading.Thread(target=kill_one, daemon=True)
    watcher.start()
    found = LoadStage().run(pair, chosen, plan, sides(pair, tmp_path / "runs"), services(heard))
    for outcome in found.values():
        assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.STAGE_ERRORED)
        assert "did not finish a round" in outcome.reason


@pytest.mark.slow
def test_a_lost_worker_is_a_reason_of_its_own(
    tmp_path: Path, pair: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> None:
        raise WorkerLostError("The worker on the second machine was lost; 1 of 2 are left.")

    monkeypatch.setattr("gonogo.stages.load_run.Generator", lost)
    outcomes = run(pair, tmp_path / "runs", processes=2)
    assert {one.status for one in outcomes.values()} == {StageStatus.ERRORED}
    assert {one.reason_code for one in outcomes.values()} == {ReasonCode.WORKER_LOST}
    assert "was lost; 1 of 2 are left" in outcomes[Side.CANDIDATE].reason


@pytest.mark.slow
def test_a_locustfile_that_changes_with_the_side_is_refused(tmp_path: Path, pair: Project) -> None:
    locustfile = pair.root / "load" / "locustfile.py"
    text = locustfile.read_text(encoding="utf-8")
    fickle = "\nimport os\nif 'GONOGO_JOB' in os.environ:\n    Officer.tasks = Officer.tasks[:1]\n"
    locustfile.write_text(text + fickle, encoding="utf-8")
    found = run(pair, tmp_path / "runs")
    for outcome in found.values():
        assert outcome.status is StageStatus.ERRORED
        assert "other journeys than it did when the plan was made" in outcome.reason
