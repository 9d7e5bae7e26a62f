"""Page one, the terminal and the PDF say what was accepted by whom, and what is to be done before go-live."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.bundles import AT, Bundle, failed
from tests.judging.test_change_record import COMPLETE
from tests.judging.test_waiving import BALANCE, waiver

from gonogo.engine.gate import judge_folder
from gonogo.model import ChangeRecord, Side, Waiver
from gonogo.publishing.base import Dossier
from gonogo.publishing.page import html_page
from gonogo.publishing.plain_english import complaints
from gonogo.publishing.sections.conditions import accepted_lines, before_go_live
from gonogo.publishing.sections.recommendation import recommendation
from gonogo.publishing.terminal import verdict_text

WAIVERS = (
    waiver(),
    waiver(id="W-000", starts="2026-10-01T00:00:00Z", expires="2026-11-01T00:00:00Z"),
    waiver("security:bandit:bb", "security:bandit:bb", id="W-002"),
    waiver(id="W-003", starts="2026-12-01T00:00:00Z", expires="2026-12-02T00:00:00Z", covers=("x",)),
    waiver(id="W-004", approver="Shah, A.", expires="2026-11-30T00:00:00Z"),
    waiver(id="W-005", candidate_version="8.3"),
)


def dossier_of(reports: Path, *waivers: Waiver, change: ChangeRecord | None = None) -> Dossier:
    bundle = Bundle()
    if waivers:
        bundle.set("uat", Side.CANDIDATE, failed(BALANCE))
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, waivers=waivers, change=change)
    return judge_folder(bundle.write(reports), generated_at=AT)[1]


def test_every_waiver_of_this_version_is_told_with_what_became_of_it(tmp_path: Path) -> None:
    told = accepted_lines(dossier_of(tmp_path, *WAIVERS))
    assert [line.partition(".")[0] for line in told] == [
        "W-001: accepted until 31 December 2026",
        "W-000: expired on 1 November 2026",
        "W-002: not used",
        "W-003: does not hold yet",
        "W-004: does not count",
        "1 waiver is for other versions and does not count here",
    ]
    assert "Owner: A. Shah. Approved by B. Jones." in told[0]
    assert "Renewed 1 time, after W-000." in told[0]
    assert "It is about “No must-have check works today and fails on the upgrade”." in told[0]
    assert "It is about “security:bandit:bb”." in told[2]


def test_page_one_and_terminal_hold_the_same_lines(tmp_path: Path) -> None:
    dossier = dossier_of(tmp_path, *WAIVERS, change=ChangeRecord())
    page = html_page(dossier)
    first_page = page[: page.index('id="glance"')]
    terminal = " ".join(verdict_text(dossier).split())
    for line in (*accepted_lines(dossier), *before_go_live(dossier)):
        assert line in first_page
        assert line in terminal


def test_what_is_said_is_plain_english(tmp_path: Path) -> None:
    dossier = dossier_of(tmp_path, *WAIVERS, change=ChangeRecord())
    found = recommendation(dossier)
    texts = (*accepted_lines(dossier), *before_go_live(dossier), *found.reasons, *found.asks)
    assert complaints(texts) == ()


def test_the_printed_report_lists_the_points_before_go_live_and_the_change_record(tmp_path: Path) -> None:
    dossier = dossier_of(tmp_path, change=msgspec.structs.replace(COMPLETE, authority=""))
    printed = html_page(dossier, is_for_print=True)
    assert "Name the change authority: who approves this normal change." in printed
    assert "5 December 2026 at 18:00 UTC to 6 December 2026 at 02:00 UTC" in printed
    assert "Not entered yet" in printed
    assert "1 point is still open" in printed


def test_a_project_without_waivers_or_change_record_sees_nothing_of_either(tmp_path: Path) -> None:
    dossier = dossier_of(tmp_path)
    page = html_page(dossier)
    assert "Before go-live" not in page
    assert "What was accepted" not in page
    assert 'id="change"' not in page


@pytest.mark.parametrize("waivers", [(), (waiver(),)])
def test_a_conditional_go_says_why_and_asks_for_what_is_missing(
    tmp_path: Path, waivers: tuple[Waiver, ...]
) -> None:
    found = recommendation(dossier_of(tmp_path, *waivers, change=ChangeRecord()))
    assert found.reasons[-1] == "The change record leaves 8 points open, listed under “Before go-live”."
    asked = (
        "Say whether you agree with 1 waiver above."
        if waivers
        else "Name an owner for each point before go-live."
    )
    assert found.asks[0] == asked
    assert found.unnamed == 0
