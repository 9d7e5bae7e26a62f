from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from gonogo.model import from_json
from gonogo.model.errors import StorageError
from gonogo.publishing.manifest import FILE_NAME, Manifest, manifest_of, write_manifest


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    (tmp_path / "runs/uat.candidate/raw").mkdir(parents=True)
    (tmp_path / "runs/uat.candidate/observations.jsonl").write_bytes(b'{"kind":"check"}\n')
    (tmp_path / "runs/uat.candidate/raw/page é.png").write_bytes(b"\x89PNG")
    (tmp_path / "verdict.json").write_bytes(b"{}\n")
    return tmp_path


def test_every_file_is_listed_with_its_digest(run_folder: Path) -> None:
    manifest = write_manifest(run_folder)
    assert [each.path for each in manifest.files] == [
        "runs/uat.candidate/observations.jsonl",
        "runs/uat.candidate/raw/page é.png",
        "verdict.json",
    ]
    assert manifest.files[2].sha256 == hashlib.sha256(b"{}\n").hexdigest()
    assert manifest.files[1].size_bytes == 4


def test_the_file_says_its_schema_and_reads_back(run_folder: Path) -> None:
    manifest = write_manifest(run_folder)
    data = (run_folder / FILE_NAME).read_bytes()
    assert json.loads(data)["schema"] == "gonogo.manifest/1"
    assert from_json(data, Manifest, source=FILE_NAME) == manifest


def test_writing_it_again_changes_nothing(run_folder: Path) -> None:
    write_manifest(run_folder)
    first = (run_folder / FILE_NAME).read_bytes()
    write_manifest(run_folder)
    assert (run_folder / FILE_NAME).read_bytes() == first


def test_neither_itself_nor_the_signatures_over_it_are_listed(run_folder: Path) -> None:
    (run_folder / "verdict.dsse").write_bytes(b"{}")
    (run_folder / "manifest.json.partial").write_bytes(b"half")
    (run_folder / "runs" / "verdict.dsse").write_bytes(b"not the one that is meant")
    write_manifest(run_folder)
    assert len(manifest_of(run_folder).files) == 4


def test_a_pipe_is_listed_and_never_opened(run_folder: Path) -> None:
    os.mkfifo(run_folder / "runs" / "pipe")
    assert "runs/pipe" in [each.path for each in manifest_of(run_folder).files]


def test_any_changed_byte_changes_exactly_that_files_digest(run_folder: Path) -> None:
    before = {each.path: each.sha256 for each in manifest_of(run_folder).files}
    for path in list(before):
        target = run_folder / path
        original = target.read_bytes()
        for place in range(len(original)):
            target.write_bytes(original[:place] + bytes([original[place] ^ 1]) + original[place + 1 :])
            after = {each.path: each.sha256 for each in manifest_of(run_folder).files}
            assert {name for name in before if before[name] != after[name]} == {path}
        target.write_bytes(original)


def test_a_link_is_listed_and_never_followed(
    run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("secret", encoding="utf-8")
    (run_folder / "runs/link").symlink_to(outside)
    (run_folder / "runs/file-link").symlink_to(outside / "secret.txt")
    manifest = manifest_of(run_folder)
    assert [each.path for each in manifest.links] == ["runs/file-link", "runs/link"]
    assert len(manifest.files) == 3


def test_a_folder_that_cannot_be_read_is_an_error_and_not_an_empty_list(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be read"):
        manifest_of(tmp_path / "missing")
