"""What a signature covers, what voids it, and what becomes of a log whose end was cut off."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest
from tests.bundles import AT, Bundle, failed
from tests.judging.test_waiving import BALANCE, waiver
from tests.signing.test_integrity import attested, entry

from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest, sign_off_standing, verify
from gonogo.model import ChangeRecord, ChangeType, Decision, Side, Upgrade
from gonogo.model.errors import EvidenceError
from gonogo.signing.head import FILE_NAME as HEAD
from gonogo.signing.head import witness_of
from gonogo.signing.keys import open_key
from gonogo.signing.signoff import LOG, SignOffDecision, append, why_not_signed_off
from gonogo.store import RunFolder

ROLES = ("Head of Housing", "Finance lead")


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "keys"
    monkeypatch.setenv("GONOGO_KEYS", str(folder))
    return folder


def signed(reports: Path, *roles: str) -> RunFolder:
    folder = attested(reports)
    for role in roles or ROLES:
        append(folder.path, entry(folder, role), open_key("shah"))
    return folder


def judged_by(folder: RunFolder, at: str = AT, **changes: object) -> None:
    """Judge again by a definition with these changes, as `gonogo judge -C` does."""
    newer: Upgrade = msgspec.structs.replace(folder.read_judging().upgrade, **changes)
    verdict, dossier = judge_folder(folder, generated_at=at, upgrade=newer)
    attest(folder, dossier.upgrade, dossier.comparison, verdict, at)


def reasons(folder: RunFolder) -> set[str]:
    return {status.reason for status in sign_off_standing(folder)}


def conclusion(folder: RunFolder) -> str:
    return why_not_signed_off(folder.read_judging().upgrade, folder.read_verdict(), sign_off_standing(folder))


def test_signed_by_every_role_it_is_signed_off(tmp_path: Path) -> None:
    folder = signed(tmp_path)
    assert (verify(folder), conclusion(folder)) == ((), "")


def test_a_missing_signer_is_named(tmp_path: Path) -> None:
    assert conclusion(signed(tmp_path, "Finance lead")) == "waiting for Head of Housing"


def test_one_who_declined_is_waited_for(tmp_path: Path) -> None:
    folder = signed(tmp_path)
    declined = msgspec.structs.replace(entry(folder), decision=SignOffDecision.DECLINE)
    append(folder.path, declined, open_key("shah"))
    assert conclusion(folder) == "waiting for Head of Housing"


def test_another_policy_voids_every_signature_given_under_the_one_before(tmp_path: Path) -> None:
    folder = signed(tmp_path)
    criteria = folder.read_upgrade().criteria
    judged_by(folder, criteria=criteria[:-1])
    assert reasons(folder) == {"signed, but since then these changed: policy"}
    assert verify(folder) == ()


def test_another_waiver_voids_exactly_the_signatures_given_before_it(tmp_path: Path) -> None:
    folder = signed(tmp_path, "Finance lead")
    judged_by(folder, waivers=(waiver(),))
    append(folder.path, entry(folder), open_key("shah"))
    told = {status.role: (status.status, status.reason) for status in sign_off_standing(folder)}
    assert told["Head of Housing"] == ("signed", "")
    assert told["Finance lead"] == ("void", "signed, but since then these changed: waivers")


def test_a_waiver_that_runs_out_voids_the_signatures_that_rested_on_it(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed(BALANCE))
    folder = attested(tmp_path, bundle)
    judged_by(folder, waivers=(waiver(),))
    assert folder.read_verdict().decision is Decision.GO_WITH_CONDITIONS
    for role in ROLES:
        append(folder.path, entry(folder, role), open_key("shah"))
    assert conclusion(folder) == ""
    judged_by(folder, at="2027-01-01T00:00:00Z", waivers=(waiver(),))
    assert folder.read_verdict().decision is Decision.NO_GO
    assert reasons(folder) == {"signed, but since then these changed: waivers"}


def test_the_same_judging_again_voids_nothing(tmp_path: Path) -> None:
    folder = signed(tmp_path)
    judged_by(folder, at="2026-12-01T00:00:00Z")
    assert reasons(folder) == {""}


def test_other_evidence_voids_every_signature(tmp_path: Path) -> None:
    folder = signed(tmp_path / "one")
    bundle = Bundle()
    bundle.header("uat", Side.BASELINE, duration_s=1.0)
    other = attested(tmp_path / "two", bundle)
    shutil.copy(folder.path / LOG, other.path / LOG)
    assert reasons(other) == {"signed, but since then these changed: evidence"}


def test_another_candidate_voids_every_signature(tmp_path: Path) -> None:
    folder = signed(tmp_path / "one")
    bundle = Bundle()
    bundle.upgrade = msgspec.structs.replace(
        bundle.upgrade, candidate=msgspec.structs.replace(bundle.upgrade.candidate, version="8.3")
    )
    other = attested(tmp_path / "two", bundle)
    shutil.copy(folder.path / LOG, other.path / LOG)
    assert reasons(other) == {"signed, but since then these changed: candidate version"}


def test_the_change_record_is_covered_but_for_the_backup_that_is_taken_last(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    change = ChangeRecord(id="CHG1", type=ChangeType.NORMAL, authority="CAB", remediation_plan="Restore.")
    judged_by(folder, change=change)
    for role in ROLES:
        append(folder.path, entry(folder, role), open_key("shah"))
    judged_by(folder, change=msgspec.structs.replace(change, backup_taken="2026-11-21T22:00:00Z"))
    assert conclusion(folder) == ""
    judged_by(folder, change=msgspec.structs.replace(change, remediation_plan="None."))
    assert reasons(folder) == {"signed, but since then these changed: change record"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (ChangeRecord(type=ChangeType.NORMAL), "the change record names no change authority"),
        (ChangeRecord(type=ChangeType.EMERGENCY), "the change record names no change authority"),
        (ChangeRecord(), "the change record names no change authority"),
        (ChangeRecord(type=ChangeType.STANDARD), ""),
        (ChangeRecord(type=ChangeType.NORMAL, authority="CAB"), ""),
    ],
)
def test_a_change_that_needs_an_authority_is_not_signed_off_without_one(
    tmp_path: Path, change: ChangeRecord, why: str
) -> None:
    folder = attested(tmp_path)
    judged_by(folder, change=change)
    for role in ROLES:
        append(folder.path, entry(folder, role), open_key("shah"))
    assert conclusion(folder) == why


def test_no_signature_makes_a_no_go_signed_off(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed(BALANCE))
    folder = attested(tmp_path, bundle)
    for role in ROLES:
        append(folder.path, entry(folder, role), open_key("shah"))
    assert conclusion(folder) == "the verdict is No-go"


def cut(folder: RunFolder, keep: int) -> None:
    log = folder.path / LOG
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:keep]))


def test_a_log_whose_newest_entries_were_cut_is_noticed_by_the_head_beside_it(
    tmp_path: Path, key_folder: Path
) -> None:
    folder = signed(tmp_path)
    witness_of(folder.read_verdict().digests.evidence).unlink()
    cut(folder, keep=1)
    problems = verify(folder)
    assert len(problems) == 1
    assert "signoff.jsonl has 1 of the 2 signatures recorded beside it" in problems[0]
    cut(folder, keep=0)
    assert any("has 0 of the 2" in problem for problem in verify(folder))


def test_an_older_copy_of_log_and_head_is_noticed_where_the_newer_was_signed(tmp_path: Path) -> None:
    folder = signed(tmp_path, "Head of Housing")
    older = {name: (folder.path / name).read_bytes() for name in (LOG, HEAD)}
    append(folder.path, entry(folder, "Finance lead"), open_key("shah"))
    for name, data in older.items():
        (folder.path / name).write_bytes(data)
    assert [p for p in verify(folder) if "1 of the 2 signatures recorded in your key folder" in p]


def test_log_and_head_removed_together_are_noticed_where_they_were_signed(tmp_path: Path) -> None:
    folder = signed(tmp_path)
    (folder.path / LOG).unlink()
    (folder.path / HEAD).unlink()
    assert [p for p in verify(folder) if "0 of the 2 signatures recorded in your key folder" in p]


def test_a_head_that_was_removed_or_changed_is_noticed(tmp_path: Path) -> None:
    folder = signed(tmp_path)
    head = folder.path / HEAD
    data = head.read_bytes()
    head.write_bytes(data.replace(b'"count": 2', b'"count": 1'))
    assert any("was changed" in problem for problem in verify(folder))
    head.unlink()
    assert any("signoff.head.json is missing" in problem for problem in verify(folder))


def test_nothing_is_added_to_a_log_whose_end_was_cut(tmp_path: Path) -> None:
    folder = signed(tmp_path)
    cut(folder, keep=1)
    with pytest.raises(EvidenceError, match="1 of the 2"):
        append(folder.path, entry(folder), open_key("shah"))


def test_a_signature_whose_head_could_not_be_written_any_more_still_counts(tmp_path: Path) -> None:
    folder = signed(tmp_path, "Head of Housing")
    heads = {path: path.read_bytes() for path in (folder.path / HEAD, *[
        witness_of(folder.read_verdict().digests.evidence)])}  # fmt: skip
    append(folder.path, entry(folder, "Finance lead"), open_key("shah"))
    for path, data in heads.items():
        path.write_bytes(data)
    assert (verify(folder), conclusion(folder)) == ((), "")
