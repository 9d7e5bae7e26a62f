"""bandit's report counts only when bandit read what it was given, and keeps its findings through edits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gonogo.model import CheckStatus, Finding, Severity
from gonogo.model.errors import EvidenceError
from gonogo.readers.bandit import read_bandit

RECORDED = Path(__file__).parents[1] / "recorded" / "bandit" / "1.9.4"


def recorded(side: str) -> tuple[bytes, dict[str, str]]:
    text = (RECORDED / f"{side}.py.txt").read_text(encoding="utf-8")
    return (RECORDED / f"{side}.json").read_bytes(), {"payments.py": text}


def by_key(side: str) -> dict[str, Finding]:
    return {finding.key: finding for finding in read_bandit(*recorded(side)).findings}


def test_a_scan_that_read_every_file_is_evidence_whatever_it_found() -> None:
    scan = read_bandit(*recorded("base"))
    assert scan.check.status is CheckStatus.PASSED
    assert "1 files" in scan.check.detail
    assert len(scan.findings) == 5


def test_lines_that_moved_are_not_new_and_a_second_eval_is() -> None:
    before, after = by_key("base"), by_key("cand")
    new = [after[key] for key in sorted(after.keys() - before.keys())]
    assert Counter(finding.rule for finding in new) == {"bandit:B307": 2, "bandit:nosec-B602": 1}
    kept = {finding.rule for finding in after.values()} & {finding.rule for finding in before.values()}
    assert {"bandit:B324", "bandit:B404", "bandit:B608"} <= kept
    gone = {before[key].rule for key in before.keys() - after.keys()}
    assert gone == {"bandit:B307", "bandit:B602"}


def test_a_silenced_warning_is_a_finding_as_serious_as_what_it_hides() -> None:
    silenced = next(f for f in by_key("cand").values() if f.rule == "bandit:nosec-B602")
    assert silenced.severity is Severity.HIGH
    assert silenced.title == "Silenced by a # nosec comment: a shell command is put together and run"
    assert silenced.where == "payments.py, Loader.notify"


def test_a_silence_over_nothing_is_a_finding_too() -> None:
    report, sources = recorded("base")
    sources["payments.py"] = sources["payments.py"].replace(
        "    return eval(text)", "    return eval(text)\n# nosec"
    )
    idle = [finding for finding in read_bandit(report, sources).findings if finding.rule == "bandit:nosec"]
    assert [finding.severity for finding in idle] == [Severity.LOW]


def test_a_silence_of_another_rule_hides_nothing() -> None:
    report, sources = recorded("cand")
    sources["payments.py"] = sources["payments.py"].replace("nosec B602", "nosec B608")
    rules = {finding.rule for finding in read_bandit(report, sources).findings}
    assert "bandit:B602" in rules
    assert "bandit:nosec-B602" not in rules


def test_values_in_quotes_do_not_reach_the_report() -> None:
    report, sources = recorded("base")
    report = report.replace(b"Use of possibly insecure function", b"Possible password: 'hunter22' used")
    details = " ".join(f.title + f.detail for f in read_bandit(report, sources).findings)
    assert "hunter22" not in details


def test_keys_hold_no_line_numbers() -> None:
    report, sources = recorded("base")
    moved = {"payments.py": "\n\n\n" + sources["payments.py"]}
    shifted = report
    for line in range(20, 0, -1):
        shifted = shifted.replace(f'"line_number": {line},'.encode(), f'"line_number": {line + 3},'.encode())
    before = {f.key for f in read_bandit(report, sources).findings}
    after = {f.key for f in read_bandit(shifted, moved).findings}
    assert before == after


def test_bandit_on_nothing_is_empty_never_passed() -> None:
    scan = read_bandit((RECORDED / "nothing.json").read_bytes(), {})
    assert scan.check.status is CheckStatus.EMPTY
    assert scan.findings == ()


def test_a_file_bandit_cannot_parse_breaks_the_scan() -> None:
    scan = read_bandit((RECORDED / "unparsable.json").read_bytes(), {"broken.py": "def (\n"})
    assert scan.check.status is CheckStatus.BROKEN
    assert "broken.py" in scan.check.message


def test_a_path_that_is_not_there_breaks_the_scan() -> None:
    scan = read_bandit((RECORDED / "missing.json").read_bytes(), {"a.py": ""})
    assert scan.check.status is CheckStatus.BROKEN


def test_a_file_bandit_left_out_breaks_the_scan() -> None:
    report, sources = recorded("base")
    scan = read_bandit(report, {**sources, "letters/merge.py": "x = 1\n"})
    assert scan.check.status is CheckStatus.BROKEN
    assert "letters/merge.py" in scan.check.message


def test_a_file_the_teams_own_settings_leave_out_is_named() -> None:
    report, sources = recorded("base")
    scan = read_bandit(report, {**sources, "tests/test_pay.py": ""}, may_leave_out=True)
    assert scan.check.status is CheckStatus.PASSED
    assert "Left out by the settings: tests/test_pay.py." in scan.check.detail


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"results": []}', b'{"errors": 1, "metrics": {}, "results": []}']
)
def test_what_is_no_report_of_bandits_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(EvidenceError, match="bandit's report cannot be read"):
        read_bandit(data, {"a.py": ""})
