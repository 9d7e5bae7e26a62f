"""`gonogo import`: a team's spreadsheet of test scripts becomes scenarios."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gonogo.cli.console import answer, next_step, plain, say
from gonogo.cli.session import load_project
from gonogo.config.stage_options.uat import UatOptions
from gonogo.manual.defusing import line
from gonogo.manual.importing import Imported, Phrase, additions, as_scenario, known_ids, questions
from gonogo.manual.opening import open_workbook, read_file
from gonogo.manual.scripts import Scripts, read_scripts
from gonogo.model import ExitCode
from gonogo.model.errors import ProjectError, UsageError
from gonogo.stages.base import Project
from gonogo.stages.uat import select
from gonogo.store import storing


def import_command(
    workbook: Annotated[
        Path, typer.Argument(help="The team's workbook of test scripts (.xlsx, .ods, .xls).")
    ],
    to: Annotated[Path, typer.Option(help="Folder of the feature files, below the project.")] = Path(
        "features"
    ),
    root: Annotated[Path, typer.Option("-C", help="The project folder (holds gonogo.toml).")] = Path(),
    *,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would be written; change nothing.")
    ] = False,
    accept_columns: Annotated[
        bool,
        typer.Option(
            "--accept-columns", help="Take columns whose headings only look like the expected ones."
        ),
    ] = False,
) -> int:
    """Turn a workbook of test scripts into scenarios: known steps become automatic, the rest @manual."""
    project = load_project(root)
    folder = (project.root / to).resolve()
    if not folder.is_relative_to(project.root):
        raise UsageError(f"{to} lies outside the project.", remedy="Name a folder in it, such as features/.")
    found = read_scripts(open_workbook(read_file(workbook), workbook.name))
    _tell_columns(found)
    doubtful = [heading for _, headings in found.headings for heading in headings.doubtful]
    if doubtful and not (preview or accept_columns):
        raise UsageError(
            f"The column “{line(doubtful[0].heading)}” only looks like “{doubtful[0].meaning}”; nothing was written.",
            remedy="Look at the list above. If it is right, say --accept-columns; else correct the heading.",
        )
    features = _features(folder)
    there = known_ids(features)
    new = [case for case in found.cases if case.id not in there]
    known = _known(project, questions(new)) if new else {}
    scenarios = [as_scenario(case, known) for case in new]
    area = line(workbook.stem.replace("_", " ").replace("-", " "), 80) or "Imported"
    for addition in additions(scenarios, features, area):
        if not preview:
            _write(folder / addition.file, addition.text, is_new=addition.is_new)
        verb = "write" if addition.is_new else "add to"
        _print(f"{'would ' if preview else ''}{verb} {to.as_posix()}/{addition.file}")
    _tell_summary(scenarios, len(found.cases) - len(new))
    next_step("gonogo plan, then gonogo uat out --to manual-tests.xlsx")
    return int(ExitCode.GO)


def _known(project: Project, asked: Sequence[Phrase]) -> dict[Phrase, bool]:
    """Whether the project's pack has a sentence for each phrase; behave itself answers.

    Raises:
        ProjectError: the pack's own features or steps cannot be loaded.
    """
    settings = next((each for each in project.upgrade.stages if each.stage == "uat"), None)
    paths = UatOptions.model_validate(settings.options if settings else {}).paths
    lines = ["Feature: gonogo asks"]
    for number, phrase in enumerate(asked):
        lines += [f"  Scenario: question {number}", f"    {phrase.keyword} {phrase.text}"]
    with tempfile.TemporaryDirectory(prefix="gonogo-import-") as folder:
        probe = Path(folder) / "questions.feature"
        probe.write_text("\n".join(lines) + "\n", encoding="utf-8")
        options = UatOptions.model_construct(**{**UatOptions().model_dump(), "paths": [*paths, str(probe)]})
        selection = select(project, options, Path(folder))
    if selection.problem:
        raise ProjectError(selection.problem, remedy="Run `gonogo plan` and put that right first.")
    unknown = {
        scenario.title: bool(scenario.undefined_steps)
        for scenario in selection.scenarios
        if scenario.feature == "gonogo asks"
    }
    return {phrase: not unknown.get(f"question {number}", True) for number, phrase in enumerate(asked)}


def _features(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*.feature"))
    }


def _write(path: Path, text: str, *, is_new: bool) -> None:
    with storing(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x" if is_new else "a", encoding="utf-8") as file:
            file.write(text)


def _tell_columns(found: Scripts) -> None:
    for sheet, headings in found.headings:
        _print(f"sheet “{line(sheet)}”:")
        for column in headings.columns:
            doubt = "  (doubtful: it only looks alike)" if column.is_doubtful else ""
            _print(f"  column “{line(column.heading)}” is read as {column.meaning}{doubt}")
        for heading in headings.unknown:
            _print(f"  column “{line(heading)}” is not read")
    for sheet in found.passed_over:
        _print(f"sheet “{line(sheet)}” has no test steps and is not read")


def _tell_summary(scenarios: Sequence[Imported], there: int) -> None:
    manual = sum(scenario.is_manual for scenario in scenarios)
    steps, known = sum(s.steps for s in scenarios), sum(s.known for s in scenarios)
    _print(
        f"{len(scenarios)} scenarios: {len(scenarios) - manual} automatic, {manual} by hand (@manual). "
        f"{known} of {steps} steps are known sentences."
    )
    if there:
        say(f"{there} were there already, by their id, and were left as they are.")


def _print(text: str) -> None:
    answer.print(plain(text), markup=False)
