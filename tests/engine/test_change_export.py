"""The pack for a change advisory board: complete, the same bytes every time, and only of a run that verifies."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import msgspec
import pytest
from tests.bundles import AT, Bundle
from tests.judging.test_change_record import COMPLETE
from tests.judging.test_waiving import waiver
from tests.signing.test_integrity import entry

from gonogo.engine.change_export import export_change
from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest
from gonogo.engine.purging import purge
from gonogo.model import ChangeRecord, SignOffRole, from_json
from gonogo.model.errors import EvidenceError, UsageError, VerificationError
from gonogo.publishing.base import publish_all
from gonogo.publishing.change_document import ChangePack
from gonogo.publishing.report import HtmlReport
from gonogo.publishing.summary import SummaryReport
from gonogo.signing.keys import open_key
from gonogo.signing.signoff import Condition, SignOffDecision, append
from gonogo.store import RunFolder

ROLES = (SignOffRole(role="Head of Housing"), SignOffRole(role="Finance lead"))
NOW = "2026-11-21T00:00:00Z"


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))


def finished(reports: Path, change: ChangeRecord | None = COMPLETE, **changes: object) -> RunFolder:
    bundle = Bundle()
    bundle.upgrade = msgspec.structs.replace(
        bundle.upgrade,
        change=change,
        change_ref=change.id if change else "",
        signoff_roles=ROLES,
        **changes,
    )
    folder = bundle.write(reports)
    verdict, dossier = judge_folder(folder, generated_at=AT)
    publish_all(dossier, (HtmlReport(), SummaryReport()))
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)
    conditional = msgspec.structs.replace(
        entry(folder),
        decision=SignOffDecision.ACCEPT_WITH_CONDITIONS,
        conditions=(Condition(text="Reconcile each Monday", owner="A. Shah", due="2027-04-30"),),
        recorded_by="C. Reid",
    )
    append(folder.path, conditional, open_key("reid"))
    return folder


def pack_of(target: Path) -> ChangePack:
    return from_json((target / "change-record.json").read_bytes(), ChangePack, source="pack")


def test_folder_and_zip_hold_the_same_and_their_digests_fit(tmp_path: Path) -> None:
    target, archive = export_change(finished(tmp_path / "reports"), tmp_path, now=NOW)
    assert (target.name, archive.name) == ("change-CHG0041207", "change-CHG0041207.zip")
    names = {path.name for path in target.iterdir()}
    assert names == {
        "SHA256SUMS", "change-record.csv", "change-record.html", "change-record.json", "manifest.json",
        "report.html", "signoff.head.json", "signoff.jsonl", "summary.md", "verdict.dsse", "verdict.json",
    }  # fmt: skip
    with zipfile.ZipFile(archive) as zipped:
        assert {name: zipped.read(name) for name in zipped.namelist()} == {
            f"{target.name}/{path.name}": path.read_bytes() for path in target.iterdir()
        }
    for line in (target / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((target / name).read_bytes()).hexdigest() == digest


def test_the_same_run_gives_the_same_bytes_whenever_it_is_exported(tmp_path: Path) -> None:
    folder = finished(tmp_path / "reports")
    _, archive = export_change(folder, tmp_path, now=NOW)
    before = archive.read_bytes()
    export_change(folder, tmp_path, now="2026-12-24T12:00:00Z")
    assert archive.read_bytes() == before


def test_the_page_can_be_read_by_a_board(tmp_path: Path) -> None:
    target, _ = export_change(finished(tmp_path / "reports"), tmp_path, now=NOW)
    page = (target / "change-record.html").read_text(encoding="utf-8")
    for said in (
        "Change CHG0041207: Meridian Housing 8.2",
        "Go.",
        "Change advisory board",
        "Restore the database and the 8.1 files; runbook 12.",
        "Sunday 01:00, when the nightly debit starts",
        "Not signed off: waiting for Finance lead.",
        "recorded by C. Reid on behalf of A. Shah",
        "Reconcile each Monday (A. Shah, by 30 April 2027)",
    ):
        assert said in page, said
    assert "<script" not in page


def test_a_tool_reads_the_same_from_csv_and_json(tmp_path: Path) -> None:
    change = msgspec.structs.replace(COMPLETE, remediation_plan='=HYPERLINK("x")', authority="")
    target, _ = export_change(finished(tmp_path / "reports", change), tmp_path, now=NOW)
    text = (target / "change-record.csv").read_bytes().decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["number"] == "CHG0041207"
    assert (row["type"], row["test_result"]) == ("normal", "GO_WITH_CONDITIONS")
    assert (row["start_date"], row["end_date"]) == ("2026-12-05 18:00:00", "2026-12-06 02:00:00")
    assert row["backout_plan"] == '\'=HYPERLINK("x")'
    assert row["open_points"] == "Name the change authority: who approves this normal change."
    pack = pack_of(target)
    assert pack.open_points == (row["open_points"],)
    assert (pack.signed_off, pack.change.id) == (False, "CHG0041207")
    manifest = (target / "manifest.json").read_bytes()
    assert pack.manifest_sha256 == row["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()


def test_nothing_is_exported_from_a_run_that_does_not_verify(tmp_path: Path) -> None:
    folder = finished(tmp_path / "reports")
    (folder.path / "verdict.json").write_bytes(b"{}")
    with pytest.raises(VerificationError):
        export_change(folder, tmp_path, now=NOW)
    assert not (tmp_path / "change-CHG0041207").exists()


def test_nothing_is_exported_on_a_waiver_that_has_run_out(tmp_path: Path) -> None:
    criteria = ("uat:rents:See a balance",)
    bundle_waiver = waiver("uat.must_regressed_max", *criteria)
    from tests.bundles import failed

    from gonogo.model import Side

    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed(*criteria))
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, waivers=(bundle_waiver,))
    folder = bundle.write(tmp_path / "reports")
    verdict, dossier = judge_folder(folder, generated_at=AT)
    publish_all(dossier, (HtmlReport(), SummaryReport()))
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)
    target, _ = export_change(folder, tmp_path, now="2026-12-31T23:59:59Z")
    assert pack_of(target).waivers[0].id == "W-001"
    with pytest.raises(VerificationError, match="W-001"):
        export_change(folder, tmp_path, now="2027-01-01T00:00:00Z")


def test_it_can_be_exported_after_evidence_was_lawfully_deleted(tmp_path: Path) -> None:
    folder = finished(tmp_path / "reports")
    purge(folder, now="2027-02-18T00:00:00Z")
    target, _ = export_change(folder, tmp_path, now="2027-02-18T00:00:00Z")
    assert pack_of(target).decision.value == "GO"


def test_without_reports_it_says_what_to_do(tmp_path: Path) -> None:
    folder = finished(tmp_path / "reports")
    (folder.published / "summary.md").unlink()
    verdict, dossier = judge_folder(folder, generated_at=AT)
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)
    with pytest.raises(EvidenceError) as caught:
        export_change(folder, tmp_path, now=NOW)
    assert "gonogo publish" in caught.value.remedy


def test_a_project_without_a_change_record_gets_a_pack_that_says_so(tmp_path: Path) -> None:
    target, _ = export_change(finished(tmp_path / "reports", None), tmp_path, now=NOW)
    assert target.name == "change-Meridian-Housing-8.2"
    assert "The project keeps no change record" in (target / "change-record.html").read_text(encoding="utf-8")


def test_what_is_not_a_pack_is_never_replaced(tmp_path: Path) -> None:
    folder = finished(tmp_path / "reports")
    (tmp_path / "change-CHG0041207").mkdir()
    with pytest.raises(UsageError, match="is no pack"):
        export_change(folder, tmp_path, now=NOW)
    with pytest.raises(UsageError, match="into the run folder"):
        export_change(folder, folder.path / "published", now=NOW)


def test_a_reference_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    change = msgspec.structs.replace(COMPLETE, id="../../etc/CHG 1")
    target, _ = export_change(finished(tmp_path / "reports", change), tmp_path / "out", now=NOW)
    assert target == tmp_path / "out" / "change-etc-CHG-1"
