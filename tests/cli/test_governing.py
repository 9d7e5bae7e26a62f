"""Signing, deleting and exporting on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.bundles import Bundle
from tests.cli.test_waiving import TOML, Project

from gonogo.cli import commands, purging
from gonogo.clock import SystemClock
from gonogo.model import ExitCode
from gonogo.publishing.report import HtmlReport
from gonogo.publishing.summary import SummaryReport

NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).date().isoformat()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """A project with a run that is a go, published."""
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(commands, "registered_publishers", lambda: (HtmlReport(), SummaryReport()))
    made = Project(tmp_path / "project", capsys)
    made.folder = Bundle().write(made.root / "reports", "go").path
    made.judge("-C", str(made.root))
    made("publish", str(made.folder))
    return made


def it_is(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """What the clock says when something is purged."""

    class Then(SystemClock):
        def now(self) -> datetime:
            return moment

    monkeypatch.setattr(purging, "SystemClock", Then)


def sign(project: Project, *more: str, decision: str = "accept") -> tuple[int, str, str]:
    return project(
        "sign", str(project.folder), "--as", "Head of Housing", "--name", "A. Shah",
        "--decision", decision, *more,
    )  # fmt: skip


def test_signing_tells_where_each_role_stands_and_whether_it_is_signed_off(project: Project) -> None:
    code, out, _ = project("verify", str(project.folder))
    assert (code, out.splitlines()[-1]) == (0, "Not signed off: waiting for Head of Housing.")
    code, out, _ = sign(project)
    assert (code, out.splitlines()[-1]) == (0, "Signed off.")


def test_conditions_and_who_recorded_them_are_told(project: Project) -> None:
    condition = f"Finance reconciles each Monday; C. Reid; {NEXT_YEAR}"
    code, out, _ = sign(
        project, "--condition", condition, "--recorded-by", "D. Ode", decision="accept-with-conditions"
    )
    assert code == ExitCode.GO
    assert "recorded by D. Ode on behalf of A. Shah" in out
    assert f"condition: Finance reconciles each Monday (C. Reid, by {NEXT_YEAR})" in out


def test_one_who_declines_is_waited_for(project: Project) -> None:
    _, out, _ = sign(project, decision="decline")
    assert out.splitlines()[-1] == "Not signed off: waiting for Head of Housing."
    assert out.startswith("DECLINED")


@pytest.mark.parametrize(
    ("more", "decision", "said"),
    [
        ((), "accept-with-conditions", "needs at least one"),
        (("--condition", f"x; y; {NEXT_YEAR}"), "accept", "go with --decision accept-with-conditions"),
        (("--condition", "no owner"), "accept-with-conditions", "needs what, owner and date"),
        (("--condition", "x; y; 2027-13-01"), "accept-with-conditions", "does not exist"),
        (("--condition", "x; y; 2020-01-01"), "accept-with-conditions", "in the past"),
        (("--recorded-by", "Shah, A."), "accept", "on their own behalf"),
        (("--as", "Mayor"), "accept", "'Mayor' is not a role that signs here"),
        (("--name", " "), "accept", "needs a name"),
    ],
)
def test_what_cannot_be_signed_is_refused_with_the_reason(
    project: Project, more: tuple[str, ...], decision: str, said: str
) -> None:
    code, out, err = sign(project, *more, decision=decision)
    assert (code, out) == (ExitCode.USAGE, "")
    assert said in err
    assert not (project.folder / "signoff.jsonl").exists()


def test_a_no_go_can_be_declined_and_not_accepted(project: Project) -> None:
    project.folder = project.root / "reports" / "run"
    project.judge("-C", str(project.root))
    project("publish", str(project.folder))
    code, _, err = sign(project)
    assert code == ExitCode.USAGE
    assert "The verdict is NO_GO, so there is nothing to accept." in err
    code, out, _ = sign(project, decision="decline")
    assert (code, out.splitlines()[-1]) == (0, "Not signed off: the verdict is No-go.")


def test_purging_a_folder_of_runs_says_what_went_and_what_is_next(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = str(project.root / "reports")
    it_is(monkeypatch, datetime(2026, 11, 20, tzinfo=UTC))
    code, out, err = project("purge", reports)
    assert (code, out) == (0, "go: nothing is due; the next is due on 18 February 2027.\n")
    assert "run: passed over; it has no retention.json" in err
    it_is(monkeypatch, datetime(2027, 11, 20, tzinfo=UTC))
    rehearsed = project("purge", reports, "--dry-run")[1]
    assert "2 extracts and " in rehearsed
    assert "would be deleted; the next is due on 18 November 2032." in rehearsed
    assert project("verify", str(project.folder))[1].startswith("Verified: every file, the verdict")
    assert project("purge", str(project.folder))[1] == rehearsed.replace("would be deleted", "deleted")
    code, out, _ = project("verify", str(project.folder))
    assert code == ExitCode.GO
    assert "The verdict is as it was signed." in out
    assert "Deleted on 2027-11-20, when due:" in out
    code, _, err = project.judge()
    assert code == ExitCode.INCONCLUSIVE
    assert "was deleted when it was due" in err


def test_purging_what_is_no_run_is_refused(project: Project, tmp_path: Path) -> None:
    code, _, err = project("purge", str(tmp_path / "keys"))
    assert code == ExitCode.INCONCLUSIVE
    assert "is not a run folder and holds none" in err


def test_the_change_is_exported_beside_the_run(project: Project) -> None:
    (project.root / "gonogo.toml").write_text(TOML + '[change]\nid = "CHG7"\n', encoding="utf-8")
    code, out, _ = project.judge("-C", str(project.root))
    assert code == ExitCode.GO_WITH_CONDITIONS
    assert "Before go-live:" in out
    project("publish", str(project.folder))
    code, out, _ = project("export", "change", str(project.folder))
    assert code == ExitCode.GO
    assert out.split() == [
        str(project.folder.parent / "change-CHG7"), str(project.folder.parent / "change-CHG7.zip"),
    ]  # fmt: skip
