"""`allure-results/` and `allure/index.html`: how a tester browses the evidence of both sides."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

import gonogo
from gonogo.model import Publication, Side
from gonogo.publishing.allure_parts.decided import decision_result
from gonogo.publishing.allure_parts.files import Folder
from gonogo.publishing.allure_parts.generating import CATEGORIES, PAGE, generate
from gonogo.publishing.allure_parts.labels import place_of
from gonogo.publishing.allure_parts.merging import merge
from gonogo.publishing.allure_parts.own import (
    Own,
    check_results,
    finding_results,
    measurement_results,
    own_of,
)
from gonogo.publishing.allure_parts.records import Attachment
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line
from gonogo.publishing.evidence import index_of
from gonogo.publishing.sections.recommendation import system_and_version
from gonogo.publishing.wording import DECISIONS, counted, side_name, stage_name

RESULTS = "allure-results"
REPORT = "allure"

NO_TOOL = (
    "Allure is not installed, so there is no browsable report; its results are in allure-results. "
    "Run `gonogo doctor` for the one command that installs it."
)


class AllureReport:
    """Merges every stage's raw Allure results, adds our own, and has Allure make one page of them."""

    name = "allure"

    def publish(self, dossier: Dossier) -> Publication:
        """Write the results, then the page. Without Allure the results are all there is, and it says so.

        Raises:
            ToolError: Allure could not make the page. The results stay.
            OSError: a file could not be written.
            Interrupted: the run is to stop.
        """
        from gonogo.setup import find_allure

        write_results(dossier)
        tool = find_allure()
        if tool is None:
            return Publication(publisher=self.name, files=(f"{RESULTS}/",), problem=NO_TOOL)
        generate(
            tool,
            dossier.published / RESULTS,
            dossier.published / REPORT,
            title=_title(dossier),
            timeout_s=dossier.settings.allure_timeout_s,
            stop=dossier.stop,
        )
        return Publication(publisher=self.name, files=(f"{REPORT}/{PAGE}", f"{RESULTS}/"))


def write_results(dossier: Dossier) -> Folder:
    """Write `allure-results`: every side and stage, told apart. Raises OSError."""
    index = index_of(dossier)
    folder = Folder(dossier.published / RESULTS, index)
    own = own_of(dossier, index, folder)
    unreadable: list[str] = []
    for stage, side in _places(dossier):
        unreadable.extend(_write_place(dossier, own, stage, side))
    folder.write(decision_result(own, _attachments(own, unreadable)))
    (folder.path / "environment.properties").write_text(properties(dossier), encoding="ascii")
    executor = {
        "name": f"gonogo {gonogo.__version__}",
        "type": "gonogo",
        "buildName": one_line(dossier.run_id, TITLE_LIMIT),
        "reportName": _title(dossier),
    }
    (folder.path / "executor.json").write_bytes(msgspec.json.encode(executor))
    (folder.path / "categories.json").write_bytes(msgspec.json.encode(CATEGORIES))
    return folder


def _places(dossier: Dossier) -> Iterator[tuple[str, Side]]:
    planned = [stage.stage for stage in dossier.plan.stages]
    ran = [run.header.stage for run in dossier.runs]
    for stage in dict.fromkeys([*planned, *ran]):
        for side in dict.fromkeys([*dossier.plan.sides, *(run.header.side for run in dossier.runs)]):
            yield stage, side


def _write_place(dossier: Dossier, own: Own, stage: str, side: Side) -> list[str]:
    place = place_of(dossier, stage, side)
    checks = {key: check for (its_side, key), check in own.index.checks.items() if its_side is side}
    raw = dossier.folder / "runs" / f"{stage}.{side}" / "raw" / RESULTS
    merged = merge(raw, place, own.folder, checks, own.differences)
    have = merged.keys
    for result in check_results(own, place, have):
        own.folder.write(result)
    for result in measurement_results(own, place, have | set(checks)):
        own.folder.write(result)
    for result in finding_results(own, place):
        own.folder.write(result)
    return [f"runs/{stage}.{side}/raw/{RESULTS}/{one_line(name, TITLE_LIMIT)}" for name in merged.unreadable]


def _attachments(own: Own, unreadable: list[str]) -> list[Attachment]:
    place = place_of(own.dossier, "verdict", Side.CANDIDATE)
    attached = []
    verdict = own.index.file("verdict.json")
    if verdict is not None:
        kept = own.folder.attach(verdict, place, name="verdict.json", kind="application/json")
        attached.extend([kept] if kept else [])
    notes = [f"{name} could not be read and is not in this report." for name in unreadable]
    if own.folder.left_out:
        notes.append(f"{counted(own.folder.left_out, 'attachment')} left out: too large for one page.")
    if notes:
        attached.append(own.folder.attach_text("\n".join(notes), place, name="What is not in this report"))
    return attached


def properties(dossier: Dossier) -> str:
    """`environment.properties`: system, versions, run and tools, as Java properties in ASCII."""
    about = dossier.verdict.upgrade
    values = {
        "System": about.system,
        "In use today": side_name(Side.BASELINE, dossier.upgrade),
        "Upgrade": side_name(Side.CANDIDATE, dossier.upgrade),
        "Change": about.change_ref or "not stated",
        "Decision": DECISIONS[dossier.verdict.decision],
        "Run": dossier.run_id,
        "Published": dossier.generated_at,
    }
    for run in dossier.runs:
        tools = ", ".join(f"{tool.name} {tool.version}" for tool in run.header.tools)
        if tools:
            values.setdefault(f"Tools: {stage_name(run.header.stage)}", tools)
    lines = [f"{_escaped(name, is_key=True)} = {_escaped(value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def _escaped(text: str, *, is_key: bool = False) -> str:
    shown = one_line(text, TITLE_LIMIT).replace("\\", "\\\\")
    if is_key:
        shown = "".join(f"\\{character}" if character in " :=#!" else character for character in shown)
    units = shown.encode("utf-16-be")
    codes = (int.from_bytes(units[place : place + 2]) for place in range(0, len(units), 2))
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def _title(dossier: Dossier) -> str:
    return one_line(f"{DECISIONS[dossier.verdict.decision]}: {system_and_version(dossier)}", TITLE_LIMIT)
