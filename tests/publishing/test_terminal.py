from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from gonogo.model import Publication
from gonogo.publishing.base import Dossier
from gonogo.publishing.terminal import verdict_lines, verdict_rich, verdict_text


def test_the_decision_is_the_first_line(
    go: Dossier, no_go: Dossier, conditions: Dossier, inconclusive: Dossier
) -> None:
    firsts = [verdict_lines(each)[0] for each in (go, no_go, conditions, inconclusive)]
    assert firsts == ["GO", "NO-GO", "GO WITH CONDITIONS", "NOT ENOUGH EVIDENCE"]


def test_at_most_five_reasons_are_numbered(any_dossier: Dossier) -> None:
    numbered = [
        line for line in verdict_lines(any_dossier) if line[:3].strip().isdigit() or line[2:3].isdigit()
    ]
    assert 1 <= len(numbered) <= 5


def test_the_last_line_says_where_the_report_is(no_go: Dossier) -> None:
    assert verdict_lines(no_go)[-1] == f"Report: {no_go.published / 'report.html'}"


def test_without_a_report_the_folder_is_named(no_go: Dossier) -> None:
    failed = Publication(publisher="html_report", problem="The disk is full.")
    lines = verdict_lines(no_go, [failed])
    assert lines[-1] == f"Report: {no_go.folder}"
    assert any("html_report: not published. The disk is full." in line for line in lines)


def test_a_publisher_that_failed_is_told_of_beside_the_verdict(no_go: Dossier) -> None:
    published = [
        Publication(publisher="html_report", files=("report.html",)),
        Publication(publisher="allure", problem="Allure is not installed."),
    ]
    text = verdict_text(no_go, published)
    assert text.startswith("NO-GO\n")
    assert "  ! allure: not published. Allure is not installed." in text


@pytest.mark.parametrize("width", [40, 80, 100])
def test_lines_keep_to_the_width(no_go: Dossier, width: int) -> None:
    assert all(len(line) <= width for line in verdict_lines(no_go, width=width)[:-1] if " " in line.strip())


def test_a_hostile_system_sends_nothing_to_the_terminal(hostile: Dossier) -> None:
    text = verdict_text(hostile)
    assert "\x1b" not in text
    assert all(character == "\n" or character.isprintable() for character in text)
    assert len(text) < 10_000


def test_rich_shows_the_same_words_and_takes_no_markup_from_them(hostile: Dossier, no_go: Dossier) -> None:
    for dossier in (hostile, replace(no_go, run_id="[bold]x[/bold]")):
        stream = io.StringIO()
        console = Console(file=stream, width=4_000, no_color=True, highlight=False)
        console.print(verdict_rich(dossier), soft_wrap=True)
        assert stream.getvalue().strip() == verdict_text(dossier).strip()
