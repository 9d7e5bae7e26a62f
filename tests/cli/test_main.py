"""The command line from outside: answers on stdout, errors in words, exit codes as documented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.bundles import Bundle, failed

from gonogo.cli.main import run
from gonogo.model import ExitCode, Side

TOML = """
[system]
name = "Tiny"
[identity]
path = "/"
pattern = 'Version (\\S+)'
[baseline]
version = "1.0"
url = "http://127.0.0.1:9"
ready_s = 0.2
[candidate]
version = "2.0"
url = "http://127.0.0.1:9"
ready_s = 0.2
[stages.security]
[stages.security.code]
baseline = "code"
candidate = "code"
[stages.security.web]
engine = "off"
"""


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))


def project(tmp_path: Path, text: str = TOML) -> Path:
    root = tmp_path / "project"
    (root / "code").mkdir(parents=True)
    (root / "code" / "loader.py").write_text("print('hello')\n", encoding="utf-8")
    (root / "gonogo.toml").write_text(text, encoding="utf-8")
    return root


def test_malformed_toml_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "-C", str(project(tmp_path, TOML + "\nx"))]) == ExitCode.USAGE
    told = capsys.readouterr()
    assert "not valid TOML" in told.err
    assert "Traceback" not in told.err + told.out


def test_a_missing_file_is_a_usage_error_that_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", "-C", str(tmp_path)]) == ExitCode.USAGE
    assert "gonogo init" in capsys.readouterr().err


def test_an_unknown_key_names_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = TOML + "\n[criteria.security]\nnew_hihg_max = 2\n"
    assert run(["run", "-C", str(project(tmp_path, wrong))]) == ExitCode.USAGE
    assert "Did you mean 'new_high_max'" in capsys.readouterr().err


def test_unknown_words_are_a_usage_error() -> None:
    assert run(["rnu"]) == ExitCode.USAGE
    assert run(["run", "--stagee", "uat"]) == ExitCode.USAGE
    assert run(["judge"]) == ExitCode.USAGE


def test_a_folder_that_is_no_run_is_a_usage_error(tmp_path: Path) -> None:
    assert run(["judge", str(tmp_path)]) == ExitCode.USAGE


def test_a_stage_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "-C", str(project(tmp_path)), "--stage", "laod"]) == ExitCode.USAGE
    assert "no stage called 'laod'" in capsys.readouterr().err


def test_the_plan_can_be_read_by_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "-C", str(project(tmp_path)), "--format", "json"]) == ExitCode.GO
    plan = json.loads(capsys.readouterr().out)
    assert plan["schema"] == "gonogo.plan/1"
    assert plan["stages"][0]["stage"] == "identity"


def test_the_plan_names_the_keys_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path)
    assert run(["plan", "-C", str(root)]) == ExitCode.GO
    assert "identity:answers" not in capsys.readouterr().out
    assert run(["plan", "-C", str(root), "--keys"]) == ExitCode.GO
    title, key = capsys.readouterr().out.partition("identity: ")[2].splitlines()[1:3]
    assert title.endswith("The system answers at its address")
    assert key.strip() == "identity:answers"


@pytest.mark.slow
def test_a_system_that_is_down_is_inconclusive_with_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project(tmp_path)
    assert run(["run", "-C", str(root), "--run-id", "r1"]) == ExitCode.INCONCLUSIVE
    told = capsys.readouterr()
    assert "did not answer" in told.err + told.out
    assert (root / "reports" / "r1" / "verdict.json").is_file()
    assert (root / "reports" / "r1" / "published" / "report.html").is_file()


def test_judge_exits_with_the_code_of_the_decision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = Bundle().write(tmp_path, "good")
    assert run(["judge", str(good.path)]) == ExitCode.GO
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance"))
    bad = bundle.write(tmp_path, "bad")
    assert run(["judge", str(bad.path), "--format", "json"]) == ExitCode.NO_GO
    out = capsys.readouterr().out
    assert json.loads(out[out.index("{") :])["decision"] == "NO_GO"


def test_judge_explains_what_would_flip_the_decision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance"))
    assert run(["judge", str(bundle.write(tmp_path).path), "--explain"]) == ExitCode.NO_GO
    out = capsys.readouterr().out
    assert "It would be another one if:" in out
    assert "See a balance: REGRESSED, were: passes on both sides" in out


def test_publish_then_verify_then_one_changed_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Bundle().write(tmp_path / "reports").path
    assert run(["publish", str(folder)]) == ExitCode.GO
    assert run(["verify", str(folder)]) == ExitCode.GO
    report = folder / "published" / "report.html"
    report.write_bytes(report.read_bytes().replace(b"Meridian", b"meridian", 1))
    assert run(["verify", str(folder)]) == ExitCode.VERIFICATION_FAILED
    assert "published/report.html was changed afterwards" in capsys.readouterr().out


def test_a_target_s_control_characters_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance", "\x1b]0;owned\x07 red \x1b[31m"))
    run(["judge", str(bundle.write(tmp_path).path)])
    run(["judge", str(tmp_path / "run"), "--explain"])
    assert "\x1b" not in capsys.readouterr().out


def test_a_defect_of_ours_exits_70_and_keeps_the_details(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gonogo.cli.commands.inspect", lambda: 1 / 0)
    assert run(["doctor"]) == ExitCode.INTERNAL_ERROR
    err = capsys.readouterr().err
    assert "defect in gonogo itself" in err
    assert "Traceback" not in err


def test_a_disk_that_is_full_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    folder = Bundle().write(tmp_path)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert run(["judge", str(folder.path)]) == ExitCode.INCONCLUSIVE
    assert "the disk is full" in capsys.readouterr().err
