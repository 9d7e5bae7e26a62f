"""From a no-go over a waiver to a go with conditions and back, on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.bundles import Bundle, failed

from gonogo.cli import commands, signing, waiving
from gonogo.cli.main import run
from gonogo.clock import SystemClock
from gonogo.model import ExitCode, Side, Verdict, from_json

TOML = """
[system]
name = "Meridian Housing"
[identity]
path = "/"
pattern = 'Version (\\S+)'
[baseline]
version = "8.1"
url = "http://127.0.0.1:9001"
[candidate]
version = "8.2"
url = "http://127.0.0.1:9002"
[stages.uat]
[stages.regression]
[stages.load]
[stages.security]
[stages.security.web]
engine = "off"
[sign_off]
roles = ["Head of Housing"]
"""
MUST = "uat.must_regressed_max"
BALANCE = "uat:rents:See a balance"
WHO = ("--owner", "A. Shah", "--approver", "B. Jones", "--reason", "The supplier mends it in 8.2.1")


class Project:
    """A project, and a run in it that is a no-go."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capsys = capsys
        (root / "reports").mkdir(parents=True)
        (root / "gonogo.toml").write_text(TOML, encoding="utf-8")
        bundle = Bundle()
        bundle.set("uat", Side.CANDIDATE, failed(BALANCE))
        self.folder = bundle.write(root / "reports").path

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        told = self.capsys.readouterr()
        return code, told.out, told.err

    def waive(self, *more: str, days: int = 30) -> tuple[int, str, str]:
        expires = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
        return self("waive", str(self.folder), *WHO, "--expires", expires, "-C", str(self.root), *more)

    def judge(self, *more: str) -> tuple[int, str, str]:
        return self("judge", str(self.folder), *more)

    @property
    def verdict(self) -> Verdict:
        return from_json((self.folder / "verdict.json").read_bytes(), Verdict, source="verdict.json")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(commands, "registered_publishers", lambda: ())
    made = Project(tmp_path / "project", capsys)
    assert made.judge()[0] == ExitCode.NO_GO
    return made


def later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """From now on it is that much later."""
    clock = SystemClock()

    class Later(SystemClock):
        def now(self) -> datetime:
            return clock.now() + timedelta(days=days)

    for module in (commands, signing, waiving):
        monkeypatch.setattr(module, "SystemClock", Later)


def test_a_no_go_becomes_a_go_with_conditions_once_it_is_waived_and_judged_again(project: Project) -> None:
    code, out, _ = project.waive("--criterion", MUST)
    assert (code, out.partition(":")[0]) == (0, "W-001 added to waivers.toml")
    assert project.judge()[0] == ExitCode.NO_GO, "a run is judged by what it was given, until told otherwise"
    code, out, _ = project.judge("-C", str(project.root))
    assert code == ExitCode.GO_WITH_CONDITIONS
    assert "Accepted (waivers):" in out
    assert "W-001: accepted until" in out
    before = project.folder.joinpath("verdict.json").read_bytes()
    assert project.judge()[0] == ExitCode.GO_WITH_CONDITIONS
    assert project.folder.joinpath("verdict.json").read_bytes() == before


def test_the_second_after_it_expires_the_gate_is_shut_and_the_verdict_keeps_its_bytes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.waive("--criterion", MUST)
    project.judge("-C", str(project.root))
    project("publish", str(project.folder))
    assert project("verify", str(project.folder))[0] == ExitCode.GO
    before = project.folder.joinpath("verdict.json").read_bytes()
    later(monkeypatch, 32)
    code, out, err = project.judge()
    assert code == ExitCode.NO_GO
    assert "Waiver W-001 expired on" in err
    assert "Without it the decision is NO_GO." in err
    assert project.folder.joinpath("verdict.json").read_bytes() == before
    code, out, _ = project("verify", str(project.folder))
    assert code == ExitCode.VERIFICATION_FAILED
    assert "rests on waiver W-001, which expired" in out
    code, _, err = project(
        "sign", str(project.folder), "--as", "Head of Housing", "--name", "A. Shah", "--decision", "decline"
    )
    assert code == ExitCode.VERIFICATION_FAILED
    code, out, _ = project.judge("-C", str(project.root))
    assert code == ExitCode.NO_GO
    assert "W-001: expired on" in out


def test_a_renewed_waiver_is_told_as_such(project: Project) -> None:
    project.waive("--criterion", MUST, days=5)
    project.waive("--criterion", MUST, days=40)
    _, out, _ = project.judge("-C", str(project.root))
    assert "Renewed 1 time, after W-001." in " ".join(out.split())


def test_a_difference_is_waived_by_its_key(project: Project) -> None:
    assert project.waive("--finding", BALANCE)[0] == ExitCode.GO
    assert project.judge("-C", str(project.root))[0] == ExitCode.GO_WITH_CONDITIONS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Not met in this run: uat.must_regressed_max."),
        (("--criterion", "uat.must_regresed"), "Did you mean uat.must_regressed_max?"),
        (("--criterion", "uat.run_share_min"), "cannot be waived"),
        (("--criterion", "regression.could_regressed_max"), "needs no waiver"),
        (("--criterion", "uat.should_regressed_max"), "is met; there is nothing to waive"),
        (("--finding", "uat:nothing"), "is nothing that this run found"),
        (("--criterion", "load.slower_max_percent"), "--up-to"),
        (("--criterion", MUST, "--approver", "Shah, A."), "cannot approve their own waiver"),
        (("--criterion", MUST, "--expires", "soon"), "neither a day nor a moment"),
        (("--criterion", MUST, "--expires", "2199-01-01"), "90 are allowed"),
        (("--criterion", MUST, "--owner", " "), "needs --owner"),
    ],
)
def test_what_cannot_be_waived_is_refused_with_the_reason(
    project: Project, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = project.waive(*arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert said in err
    assert not (project.root / "waivers.toml").exists()


def test_what_was_not_shown_cannot_be_waived(project: Project) -> None:
    bundle = Bundle()
    bundle.drop("uat", Side.CANDIDATE, BALANCE)
    project.folder = bundle.write(project.root / "reports", "other").path
    assert project.judge()[0] == ExitCode.INCONCLUSIVE
    code, _, err = project.waive("--criterion", MUST)
    assert code == ExitCode.USAGE
    assert "what was not shown cannot be waived" in err


def test_a_newer_definition_changes_what_must_hold_and_never_what_was_tested(project: Project) -> None:
    text = TOML.replace('version = "8.2"', 'version = "9.9"')
    (project.root / "gonogo.toml").write_text(text, encoding="utf-8")
    project.judge("-C", str(project.root))
    assert project.verdict.upgrade.to_version == "8.2"
    project("publish", str(project.folder))
    assert project("verify", str(project.folder))[0] == ExitCode.GO
