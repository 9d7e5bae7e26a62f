"""What the security stage promises, each promise with the tests that hold it.

A promise is only as good as a test that can fail: this one fails when a test named here is gone.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from gonogo.stages.load import LoadStage
from gonogo.stages.regression import RegressionStage
from gonogo.stages.security import SecurityStage
from gonogo.stages.uat import UatStage

TESTS = Path(__file__).parents[2]
_TRAPS, _SCANNING = "stages/security/test_traps.py", "stages/security/test_scanning.py"
_AGAIN = "stages/security/test_retesting.py"
_COMMAND, _CLIENT = "stages/security/test_zap_command.py", "stages/security/test_zap_client.py"

BEHAVIOURS: dict[str, tuple[str, ...]] = {
    "1 It refuses before it starts: class, origin, permission, and which version is which": (
        "stages/test_permission.py::test_everything_else_is_refused_with_its_reason",
        "stages/test_permission.py::test_an_address_that_is_not_plain_http_is_refused",
        f"{_TRAPS}::test_an_attack_that_is_not_permitted_is_refused_and_looking_goes_on",
        "engine/test_gate.py::test_an_unproven_candidate_is_inconclusive_and_nothing_runs",
        "engine/test_gate.py::test_the_same_address_on_both_sides_is_inconclusive",
    ),
    "2 It connects, signs in and sees the sentinel pages before it scans": (
        f"{_TRAPS}::test_a_scanner_that_never_logged_in_is_no_evidence",
        f"{_TRAPS}::test_a_page_that_shows_a_stranger_the_same_proves_no_sign_in",
        f"{_TRAPS}::test_a_sentinel_that_is_not_there_breaks_the_scan",
    ),
    "3 Both sides have the same scanner, and none is INCONCLUSIVE": (
        f"{_TRAPS}::test_no_scanner_at_all_is_said_and_the_rest_still_runs",
        f"{_TRAPS}::test_a_zap_that_is_asked_for_and_not_there_is_not_replaced",
        f"{_COMMAND}::test_a_command_that_fails_is_said_with_its_last_words_and_never_replaced",
    ),
    "4 A scanner without its rules is no scanner": (
        f"{_TRAPS}::test_a_zap_that_looks_well_and_does_not_work_is_no_evidence",
        "readers/test_zap.py::test_a_zap_with_no_rules_is_no_scanner",
        "readers/test_zap.py::test_too_few_rules_of_either_kind_are_said",
        "stages/security/test_real_zap.py::test_a_zap_without_rules_is_no_scanner",
    ),
    "5 Scanner, add-ons, rules and settings are locked, and a difference is not comparable": (
        f"{_TRAPS}::test_another_scanner_on_each_side_makes_both_not_comparable",
        f"{_TRAPS}::test_a_zap_that_does_its_work_is_believed",
        "readers/test_zap.py::test_another_version_add_on_rule_strength_or_threshold_is_another_lock",
        "readers/test_zap.py::test_order_and_wording_are_no_part_of_the_lock",
        "comparing/test_blaming.py::test_a_finding_of_another_version_or_other_rules_of_the_tool_is_the_tools",
    ),
    "6 ZAP starts in a new home, on a free port, with a key in a file, and its early end is noticed": (
        f"{_TRAPS}::test_a_zap_of_our_own_is_started_with_a_key_nobody_sees_and_ended",
        f"{_TRAPS}::test_a_zap_that_ends_while_starting_is_said",
        f"{_COMMAND}::test_a_zap_that_ends_at_once_is_started_anew_each_time_with_another_key_port_and_folder",
    ),
    "7 ZAP that dies half-way is started once more for the whole scan, and never half believed": (
        f"{_TRAPS}::test_a_zap_that_dies_half_way_is_started_once_more_for_the_whole_scan",
        f"{_TRAPS}::test_a_zap_that_dies_twice_is_no_evidence",
    ),
    "8 ZAP that stops moving is stopped": (f"{_TRAPS}::test_a_zap_that_stops_moving_is_stopped",),
    "9 Every call to ZAP has a time limit, a checked status and a checked answer": (
        f"{_TRAPS}::test_a_zap_that_hangs_does_not_hang_the_run",
        "readers/test_zap.py::test_an_error_that_comes_as_an_answer_is_no_list_of_alerts",
        f"{_CLIENT}::test_an_action_that_is_not_carried_out_is_an_error",
        f"{_CLIENT}::test_alerts_are_read_to_the_last_page",
        f"{_CLIENT}::test_a_page_that_is_no_list_of_alerts_is_an_error",
    ),
    "10 That a scan was completed is proved": (
        "stages/security/test_proofs.py::test_a_scan_that_lacks_one_proof_is_broken",
        "readers/test_zap.py::test_a_whole_scan_has_completed_every_rule_or_had_nothing_to_do",
        f"{_TRAPS}::test_a_zap_that_looks_well_and_does_not_work_is_no_evidence",
        f"{_TRAPS}::test_a_zap_that_does_its_work_is_believed",
    ),
    "11 A scan that was cut is no evidence": (
        f"{_SCANNING}::test_a_scan_cut_by_time_is_no_evidence",
        f"{_TRAPS}::test_a_zap_that_never_ends_its_scan_is_cut_and_no_evidence",
        f"{_TRAPS}::test_a_scan_with_parts_missing_is_no_evidence",
    ),
    "12 A dead target is no clean target, from the start or half-way": (
        f"{_TRAPS}::test_a_dead_target_is_no_clean_target",
        f"{_SCANNING}::test_a_target_that_dies_half_way_is_noticed",
        "stages/security/test_attacking.py::test_target_and_session_are_looked_at_when_the_scan_is_over",
    ),
    "13 A session lost half-way ends the scan": (
        f"{_SCANNING}::test_a_session_lost_half_way_is_noticed_and_ends_the_scan",
    ),
    "14 Both sides are looked at in the same places, and what was not reached is not mended": (
        "stages/security/test_exploring.py::test_what_only_the_other_side_has_is_asked_for_here_too",
        "stages/security/test_exploring.py::test_the_scan_speaks_for_what_it_asked_for_and_what_answered",
        f"{_AGAIN}::test_a_form_the_upgrade_did_not_show_is_not_called_mended",
    ),
    "15 A finding is the same finding in another run, on another host, in another version": (
        "readers/test_fingerprints.py::test_another_rule_method_route_or_parameter_is_another_finding",
        "readers/test_fingerprints.py::test_a_moved_and_reformatted_line_is_the_same_finding",
        f"{_SCANNING}::test_three_scans_of_one_version_give_the_same_keys",
    ),
    "16 What is new is looked for again on both sides before it blocks": (
        f"{_AGAIN}::test_a_finding_that_is_seen_again_blocks",
        f"{_AGAIN}::test_a_finding_that_is_not_seen_again_is_shown_and_blocks_nothing",
        f"{_AGAIN}::test_a_finding_that_the_version_in_use_shows_in_a_later_look_was_there_before",
        f"{_AGAIN}::test_a_finding_that_cannot_be_looked_for_again_is_not_known_and_never_fixed",
    ),
    "17 Worse and spread findings are told from new ones": (
        "comparing/test_compare_keys.py::test_a_worse_severity_counts_as_new",
        "comparing/test_compare_keys.py::test_a_grown_count_counts_only_where_counts_are_exact",
    ),
    "18 Accepted risks have an owner, another approver and an end": (
        "config/test_accepted.py::test_an_entry_that_could_accept_too_much_is_an_error",
        "config/test_accepted.py::test_a_rule_at_a_route_is_accepted_there_and_nowhere_else",
        "config/test_accepted.py::test_what_ran_out_and_what_is_no_longer_found_is_said",
        "comparing/test_compare_keys.py::test_an_expected_change_is_marked_and_missing_evidence_cannot_be_expected",
    ),
    "19 bandit on nothing or on what it cannot parse is no evidence, and a new nosec is a finding": (
        f"{_TRAPS}::test_bandit_on_nothing_and_on_what_it_cannot_parse_is_no_evidence",
        "readers/test_bandit.py::test_a_silenced_warning_is_a_finding_as_serious_as_what_it_hides",
    ),
    "20 Secrets of the targets and of the scanner are in nothing that is written": (
        f"{_SCANNING}::test_no_secret_reaches_the_evidence_and_nothing_leaves_the_origin",
        f"{_SCANNING}::test_no_secret_reaches_any_report",
        f"{_TRAPS}::test_a_zap_that_does_its_work_is_believed",
        "engine/test_gate.py::test_a_secret_is_in_no_file_of_the_run",
    ),
    "21 Findings are written as SARIF by its schema, with fingerprints and what became of them": (
        "publishing/test_sarif.py::test_it_keeps_to_the_official_schema",
        "publishing/test_sarif.py::test_new_old_and_mended_findings_are_told_apart",
        "publishing/test_sarif.py::test_fingerprints_rest_on_the_key_alone",
    ),
    "22 The attack comes last, and the target is looked at afterwards": (
        "stages/security/test_behaviours.py::test_the_attack_comes_after_everything_else",
        "stages/security/test_watching.py::test_a_target_that_struggles_after_the_scan_is_given_a_moment",
        "stages/security/test_attacking.py::test_target_and_session_are_looked_at_when_the_scan_is_over",
    ),
    "23 Stopping the run leaves no scanner and no guard behind": (
        f"{_TRAPS}::test_stopping_the_run_leaves_no_scanner_behind",
        f"{_COMMAND}::test_a_container_that_outlives_its_client_is_removed_when_the_run_is_stopped",
        "guard/test_guard.py::test_leaving_the_guard_closes_its_port",
    ),
    "24 What could not be shown has an exit code of its own": (
        "cli/test_main.py::test_judge_exits_with_the_code_of_the_decision",
        "cli/test_main.py::test_a_system_that_is_down_is_inconclusive_with_a_report",
    ),
}


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_every_behaviour_has_its_tests(behaviour: str) -> None:
    for test in BEHAVIOURS[behaviour]:
        file, _, name = test.partition("::")
        assert name in names_in(file), f"{test} is gone"


def test_the_attack_comes_after_everything_else() -> None:
    others = (UatStage.order, RegressionStage.order, LoadStage.order)
    assert SecurityStage.order > max(others)
