"""A team's workbook becomes scenarios."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from gonogo.manual.importing import MARK, Phrase, additions, as_scenario, known_ids, phrases, questions
from gonogo.manual.opening import open_workbook
from gonogo.manual.phrases import candidates
from gonogo.manual.scripts import Scripts, read_scripts
from gonogo.model import Priority
from gonogo.model.errors import UsageError

HEAD = ["Test Ref", "Module", "Test Case", "Step", "Action", "Expected Result", "Priority"]
ROWS = [
    ["REN 012", "Rents", "Take a payment", "1", "Open “Payments”.", "“Balance” is shown", "High"],
    ["", "", "", "2", 'Click the "Save" button', 'The message "Saved" is displayed', ""],
    ["REN 013", "Rents", "Read the letter", "1", "1. Print it\n2. Fold it", "The address shows", "Low"],
    ["", "Repairs", "Ring the supplier", "", "Ring\n@must\n  Scenario: injected", "Somebody answers", ""],
]


def workbook(rows: list[list[str]], head: list[str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Cover").write(0, 0, "UAT")
        sheet = book.add_worksheet("Scripts")
        for row, cells in enumerate([["Our scripts"], [], head or HEAD, *rows]):
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text)
    return buffer.getvalue()


def read(rows: list[list[str]] = ROWS, head: list[str] | None = None) -> Scripts:
    return read_scripts(open_workbook(workbook(rows, head), "team.xlsx"))


def test_a_case_begins_where_reference_or_title_changes() -> None:
    cases = read().cases
    assert [(case.id, case.title, case.area, len(case.steps)) for case in cases] == [
        ("REN-012", "Take a payment", "Rents", 2),
        ("REN-013", "Read the letter", "Rents", 1),
        (cases[2].id, "Ring the supplier", "Repairs", 1),
    ]
    assert cases[2].id.startswith("X-")
    assert [case.priority for case in cases] == [Priority.MUST, Priority.COULD, None]


def test_a_column_called_action_is_taken_before_one_called_step() -> None:
    (_, headings), *_ = read().headings
    assert {column.meaning: column.heading for column in headings.columns}["action"] == "Action"
    assert headings.unknown == ("Step",)


def test_a_cell_that_numbers_its_lines_holds_several_steps() -> None:
    assert read().cases[1].steps[0].actions == ("Print it", "Fold it")


def test_a_heading_that_only_looks_alike_is_doubtful() -> None:
    (_, headings), *_ = read(
        head=["Test Ref", "Module", "Test Case", "", "Actoin", "Expected Result", ""]
    ).headings
    assert [(column.heading, column.meaning) for column in headings.doubtful] == [("Actoin", "action")]


def test_a_workbook_without_scripts_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="holds no test script"):
        read([], ["Name", "Address"])


def test_a_case_whose_every_step_is_known_becomes_automatic_in_the_words_of_the_library() -> None:
    case = read().cases[0]
    known = {phrase: phrase.text.startswith(("I open", "I see", "I press")) for phrase in questions([case])}
    scenario = as_scenario(case, known)
    assert not scenario.is_manual
    assert (scenario.known, scenario.steps) == (4, 4)
    assert scenario.text.splitlines() == [
        "  @must @id:REN-012",
        "  Scenario: Take a payment",
        '    When I open "Payments"',
        '    Then I see "Balance"',
        '    When I press "Save"',
        '    Then I see the message "Saved"',
    ]


def test_one_unknown_step_makes_the_case_manual_in_the_teams_own_words() -> None:
    case = read().cases[0]
    known = {phrase: phrase.text.startswith("I see") for phrase in questions([case])}
    scenario = as_scenario(case, known)
    assert scenario.is_manual
    assert "@manual @must @id:REN-012" in scenario.text
    assert "When Open “Payments”" in scenario.text


def test_a_case_that_expects_nothing_is_manual_however_well_it_is_known() -> None:
    case = read([["A1", "", "Look", "", "Open “Payments”", "", ""]]).cases[0]
    assert as_scenario(case, dict.fromkeys(questions([case]), True)).is_manual


def test_a_cell_cannot_bring_in_lines_of_its_own() -> None:
    case = read().cases[2]
    text = as_scenario(case, {}).text
    assert len(text.splitlines()) == 4
    assert text.count("Scenario:") == 2
    assert [
        line for line in text.splitlines() if line.strip().startswith(("@must", "Scenario: injected"))
    ] == []


def test_ids_are_found_again_so_that_nothing_is_imported_twice() -> None:
    scenarios = [as_scenario(case, {}) for case in read().cases]
    written = {each.file: each.text for each in additions(scenarios, {}, "team")}
    assert set(written) == {"rents.feature", "repairs.feature"}
    assert known_ids(written) == {scenario.case.id for scenario in scenarios}


def test_a_later_import_adds_to_its_own_file_and_never_to_somebody_elses() -> None:
    scenario = as_scenario(read().cases[0], {})
    ours = {"rents.feature": f"{MARK}\nFeature: Rents\n"}
    (addition,) = additions([scenario], ours, "team")
    assert (addition.file, addition.is_new) == ("rents.feature", False)
    theirs = {"rents.feature": "@manual\nFeature: Rents\n"}
    (addition,) = additions([scenario], theirs, "team")
    assert (addition.file, addition.is_new) == ("rents_imported.feature", True)


def test_the_same_reference_twice_gives_two_ids() -> None:
    rows = [["A1", "", "One", "", "do", "see", ""], ["A1", "", "Two", "", "do", "see", ""]]
    assert [case.id for case in read(rows).cases] == ["A1", "A1-2"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Navigate to the “Arrears” page", 'I open "Arrears"'),
        ("Click on 'Save'.", 'I press "Save"'),
        ("User clicks the “Next” link", 'I follow "Next"'),
        ('Enter "12.50" into the "Amount" field', 'I fill in "Amount" with "12.50"'),
        ('Select "Cash" from the "Method" list', 'I choose "Cash" in "Method"'),
        ("Log in as rent officer", "I am signed in as a rent officer"),
        ("Sign off", "I sign out"),
        ('Check that "Done" is displayed', 'I see "Done"'),
        ('Verify that the error "No such tenant" should be shown', 'I see the error "No such tenant"'),
        ('"Status" should be "Closed"', '"Status" is "Closed"'),
        ("“Balance” shows £12.50", '"Balance" is £12.50'),
    ],
)
def test_the_usual_phrases_of_scripts_are_known(text: str, sentence: str) -> None:
    assert sentence in list(candidates(text))


def test_what_a_case_asks_is_asked_once() -> None:
    case = read().cases[0]
    asked = questions([case, case])
    assert len(asked) == len(set(asked))
    assert {phrase.text for phrase in phrases(case)} <= {phrase.text for phrase in asked} | {
        "Open “Payments”."
    }
    assert Phrase(keyword="When", text='I open "Payments"') in asked
