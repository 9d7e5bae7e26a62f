"""One chained log: what is in it holds, any change is named with its place, and nothing is added to a cut one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.model import Record, from_json, to_line
from gonogo.model.errors import EvidenceError
from gonogo.signing.chained_log import START, ChainedLog
from gonogo.signing.keys import Keys, SigningKey, open_key, trusted_keys
from gonogo.signing.signed_records import signed


class Remark(Record, frozen=True, kw_only=True, tag_field="schema", tag="test.remark/1"):
    previous: str = START
    text: str
    key_id: str = ""
    signature: str = ""


LOG = ChainedLog("remarks.jsonl", Remark)
TEXTS = ("one", "two – zwölf", "three")


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> tuple[SigningKey, Keys]:
    folder = tmp_path_factory.mktemp("keys")
    return open_key("shah", folder), trusted_keys(folder)


@pytest.fixture
def folder(tmp_path: Path, keyring: tuple[SigningKey, Keys]) -> Path:
    for text in TEXTS:
        LOG.append(tmp_path, Remark(text=text), keyring[0])
    return tmp_path


def texts(folder: Path, keys: Keys) -> list[str]:
    return [entry.text for entry in LOG.read(folder, keys)[0]]


def test_no_log_holds_nothing_and_is_no_problem(tmp_path: Path) -> None:
    assert LOG.read(tmp_path, {}) == ((), ())


def test_entries_come_back_in_order_and_name_the_line_before(
    folder: Path, keyring: tuple[SigningKey, Keys]
) -> None:
    entries, problems = LOG.read(folder, keyring[1])
    assert ([entry.text for entry in entries], problems) == (list(TEXTS), ())
    lines = (folder / LOG.name).read_bytes().splitlines()
    before = [START, *(hashlib.sha256(line).hexdigest() for line in lines[:-1])]
    assert [entry.previous for entry in entries] == before


def test_what_is_appended_is_returned_as_written(tmp_path: Path, keyring: tuple[SigningKey, Keys]) -> None:
    written = LOG.append(tmp_path, Remark(text="x", previous="nonsense", signature="nonsense"), keyring[0])
    assert (tmp_path / LOG.name).read_bytes() == to_line(written)


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_every_changed_byte_is_noticed(
    at: int, bit: int, tmp_path_factory: pytest.TempPathFactory, keyring: tuple[SigningKey, Keys]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / LOG.name).unlink(missing_ok=True)
    for text in TEXTS:
        LOG.append(folder, Remark(text=text), keyring[0])
    data = (folder / LOG.name).read_bytes()
    at %= len(data)
    (folder / LOG.name).write_bytes(data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :])
    problems = LOG.read(folder, keyring[1])[1]
    assert any(problem.startswith(LOG.name) for problem in problems), (at, problems)


@pytest.mark.parametrize(
    ("order", "kept"),
    [((0, 2), ["one"]), ((1, 0, 2), []), ((0, 0, 1, 2), list(TEXTS)), ((2, 1, 0), [])],
    ids=["one taken out", "two changed about", "one put in twice", "turned round"],
)
def test_only_entries_that_follow_the_line_before_them_hold(
    order: tuple[int, ...], kept: list[str], folder: Path, keyring: tuple[SigningKey, Keys]
) -> None:
    path = folder / LOG.name
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[number] for number in order))
    entries, problems = LOG.read(folder, keyring[1])
    assert [entry.text for entry in entries] == kept
    assert len(problems) == len(order) - len(kept)
    assert all("does not follow the entry before it" in problem for problem in problems)


def test_an_entry_signed_by_somebody_unknown_does_not_hold(folder: Path, tmp_path: Path) -> None:
    entries, problems = LOG.read(folder, trusted_keys(tmp_path / "nobody's"))
    assert entries == ()
    assert all("signed with a key that is not known here" in problem for problem in problems)


def test_an_entry_rewritten_with_its_chain_has_no_signature_that_fits(
    folder: Path, keyring: tuple[SigningKey, Keys]
) -> None:
    path = folder / LOG.name
    lines = path.read_bytes().splitlines()
    last = from_json(lines[-1], Remark, source="")
    forged = to_line(msgspec.structs.replace(last, text="forged"))
    path.write_bytes(b"\n".join(lines[:-1]) + b"\n" + forged)
    assert LOG.read(folder, keyring[1])[1] == (f"{LOG.name}, entry 3: the signature does not fit.",)


def test_the_same_entry_spelt_otherwise_is_a_change(folder: Path, keyring: tuple[SigningKey, Keys]) -> None:
    path = folder / LOG.name
    path.write_bytes(path.read_bytes().replace(b'"text":"three"', b'"text": "three"'))
    assert LOG.read(folder, keyring[1])[1] == (f"{LOG.name}, entry 3: was changed after it was written.",)
    assert texts(folder, keyring[1]) == ["one", "two – zwölf"]


def test_a_problem_says_what_the_entry_is_about(folder: Path) -> None:
    log = ChainedLog(LOG.name, Remark, subject=lambda entry: entry.text)
    assert log.read(folder, {})[1][0].startswith(f"{LOG.name}, entry 1 (one): signed with a key")


def test_nothing_is_added_to_a_log_that_ends_in_mid_entry(
    folder: Path, keyring: tuple[SigningKey, Keys]
) -> None:
    path = folder / LOG.name
    path.write_bytes(path.read_bytes()[:-7])
    before = path.read_bytes()
    with pytest.raises(EvidenceError, match=r"remarks\.jsonl ends in the middle of an entry"):
        LOG.append(folder, Remark(text="four"), keyring[0])
    assert path.read_bytes() == before
    assert texts(folder, keyring[1]) == ["one", "two – zwölf"]


def test_signing_again_replaces_the_signature_before(keyring: tuple[SigningKey, Keys]) -> None:
    once = signed(Remark(text="x"), keyring[0])
    assert signed(once, keyring[0]) == once
