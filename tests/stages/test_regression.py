"""The regression stage: what it plans, how it ends, and that nothing it did not see counts."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import psutil
import pytest
from flask import Flask
from werkzeug.serving import make_server

from gonogo.clock import SystemClock
from gonogo.events import Event, Events
from gonogo.job import JobUser
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Identity,
    PlannedCheck,
    ReasonCode,
    Side,
    Snapshot,
    StagePlan,
    StageSettings,
    StageStatus,
    Target,
    Upgrade,
)
from gonogo.model.errors import Interrupted
from gonogo.processes import Stop
from gonogo.stages.base import Project, Salvages, Services, SideContext, StageOutcome
from gonogo.stages.regression import RegressionStage

PACK = """
    import pytest

    @pytest.mark.should
    def test_home(api, snapshot):
        answer = api.get("/")
        assert answer.status_code == 200
        snapshot.text(answer.text, "Home")

    def test_total(api):
        total = api.get("/total").text
        assert total == "£12.50", f"the total is {total}"

    @pytest.mark.skip(reason="not here")
    def test_left_out(): ...
"""


LOADS_ONLY_WHEN_COLLECTED = """
    import os
    if os.environ.get("GONOGO_JOB"):
        import nothing_here
    def test_a():
        assert True
"""


@dataclass
class Bench:
    """A project, its stage and what a run of it is given."""

    root: Path
    urls: dict[Side, str]
    stop: Stop = field(default_factory=Stop)
    told: list[Event] = field(default_factory=list)
    timeout_s: float = 60.0
    options: dict[str, Any] = field(default_factory=dict)
    stage: RegressionStage = field(default_factory=RegressionStage)

    def pack(self, text: str, name: str = "test_pack.py") -> None:
        path = self.root / "suites" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")

    @property
    def settings(self) -> StageSettings:
        options = RegressionStage.options_model(**self.options).model_dump(mode="json")
        return StageSettings(stage="regression", timeout_s=self.timeout_s, options=options)

    @property
    def project(self) -> Project:
        targets = [
            Target(side=side, version=version, url=self.urls.get(side, "http://127.0.0.1:9"))
            for side, version in ((Side.BASELINE, "1"), (Side.CANDIDATE, "2"))
        ]
        upgrade = Upgrade(
            system="Tiny", change_ref="", baseline=targets[0], candidate=targets[1],
            identity=Identity(path="/", pattern="(.)"),
        )  # fmt: skip
        return Project(root=self.root, upgrade=upgrade, python=sys.executable)

    def plan(self) -> StagePlan:
        return self.stage.plan(self.project, self.settings)

    def context(self, side: Side) -> SideContext:
        user = JobUser(role="clerk", username="kim", password_variable="TINY_PASSWORD")
        return SideContext(
            side=side, target=self.project.upgrade.target(side), url=self.urls[side],
            folder=self.root / "runs" / side.value, users=(user,), secrets={"TINY_PASSWORD": "the-secret-1"},
        )  # fmt: skip

    def run(self, plan: StagePlan | None = None, *, workers: int = 2) -> dict[Side, StageOutcome]:
        services = Services(
            clock=SystemClock(), events=Events(self.told.append), stop=self.stop,
            browser=None, workers=workers,
        )  # fmt: skip
        contexts = tuple(self.context(side) for side in self.urls)
        return dict(self.stage.run(self.project, self.settings, plan or self.plan(), contexts, services))

    def run_one(self, plan: StagePlan | None = None) -> StageOutcome:
        return self.run(plan)[Side.BASELINE]


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[Side, str]]:
    servers = []
    for total in ("£12.50", "£12.51"):
        app = Flask(f"tiny-{total}")
        app.add_url_rule("/", "home", lambda: "Welcome")
        app.add_url_rule("/total", "total", lambda total=total: total)
        servers.append(make_server("127.0.0.1", 0, app, threaded=True))
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        side: f"http://127.0.0.1:{server.server_port}"
        for side, server in zip((Side.BASELINE, Side.CANDIDATE), servers, strict=True)
    }
    for server in servers:
        server.shutdown()


@pytest.fixture
def bench(tmp_path: Path, urls: dict[Side, str]) -> Bench:
    made = Bench(root=tmp_path, urls=urls)
    made.pack(PACK)
    return made


@pytest.fixture
def alone(tmp_path: Path, urls: dict[Side, str]) -> Bench:
    """One side is enough for how a run ends."""
    return Bench(root=tmp_path, urls={Side.BASELINE: urls[Side.BASELINE]})


def checks(outcome: StageOutcome) -> dict[str, CheckStatus]:
    return {
        one.key.rpartition(":")[2]: one.status for one in outcome.observations if isinstance(one, CheckResult)
    }


def test_the_plan_lists_every_test_without_a_target(tmp_path: Path) -> None:
    bench = Bench(root=tmp_path, urls={})
    bench.pack(PACK)
    plan = bench.plan()
    assert plan.problem == ""
    assert [(check.key, check.skip_reason) for check in plan.checks] == [
        ("regression:test_pack:test_home", ""),
        ("regression:test_pack:test_left_out", "not here"),
        ("regression:test_pack:test_total", ""),
    ]
    assert not list(tmp_path.rglob(".pytest_cache"))


@pytest.mark.parametrize(
    ("pack", "problem"),
    [
        ("def test_a(:\n    pass\n", "suites/test_pack.py cannot be loaded: SyntaxError"),
        ("import nothing_of_that_name\n", "No module named 'nothing_of_that_name'"),
        ("x = 1\n", "holds no test"),
    ],
)
def test_a_pack_that_cannot_be_planned_is_a_problem_not_an_empty_plan(
    tmp_path: Path, pack: str, problem: str
) -> None:
    bench = Bench(root=tmp_path, urls={})
    bench.pack(pack)
    plan = bench.plan()
    assert plan.checks == ()
    assert problem in plan.problem
    assert "Traceback" not in plan.problem


def test_a_mark_that_matches_nothing_is_a_problem(tmp_path: Path) -> None:
    bench = Bench(root=tmp_path, urls={}, options={"marks": "could"})
    bench.pack(PACK)
    assert "matches none" in bench.plan().problem


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    assert Bench(root=tmp_path, urls={}).plan().problem == "There is no suites in the project."


@pytest.mark.slow
def test_both_sides_are_run_and_told_apart(bench: Bench) -> None:
    outcomes = bench.run()
    assert {side: outcome.status for side, outcome in outcomes.items()} == {
        Side.BASELINE: StageStatus.COMPLETED,
        Side.CANDIDATE: StageStatus.COMPLETED,
    }
    assert checks(outcomes[Side.BASELINE]) == {
        "test_home": CheckStatus.PASSED,
        "test_total": CheckStatus.PASSED,
    }
    assert checks(outcomes[Side.CANDIDATE]) == {
        "test_home": CheckStatus.PASSED,
        "test_total": CheckStatus.FAILED,
    }
    failed = next(
        one
        for one in outcomes[Side.CANDIDATE].observations
        if isinstance(one, CheckResult) and one.status is CheckStatus.FAILED
    )
    assert (failed.message, failed.where) == ("the total is £12.51", "GET /total")
    for side, outcome in outcomes.items():
        snapshot = next(one for one in outcome.observations if isinstance(one, Snapshot))
        assert (bench.context(side).folder / snapshot.artefact).read_text() == "Welcome"
        assert {tool.name for tool in outcome.tools} >= {"pytest", "playwright"}
    done = [(event.side, event.done, event.total) for event in bench.told if event.kind == "progress"]
    assert {(side, 2, 2) for side in outcomes} <= set(done)


@pytest.mark.slow
def test_secrets_reach_the_tests_and_no_file(alone: Bench) -> None:
    alone.pack(
        """
        def test_secret(job):
            assert job.password("clerk") == "the-secret-1"
        """
    )
    assert checks(alone.run_one()) == {"test_secret": CheckStatus.PASSED}
    for path in alone.root.rglob("*"):
        if path.is_file() and path.parent.name != "suites" and path.suffix != ".pyc":
            assert b"the-secret-1" not in path.read_bytes(), path


@pytest.mark.slow
def test_only_what_the_plan_says_is_run(bench: Bench) -> None:
    plan = bench.plan()
    some = StagePlan(stage=plan.stage, checks=plan.checks[-1:])
    assert checks(bench.run(some)[Side.BASELINE]) == {"test_total": CheckStatus.PASSED}


@pytest.mark.slow
def test_a_run_that_takes_too_long_keeps_what_it_saw(alone: Bench) -> None:
    alone.pack(
        """
        import time
        def test_first():
            assert True
        def test_hangs():
            time.sleep(60)
        """
    )
    plan = alone.plan()
    alone.timeout_s = 4.0
    outcome = alone.run_one(plan)
    assert (outcome.status, outcome.reason_code) == (StageStatus.TIMED_OUT, ReasonCode.STAGE_TIMED_OUT)
    assert checks(outcome) == {"test_first": CheckStatus.PASSED}
    assert "1 had ended" in outcome.reason


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pack", "reason"),
    [
        ("import os\ndef test_a():\n    os.kill(os.getpid(), 9)\n", "signal 9"),
        ("import os\ndef test_a():\n    os._exit(0)\n", "ended before it had finished"),
        ("import pytest\ndef test_a():\n    pytest.exit('enough')\n", "interrupted"),
        (
            (
                "import os\nif os.environ.get('GONOGO_JOB'):\n    import nothing_here\n\n"
                "def test_a():\n    assert True\n"
            ),
            "suites/test_pack.py cannot be loaded",
        ),
    ],
    ids=["killed", "left", "interrupted", "not loaded"],
)
def test_a_run_that_does_not_come_to_its_end_is_an_error_and_no_pass(
    alone: Bench, pack: str, reason: str
) -> None:
    alone.pack(pack)
    outcome = alone.run_one()
    assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.STAGE_ERRORED)
    assert reason in outcome.reason
    assert checks(outcome) == {}


@pytest.mark.slow
def test_tests_that_are_gone_since_the_plan_are_an_error(alone: Bench) -> None:
    check = PlannedCheck(key="regression:test_pack:test_gone", stage="regression", title="gone")
    alone.pack("def test_other():\n    assert True\n")
    outcome = alone.run_one(StagePlan(stage="regression", checks=(check,)))
    assert outcome.status is StageStatus.ERRORED
    assert "found no test to run" in outcome.reason


@pytest.mark.slow
def test_a_stopped_run_leaves_no_child_and_what_it_saw_can_be_salvaged(alone: Bench) -> None:
    alone.pack(
        """
        import time
        def test_first():
            assert True
        def test_waits():
            time.sleep(60)
        """
    )
    plan = alone.plan()
    results = alone.context(Side.BASELINE).raw / "results.jsonl"

    def stop_when_it_waits() -> None:
        for _ in range(600):
            if results.exists() and b'"kind":"test"' in results.read_bytes():
                break
            time.sleep(0.05)
        alone.stop.request()

    stopper = threading.Thread(target=stop_when_it_waits)
    stopper.start()
    with pytest.raises(Interrupted):
        alone.run(plan)
    stopper.join()
    assert not [
        child for child in psutil.Process().children(recursive=True) if "pytest" in " ".join(child.cmdline())
    ]
    assert isinstance(alone.stage, Salvages)
    saved = alone.stage.salvage(alone.context(Side.BASELINE), alone.settings, plan)
    assert [one.key for one in saved if isinstance(one, CheckResult)] == ["regression:test_pack:test_first"]


def test_salvaging_nothing_gives_nothing(alone: Bench) -> None:
    context = alone.context(Side.BASELINE)
    plan = StagePlan(stage="regression")
    assert alone.stage.salvage(context, alone.settings, plan) == ()


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_an_error_with_its_reason(alone: Bench) -> None:
    alone.pack("def test_a():\n    assert True\n")
    plan = alone.plan()
    (alone.root / "runs").write_text("a file where a folder should be")
    outcome = alone.run_one(plan)
    assert outcome.status is StageStatus.ERRORED
    assert "could not be written" in outcome.reason


@pytest.mark.slow
def test_the_callers_own_pytest_settings_do_not_reach_the_pack(
    alone: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    alone.pack("def test_a(job):\n    assert job.side == 'baseline'\n")
    assert checks(alone.run_one()) == {"test_a": CheckStatus.PASSED}
