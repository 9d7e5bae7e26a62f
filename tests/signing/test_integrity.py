"""Any single byte changed anywhere in a run folder is found and named; signatures cover what they say."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from tests.bundles import AT, Bundle, failed

from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest, sign_off_standing, verify
from gonogo.model import Side, SignOffRole
from gonogo.model.errors import EvidenceError
from gonogo.signing.keys import open_key, trusted_keys
from gonogo.signing.signoff import START, Entry, SignOffDecision, append, read_log
from gonogo.store import RunFolder


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "keys"
    monkeypatch.setenv("GONOGO_KEYS", str(folder))
    return folder


def attested(reports: Path, bundle: Bundle | None = None) -> RunFolder:
    bundle = bundle or Bundle()
    roles = (SignOffRole(role="Head of Housing"), SignOffRole(role="Finance lead"))
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, signoff_roles=roles)
    folder = bundle.write(reports)
    verdict, dossier = judge_folder(folder, generated_at=AT)
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)
    return folder


def entry(folder: RunFolder, role: str = "Head of Housing") -> Entry:
    verdict = folder.read_verdict()
    return Entry(
        previous=START,
        role=role,
        name="A. Shah",
        decision=SignOffDecision.ACCEPT,
        at=AT,
        candidate=verdict.upgrade.to_version,
        covers=verdict.digests,
    )


def test_an_untouched_folder_verifies(tmp_path: Path) -> None:
    assert verify(attested(tmp_path)) == ()


def test_every_single_byte_changed_is_found_and_named(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    append(folder.path, entry(folder), open_key("shah"))
    files = sorted(p for p in folder.path.rglob("*") if p.is_file())
    pick = random.Random(1)
    for number in range(300):
        path = files[number % len(files)]
        before = path.read_bytes()
        at = pick.randrange(len(before))
        flipped = bytes([before[at] ^ pick.randrange(1, 256)])
        path.write_bytes(before[:at] + flipped + before[at + 1 :])
        problems = verify(folder)
        path.write_bytes(before)
        assert any(path.name in problem for problem in problems), (path.name, at, problems)
    assert verify(folder) == ()


def test_files_added_or_removed_are_named(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    (folder.path / "runs" / "extra.txt").write_text("x", encoding="utf-8")
    assert verify(folder) == ("runs/extra.txt was added afterwards.",)
    (folder.path / "runs" / "extra.txt").unlink()
    (folder.path / "runs" / "regression.baseline" / "raw" / "balances.csv").unlink()
    assert any("balances.csv is missing" in problem for problem in verify(folder))


def test_a_verdict_signed_by_somebody_unknown_is_told(tmp_path: Path, key_folder: Path) -> None:
    folder = attested(tmp_path)
    (key_folder / "gonogo.pub").unlink()
    assert any("not known here" in problem for problem in verify(folder))


def test_a_key_is_readable_by_its_owner_only(key_folder: Path) -> None:
    open_key("gonogo")
    assert (key_folder / "gonogo.key").stat().st_mode & 0o077 == 0
    assert len(trusted_keys()) == 1


def test_roles_stand_as_missing_signed_or_void(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    append(folder.path, entry(folder), open_key("shah"))
    assert [s.status for s in sign_off_standing(folder)] == ["signed", "missing"]
    verdict = folder.read_verdict()
    moved = msgspec.structs.replace(
        verdict, digests=msgspec.structs.replace(verdict.digests, policy="sha256:other")
    )
    folder.write("verdict.json", moved)
    status = sign_off_standing(folder)[0]
    assert (status.status, status.reason) == ("void", "signed, but since then these changed: policy")


def test_the_newest_entry_of_a_role_counts(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    append(folder.path, entry(folder), open_key("shah"))
    declined = msgspec.structs.replace(entry(folder), decision=SignOffDecision.DECLINE)
    append(folder.path, declined, open_key("shah"))
    assert sign_off_standing(folder)[0].status == "declined"


def test_an_entry_taken_out_of_the_log_is_noticed(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    for role in ("Head of Housing", "Finance lead", "Head of Housing"):
        append(folder.path, entry(folder, role), open_key("shah"))
    log = folder.path / "signoff.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(lines[0] + lines[2])
    _, problems = read_log(folder.path, trusted_keys())
    assert "does not follow" in problems[0]


def test_nothing_is_added_to_a_log_that_was_cut(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    append(folder.path, entry(folder), open_key("shah"))
    log = folder.path / "signoff.jsonl"
    log.write_bytes(log.read_bytes()[:-5])
    with pytest.raises(EvidenceError):
        append(folder.path, entry(folder), open_key("shah"))


def test_a_no_go_is_attested_as_such(tmp_path: Path) -> None:
    import base64

    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance"))
    folder = attested(tmp_path, bundle)
    last = (folder.path / "verdict.dsse").read_bytes().splitlines()[-1]
    payload = base64.b64decode(msgspec.json.decode(last)["payload"])
    assert b"GONOGO_NO_GO" in payload
