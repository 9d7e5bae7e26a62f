"""Each test's end is written down as it happens, and other people's pytest runs are left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from tests.pytest_plugin.conftest import RunPack, make_job

from gonogo.model import CheckStatus, Discipline, Priority, from_json
from gonogo.readers.pytest_records import Collected


def collect(folder: Path, test: str) -> Collected:
    """What the plug-in says there is, without any target."""
    (folder / "suites").mkdir()
    (folder / "suites" / "test_pack.py").write_text(dedent(test), encoding="utf-8")
    target = folder / "collected.json"
    environment = {**os.environ, "GONOGO_COLLECT": str(target)}
    environment.pop("GONOGO_JOB", None)
    subprocess.run(
        [
            sys.executable, "-m", "pytest", "suites", "--rootdir", ".", "-p", "no:cacheprovider",
            "--collect-only", "-q",
        ],
        cwd=folder, env=environment, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return from_json(target.read_bytes(), Collected, source="collected.json")


def test_other_peoples_runs_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(
        dedent(
            """
            import pytest

            @pytest.fixture
            def snapshot():
                return "theirs"

            def test_theirs(snapshot, request):
                assert snapshot == "theirs"
                for name in ("job", "api", "database", "crawl", "links", "axe", "console", "batch"):
                    with pytest.raises(pytest.FixtureLookupError):
                        request.getfixturevalue(name)
                loaded = [name for name, _ in request.config.pluginmanager.list_name_plugin()]
                assert not [name for name in loaded if name.startswith("gonogo.pytest_plugin.")]
            """
        )
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GONOGO_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", "."],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_pack_is_planned_without_a_target(tmp_path: Path) -> None:
    found = collect(
        tmp_path,
        '''
        import pytest
        pytestmark = [pytest.mark.should, pytest.mark.feature("Rents")]

        @pytest.mark.must
        @pytest.mark.discipline("money")
        def test_totals():
            """The totals agree."""

        @pytest.mark.parametrize("role", ["clerk", "rent officer"])
        def test_home_of(page, role): ...

        @pytest.mark.skip(reason="not on this site")
        def test_left_out(): ...

        class TestArrears:
            def test_listed(self): ...
        ''',
    )
    assert found.problem == ""
    checks = {check.key: check for check in found.checks}
    assert sorted(checks) == [
        "regression:test_pack:TestArrears.test_listed",
        "regression:test_pack:test_home_of[clerk]",
        "regression:test_pack:test_home_of[rent officer]",
        "regression:test_pack:test_left_out",
        "regression:test_pack:test_totals",
    ]
    totals = checks["regression:test_pack:test_totals"]
    assert (totals.title, totals.priority, totals.discipline) == (
        "The totals agree",
        Priority.MUST,
        Discipline.MONEY,
    )
    assert (totals.feature, totals.source, totals.tags) == (
        "Rents", "suites/test_pack.py:5", ("discipline", "feature", "must", "should"),
    )  # fmt: skip
    assert checks["regression:test_pack:test_home_of[clerk]"].title == "Home of (clerk)"
    assert checks["regression:test_pack:test_home_of[clerk]"].priority is Priority.SHOULD
    assert checks["regression:test_pack:test_left_out"].skip_reason == "not on this site"


def test_a_discipline_that_does_not_exist_is_a_problem_of_the_plan(tmp_path: Path) -> None:
    found = collect(tmp_path, "import pytest\n@pytest.mark.discipline('monny')\ndef test_a(): ...\n")
    assert "there is no discipline 'monny'" in found.problem


PACK = """
    import itertools, pytest
    count = itertools.count()

    def test_passes():
        assert 1 == 1

    def test_fails():
        assert 1 == 2, "one is not two"

    def test_flickers():
        assert next(count) == 1, "not the first time"

    def test_hollow():
        pass

    def test_loop_over_nothing():
        for line in []:
            assert line == "right"

    def test_loop_over_something():
        for line in ["right"]:
            assert line == "right"

    def test_asserts_by_calling():
        with pytest.raises(ZeroDivisionError):
            1 / 0

    def test_skips():
        pytest.skip("not today")

    @pytest.mark.xfail(reason="DEF-12")
    def test_known():
        assert False

    @pytest.mark.xfail(reason="DEF-13", strict=True)
    def test_known_gone():
        assert True

    @pytest.mark.xfail(reason="DEF-14", run=False)
    def test_known_not_tried():
        assert False

    @pytest.fixture
    def asserting():
        assert False, "the screen is wrong"

    def test_set_up_asserts(asserting): ...

    @pytest.fixture
    def dying():
        raise KeyError("x")

    def test_set_up_dies(dying): ...

    @pytest.fixture
    def careless():
        yield
        raise OSError("disk")

    def test_teardown_dies(careless):
        assert True

    def test_needs_nothing_there(nosuch): ...

    def test_no_such_role(job):
        job.user("mayor")

    @pytest.mark.once
    def test_once():
        with open("once.txt", "a") as file:
            file.write("x")
        assert False

    def test_looks_with_a_fixture_of_the_pack(asserting_nothing): ...

    @pytest.fixture
    def asserting_nothing():
        assert True
"""


def test_every_ending_is_recorded_with_its_meaning(run_pack: RunPack, tmp_path: Path) -> None:
    run = run_pack(PACK)
    statuses = {one.key.rpartition(":")[2]: one.status for one in run.results.results}
    assert statuses == {
        "test_passes": CheckStatus.PASSED,
        "test_fails": CheckStatus.FAILED,
        "test_flickers": CheckStatus.PASSED,
        "test_hollow": CheckStatus.EMPTY,
        "test_loop_over_nothing": CheckStatus.EMPTY,
        "test_loop_over_something": CheckStatus.PASSED,
        "test_asserts_by_calling": CheckStatus.PASSED,
        "test_skips": CheckStatus.SKIPPED,
        "test_known": CheckStatus.FAILED,
        "test_known_gone": CheckStatus.PASSED,
        "test_known_not_tried": CheckStatus.SKIPPED,
        "test_set_up_asserts": CheckStatus.FAILED,
        "test_set_up_dies": CheckStatus.BROKEN,
        "test_teardown_dies": CheckStatus.BROKEN,
        "test_needs_nothing_there": CheckStatus.UNDEFINED,
        "test_no_such_role": CheckStatus.BROKEN,
        "test_once": CheckStatus.FAILED,
        "test_looks_with_a_fixture_of_the_pack": CheckStatus.PASSED,
    }
    assert run.result("test_fails").message == "one is not two"
    assert run.result("test_flickers").attempts == 2
    assert run.result("test_fails").attempts == 1
    assert "DEF-12" in run.result("test_known").message
    assert "No test user with the role 'mayor'" in run.result("test_no_such_role").message
    assert (tmp_path / "once.txt").read_text() == "x"
    assert run.results.exit_code == 1 == run.code
    assert {tool.name for tool in run.results.tools} >= {"pytest", "playwright"}


def test_what_was_compiled_before_is_not_believed(run_pack: RunPack, tmp_path: Path) -> None:
    pack = "def test_a():\n    for line in ['x']:\n        assert line\n"
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "test_pack.py").write_text(pack)
    subprocess.run([sys.executable, "-m", "pytest", "suites"], cwd=tmp_path, capture_output=True, check=True)
    assert run_pack(pack).result("test_a").status is CheckStatus.PASSED


def test_where_assertions_cannot_be_counted_none_is_missed(run_pack: RunPack) -> None:
    pack = "def test_a():\n    for line in ['x']:\n        assert line\n"
    assert run_pack(pack, "--assert=plain").result("test_a").status is CheckStatus.PASSED
    assert (
        run_pack(pack, "-o", "enable_assertion_pass_hook=false").result("test_a").status is CheckStatus.PASSED
    )


def test_without_replays_a_flake_is_a_failure(run_pack: RunPack, tmp_path: Path) -> None:
    job = make_job(tmp_path, options={"replay": False})
    assert run_pack(PACK, "-k", "flickers", job=job).result("test_flickers").status is CheckStatus.FAILED


def test_a_module_that_cannot_be_loaded_is_told(run_pack: RunPack) -> None:
    run = run_pack("def test_a():\n    assert True\n", test_other="import nothing_of_that_name\n")
    assert run.results.exit_code == 2
    assert "suites/test_other.py cannot be loaded" in run.results.errors[0]


def test_only_what_was_planned_runs(
    run_pack: RunPack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "selection.json"
    chosen.write_text(json.dumps(["regression:test_pack:test_passes"]))
    monkeypatch.setenv("GONOGO_SELECTION", str(chosen))
    assert [one.key for one in run_pack(PACK).results.results] == ["regression:test_pack:test_passes"]


def test_results_survive_a_kill(run_pack: RunPack) -> None:
    run = run_pack(
        """
        import os
        def test_first():
            assert True
        def test_kills():
            os.kill(os.getpid(), 9)
        """
    )
    assert run.code == -9
    assert [one.status for one in run.results.results] == [CheckStatus.PASSED]
    assert run.results.exit_code is None


def test_the_job_is_needed_and_its_absence_is_said(tmp_path: Path) -> None:
    environment = {**os.environ, "GONOGO_JOB": str(tmp_path / "nowhere.json")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert "which cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_allure_is_told_priority_and_feature(run_pack: RunPack, tmp_path: Path) -> None:
    allure = tmp_path / "allure"
    run_pack(
        """
        import pytest
        @pytest.mark.should
        @pytest.mark.feature("Rents")
        def test_a():
            assert True
        """,
        "--alluredir",
        str(allure),
    )
    result = json.loads(next(allure.glob("*-result.json")).read_text())
    labels = {label["name"]: label["value"] for label in result["labels"]}
    assert (labels["severity"], labels["feature"]) == ("normal", "Rents")
