"""Run folders of earlier versions go on judging and verifying; what a later one wrote is refused by that name."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.bundles import AT, Bundle

from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest, sign_off_standing, verify
from gonogo.model import Comparison, Decision, Verdict
from gonogo.store import HEADER, OBSERVATIONS, RunFolder

RECORDED = Path(__file__).parents[1] / "recorded" / "gonogo"
VERSIONS = sorted(folder.name for folder in RECORDED.iterdir() if folder.is_dir())
UAT = "uat.candidate"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))


def without_later_fields(record: dict[str, Any]) -> None:
    """A record of the time before these fields were thought of."""
    for name in ("testers", "attempts", "retest", "tolerance", "repeat", "repeats", "carried_from"):
        record.pop(name, None)


def with_a_later_field(record: dict[str, Any]) -> None:
    record["screen_reader"] = "NVDA 2027.1"


def written_by_another_version(folder: RunFolder, change: Change, stages: str = "*") -> None:
    """Makes a stage's records as another version wrote and sealed them: other fields, digests of its own bytes."""
    for stage in (folder.path / "runs").glob(stages):
        lines = [json.loads(line) for line in (stage / OBSERVATIONS).read_bytes().splitlines()]
        for line in lines:
            change(line)
        data = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
        (stage / OBSERVATIONS).write_bytes(data.encode())
        header = json.loads((stage / HEADER).read_bytes())
        if change is without_later_fields:
            change(header)
        header["observations_sha256"] = hashlib.sha256(data.encode()).hexdigest()
        (stage / HEADER).write_text(json.dumps(header, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def judged(folder: RunFolder) -> tuple[Verdict, Comparison]:
    verdict, dossier = judge_folder(folder, generated_at=AT)
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)
    return verdict, dossier.comparison


@pytest.mark.parametrize("version", VERSIONS)
def test_a_run_folder_of_an_earlier_version_verifies_and_stays_signed(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONOGO_KEYS", str(RECORDED / version / "keys"))
    folder = RunFolder.open(RECORDED / version / "run")
    assert verify(folder) == ()
    assert [role.status for role in sign_off_standing(folder)] == ["signed", "missing"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_run_folder_of_an_earlier_version_judges_to_the_same_verdict(version: str, tmp_path: Path) -> None:
    shutil.copytree(RECORDED / version / "run", tmp_path / "run")
    folder = RunFolder.open(tmp_path / "run")
    before = folder.read_verdict()
    assert before.decision is Decision.GO_WITH_CONDITIONS
    assert judge_folder(folder, generated_at="2031-01-01T00:00:00Z")[0] == before


def test_a_folder_of_every_version_is_kept() -> None:
    assert "0.1.0" in VERSIONS


def test_evidence_whose_records_had_fewer_fields_judges_and_verifies(tmp_path: Path) -> None:
    folder = Bundle().write(tmp_path)
    written_by_another_version(folder, without_later_fields)
    assert b"testers" not in (folder.path / "runs" / UAT / OBSERVATIONS).read_bytes()
    verdict, comparison = judged(folder)
    assert (verdict.decision, comparison.problems) == (Decision.GO, ())
    assert verify(folder) == ()


def test_the_evidence_digest_is_over_the_headers_as_they_are_kept(tmp_path: Path) -> None:
    folder = Bundle().write(tmp_path)
    written_by_another_version(folder, without_later_fields)
    kept = b"".join(path.read_bytes() for path in sorted((folder.path / "runs").glob(f"*/{HEADER}")))
    assert b"repeats" not in kept
    assert judged(folder)[0].digests.evidence == f"sha256:{hashlib.sha256(kept).hexdigest()}"


def test_a_comparison_and_a_verdict_with_fewer_fields_verify_and_with_another_ruling_do_not(
    tmp_path: Path,
) -> None:
    folder = Bundle().write(tmp_path)
    verdict, comparison = judged(folder)
    for name, later in (("comparison.json", "noise"), ("verdict.json", "waivers")):
        said = json.loads((folder.path / name).read_bytes())
        del said[later]
        (folder.path / name).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    attest(folder, folder.read_upgrade(), comparison, verdict, AT)
    assert verify(folder) == ()
    path = folder.path / "verdict.json"
    path.write_bytes(path.read_bytes().replace(b"Every stage ran on both sides", b"Every stage ran"))
    attest(folder, folder.read_upgrade(), comparison, verdict, AT)
    assert verify(folder) == ("verdict.json is not what the evidence gives.",)


def test_evidence_with_a_field_of_a_later_version_is_refused_and_not_called_altered(tmp_path: Path) -> None:
    folder = Bundle().write(tmp_path)
    written_by_another_version(folder, with_a_later_field, UAT)
    verdict, comparison = judged(folder)
    assert verdict.decision is Decision.INCONCLUSIVE
    (message,) = (problem.message for problem in comparison.problems)
    assert message.startswith(
        "Evidence of the uat stage on the candidate was written by a later version of gonogo than this one: "
        "observations.jsonl, line 1 (Object contains unknown field `screen_reader`"
    )
    assert verify(folder) == (message,)


def flipped(data: bytes) -> bytes:
    return data.replace(b"See a balance", b"See a Balance")


def cut_in_mid_line(data: bytes) -> bytes:
    return data[:-20]


def cut_at_a_line(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[:-1])


def with_a_space(data: bytes) -> bytes:
    return data.replace(b'":', b'": ', 1)


def with_an_unknown_field(data: bytes) -> bytes:
    return data.replace(b"{", b'{"x":1,', 1)


def last_result_given(data: bytes) -> bytes:
    """Two results for one key: read by whoever takes the last one."""
    return data.replace(b'"status":"passed"', b'"status":"failed","status":"passed"', 1)


@pytest.mark.parametrize(
    "damage",
    [flipped, cut_in_mid_line, cut_at_a_line, with_a_space, with_an_unknown_field, last_result_given],
    ids=lambda damage: damage.__name__.replace("_", " "),
)
@pytest.mark.parametrize("is_earlier", [True, False], ids=["of an earlier version", "of this version"])
def test_a_change_of_any_byte_is_found_and_never_a_go(
    damage: Callable[[bytes], bytes], is_earlier: bool, tmp_path: Path
) -> None:
    folder = Bundle().write(tmp_path)
    if is_earlier:
        written_by_another_version(folder, without_later_fields)
    path = folder.path / "runs" / UAT / OBSERVATIONS
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert path.read_bytes() != before
    verdict, comparison = judged(folder)
    assert verdict.decision is Decision.INCONCLUSIVE
    messages = [problem.message for problem in comparison.problems]
    assert any("are not those that were sealed" in message for message in messages)
    assert not any("later version" in message for message in messages)
    assert set(messages) <= set(verify(folder))


def test_a_header_that_names_no_digest_seals_nothing(tmp_path: Path) -> None:
    folder = Bundle().write(tmp_path)
    stage = folder.path / "runs" / UAT
    header = json.loads((stage / HEADER).read_bytes())
    header.update(observations_sha256="", observation_count=0)
    (stage / HEADER).write_text(json.dumps(header), encoding="utf-8")
    (stage / OBSERVATIONS).unlink()
    messages = [problem.message for problem in judged(folder)[1].problems]
    assert any("are not those that were sealed" in message for message in messages)
