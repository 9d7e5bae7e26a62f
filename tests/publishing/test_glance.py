from __future__ import annotations

from collections import Counter
from dataclasses import replace

import msgspec

from gonogo.model import Decision, Discipline, Judgement, ReasonCode, Ruling
from gonogo.publishing.base import Dossier
from gonogo.publishing.evidence import index_of
from gonogo.publishing.sections.glance import QUESTIONS, GlanceRow, glance


def rows(dossier: Dossier) -> dict[str, GlanceRow]:
    return {row.heading: row for row in glance(dossier, index_of(dossier))}


def test_every_discipline_answers_exactly_one_question() -> None:
    counts = Counter(discipline for question in QUESTIONS for discipline in question.disciplines)
    assert counts == Counter(Discipline)


def test_counts_add_up(any_dossier: Dossier) -> None:
    for row in rows(any_dossier).values():
        assert row.planned == row.done + row.not_run
        assert row.done == row.met + row.not_met


def test_rows_of_a_no_go_name_every_discipline_that_broke(no_go: Dossier) -> None:
    found = rows(no_go)
    expected = {
        "Everyday tasks",
        "Pages and wording",
        "Figures reconcile",
        "Reports",
        "Overnight jobs",
        "Links to other systems",
        "User access",
        "Speed",
        "Security",
        "Accessibility",
    }
    assert {heading for heading, row in found.items() if row.outcome == "Not met"} == expected


def test_what_nobody_planned_is_not_tested_and_never_met(go: Dossier) -> None:
    assert rows(go)["Overnight jobs"].outcome == "Not tested"


def test_what_was_planned_and_never_ran_is_not_shown(inconclusive: Dossier) -> None:
    found = rows(inconclusive)
    assert found["Everyday tasks"].outcome == "Not shown"
    assert found["Security"].outcome == "Not shown"
    assert found["Everyday tasks"].met == 0


def test_something_worse_that_no_criterion_looks_at_is_not_called_met(no_go: Dossier) -> None:
    verdict = msgspec.structs.replace(no_go.verdict, judgements=())
    found = rows(replace(no_go, verdict=verdict))
    assert found["Reports"].outcome == "Not judged"
    assert "Met" not in {row.outcome for row in found.values() if "worse" in row.change}


def test_a_stage_whose_evidence_does_not_count_is_not_shown_in_its_rows(go: Dossier) -> None:
    broken = Judgement(
        criterion="evidence.whole.regression.candidate",
        stage="regression",
        ruling=Ruling.INCONCLUSIVE,
        reason="2 files were altered.",
        code=ReasonCode.EVIDENCE_DAMAGED,
    )
    verdict = msgspec.structs.replace(
        go.verdict, decision=Decision.INCONCLUSIVE, judgements=(*go.verdict.judgements, broken)
    )
    found = rows(replace(go, verdict=verdict))
    assert found["Figures reconcile"].outcome == "Not shown"
    assert found["Speed"].outcome == "Met"


def test_changes_are_counted_in_both_directions(no_go: Dossier) -> None:
    found = rows(no_go)
    assert found["Accessibility"].change == "1 worse · 1 better · 1 already today"
    assert found["Speed"].change == "1 worse"
