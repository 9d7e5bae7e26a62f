"""`junit.xml`: one suite for each stage and side, one for the criteria; the last test case is the decision.

CI systems count failures, so a failure here is what counts against the upgrade. What already fails today is
skipped, with that reason; what gave no evidence is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from gonogo.model import Decision, Priority, Publication, Ruling
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, block, one_line
from gonogo.publishing.evidence import index_of
from gonogo.publishing.outcomes import CheckOutcome, Outcome, check_outcomes
from gonogo.publishing.sections.criteria import criterion_rows
from gonogo.publishing.sections.recommendation import recommendation, system_and_version
from gonogo.publishing.wording import side_name, stage_name

FILE_NAME = "junit.xml"
DECISION_CASE = "Acceptance decision"


class JunitReport:
    """Writes `junit.xml` for CI systems."""

    name = "junit"

    def publish(self, dossier: Dossier) -> Publication:
        """Write the file. Raises OSError when it cannot be written."""
        tree = ET.ElementTree(suites(dossier))
        ET.indent(tree)
        tree.write(dossier.published / FILE_NAME, encoding="utf-8", xml_declaration=True)
        return Publication(publisher=self.name, files=(FILE_NAME,))


def suites(dossier: Dossier) -> ET.Element:
    """The whole document. Text in it holds no character that XML forbids."""
    index = index_of(dossier)
    root = ET.Element("testsuites", {"name": f"gonogo: {system_and_version(dossier)}"})
    for stage in dossier.plan.stages:
        for side in dossier.plan.sides:
            outcomes = tuple(check_outcomes(dossier, index, stage.stage, side))
            label = one_line(f"{stage_name(stage.stage)} on {side_name(side, dossier.upgrade)}", TITLE_LIMIT)
            header = index.headers.get((stage.stage, side))
            suite = _suite(root, label, [_case(each, stage.stage) for each in outcomes])
            suite.set("timestamp", (header.started_at if header else "") or dossier.generated_at)
    last = _suite(root, DECISION_CASE, [*_criteria(dossier), _decision(dossier)])
    last.set("timestamp", dossier.generated_at)
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    return root


def _suite(root: ET.Element, name: str, cases: Iterable[ET.Element]) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", {"name": name})
    suite.extend(cases)
    duration_s = sum(float(case.get("time", "0")) for case in suite)
    suite.set("tests", str(len(suite)))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(tag) is not None for case in suite)))
    suite.set("time", f"{duration_s:.3f}")
    return suite


def _case(outcome: CheckOutcome, stage: str) -> ET.Element:
    group = f"{stage}.{outcome.side}.{outcome.feature or outcome.discipline}"
    case = _plain_case(outcome.title, group, duration_s=outcome.duration_s)
    match outcome.outcome:
        case Outcome.PASSED:
            pass
        case Outcome.FAILED:
            fault = ET.SubElement(case, "failure", {"type": str(outcome.priority), "message": outcome.text})
            fault.text = outcome.detail
        case Outcome.SKIPPED:
            ET.SubElement(case, "skipped", {"message": outcome.text})
        case Outcome.ERROR:
            fault = ET.SubElement(case, "error", {"type": "no-evidence", "message": outcome.text})
            fault.text = outcome.detail
    return case


def _criteria(dossier: Dossier) -> list[ET.Element]:
    cases = []
    for row in criterion_rows(dossier, ()):
        case = _plain_case(row.statement, f"gonogo.criteria.{row.priority}")
        match row.ruling:
            case Ruling.MET:
                pass
            case Ruling.NOT_MET if row.priority is Priority.COULD:
                ET.SubElement(case, "skipped", {"message": f"Not met, and no obstacle: {row.reason}"})
            case Ruling.NOT_MET:
                ET.SubElement(case, "failure", {"type": str(row.priority), "message": row.reason})
            case Ruling.INCONCLUSIVE:
                ET.SubElement(case, "error", {"type": "not-shown", "message": row.reason})
            case Ruling.WAIVED:
                ET.SubElement(case, "skipped", {"message": f"Waived: {row.reason}"})
        cases.append(case)
    return cases


def _decision(dossier: Dossier) -> ET.Element:
    found = recommendation(dossier, most_reasons=5)
    case = _plain_case(DECISION_CASE, "gonogo")
    decision = dossier.verdict.decision
    attributes = {"type": str(decision), "message": found.sentence}
    match decision:
        case Decision.GO:
            pass
        case Decision.NO_GO | Decision.GO_WITH_CONDITIONS:
            ET.SubElement(case, "failure", attributes).text = block("\n".join(found.reasons))
        case Decision.INCONCLUSIVE:
            ET.SubElement(case, "error", attributes).text = block("\n".join(found.reasons))
    return case


def _plain_case(name: str, group: str, *, duration_s: float = 0.0) -> ET.Element:
    case = ET.Element("testcase", {"name": one_line(name, TITLE_LIMIT)})
    case.set("classname", one_line(group, TEXT_LIMIT))
    case.set("time", f"{duration_s:.3f}")
    return case
