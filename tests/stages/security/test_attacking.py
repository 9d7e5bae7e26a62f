"""One scan of one side, held from outside: a scanner that says all is well is not the last word."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stages.security.test_watching import Script

from gonogo.model import ToolUsed
from gonogo.processes import Stop
from gonogo.stages.security.attacking import Attack, carry_out
from gonogo.stages.security.engine import ScanOrder, ScanResult


class Content:
    """A scanner that has nothing to complain of, at once."""

    tool = ToolUsed(name="content", version="1")

    def scan(self, order: ScanOrder) -> ScanResult:
        order.tick()
        return ScanResult()

    def close(self) -> None:
        return


def attack_on(session: Script, raw: Path) -> Attack:
    return Attack(
        session=session,
        places={},
        sentinels=("/",),
        refused_paths=(),
        templates=(),
        headers={},
        raw=raw,
        scrub=lambda data: data,
        keep_secret=lambda _secret: None,
        stop=Stop(),
        tell=lambda _count: None,
        time_limit_s=60.0,
    )


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (200, ""),
        (302, "the session had ended when the scan was over"),
        (500, "the target answered with errors when the scan was over"),
        (0, "the target no longer answered when the scan was over"),
    ],
)
def test_target_and_session_are_looked_at_when_the_scan_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, says: str
) -> None:
    monkeypatch.setattr("gonogo.stages.security.watching.BETWEEN_S", 0.0)
    evidence, _ = carry_out(attack_on(Script(status), tmp_path), Content())
    assert (evidence.end_problem, evidence.watch_problem) == (says, "")
    assert (tmp_path / "guard.json").is_file()
