"""A new project at work: planned at once, honest about systems that are down, right about those that are up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from gonogo.cli.main import run
from gonogo.model import ExitCode

PASSWORD = "starter-test-2026"

pytestmark = [pytest.mark.slow, pytest.mark.alone]


def init(folder: Path, *options: str) -> Path:
    """A new project, as it is written."""
    assert run(["init", str(folder), *options]) == 0
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return init(tmp_path / "project")


def gonogo(*arguments: str, cwd: Path, timeout_s: float = 240) -> subprocess.CompletedProcess[str]:
    """The command, as a user types it, in a process of its own; without Allure, which takes its time."""
    settings = {
        "GONOGO_USER_PASSWORD": PASSWORD,
        "GONOGO_KEYS": str(cwd / "keys"),
        "GONOGO_ALLURE": str(cwd / "no-allure"),
    }
    return subprocess.run(
        [sys.executable, "-c", "from gonogo.cli import main; main()", *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=timeout_s, check=False, env={**os.environ, **settings},
    )  # fmt: skip


def test_the_plan_of_a_new_project_has_every_kind_of_test_and_no_problem(
    project: Path, tmp_path: Path
) -> None:
    answered = gonogo("plan", "-C", str(project), "--format", "json", cwd=tmp_path)
    assert answered.returncode == 0, answered.stderr
    stages = json.loads(answered.stdout)["stages"]
    assert [stage["stage"] for stage in stages] == ["identity", "uat", "regression", "load", "security"]
    for stage in stages:
        assert stage["checks"], stage["stage"]
        assert not stage.get("problem"), stage


def test_a_definition_that_names_no_page_is_told_in_words(project: Path, tmp_path: Path) -> None:
    edit(project, ('"Start page" = "/"\n', ""))
    answered = gonogo("plan", "-C", str(project), cwd=tmp_path)
    assert answered.stdout.count("gonogo.toml names no page under [stages.uat.pages]") == 2, answered.stdout
    assert "Traceback" not in answered.stdout + answered.stderr


@pytest.mark.parametrize("arguments", [(), ("suites",), ("suites/test_starter.py",)])
def test_tests_started_by_hand_say_how_they_are_started(project: Path, arguments: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=project, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 4
    assert "gonogo run --stage regression" in ran.stdout


def test_two_addresses_that_are_down_are_not_enough_evidence_and_are_named(
    project: Path, tmp_path: Path
) -> None:
    point(project, "http://127.0.0.1:9", "http://127.0.0.1:10")
    waiting = ("--set", "baseline.ready_s=0.2", "--set", "candidate.ready_s=0.2")
    answered = gonogo("run", "-C", str(project), *waiting, cwd=tmp_path)
    assert answered.returncode == ExitCode.INCONCLUSIVE, answered.stderr
    told = " ".join(answered.stdout.split())
    assert "We do not have enough evidence yet" in told
    assert "at http://127.0.0.1:9 did not answer" in told
    assert "at http://127.0.0.1:10 did not answer" in told
    assert "correct its address in gonogo.toml" in told
    assert (project / "reports" / "latest" / "published" / "report.html").is_file()


def edit(project: Path, *changes: tuple[str, str]) -> None:
    """Change values of the definition, each where it stands first, as one would in an editor."""
    path = project / "gonogo.toml"
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")


def point(project: Path, baseline: str, candidate: str) -> None:
    edit(project, ("https://today.example.org", baseline), ("https://upgrade.example.org", candidate))


def permit(project: Path, activity: str) -> None:
    """Say that both owners agreed: switch the lines on that stand ready for it."""
    path = project / "gonogo.toml"
    text = path.read_text(encoding="utf-8").replace("allows = []", f'allows = ["{activity}"]')
    text = re.sub(r"^# (?=\[\w+\.authorisation|by =|hosts =|until =)", "", text, flags=re.MULTILINE)
    path.write_text(re.sub(r"hosts = .*", 'hosts = ["127.0.0.1"]', text), encoding="utf-8")


@pytest.fixture(scope="module")
def installations(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Meridian Housing 8.1, and the same data brought forward to 8.2.1; neither is served."""
    folder = tmp_path_factory.mktemp("meridian")

    def make(home: str) -> None:
        meridian("install", "--release", "8.1", "--home", home, cwd=folder)
        if home == "upgrade":
            meridian("upgrade", "--home", home, "--to", "8.2.1", cwd=folder)

    with ThreadPoolExecutor() as pool:
        list(pool.map(make, ("today", "upgrade")))
    return folder / "today", folder / "upgrade"


def meridian(*arguments: str, cwd: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "gonogo.demo", *arguments],
        cwd=cwd, check=True, capture_output=True, timeout=120,
        env={**os.environ, "MERIDIAN_FIRST_PASSWORD": PASSWORD},
    )  # fmt: skip


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """`serve(home, …)`: serve an installation while the test lasts; returns its address."""
    with ExitStack() as stack:

        def start(home: Path, *options: str) -> str:
            log = home.with_suffix(".log")
            with log.open("w", encoding="utf-8") as file:
                server = subprocess.Popen(
                    [sys.executable, "-m", "gonogo.demo", "serve", "--home", str(home), "--port", "0", *options],
                    stdout=file, stderr=subprocess.STDOUT,
                )  # fmt: skip
            stack.callback(server.wait, 20)
            stack.callback(server.terminate)
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and server.poll() is None:
                found = re.search(r"http://\S+", log.read_text(encoding="utf-8"))
                if found:
                    return found[0]
                time.sleep(0.1)
            pytest.fail(f"Meridian was not served: {log.read_text(encoding='utf-8')}")

        yield start


MERIDIAN = (
    ('path = "/"\n', 'path = "/about"\n'),
    ('path = "/login"', 'path = "/signin"'),
    ('username = "test.user"', 'username = "jhughes"'),
    ('"Start page" = "/"', '"Start page" = "/"\n"Reports" = "/reports"'),
)
"""What somebody who looks after Meridian Housing fills in, besides the addresses."""


def filled_in(folder: Path, baseline: str, candidate: str) -> Path:
    init(folder, "--system", "Meridian", "--from", "8.1", "--to", "8.2.1")
    edit(folder, *MERIDIAN)
    point(folder, baseline, candidate)
    return folder


def test_a_project_filled_in_for_a_sound_upgrade_leaves_open_only_the_stages_left_out(
    tmp_path: Path, installations: tuple[Path, Path], serve: Callable[..., str]
) -> None:
    project = filled_in(tmp_path / "p", *(serve(home) for home in installations))
    answered = gonogo("run", "-C", str(project), "--stage", "uat", "--stage", "regression", cwd=tmp_path)
    assert answered.returncode == ExitCode.INCONCLUSIVE, answered.stdout + answered.stderr
    verdict = json.loads((project / "reports" / "latest" / "verdict.json").read_bytes())
    left_open = {each["stage"] for each in verdict["judgements"] if each["ruling"] != "MET"}
    assert left_open == {"load", "security"}
    results = check_results(project)
    assert {side: len(found) for side, found in results.items()} == {"baseline": 11, "candidate": 11}
    assert all(set(found.values()) == {"passed"} for found in results.values()), results


def check_results(project: Path) -> dict[str, dict[str, str]]:
    """Side → check → how it ended, of the UAT scenarios and regression tests of the newest run."""
    found: dict[str, dict[str, str]] = {"baseline": {}, "candidate": {}}
    for side, results in found.items():
        for stage in ("uat", "regression"):
            file = project / "reports" / "latest" / "runs" / f"{stage}.{side}" / "observations.jsonl"
            records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            results.update({r["key"]: r["status"] for r in records if "status" in r})
    return found


def test_the_starter_tests_say_no_to_an_upgrade_that_lost_a_page(
    tmp_path: Path, installations: tuple[Path, Path], serve: Callable[..., str]
) -> None:
    today, upgrade = installations
    project = filled_in(tmp_path / "p", serve(today), serve(upgrade, "--fault", "missing-page-help"))
    answered = gonogo("run", "-C", str(project), "--stage", "regression", cwd=tmp_path)
    assert answered.returncode == ExitCode.NO_GO, answered.stdout + answered.stderr
    verdict = json.loads((project / "reports" / "latest" / "verdict.json").read_bytes())
    worse = [d for d in verdict["differences"] if d["change"] == "REGRESSED" and d["blame"] == "candidate"]
    assert worse
    assert all("every_link_and_asset_answers" in difference["key"] for difference in worse), worse


def test_without_permission_the_load_test_and_the_attacks_refuse_and_say_why(
    tmp_path: Path, installations: tuple[Path, Path], serve: Callable[..., str]
) -> None:
    project = filled_in(tmp_path / "p", *(serve(home) for home in installations))
    answered = gonogo("run", "-C", str(project), "--stage", "load", "--stage", "security", cwd=tmp_path)
    assert answered.returncode == ExitCode.INCONCLUSIVE, answered.stdout + answered.stderr
    told = " ".join(answered.stdout.split())
    assert 'Load testing refused: the baseline target does not allow it. Its owner must add "load"' in told
    verdict = json.loads((project / "reports" / "latest" / "verdict.json").read_bytes())
    assert any("Active scanning refused" in j["reason"] for j in verdict["judgements"])


def test_with_permission_the_load_test_signs_in_and_opens_the_named_pages(
    tmp_path: Path, installations: tuple[Path, Path], serve: Callable[..., str]
) -> None:
    project = filled_in(tmp_path / "p", *(serve(home) for home in installations))
    permit(project, "load")
    short = ("round_s=1", "pairs_min=6", "pairs_max=6", "requests_min=5")
    settings = [part for name in short for part in ("--set", f"stages.load.{name}")]
    answered = gonogo("run", "-C", str(project), "--stage", "load", *settings, cwd=tmp_path)
    file = project / "reports" / "latest" / "runs" / "load.candidate" / "observations.jsonl"
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    results = {record["key"]: record["status"] for record in records if "status" in record}
    assert results == {"load:Start page": "passed", "load:Reports": "passed"}, answered.stdout
