"""What is asked of the reader when evidence is lacking, for each reason."""

from __future__ import annotations

from gonogo.model import ReasonCode

REMEDIES: dict[ReasonCode, str] = {
    ReasonCode.MET: "",
    ReasonCode.CHECKS_REGRESSED: "",
    ReasonCode.CHECKS_FAILING: "",
    ReasonCode.FIX_NOT_EFFECTIVE: "",
    ReasonCode.SNAPSHOTS_CHANGED: "",
    ReasonCode.FINDINGS_NEW: "",
    ReasonCode.LIMIT_EXCEEDED: "",
    ReasonCode.SLOWER: "",
    ReasonCode.MORE_ERRORS: "",
    ReasonCode.WAIVED: "",
    ReasonCode.CHANGE_OPEN: "",
    ReasonCode.CANNOT_TELL: "Run the load test for longer, so that a difference can be told from chance.",
    ReasonCode.NO_CRITERIA: "Write down what must hold before the upgrade goes live.",
    ReasonCode.NO_PLAN: "Plan the test before running it.",
    ReasonCode.NOTHING_PLANNED: "Plan at least one check for each kind of test.",
    ReasonCode.STAGE_MISSING: "Run every planned kind of test.",
    ReasonCode.STAGE_ERRORED: "Find out why a test tool stopped with an error.",
    ReasonCode.STAGE_TIMED_OUT: "Allow the test that ran out of time longer, or find out why it hung.",
    ReasonCode.STAGE_INTERRUPTED: "Let the test run to its end.",
    ReasonCode.STAGE_REFUSED: "Clear the reason for which a test was not started.",
    ReasonCode.TOOL_UNAVAILABLE: "Install the test tool that is missing.",
    ReasonCode.EVIDENCE_MISSING: "Run the test whose evidence is missing again.",
    ReasonCode.EVIDENCE_DAMAGED: "Run the test whose evidence is damaged again.",
    ReasonCode.PLAN_NOT_RUN: "Find out why planned checks did not run.",
    ReasonCode.NO_SAMPLES: "Find out why the load test measured nothing.",
    ReasonCode.BASELINE_UNUSABLE: "Repair the test system that holds the version in use.",
    ReasonCode.GENERATOR_SATURATED: "Run the load test from a machine with more to spare.",
    ReasonCode.WORKER_LOST: "Run the load test again with all of its load machines.",
    ReasonCode.NOT_COMPARABLE: "Make both test systems alike, so that they can be compared.",
    ReasonCode.IDENTITY_UNPROVEN: "Make sure that each test system states its version.",
    ReasonCode.TARGET_DOWN: "Find out why a test system stopped answering.",
    ReasonCode.SAME_TARGET: "Point the test at two different systems.",
    ReasonCode.WRONG_VERSION: "Install the version that is to be tested.",
    ReasonCode.NOT_PERMITTED: "Have the owner of the test system allow load and scanning.",
    ReasonCode.SCAN_UNPROVEN: "Find out why the security scan did not sign in or did not finish.",
    ReasonCode.FLAKY: "Repair the checks that give different answers when repeated.",
}
"""What to ask for when a criterion is INCONCLUSIVE; empty for codes that are not about evidence."""
