"""Whose doing a difference is: what repeating a check shows, and what it does not excuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest
from tests.bundles import AT, SIDES, Bundle, codes, failed, finding, passed, snapshot

from gonogo.engine.gate import judge_folder
from gonogo.model import (
    Again,
    Blame,
    Change,
    CheckResult,
    CheckStatus,
    Decision,
    Difference,
    Finding,
    ReasonCode,
    Severity,
    Side,
    ToolUsed,
    Verdict,
)

SEE = "uat:rents:See a balance"
FILTER = "uat:rents:Filter the ledger"
PAGE = "regression:pages:account"
GATEWAY = "The page answered with status 502 (Bad Gateway)"
P, F, B = "P", "F", "B"


def result(letter: str, message: str = "It shows £1.00", key: str = SEE) -> CheckResult:
    match letter:
        case "P":
            return passed(key)
        case "F":
            return failed(key, message)
        case _:
            return passed(key, status=CheckStatus.BROKEN, message="The browser was lost")


def judged(bundle: Bundle, tmp_path: Path, key: str = SEE) -> tuple[Verdict, Difference]:
    verdict, dossier = judge_folder(bundle.write(tmp_path), generated_at=AT)
    return verdict, next(d for d in dossier.comparison.differences if d.key == key)


def repeated(baseline: str, candidate: str, message: str = "It shows £1.00") -> Bundle:
    """A must-have check that passes today, fails on the upgrade, and is then repeated with these results."""
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed(SEE, message))
    if baseline or candidate:
        bundle.again("uat", map(result, baseline), (result(letter, message) for letter in candidate))
    return bundle


@pytest.mark.parametrize(
    ("baseline", "candidate", "message", "blame", "decision"),
    [
        ("", "", "It shows £1.00", Blame.CANDIDATE, Decision.NO_GO),
        ("PPP", "FFF", "It shows £1.00", Blame.CANDIDATE, Decision.NO_GO),
        ("PPP", "FPF", "It shows £1.00", Blame.FLAKE, Decision.INCONCLUSIVE),
        ("PPP", "PPP", "It shows £1.00", Blame.FLAKE, Decision.INCONCLUSIVE),
        ("PFP", "FFF", "It shows £1.00", Blame.FLAKE, Decision.INCONCLUSIVE),
        ("FFF", "FFF", "It shows £1.00", Blame.CANDIDATE, Decision.NO_GO),
        ("BBB", "BBB", "It shows £1.00", Blame.CANDIDATE, Decision.NO_GO),
        ("PPP", "FBF", "It shows £1.00", Blame.CANDIDATE, Decision.NO_GO),
        ("PPP", "PPP", GATEWAY, Blame.ENVIRONMENT, Decision.INCONCLUSIVE),
        ("PPP", "FFF", GATEWAY, Blame.CANDIDATE, Decision.NO_GO),
        ("PPP", "FFF", "OSError: No space left on device", Blame.ENVIRONMENT, Decision.INCONCLUSIVE),
        ("", "", "Error: Page crashed", Blame.ENVIRONMENT, Decision.INCONCLUSIVE),
        ("", "", "The arrears are £502.00 service charge", Blame.CANDIDATE, Decision.NO_GO),
    ],
    ids=[
        "not repeated: believed as seen",
        "fails every time on the upgrade only",
        "fails now and then on the upgrade",
        "never fails again",
        "fails now and then today as well",
        "cannot be repeated on the version in use: the first pass stands",
        "no evidence from the repeats",
        "a repeat without evidence does not count",
        "a gateway error that went away",
        "a gateway error every time",
        "a full disk",
        "a crashed browser",
        "an amount is no gateway error",
    ],
)
def test_blame_follows_from_the_repeats(
    baseline: str, candidate: str, message: str, blame: Blame, decision: Decision, tmp_path: Path
) -> None:
    verdict, difference = judged(repeated(baseline, candidate, message), tmp_path)
    assert (difference.change, difference.blame, verdict.decision) == (Change.REGRESSED, blame, decision)


def test_the_repeats_are_counted_and_told(tmp_path: Path) -> None:
    _, difference = judged(repeated("PPP", "FPF"), tmp_path)
    assert difference.again == Again(baseline_same=3, candidate_same=2, candidate_other=1)
    assert "it failed 2 of 3 times on the upgrade and passed 3 of 3 times" in difference.detail
    assert difference.detail.startswith("It shows £1.00")


def test_a_flake_of_a_must_have_is_inconclusive_for_that_reason(tmp_path: Path) -> None:
    verdict, _ = judged(repeated("PPP", "FPF"), tmp_path)
    assert codes(verdict) == {ReasonCode.FLAKY}
    assert [d.blame for d in verdict.differences if d.key == SEE] == [Blame.FLAKE]


def test_a_flake_of_a_should_have_costs_what_its_failure_costs(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, result(F, key=FILTER))
    once = judged(bundle, tmp_path / "once", FILTER)[0].decision
    bundle.again("uat", [result(P, key=FILTER)] * 2, [result(P, key=FILTER), result(F, key=FILTER)])
    verdict, difference = judged(bundle, tmp_path / "again", FILTER)
    assert difference.blame is Blame.FLAKE
    assert verdict.decision is once is Decision.GO_WITH_CONDITIONS


def test_a_confirmed_failure_beside_a_flake_is_still_no_go(tmp_path: Path) -> None:
    bundle = repeated("PPP", "FPF")
    bundle.set("regression", Side.CANDIDATE, failed(PAGE))
    assert judged(bundle, tmp_path)[0].decision is Decision.NO_GO


@pytest.mark.parametrize(
    ("candidate", "change", "decision"),
    [
        ("", Change.REGRESSED, Decision.INCONCLUSIVE),
        ("PPP", Change.STILL_PASSING, Decision.GO),
        ("PFP", Change.REGRESSED, Decision.INCONCLUSIVE),
    ],
)
def test_a_pass_at_the_second_try_has_to_be_confirmed(
    candidate: str, change: Change, decision: Decision, tmp_path: Path
) -> None:
    bundle = Bundle()
    second = passed(SEE, attempts=2, message="It did not pass at the first attempt: late")
    bundle.set("uat", Side.CANDIDATE, second)
    if candidate:
        bundle.again("uat", map(result, "PPP"), map(result, candidate))
    verdict, difference = judged(bundle, tmp_path)
    assert (difference.change, difference.blame, verdict.decision) == (change, Blame.FLAKE, decision)
    assert SEE in [d.key for d in verdict.differences]  # never hidden


def axe(severity: Severity = Severity.HIGH) -> Finding:
    found = finding("regression:axe:Home:image-alt", severity)
    return msgspec.structs.replace(found, rule="axe:image-alt", check=PAGE)


@pytest.mark.parametrize(("times", "blame"), [("xxx", Blame.CANDIDATE), ("x-x", Blame.FLAKE)])
def test_a_new_finding_is_looked_for_again(times: str, blame: Blame, tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.set("regression", Side.CANDIDATE, axe())
    bundle.repeats["regression", Side.BASELINE] = [(passed(PAGE),)] * 3
    bundle.repeats["regression", Side.CANDIDATE] = [
        (passed(PAGE), axe()) if letter == "x" else (passed(PAGE),) for letter in times
    ]
    verdict, difference = judged(bundle, tmp_path, axe().key)
    assert (difference.change, difference.blame) == (Change.REGRESSED, blame)
    assert verdict.decision is (Decision.NO_GO if blame is Blame.CANDIDATE else Decision.INCONCLUSIVE)


@pytest.mark.parametrize(
    "tools",
    [
        (ToolUsed(name="bandit", version="1.7.9"), ToolUsed(name="bandit", version="1.8.0")),
        (
            ToolUsed(name="bandit", version="1", lock="sha256:a"),
            ToolUsed(name="bandit", version="1", lock="sha256:b"),
        ),
    ],
)
def test_a_finding_of_another_version_or_other_rules_of_the_tool_is_the_tools(
    tools: tuple[ToolUsed, ToolUsed], tmp_path: Path
) -> None:
    bundle = Bundle()
    bundle.set("security", Side.CANDIDATE, finding())
    for side, tool in zip(SIDES, tools, strict=True):
        bundle.header("security", side, tools=(tool,))
    verdict, difference = judged(bundle, tmp_path, "security:bandit:aa")
    assert difference.blame is Blame.SCANNER
    assert verdict.decision is Decision.INCONCLUSIVE


CHANGED = b"tenancy,balance\nT1,10.00\nT2,25.00\n"


def test_a_changed_table_that_stays_changed_is_the_upgrades(tmp_path: Path) -> None:
    verdict, difference = judged(table_repeated(CHANGED, CHANGED), tmp_path, snapshot().key)
    assert (difference.blame, verdict.decision) == (Blame.CANDIDATE, Decision.NO_GO)
    assert difference.again == Again(baseline_same=2, candidate_same=2)


def test_a_changed_table_that_is_right_the_next_time_is_a_flake(tmp_path: Path) -> None:
    bundle = table_repeated(CHANGED, b"tenancy,balance\nT1,10.00\nT2,20.00\n")
    verdict, difference = judged(bundle, tmp_path, snapshot().key)
    assert (difference.blame, verdict.decision) == (Blame.FLAKE, Decision.INCONCLUSIVE)


def table_repeated(*contents: bytes) -> Bundle:
    bundle = Bundle()
    bundle.tables[Side.CANDIDATE] = CHANGED
    bundle.set("regression", Side.CANDIDATE, snapshot(CHANGED))
    for side in SIDES:
        rounds = [snapshot(content if side is Side.CANDIDATE else snapshot_content()) for content in contents]
        bundle.repeats["regression", side] = [(passed(PAGE), taken) for taken in rounds]
    for number, content in enumerate(contents, start=1):
        bundle.repeated_tables[Side.CANDIDATE, number] = content
    return bundle


def snapshot_content() -> bytes:
    from tests.bundles import TABLE

    return TABLE


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_repeat_is_missed(lost: int, tmp_path: Path) -> None:
    folder = repeated("PPP", "FFF").write(tmp_path)
    shutil.rmtree(folder.stage_folder("uat", Side.CANDIDATE, lost))
    verdict, _ = judge_folder(folder, generated_at=AT)
    assert ReasonCode.EVIDENCE_DAMAGED in codes(verdict)


def test_an_altered_repeat_does_not_count(tmp_path: Path) -> None:
    folder = repeated("PPP", "FPF").write(tmp_path)
    file = folder.stage_folder("uat", Side.CANDIDATE, 2) / "observations.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"passed"', b'"failed"'))
    verdict, _ = judge_folder(folder, generated_at=AT)
    assert ReasonCode.EVIDENCE_DAMAGED in codes(verdict)
    assert verdict.decision in (Decision.NO_GO, Decision.INCONCLUSIVE)


def test_what_differs_on_other_data_is_the_datas(tmp_path: Path) -> None:
    bundle = repeated("PPP", "FFF")
    said = "The two systems do not hold the same data: '20 Nov' on the baseline, '2 Oct' on the candidate."
    for side in SIDES:
        bundle.set("identity", side, failed("identity:same-data", said))
    verdict, difference = judged(bundle, tmp_path)
    assert (difference.blame, verdict.decision) == (Blame.DATA, Decision.INCONCLUSIVE)
    assert said in [judgement.reason for judgement in verdict.judgements]
