"""The gate with real targets and fake stages: identity, order, failure and interruption."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
import pytest
from tests.bundles import codes

from gonogo.clock import SystemClock
from gonogo.config.criteria import criteria_for, identity_criterion
from gonogo.engine.definition import Gate, Result
from gonogo.engine.gate import judge_folder, run_gate
from gonogo.engine.targets import free_port
from gonogo.events import Event, Events
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Decision,
    Identity,
    Observation,
    PlannedCheck,
    ReasonCode,
    Side,
    StagePlan,
    StageSettings,
    StageStatus,
    Target,
    Upgrade,
    User,
)
from gonogo.model.errors import ConfigError, Interrupted, ToolError
from gonogo.processes import Stop
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.store import RunFolder

SYSTEM = str(Path(__file__).with_name("tiny_system.py"))
KEY = "uat:greets"
pytestmark = pytest.mark.slow

Act = Callable[[SideContext, Services], StageOutcome]


def greets(context: SideContext, _: Services) -> StageOutcome:
    httpx.get(context.url, trust_env=False).raise_for_status()
    (context.raw / "page.txt").write_text("hello", encoding="utf-8")
    result = CheckResult(key=KEY, status=CheckStatus.PASSED, title="It greets", artefacts=("raw/page.txt",))
    return StageOutcome(status=StageStatus.COMPLETED, observations=(result,))


@dataclass
class FakeStage:
    """A stage that does what the test says."""

    act: Act = greets
    name: str = "uat"
    is_exclusive: bool = False
    order: int = 10
    ran: list[Side] = field(default_factory=list)

    def plan(self, project: Project, settings: StageSettings) -> StagePlan:
        return StagePlan(stage=self.name, checks=(PlannedCheck(key=KEY, stage=self.name, title="It greets"),))

    def run(
        self,
        project: Project,
        settings: StageSettings,
        plan: StagePlan,
        sides: tuple[SideContext, ...],
        services: Services,
    ) -> Mapping[Side, StageOutcome]:
        found = {}
        for context in sides:
            self.ran.append(context.side)
            found[context.side] = self.act(context, services)
        return found

    def salvage(
        self, context: SideContext, settings: StageSettings, plan: StagePlan
    ) -> tuple[Observation, ...]:
        return (CheckResult(key=KEY, status=CheckStatus.PASSED, title="It greets"),)


def target(side: Side, claimed: str, actual: str = "", mode: str = "") -> Target:
    return Target(
        side=side,
        version=claimed,
        url="http://127.0.0.1:{port}",
        start=("{python}", SYSTEM, "{port}", actual or claimed, "{home}", mode),
        ready_s=3.0,
    )


def make_gate(stage: FakeStage, root: Path, stop: Stop | None = None, **changes: Any) -> Gate:
    upgrade = Upgrade(
        system="Tiny",
        change_ref="",
        baseline=target(Side.BASELINE, "1.0"),
        candidate=target(Side.CANDIDATE, "2.0"),
        identity=Identity(path="/", pattern=r"Version\s+([\d.]+)"),
        stages=(StageSettings(stage="uat"),),
        criteria=(identity_criterion(), *criteria_for("uat", None)),
    )
    upgrade = msgspec.structs.replace(upgrade, **changes)
    return Gate(
        project=Project(root=root, upgrade=upgrade, python=sys.executable),
        stages={"uat": stage},
        clock=SystemClock(),
        events=Events(),
        stop=stop or Stop(),
        browser=None,
    )


def run(stage: FakeStage, root: Path, **changes: Any) -> Result:
    return run_gate(make_gate(stage, root, **changes), RunFolder.create(root / "reports", "run"))


def children_of_this_test() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if SYSTEM in " ".join(p.cmdline())]


def test_two_versions_that_pass_are_a_go(tmp_path: Path) -> None:
    stage = FakeStage()
    result = run(stage, tmp_path)
    assert result.verdict.decision is Decision.GO
    assert stage.ran == [Side.BASELINE, Side.CANDIDATE]


def test_the_verdict_recomputes_byte_for_byte(tmp_path: Path) -> None:
    folder = run(FakeStage(), tmp_path).folder
    names = ("comparison.json", "verdict.json")
    before = [(folder.path / name).read_bytes() for name in names]
    judge_folder(RunFolder.open(folder.path), generated_at="2030-01-01T00:00:00Z")
    assert [(folder.path / name).read_bytes() for name in names] == before


def test_no_target_process_is_left_behind(tmp_path: Path) -> None:
    run(FakeStage(), tmp_path)
    assert children_of_this_test() == []


@pytest.mark.parametrize(
    ("candidate", "code"),
    [
        (target(Side.CANDIDATE, "2.0", actual="1.0"), ReasonCode.WRONG_VERSION),
        (target(Side.CANDIDATE, "2.0", mode="dies-at-once"), ReasonCode.TARGET_DOWN),
        (target(Side.CANDIDATE, "2.0", mode="never-answers"), ReasonCode.TARGET_DOWN),
        (
            Target(side=Side.CANDIDATE, version="2.0", url=f"http://127.0.0.1:{free_port()}", ready_s=0.2),
            ReasonCode.TARGET_DOWN,
        ),
    ],
    ids=["old version behind the new address", "ends at once", "never answers", "nothing there"],
)
def test_an_unproven_candidate_is_inconclusive_and_nothing_runs(
    candidate: Target, code: ReasonCode, tmp_path: Path
) -> None:
    stage = FakeStage()
    result = run(stage, tmp_path, candidate=candidate)
    assert result.verdict.decision is Decision.INCONCLUSIVE
    assert code in codes(result.verdict)
    assert stage.ran == []


def test_the_last_words_of_a_target_that_would_not_start_are_told(tmp_path: Path) -> None:
    result = run(FakeStage(), tmp_path, candidate=target(Side.CANDIDATE, "2.0", mode="dies-at-once"))
    assert any("the licence has run out" in j.reason for j in result.verdict.judgements)


def test_the_same_address_on_both_sides_is_inconclusive(tmp_path: Path) -> None:
    port = free_port()
    both = Target(side=Side.BASELINE, version="1.0", url=f"http://localhost:{port}")
    child = psutil.Popen([sys.executable, SYSTEM, str(port), "1.0", str(tmp_path)])
    try:
        other = msgspec.structs.replace(both, side=Side.CANDIDATE, url=f"http://127.0.0.1:{port}")
        result = run(FakeStage(), tmp_path, baseline=both, candidate=other)
    finally:
        child.terminate()
        child.wait()
    assert result.verdict.decision is Decision.INCONCLUSIVE
    assert ReasonCode.SAME_TARGET in codes(result.verdict)


def kill_target(context: SideContext, services: Services) -> StageOutcome:
    outcome = greets(context, services)
    if context.side is Side.CANDIDATE and context.process_id:
        os.kill(context.process_id, signal.SIGKILL)
    return outcome


def test_systems_that_state_other_data_are_no_go_for_nobody(tmp_path: Path) -> None:
    # The version stands for the data here: it is what the tiny system says differently on each side.
    identity = Identity(
        path="/", pattern=r"Version\s+([\d.]+)", data_path="/", data_pattern=r"Version\s+([\d.]+)"
    )
    result = run(FakeStage(), tmp_path, identity=identity)
    assert result.verdict.decision is Decision.INCONCLUSIVE
    assert any(
        "do not hold the same data: '1.0' on the baseline" in j.reason for j in result.verdict.judgements
    )


def test_a_candidate_that_dies_half_way_is_never_a_go(tmp_path: Path) -> None:
    result = run(FakeStage(act=kill_target), tmp_path)
    assert result.verdict.decision is Decision.INCONCLUSIVE
    assert ReasonCode.TARGET_DOWN in codes(result.verdict)


def breaks(context: SideContext, services: Services) -> StageOutcome:
    raise ToolError("The tool crashed.", remedy="Look at its log.")


def has_a_defect(context: SideContext, services: Services) -> StageOutcome:
    raise ZeroDivisionError


@pytest.mark.parametrize("act", [breaks, has_a_defect])
def test_a_stage_that_fails_is_inconclusive_and_says_why(act: Act, tmp_path: Path) -> None:
    result = run(FakeStage(act=act), tmp_path)
    assert result.verdict.decision is Decision.INCONCLUSIVE
    assert ReasonCode.STAGE_ERRORED in codes(result.verdict)


def waits_to_be_stopped(context: SideContext, services: Services) -> StageOutcome:
    while True:
        services.stop.check()
        services.stop.wait(0.05)


def test_a_stopped_run_keeps_what_was_seen_and_leaves_no_child(tmp_path: Path) -> None:
    stop = Stop()
    gate = make_gate(FakeStage(act=waits_to_be_stopped), tmp_path, stop)
    folder = RunFolder.create(tmp_path / "reports", "run")
    timer = threading.Timer(2.0, stop.request)
    timer.start()
    with pytest.raises(Interrupted):
        run_gate(gate, folder)
    timer.join()
    assert children_of_this_test() == []
    assert folder.read_verdict().decision is Decision.INCONCLUSIVE
    kept = [r for r in folder.read_runs() if r.header.stage == "uat"]
    assert {r.header.status for r in kept} == {StageStatus.INTERRUPTED}
    assert all(len(r.observations) == 1 for r in kept)


def test_a_secret_is_in_no_file_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = 'p&ss"wörd-7719'
    monkeypatch.setenv("TINY_PASSWORD", secret)

    def leaks(context: SideContext, services: Services) -> StageOutcome:
        (context.raw / "log.txt").write_text(f"typed {secret}", encoding="utf-8")
        result = CheckResult(key=KEY, status=CheckStatus.PASSED, title="It greets", detail=f"sent {secret}")
        return StageOutcome(status=StageStatus.COMPLETED, observations=(result,), notes=(f"used {secret}",))

    users = (User(role="clerk", username="c", password="env:TINY_PASSWORD"),)
    folder = run(FakeStage(act=leaks), tmp_path, users=users).folder
    for path in folder.path.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes()
            assert b"7719" not in path.read_bytes(), path
    assert folder.read_verdict().decision is Decision.GO


def test_a_missing_secret_stops_before_anything_starts(tmp_path: Path) -> None:
    users = (User(role="clerk", username="c", password="env:GONOGO_NOT_SET_ANYWHERE"),)
    with pytest.raises(ConfigError, match="GONOGO_NOT_SET_ANYWHERE"):
        run(FakeStage(), tmp_path, users=users)


def test_exclusive_stages_run_alone(tmp_path: Path) -> None:
    running: list[str] = []
    overlaps: list[tuple[str, ...]] = []
    lock = threading.Lock()

    def notes_who_runs(name: str) -> Act:
        def act(context: SideContext, services: Services) -> StageOutcome:
            with lock:
                running.append(name)
                overlaps.append(tuple(running))
            time.sleep(0.2)
            with lock:
                running.remove(name)
            return StageOutcome(status=StageStatus.COMPLETED)

        return act

    stages = {
        "a": FakeStage(act=notes_who_runs("a"), name="a", order=10),
        "b": FakeStage(act=notes_who_runs("b"), name="b", order=10),
        "load": FakeStage(act=notes_who_runs("load"), name="load", order=20, is_exclusive=True),
    }
    gate = make_gate(stages["a"], tmp_path, stages=tuple(StageSettings(stage=name) for name in stages))
    gate = Gate(
        project=gate.project,
        stages=stages,
        clock=gate.clock,
        events=Events(_ignore),
        stop=gate.stop,
        browser=None,
    )
    run_gate(gate, RunFolder.create(tmp_path / "reports", "run"))
    assert any(len(set(names)) == 2 for names in overlaps)
    assert all(set(names) == {"load"} for names in overlaps if "load" in names)


def _ignore(event: Event) -> None:
    return


def test_stages_side_by_side_have_installations_of_their_own(tmp_path: Path) -> None:
    seen: dict[str, set[str]] = {"a": set(), "b": set(), "load": set()}

    def notes_its_address(name: str) -> Act:
        def act(context: SideContext, services: Services) -> StageOutcome:
            seen[name].add(context.url)
            httpx.get(context.url, trust_env=False).raise_for_status()
            return StageOutcome(status=StageStatus.COMPLETED)

        return act

    stages = {
        "a": FakeStage(act=notes_its_address("a"), name="a", order=10),
        "b": FakeStage(act=notes_its_address("b"), name="b", order=10),
        "load": FakeStage(act=notes_its_address("load"), name="load", order=20, is_exclusive=True),
    }
    gate = make_gate(stages["a"], tmp_path, stages=tuple(StageSettings(stage=name) for name in stages))
    gate = dataclasses.replace(gate, stages=stages)
    folder = run_gate(gate, RunFolder.create(tmp_path / "reports", "run")).folder
    assert not seen["a"] & seen["b"]
    assert seen["load"] == seen["a"]
    assert children_of_this_test() == []
    assert all(not run.problems for run in folder.read_runs())


def test_a_later_stage_reads_what_earlier_ones_kept_of_its_side_and_only_that(tmp_path: Path) -> None:
    given: dict[tuple[str, Side], dict[str, str]] = {}

    def looks_back(name: str) -> Act:
        def act(context: SideContext, services: Services) -> StageOutcome:
            (context.raw / "said.txt").write_text(f"{name} {context.side.value} to a.hall@somewhere.gov.uk")
            given[name, context.side] = {
                stage: (folder / "raw" / "said.txt").read_text() for stage, folder in context.before.items()
            }
            return StageOutcome(status=StageStatus.COMPLETED)

        return act

    stages = {
        name: FakeStage(act=looks_back(name), name=name, order=order)
        for name, order in (("a", 10), ("b", 10), ("late", 30))
    }
    gate = make_gate(stages["a"], tmp_path, stages=tuple(StageSettings(stage=name) for name in stages))
    run_gate(dataclasses.replace(gate, stages=stages), RunFolder.create(tmp_path / "reports", "run"))
    for side in (Side.BASELINE, Side.CANDIDATE):
        assert given["a", side] == given["b", side] == {}  # side by side: nothing of the other is sealed yet
        assert sorted(given["late", side]) == ["a", "b"]
        for stage, words in given["late", side].items():
            assert words.startswith(f"{stage} {side.value} to [email-")  # as sealed, not as it was


def test_stages_take_turns_on_systems_that_were_up_already(tmp_path: Path) -> None:
    at_work: list[str] = []
    together: list[int] = []

    def notes_company(context: SideContext, services: Services) -> StageOutcome:
        at_work.append("x")
        together.append(len(at_work))
        time.sleep(0.1)
        at_work.pop()
        return StageOutcome(status=StageStatus.COMPLETED)

    ports = {Side.BASELINE: free_port(), Side.CANDIDATE: free_port()}
    versions = {Side.BASELINE: "1.0", Side.CANDIDATE: "2.0"}
    children = [
        psutil.Popen([sys.executable, SYSTEM, str(ports[side]), versions[side], str(tmp_path)])
        for side in ports
    ]
    stages = {name: FakeStage(act=notes_company, name=name) for name in ("a", "b")}
    try:
        gate = make_gate(
            stages["a"],
            tmp_path,
            baseline=Target(
                side=Side.BASELINE, version="1.0", url=f"http://127.0.0.1:{ports[Side.BASELINE]}"
            ),
            candidate=Target(
                side=Side.CANDIDATE, version="2.0", url=f"http://127.0.0.1:{ports[Side.CANDIDATE]}"
            ),
            stages=tuple(StageSettings(stage=name) for name in stages),
        )
        run_gate(dataclasses.replace(gate, stages=stages), RunFolder.create(tmp_path / "reports", "run"))
    finally:
        for child in children:
            child.terminate()
            child.wait()
    assert together == [1, 1, 1, 1]
