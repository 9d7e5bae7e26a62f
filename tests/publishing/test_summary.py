from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gonogo.model import Judgement
from gonogo.publishing.base import Dossier
from gonogo.publishing.summary import LARGEST_BYTES, SummaryReport, escaped, summary


def test_the_decision_is_the_first_line(
    go: Dossier, no_go: Dossier, conditions: Dossier, inconclusive: Dossier
) -> None:
    assert summary(go).startswith("# Go: Meridian Housing 8.2.1\n")
    assert summary(no_go).startswith("# No-go: Meridian Housing 8.2.0\n")
    assert summary(conditions).startswith("# Go with conditions: ")
    assert summary(inconclusive).startswith("# We do not have enough evidence yet: ")


def test_at_most_five_reasons_are_given(no_go: Dossier) -> None:
    numbered = [line for line in summary(no_go).splitlines() if line[:1].isdigit() and line[1] == "."]
    assert [line.split(".")[0] for line in numbered] == ["1", "2", "3", "4", "5"]


def test_every_criterion_has_a_row(no_go: Dossier) -> None:
    text = summary(no_go)
    for row in (
        "No must-have task that works today stops working",
        "People wait no more than a tenth longer",
    ):
        assert f"| {row}" in text


def test_rows_have_as_many_cells_as_their_table(any_dossier: Dossier) -> None:
    width = 0
    for line in summary(any_dossier).splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = line.replace("\\|", "").count("|")
        width = width or cells
        assert cells == width, line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("[click](javascript:alert(1))", "\\[click\\](javascript:alert(1))"),
        ("@everyone look", "&#64;everyone look"),
        ("see https://evil.example", "see https&#58;//evil.example"),
        ("www.evil.example", "www&#46;evil.example"),
        ("a | b", "a \\| b"),
        ("`code` *bold* _it_ ~no~", "\\`code\\` \\*bold\\* \\_it\\_ \\~no\\~"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("cross-site, +52% (12 of 13)", "cross-site, +52% (12 of 13)"),
    ],
)
def test_text_from_outside_is_never_markdown(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_ten_thousand_failing_criteria_still_fit(no_go: Dossier) -> None:
    one = no_go.verdict.judgements[1]
    many: tuple[Judgement, ...] = tuple(
        msgspec.structs.replace(one, criterion=f"uat.{place}", reason="x" * 900) for place in range(10_000)
    )
    large = replace(no_go, verdict=msgspec.structs.replace(no_go.verdict, judgements=many))
    assert len(summary(large).encode()) <= LARGEST_BYTES


def test_a_hostile_system_gets_no_link_image_or_script(hostile: Dossier, tmp_path: Path) -> None:
    SummaryReport().publish(replace(hostile, published=tmp_path))
    text = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "<" not in text
    assert "](" not in text.replace("\\](", "")
    assert "\x1b" not in text
    assert len(text.encode()) < LARGEST_BYTES


def test_same_dossier_gives_the_same_text(no_go: Dossier) -> None:
    assert summary(no_go) == summary(no_go)
