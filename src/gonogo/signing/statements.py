"""In-toto statements about a run: one test result per stage, one verification result for the decision.

Predicates: https://in-toto.io/attestation/test-result/v0.1 and https://in-toto.io/attestation/svr/v0.1.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gonogo.model import Change, Comparison, Decision, Difference, Upgrade, Verdict

STATEMENT = "https://in-toto.io/Statement/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
VERIFICATION = "https://in-toto.io/attestation/svr/v0.1"
VERIFIER = "https://gonogo.invalid/verifier"

_PROPERTIES = {
    Decision.GO: ("GONOGO_GO",),
    Decision.GO_WITH_CONDITIONS: ("GONOGO_GO_WITH_CONDITIONS",),
    Decision.NO_GO: ("GONOGO_NO_GO",),
    Decision.INCONCLUSIVE: ("GONOGO_INCONCLUSIVE",),
}


def statements(
    upgrade: Upgrade,
    comparison: Comparison,
    verdict: Verdict,
    *,
    manifest_sha256: str,
    verified_at: str,
    version: str,
) -> tuple[bytes, ...]:
    """Every statement about a run, as canonical JSON.

    Args:
        manifest_sha256: digest of `manifest.json`, which holds the digest of every file.
        verified_at: the moment of signing, ISO 8601 UTC.
        version: of gonogo.
    """
    subject = [{"name": "manifest.json", "digest": {"sha256": manifest_sha256}}]
    found = [
        _statement(subject, TEST_RESULT, _test_result(settings.stage, comparison, verdict))
        for settings in upgrade.stages
    ]
    predicate = {
        "verifier": {"id": f"{VERIFIER}/{version}"},
        "timeCreated": verified_at,
        "properties": list(_PROPERTIES[verdict.decision]),
        "policy": {"digest": {"sha256": verdict.digests.policy.removeprefix("sha256:")}},
    }
    found.append(_statement(subject, VERIFICATION, predicate))
    return tuple(found)


def _statement(subject: list[dict[str, Any]], kind: str, predicate: dict[str, Any]) -> bytes:
    statement = {"_type": STATEMENT, "subject": subject, "predicateType": kind, "predicate": predicate}
    return msgspec.json.encode(statement, order="deterministic")


def _test_result(stage: str, comparison: Comparison, verdict: Verdict) -> dict[str, Any]:
    checks = [d for d in comparison.differences if d.stage == stage and d.subject == "check"]
    failed = [d.key for d in checks if d.change in (Change.REGRESSED, Change.STILL_FAILING)]
    unclear = [d.key for d in checks if d.change is Change.NOT_COMPARABLE]
    passed = [d.key for d in checks if _passes(d)]
    result = "FAILED" if failed else ("WARNED" if unclear or not passed else "PASSED")
    return {
        "result": result,
        "configuration": [
            {"name": "policy", "digest": {"sha256": verdict.digests.policy.removeprefix("sha256:")}}
        ],
        "url": f"stage:{stage}",
        "passedTests": passed,
        "warnedTests": unclear,
        "failedTests": failed,
    }


def _passes(difference: Difference) -> bool:
    return difference.change in (Change.STILL_PASSING, Change.FIXED)
