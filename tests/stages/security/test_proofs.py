"""What counts as proof of a scan, what is planned, which settings are refused: nothing is started here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.stages.security.support import project, settings, target

from gonogo.config.stage_options.security import SecurityOptions, WebOptions
from gonogo.guard import Passage, WatchedPage
from gonogo.model import CheckStatus, Side, SignIn
from gonogo.stages.security.proofs import ScanEvidence, scan_result, sentinel_results
from gonogo.stages.security.stage import SecurityStage

# --- proofs, one by one ---


def passage(**changes: Any) -> Passage:
    values: dict[str, Any] = {
        "requests": 500,
        "answers": {"2xx": 500},
        "failures": 0,
        "refused": 0,
        "refusals": (),
        "watched": (WatchedPage(path="/", seen=3, good=3, is_last_good=True, last_status=200),),
        "visited": {"GET /": 3},
        **changes,
    }
    return Passage(**values)


def judged(evidence: ScanEvidence) -> tuple[CheckStatus, str]:
    found = scan_result(evidence, sentinel_results(evidence.passage), WebOptions())
    return found.status, found.message


def test_a_whole_scan_passes() -> None:
    assert judged(ScanEvidence(passage=passage())) == (CheckStatus.PASSED, "")


@pytest.mark.parametrize(
    ("evidence", "says"),
    [
        (ScanEvidence(passage=passage(requests=49)), "49 requests; at least 50"),
        (ScanEvidence(passage=passage(failures=26)), "26 of 500 requests got no answer"),
        (ScanEvidence(passage=passage(), problems=("planned modules did not run (sql)",)), "did not run"),
        (ScanEvidence(passage=passage(), watch_problem="the target stopped answering"), "stopped answering"),
        (ScanEvidence(passage=passage(), end_problem="the session had ended"), "session had ended"),
        (
            ScanEvidence(
                passage=passage(
                    watched=(WatchedPage(path="/", seen=0, good=0, is_last_good=False, last_status=0),)
                )
            ),
            "not seen signed in on /",
        ),
        (
            ScanEvidence(
                passage=passage(
                    watched=(WatchedPage(path="/", seen=9, good=8, is_last_good=False, last_status=302),)
                )
            ),
            "not seen signed in on /",
        ),
    ],
)
def test_a_scan_that_lacks_one_proof_is_broken(evidence: ScanEvidence, says: str) -> None:
    status, message = judged(evidence)
    assert status is CheckStatus.BROKEN
    assert says in message


def test_no_requests_are_empty_whatever_the_scanner_says() -> None:
    assert judged(ScanEvidence(passage=passage(requests=0)))[0] is CheckStatus.EMPTY


# --- the plan ---


def plan_of(root: Path, sign_in: SignIn | None = SignIn(), **options: Any) -> Any:  # noqa: B008
    sides = [target(side, "http://127.0.0.1:9") for side in (Side.BASELINE, Side.CANDIDATE)]
    return SecurityStage().plan(project(root, sides[0], sides[1], sign_in), settings(**options))


def test_the_plan_lists_code_sign_in_scan_and_every_sentinel(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path, code={"baseline": "a", "candidate": "b"}, web={"sentinels": ["/", "/tenants", "/"]}
    )
    assert [check.key for check in plan.checks] == [
        "security:code",
        "security:passive",
        "security:session",
        "security:sign-in",
        "security:probes",
        "security:web-scan",
        "security:sentinel:/",
        "security:sentinel:/tenants",
    ]
    assert {(check.priority, check.discipline) for check in plan.checks} == {("must", "security")}


def test_a_system_without_sign_in_is_scanned_as_a_stranger(tmp_path: Path) -> None:
    assert [check.key for check in plan_of(tmp_path, None).checks] == [
        "security:passive",
        "security:web-scan",
        "security:sentinel:/",
    ]


def test_without_an_attack_only_looking_is_planned(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, web={"engine": "off"})
    assert [check.key for check in plan.checks] == ["security:passive", "security:session"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"code": {"baseline": "a"}}, "set candidate in [stages.security.code]"),
        ({"web": {"role": "nobody"}}, "no test user with the role 'nobody'"),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    assert says in plan_of(tmp_path, **options).problem


@pytest.mark.parametrize(
    "options",
    [
        {"web": {"modules": ["nikto"]}},
        {"web": {"modules": []}},
        {"web": {"sentinels": []}},
        {"web": {"sentinels": ["/a?b=1"]}},
        {"web": {"sentinels": ["a"]}},
        {"web": {"exclude": ["("]}},
        {"web": {"requests_min": 0}},
        {"web": {"colour": "red"}},
        {"zap": {"key": "plain-text-key"}},
        {"zap": {"address": "http://user:word@127.0.0.1:8090"}},
        {"code": {"baseline": "../elsewhere"}},
        {"code": {"candidate": "/etc"}},
        {"web": {"engine": "burp"}},
    ],
)
def test_settings_that_would_loosen_the_scan_are_errors(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"validation error"):
        SecurityOptions.model_validate(options)
