"""The command line: what it prints, what it answers, and what it says when it cannot."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from gonogo.demo.cli import PASSWORD_VARIABLE, main
from gonogo.demo.faults import FAULTS
from gonogo.demo.home import read_build
from gonogo.demo.variations import VARIATIONS


@pytest.fixture
def home(tmp_path: Path, home_81: Path) -> Path:
    """A copy of an installation of 8.1."""
    return Path(shutil.copytree(home_81, tmp_path / "home"))


def test_install_says_the_first_password_only_when_it_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "chosen by the site")
    assert main(["install", "--release", "8.1", "--home", str(tmp_path / "a")]) == 0
    assert "password" not in capsys.readouterr().out
    monkeypatch.delenv(PASSWORD_VARIABLE)
    assert main(["install", "--release", "8.2.1", "--home", str(tmp_path / "b")]) == 0
    assert re.search(r"first password of every user is \S{10,}", capsys.readouterr().out)


def test_upgrade_and_batch_use_the_same_build(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["upgrade", "--home", str(home), "--to", "8.2.1", "--fault", "batch-drops-row"]) == 0
    batch = ["batch", "rent-debit", "--home", str(home), "--date", "2026-11-23", "--out", str(tmp_path / "o")]
    assert main(batch) == 0
    assert "count=553 " in capsys.readouterr().out
    assert "batch-drops-row" in read_build(home).faults


def test_faults_given_to_a_job_go_on_record(home: Path, tmp_path: Path) -> None:
    assert main(["upgrade", "--home", str(home), "--to", "8.2.1"]) == 0
    batch = ["batch", "rent-debit", "--home", str(home), "--date", "2026-11-23", "--out", str(tmp_path / "o")]
    assert main([*batch, "--fault", "batch-drops-row", "--variation", "batch-run-id"]) == 0
    assert read_build(home).faults == {"batch-drops-row"}
    assert read_build(home).variations == {"batch-run-id"}


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["batch", "rent-debit", "--date", "2026-11-23", "--out", "o"], "nothing is installed in"),
        (["upgrade", "--to", "8.2.1"], "there is no database in"),
        (["serve", "--port", "0"], "nothing is installed in"),
    ],
)
def test_a_folder_without_an_installation_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str], message: str
) -> None:
    assert main([*command, "--home", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "install first" in said


def test_serving_another_release_than_the_installed_one_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--home", str(home), "--release", "8.2.1", "--port", "0"]) == 2
    assert re.search(r"is at release 8\.1, not 8\.2\.1; .*upgrade", capsys.readouterr().err)


def test_a_fault_that_acts_during_the_upgrade_is_refused_afterwards(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["upgrade", "--home", str(home), "--to", "8.2.1"])
    assert main(["serve", "--home", str(home), "--port", "0", "--fault", "data-joint-tenant-lost"]) == 2
    assert "acts while the database is upgraded" in capsys.readouterr().err


def test_a_wrong_fault_or_date_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade", "--home", str(home), "--to", "8.2.1", "--fault", "nonsense"]) == 2
    assert "unknown id 'nonsense'" in capsys.readouterr().err
    batch = ["batch", "rent-debit", "--home", str(home), "--out", str(home / "o"), "--date"]
    assert main([*batch, "2026-11-24"]) == 3
    with pytest.raises(SystemExit):
        main([*batch, "soon"])
    assert "'soon' is not a date" in capsys.readouterr().err


def test_payments_are_taken_from_a_file(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "good.xml"
    good.write_text(
        '<payments xmlns="urn:meridian:housing:payments:1" file="F-1"><payment reference="P-1">'
        "<account>A000050</account><amount>5.00</amount><method>Card</method></payment></payments>",
        encoding="utf-8",
    )
    assert main(["payments", "import", str(good), "--home", str(home)]) == 0
    assert "<status>posted</status>" in capsys.readouterr().out
    (tmp_path / "bad.xml").write_text("<payments/>", encoding="utf-8")
    assert main(["payments", "import", str(tmp_path / "bad.xml"), "--home", str(home)]) == 3
    assert 'result="refused"' in capsys.readouterr().out
    assert main(["payments", "import", str(tmp_path / "missing.xml"), "--home", str(home)]) == 3
    assert "missing.xml: No such file" in capsys.readouterr().err
    assert "bad.xml refused" in (home / "logs" / "payments.log").read_text(encoding="utf-8")


def test_the_tables_of_faults_and_variations_are_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faults"]) == 0
    assert main(["variations"]) == 0
    printed = capsys.readouterr().out
    assert all(fault.id in printed and fault.title in printed for fault in FAULTS)
    assert all(variation.id in printed for variation in VARIATIONS)


def test_a_port_in_use_is_one_clear_message(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--home", str(home), "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "--port" in said
    assert said.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process can answer")
def test_the_server_says_where_it_listens_and_stops_when_told(home: Path) -> None:
    command = [sys.executable, "-m", "gonogo.demo", "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.fullmatch(r"Meridian Housing 8\.1 listening on (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line
        with urllib.request.urlopen(f"{found[1]}/signin", timeout=10) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=10)
    assert server.returncode == 0
    assert "Traceback" not in said
