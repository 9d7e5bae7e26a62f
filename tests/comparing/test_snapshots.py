"""Each form is compared in its own way, and nothing unreadable is ever equal."""

from __future__ import annotations

import pytest

from gonogo.comparing.snapshots import compare_snapshots
from gonogo.model import Snapshot, SnapshotForm


def snapshot(form: SnapshotForm, **fields: object) -> Snapshot:
    return Snapshot(
        key="regression:snapshot:x",
        title="x",
        form=form,
        artefact="raw/x",
        sha256="",
        **fields,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("form", list(SnapshotForm))
def test_equal_bytes_are_the_same_in_every_form(form: SnapshotForm) -> None:
    assert not compare_snapshots(snapshot(form), snapshot(form), b"\x00", b"\x00").is_different


@pytest.mark.parametrize("form", list(SnapshotForm))
def test_rubbish_against_other_rubbish_is_a_difference_in_every_form(form: SnapshotForm) -> None:
    change = compare_snapshots(snapshot(form), snapshot(form), b"\xff one", b"\xff two")
    assert change.is_different
    assert change.summary


@pytest.mark.parametrize("form", list(SnapshotForm))
def test_an_empty_capture_against_content_is_a_difference_in_every_form(form: SnapshotForm) -> None:
    assert compare_snapshots(snapshot(form), snapshot(form), b"a,b\n1,2\n", b"").is_different


def test_two_forms_are_never_the_same() -> None:
    change = compare_snapshots(snapshot(SnapshotForm.TEXT), snapshot(SnapshotForm.JSON), b"1", b"1")
    assert change.is_different
    assert change.summary == "it was captured as text and now as json"


def test_what_may_differ_is_what_the_baseline_says_so_that_a_candidate_cannot_excuse_itself() -> None:
    lenient = snapshot(SnapshotForm.TEXT, volatile=(r"\d+",))
    strict = snapshot(SnapshotForm.TEXT)
    assert compare_snapshots(strict, lenient, b"a 1", b"a 2").is_different
    assert not compare_snapshots(lenient, strict, b"a 1", b"a 2").is_different


def test_the_row_key_of_a_table_is_used() -> None:
    keyed = snapshot(SnapshotForm.TABLE, row_key=("ref",))
    change = compare_snapshots(keyed, keyed, b"ref,v\nA,1\nB,2\n", b"ref,v\nB,3\nA,1\n")
    assert change.summary == "row B: v 2 became 3"
