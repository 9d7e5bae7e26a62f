"""Two captures of the same page, document or table, each compared in the way of its form."""

from __future__ import annotations

from gonogo.comparing.change import SAME, SnapshotChange
from gonogo.comparing.images import compare_images, diff_picture
from gonogo.comparing.structured import compare_json
from gonogo.comparing.tables import compare_tables
from gonogo.comparing.text import compare_text
from gonogo.comparing.xml import compare_xml
from gonogo.model import Snapshot, SnapshotForm

__all__ = ["SnapshotChange", "compare_snapshots", "diff_picture"]


def compare_snapshots(
    baseline: Snapshot, candidate: Snapshot, baseline_content: bytes, candidate_content: bytes
) -> SnapshotChange:
    """Say whether, and how, the candidate's capture differs from the baseline's.

    Equal bytes are equal whatever the form. What may differ (`volatile`, `row_key`, `tolerance`) is read from
    the baseline's record, so that a candidate cannot excuse itself. Content that cannot be read in its
    form (an HTML error page where XML was) is a difference, not an error.

    Args:
        baseline: the record of the capture on the version in use.
        candidate: the record of the capture on the upgrade.
        baseline_content: bytes of the baseline's artefact.
        candidate_content: bytes of the candidate's artefact.

    Raises:
        EvidenceError: a volatile pattern in the record is malformed, so it was not written by us.
    """
    if baseline.form is not candidate.form:
        summary = f"it was captured as {baseline.form.value} and now as {candidate.form.value}"
        return SnapshotChange(is_different=True, summary=summary, share=1.0)
    if baseline_content == candidate_content:
        return SAME
    match baseline.form:
        case SnapshotForm.IMAGE:
            return compare_images(baseline_content, candidate_content, tolerance=baseline.tolerance)
        case SnapshotForm.TEXT:
            return compare_text(_text(baseline_content), _text(candidate_content), volatile=baseline.volatile)
        case SnapshotForm.TREE:
            return compare_text(
                _text(baseline_content),
                _text(candidate_content),
                volatile=baseline.volatile,
                noun="element",
            )
        case SnapshotForm.TABLE:
            return compare_tables(
                baseline_content,
                candidate_content,
                row_key=baseline.row_key,
                volatile=baseline.volatile,
            )
        case SnapshotForm.JSON:
            return compare_json(
                baseline_content,
                candidate_content,
                row_key=baseline.row_key,
                volatile=baseline.volatile,
            )
        case SnapshotForm.XML:
            return compare_xml(baseline_content, candidate_content, volatile=baseline.volatile)


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="backslashreplace")
