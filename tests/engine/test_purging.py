"""What is due is deleted and logged; digests, verdict and signatures outlive it; nothing else may go."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.bundles import AT, Bundle
from tests.signing.test_integrity import attested, entry

from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import deleted_when_due, sign_off_standing, verify
from gonogo.engine.purging import purge, read_retention
from gonogo.model import RetentionClass, RetentionDays, from_json
from gonogo.model.errors import EvidenceError, VerificationError
from gonogo.publishing.manifest import Manifest
from gonogo.publishing.retention import retention_class
from gonogo.signing.keys import open_key
from gonogo.signing.signoff import append
from gonogo.store import RunFolder

# the bundle's run started on 20 November 2026
EXTRACTS_DUE = "2027-02-18T00:00:00Z"
EVIDENCE_DUE = "2027-11-20T00:00:00Z"
ALL_DUE = "2040-01-01T00:00:00Z"
TABLE = "runs/regression.baseline/raw/balances.csv"


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "keys"
    monkeypatch.setenv("GONOGO_KEYS", str(folder))
    return folder


def published(reports: Path) -> RunFolder:
    """A run with a report, attested and signed by both roles."""
    bundle = Bundle()
    folder = attested(reports, bundle)
    folder.published.mkdir()
    (folder.published / "report.html").write_text("report", encoding="utf-8")
    again(folder)
    for role in ("Head of Housing", "Finance lead"):
        append(folder.path, entry(folder, role), open_key("shah"))
    return folder


def again(folder: RunFolder) -> None:
    from gonogo.engine.integrity import attest

    verdict, dossier = judge_folder(folder, generated_at=AT)
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("verdict.json", RetentionClass.RECORD),
        ("runs/uat.baseline/stage.json", RetentionClass.RECORD),
        ("runs/uat.baseline/raw/stage.json", RetentionClass.EVIDENCE),
        ("runs/uat.baseline/observations.jsonl", RetentionClass.EVIDENCE),
        ("runs/uat.baseline/raw/home.PNG", RetentionClass.PICTURE),
        ("runs/uat.baseline/raw/traces/t.zip", RetentionClass.PICTURE),
        ("runs/regression.candidate/raw/rent.xlsx", RetentionClass.EXTRACT),
        ("runs/load.baseline/raw/samples.csv", RetentionClass.EXTRACT),
        ("published/report.html", RetentionClass.REPORT),
        ("published/signoff.pdf", RetentionClass.REPORT),
        ("published/allure/index.html", RetentionClass.PICTURE),
        ("published/allure-results/a.json", RetentionClass.PICTURE),
        ("something-new", RetentionClass.EVIDENCE),
    ],
)
def test_every_file_has_a_class(path: str, kind: RetentionClass) -> None:
    assert retention_class(path) is kind


def test_every_artefact_of_the_manifest_has_its_class_and_day(tmp_path: Path) -> None:
    folder = published(tmp_path)
    manifest = from_json((folder.path / "manifest.json").read_bytes(), Manifest, source="manifest")
    kept = {each.path: each for each in read_retention(folder.path).files}
    assert set(kept) | {"retention.json"} == {each.path for each in manifest.files}
    assert kept[TABLE].delete_by == EXTRACTS_DUE[:10]
    assert kept["verdict.json"].delete_by == ""
    assert all(bool(each.delete_by) != (each.kind is RetentionClass.RECORD) for each in kept.values())


def test_making_the_reports_again_keeps_nothing_longer(tmp_path: Path) -> None:
    folder = published(tmp_path)
    before = (folder.path / "retention.json").read_bytes()
    again(folder)
    assert (folder.path / "retention.json").read_bytes() == before


def test_a_team_sets_its_own_days(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, retention=RetentionDays(extract=1))
    folder = attested(tmp_path, bundle)
    assert [d.path for d in purge(folder, now="2026-11-21T00:00:00Z").deleted] == [
        TABLE, TABLE.replace("baseline", "candidate"),
    ]  # fmt: skip


def test_nothing_goes_the_second_before_its_day(tmp_path: Path) -> None:
    folder = published(tmp_path)
    found = purge(folder, now="2027-02-17T23:59:59Z")
    assert (found.deleted, found.next_due) == ((), EXTRACTS_DUE[:10])
    assert not (folder.path / "purge.jsonl").exists()


def test_what_is_due_goes_and_the_folder_still_verifies(tmp_path: Path) -> None:
    folder = published(tmp_path)
    found = purge(folder, now=EXTRACTS_DUE)
    assert {d.path for d in found.deleted} == {TABLE, TABLE.replace("baseline", "candidate")}
    assert found.next_due == EVIDENCE_DUE[:10]
    assert not (folder.path / TABLE).exists()
    assert verify(folder) == ()
    assert set(deleted_when_due(folder).values()) == {EXTRACTS_DUE[:10]}
    assert {status.status for status in sign_off_standing(folder)} == {"signed"}


def test_digests_verdict_and_signatures_outlive_all_evidence(tmp_path: Path) -> None:
    folder = published(tmp_path)
    purge(folder, now=EXTRACTS_DUE)
    purge(folder, now=ALL_DUE)
    left = {path.relative_to(folder.path).as_posix() for path in folder.path.rglob("*") if path.is_file()}
    assert {path for path in left if not path.endswith("stage.json")} == {
        "upgrade.json", "plan.json", "judging.json", "comparison.json", "verdict.json", "retention.json",
        "manifest.json", "verdict.dsse", "signoff.jsonl", "signoff.head.json", "purge.jsonl",
    }  # fmt: skip
    assert verify(folder) == ()
    assert purge(folder, now=ALL_DUE).deleted == ()


def test_a_rehearsal_deletes_nothing(tmp_path: Path) -> None:
    folder = published(tmp_path)
    assert len(purge(folder, now=EXTRACTS_DUE, is_rehearsal=True).deleted) == 2
    assert (folder.path / TABLE).exists()
    assert not (folder.path / "purge.jsonl").exists()


def test_evidence_that_is_gone_is_not_judged_again(tmp_path: Path) -> None:
    folder = published(tmp_path)
    before = (folder.path / "verdict.json").read_bytes()
    purge(folder, now=EXTRACTS_DUE)
    with pytest.raises(EvidenceError, match="cannot be made again"):
        judge_folder(folder, generated_at=ALL_DUE)
    assert (folder.path / "verdict.json").read_bytes() == before


def test_a_file_deleted_by_hand_is_still_missing(tmp_path: Path) -> None:
    folder = published(tmp_path)
    purge(folder, now=EXTRACTS_DUE)
    (folder.path / "published" / "report.html").unlink()
    assert verify(folder) == ("published/report.html is missing.",)


def test_a_changed_file_is_named_after_a_purge_too(tmp_path: Path) -> None:
    folder = published(tmp_path)
    purge(folder, now=EXTRACTS_DUE)
    verdict = folder.path / "verdict.json"
    verdict.write_bytes(verdict.read_bytes().replace(b'"GO"', b'"NO"'))
    assert any("verdict.json was changed afterwards" in problem for problem in verify(folder))


def test_a_file_changed_before_it_was_deleted_is_named(tmp_path: Path) -> None:
    folder = published(tmp_path)
    (folder.path / TABLE).write_bytes(b"changed")
    purge(folder, now=EXTRACTS_DUE)
    assert f"{TABLE} was changed before it was deleted on 2027-02-18." in verify(folder)


def test_a_deletion_before_its_day_is_named(tmp_path: Path) -> None:
    folder = published(tmp_path)
    purge(folder, now=EXTRACTS_DUE)
    log = folder.path / "purge.jsonl"
    from gonogo.signing.purge_log import PurgeEntry, append_deletions

    logged = from_json(log.read_bytes().splitlines()[0], PurgeEntry, source="log")
    log.unlink()
    append_deletions(folder.path, "2026-12-01T00:00:00Z", logged.deletions, open_key("gonogo"))
    problems = verify(folder)
    assert f"{TABLE} was deleted on 2026-12-01, before it was due." in problems
    assert f"{TABLE} is missing." in problems


@pytest.mark.parametrize("cut", [b"", None])
def test_a_log_that_was_cut_or_removed_excuses_nothing(tmp_path: Path, cut: bytes | None) -> None:
    folder = published(tmp_path)
    purge(folder, now=EXTRACTS_DUE)
    log = folder.path / "purge.jsonl"
    if cut is None:
        log.unlink()
    else:
        log.write_bytes(cut)
    assert f"{TABLE} is missing." in verify(folder)


def test_every_changed_byte_of_the_log_is_noticed(tmp_path: Path) -> None:
    folder = published(tmp_path)
    purge(folder, now=EXTRACTS_DUE)
    log = folder.path / "purge.jsonl"
    data = log.read_bytes()
    for at in range(0, len(data), 37):
        log.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert any("purge.jsonl" in problem for problem in verify(folder)), at


def test_nothing_is_deleted_by_a_retention_list_that_was_changed(tmp_path: Path) -> None:
    folder = published(tmp_path)
    listing = folder.path / "retention.json"
    listing.write_bytes(listing.read_bytes().replace(b"2027-02-18", b"2026-11-20"))
    with pytest.raises(VerificationError, match="nothing is deleted by it"):
        purge(folder, now=EXTRACTS_DUE)
    assert (folder.path / TABLE).exists()


def test_a_run_that_was_never_published_says_what_to_do(tmp_path: Path) -> None:
    folder = Bundle().write(tmp_path)
    with pytest.raises(EvidenceError) as caught:
        purge(folder, now=ALL_DUE)
    assert "gonogo publish" in caught.value.remedy


def test_a_deletion_that_was_logged_and_not_done_is_done_next_time(tmp_path: Path) -> None:
    folder = published(tmp_path)
    table = (folder.path / TABLE).read_bytes()
    purge(folder, now=EXTRACTS_DUE)
    (folder.path / TABLE).parent.mkdir(parents=True, exist_ok=True)
    (folder.path / TABLE).write_bytes(table)
    assert verify(folder) == ()
    assert [d.path for d in purge(folder, now=EVIDENCE_DUE).deleted if d.path == TABLE] == [TABLE]
    assert verify(folder) == ()


def test_a_link_is_removed_and_what_it_points_to_stays(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("kept", encoding="utf-8")
    folder = attested(tmp_path / "reports")
    (folder.published).mkdir()
    (folder.published / "link.png").symlink_to(outside)
    again(folder)
    purge(folder, now=ALL_DUE)
    assert outside.read_text(encoding="utf-8") == "kept"
    assert not (folder.published / "link.png").is_symlink()
    assert verify(folder) == ()
