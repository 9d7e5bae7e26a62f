from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from gonogo.model import Decision, Judgement, Priority, ReasonCode, Ruling
from gonogo.publishing.base import Dossier
from gonogo.publishing.plain_english import complaints
from gonogo.publishing.sections.glossary import TERMS
from gonogo.publishing.sections.recommendation import recommendation, touched_sentence
from gonogo.publishing.sections.remedies import REMEDIES


def judged(dossier: Dossier, decision: Decision, *judgements: Judgement) -> Dossier:
    verdict = msgspec.structs.replace(dossier.verdict, decision=decision, judgements=judgements)
    return replace(dossier, verdict=verdict)


def judgement(ruling: Ruling, reason: str, code: ReasonCode, priority: Priority = Priority.MUST) -> Judgement:
    return Judgement(
        criterion="uat.run_share", stage="uat", ruling=ruling, reason=reason, code=code, priority=priority
    )


def test_each_decision_has_its_own_sentence(
    go: Dossier, no_go: Dossier, conditions: Dossier, inconclusive: Dossier
) -> None:
    assert recommendation(go).sentence == "We recommend Go: Meridian Housing 8.2.1 can go live."
    assert recommendation(no_go).sentence == "We recommend No-go: Meridian Housing 8.2.0 should not go live."
    assert recommendation(conditions).sentence.startswith("We recommend Go with conditions: ")
    assert recommendation(inconclusive).sentence.startswith("We do not have enough evidence yet")


def test_page_one_has_at_most_three_reasons_and_three_asks(any_dossier: Dossier) -> None:
    found = recommendation(any_dossier)
    assert 1 <= len(found.reasons) <= 3
    assert 1 <= len(found.asks) <= 3


def test_reasons_left_out_are_counted(no_go: Dossier) -> None:
    everything = recommendation(no_go, most_reasons=99)
    page_one = recommendation(no_go)
    assert len(page_one.reasons) + page_one.unnamed == len(everything.reasons)


def test_every_reason_holds_a_number(any_dossier: Dossier) -> None:
    reasons = recommendation(any_dossier, most_reasons=5).reasons
    without = [reason for reason in reasons if not any(character.isdigit() for character in reason)]
    allowed = {
        "Nothing that works today stopped working.",
        "Nothing was measured: the load test was refused.",
    }
    assert set(without) <= allowed


def test_no_example_is_told_twice(no_go: Dossier) -> None:
    examples = [
        reason.partition("For example: ")[2] for reason in recommendation(no_go, most_reasons=9).reasons
    ]
    told = [example for example in examples if example]
    assert len(told) == len(set(told)) >= 4


def test_a_no_go_names_every_kind_of_quality_that_got_worse(no_go: Dossier) -> None:
    touched = recommendation(no_go).touched
    assert set(touched) == {
        "Money",
        "Records carried over",
        "Everyday tasks",
        "Overnight jobs",
        "User access",
        "Security",
        "Reports",
        "Links to other systems",
        "Speed",
        "Accessibility",
        "Missing pages",
        "How pages look",
    }
    assert touched_sentence(touched).endswith("missing pages and how pages look.")


def test_an_inconclusive_verdict_says_what_is_missing_and_what_to_do(inconclusive: Dossier) -> None:
    found = recommendation(inconclusive)
    assert found.reasons[0].startswith("Acceptance tests: 0 of 7 planned acceptance tests gave")
    assert found.asks[-1] == "Do not decide on this result; run the test again."
    assert "Find out why a test system stopped answering." in found.asks


def test_a_verdict_without_any_judgement_never_reads_like_a_go(go: Dossier) -> None:
    found = recommendation(judged(go, Decision.INCONCLUSIVE))
    assert found.reasons == ("No criterion was judged.",)
    assert "not have enough evidence" in found.sentence


def test_what_is_not_met_is_told_before_what_is_not_shown(go: Dossier) -> None:
    dossier = judged(
        go,
        Decision.NO_GO,
        judgement(Ruling.INCONCLUSIVE, "7 were not shown.", ReasonCode.PLAN_NOT_RUN),
        judgement(Ruling.NOT_MET, "3 should-haves failed.", ReasonCode.CHECKS_REGRESSED, Priority.SHOULD),
        judgement(Ruling.NOT_MET, "2 must-haves failed.", ReasonCode.CHECKS_REGRESSED),
    )
    assert [reason.partition(".")[0] for reason in recommendation(dossier).reasons] == [
        "Acceptance tests: 2 must-haves failed",
        "Acceptance tests: 7 were not shown",
        "Acceptance tests: 3 should-haves failed",
    ]


@pytest.mark.parametrize("code", [code for code, remedy in REMEDIES.items() if remedy])
def test_every_lack_of_evidence_has_something_to_ask_for(go: Dossier, code: ReasonCode) -> None:
    dossier = judged(go, Decision.INCONCLUSIVE, judgement(Ruling.INCONCLUSIVE, "Not shown: 3.", code))
    assert recommendation(dossier).asks[0] == REMEDIES[code]


def test_the_recommendation_adds_nothing_to_the_verdict(any_dossier: Dossier) -> None:
    before = any_dossier.verdict
    recommendation(any_dossier)
    assert any_dossier.verdict == before


def test_page_one_is_plain_english(any_dossier: Dossier) -> None:
    found = recommendation(any_dossier)
    texts = [found.sentence, *found.reasons, *found.asks, touched_sentence(found.touched)]
    assert complaints(texts, explained=TERMS) == ()


def test_every_fixed_text_for_page_one_is_plain_english() -> None:
    from gonogo.publishing.sections.meanings import CONSEQUENCES
    from gonogo.publishing.sections.untested import ALWAYS
    from gonogo.publishing.view import OPENINGS

    texts = [*REMEDIES.values(), *CONSEQUENCES.values(), *ALWAYS, *OPENINGS.values()]
    assert complaints(texts, explained=TERMS) == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("This is 100% tested.", "says “100% tested”"),
        ("The word " * 14 + "ends here.", "sentence of more than 25 words"),
        ("The DPIA is done.", "abbreviation DPIA is not explained"),
    ],
)
def test_the_lint_finds_what_it_should(text: str, rule: str) -> None:
    assert [complaint.rule for complaint in complaints([text])] == [rule]


def test_the_lint_lets_good_sentences_pass() -> None:
    good = ["41 of 42 checks were met. One was not run.", "Staff see £12.40 too much."]
    assert complaints(good) == ()
