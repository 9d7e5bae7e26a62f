"""`gonogo uat out` and `gonogo uat in`: manual tests go out to testers, their results come back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gonogo.cli.console import answer, next_step, plain, say
from gonogo.cli.format import Format
from gonogo.cli.session import load_project, parse_overrides
from gonogo.clock import SystemClock, iso
from gonogo.judging.rulings import counted
from gonogo.manual.columns import HeadingRow
from gonogo.manual.defusing import line
from gonogo.manual.evidence import build_of
from gonogo.manual.keeping import RESULTS, keep, read_walks
from gonogo.manual.kit import read_kit, write_kit
from gonogo.manual.merging import STATUS_WORDS, Outcome, outcomes
from gonogo.manual.opening import open_workbook, read_file
from gonogo.manual.records import Build, Script, Walk, script_of
from gonogo.manual.submissions import Submission, read_workbook
from gonogo.manual.writing_ods import write_ods
from gonogo.manual.writing_xlsx import write_xlsx
from gonogo.model import ExitCode, Side
from gonogo.model.errors import ProjectError, UsageError
from gonogo.stages.base import Project
from gonogo.stages.uat import UatStage
from gonogo.store import storing

app = typer.Typer(
    name="uat",
    help="Manual tests: send the scenarios tagged @manual to testers, and take their results in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_WRITERS = {".xlsx": write_xlsx, ".ods": write_ods}

Root = Annotated[Path, typer.Option("-C", help="The project folder (holds gonogo.toml).")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Replace a setting of gonogo.toml: KEY=VALUE; may be repeated."),
]


@app.command(name="out")
def out_command(
    root: Root = Path(),
    to: Annotated[
        list[Path] | None, typer.Option(help="Workbook to write: .xlsx or .ods; may be repeated.")
    ] = None,
    kit: Annotated[Path | None, typer.Option(help="Folder for the offline kit, one HTML file.")] = None,
    side: Annotated[Side, typer.Option(help="Which version is to be tested.")] = Side.CANDIDATE,
    settings: Settings = None,
) -> int:
    """Write a workbook and an offline kit with the manual tests, for testers to fill in."""
    if not to and kit is None:
        raise UsageError(
            "Say what to write.", remedy="Such as: gonogo uat out --to manual-tests.xlsx --kit manual-tests/"
        )
    for path in to or []:
        if path.suffix.lower() not in _WRITERS:
            raise UsageError(
                f"{path.name} is neither .xlsx nor .ods.", remedy="Name it with one of these endings."
            )
    project = load_project(root, parse_overrides(settings or []))
    scripts = _walkable(manual_scripts(project))
    build = build_of(project.upgrade.system, project.upgrade.target(side))
    prepared_at = iso(SystemClock().now())
    for path in to or []:
        _write(path, _WRITERS[path.suffix.lower()](build, scripts, prepared_at))
    if kit is not None:
        _write(kit / kit_name(build), write_kit(build, scripts, prepared_at))
    next_step("send it to the testers; when it comes back: gonogo uat in FILE")
    return int(ExitCode.GO)


@app.command(name="in")
def in_command(
    results: Annotated[
        list[Path], typer.Argument(help="Workbooks (.xlsx, .ods) and files of the kit (.json).")
    ],
    root: Root = Path(),
    *,
    preview: Annotated[
        bool,
        typer.Option(
            "--preview", help="Show what would be taken in, and from which columns; change nothing."
        ),
    ] = False,
    accept_columns: Annotated[
        bool,
        typer.Option(
            "--accept-columns", help="Take columns whose headings only look like the expected ones."
        ),
    ] = False,
    settings: Settings = None,
    output: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.TEXT,
) -> int:
    """Take the testers' results in. They count for the build they were recorded on, and for no other."""
    project = load_project(root, parse_overrides(settings or []))
    scripts = manual_scripts(project)
    submissions = [_submission(path, scripts) for path in results]
    if output is Format.TEXT:
        for submission in submissions:
            _tell_file(submission, is_preview=preview)
    doubtful = [submission for submission in submissions if submission.doubtful]
    if doubtful and not (preview or accept_columns):
        raise UsageError(
            f"Columns of {doubtful[0].source} only look like the expected ones; nothing was taken in.",
            remedy="Look at the list above. If it is right, say --accept-columns; else correct the headings.",
        )
    walks = tuple(walk for submission in submissions for walk in submission.walks)
    added = walks if preview else _keep(project.root, submissions)
    build = build_of(project.upgrade.system, project.upgrade.candidate)
    kept = (*read_walks(project.root), *(walks if preview else ()))
    found = outcomes(scripts, kept, build)
    if output is Format.JSON:
        answer.print(_standing_json(build, found, submissions, is_preview=preview), markup=False)
    else:
        _tell_standing(build, found)
    marks = sum(len(walk.marks) for walk in added)
    if preview:
        say(f"Preview: {counted(marks, 'result', 'results')} would be taken in. Nothing was changed.")
    else:
        known = sum(len(walk.marks) for walk in walks) - marks
        say(
            f"{counted(marks, 'result', 'results')} taken in"
            + (f"; {counted(known, 'was', 'were')} there already." if known else ".")
        )
        next_step("gonogo run")
    return int(ExitCode.GO)


def manual_scripts(project: Project) -> tuple[Script, ...]:
    """Every scenario tagged `@manual` that the project's settings select.

    Raises:
        ProjectError: the scenarios cannot be read, or none is manual.
    """
    settings = next((each for each in project.upgrade.stages if each.stage == UatStage.name), None)
    if settings is None:
        raise ProjectError("The uat stage is turned off in gonogo.toml.", remedy="Turn it on: [stages.uat].")
    plan = UatStage().plan(project, settings)
    if plan.problem:
        raise ProjectError(plan.problem, remedy="Run `gonogo plan` for the whole list.")
    scripts = tuple(script_of(check) for check in plan.checks if check.is_manual)
    if not scripts:
        raise ProjectError(
            "No scenario is tagged @manual.",
            remedy="Tag one, or take over a team's workbook: gonogo import FILE.xlsx --to features/",
        )
    return scripts


def kit_name(build: Build) -> str:
    """`manual-tests-8.2.1.html`, whatever the version is called."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in f"{build.version}")
    return f"manual-tests-{safe.strip('.-') or 'upgrade'}.html"


def _walkable(scripts: tuple[Script, ...]) -> tuple[Script, ...]:
    for script in scripts:
        if not script.steps:
            say(f"Warning: {script.title} has no steps, so it is left out and cannot become evidence.")
    return tuple(script for script in scripts if script.steps)


def _write(path: Path, data: bytes) -> None:
    with storing(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    answer.print(plain(str(path)), markup=False)


def _submission(path: Path, scripts: tuple[Script, ...]) -> Submission:
    by_id = {script.id: script for script in scripts}
    data = read_file(path)
    moment = iso(SystemClock().now())
    if path.suffix.lower() == ".json":
        return read_kit(data, path.name, by_id, moment)
    return read_workbook(open_workbook(data, path.name), by_id, moment)


def _keep(root: Path, submissions: Iterable[Submission]) -> tuple[Walk, ...]:
    added: list[Walk] = []
    for submission in submissions:
        added.extend(keep(root, submission.walks, submission.pictures))
    if added:
        say(f"Kept in {RESULTS}. Put that folder under version control: it is evidence.")
    return tuple(added)


def _tell_file(submission: Submission, *, is_preview: bool) -> None:
    builds = sorted({walk.build.name for walk in submission.walks})
    testers = sorted({walk.tester for walk in submission.walks})
    marks = sum(len(walk.marks) for walk in submission.walks)
    by = f" by {', '.join(testers)} on {', '.join(builds)}" if testers else ""
    shown = len(submission.pictures)
    pictures = f" and {counted(shown, 'picture', 'pictures')}" if shown else ""
    _print(f"{submission.source}: {counted(marks, 'result', 'results')}{pictures}{by}")
    if submission.headings and (is_preview or submission.doubtful):
        _tell_columns(submission.headings)
    for remark in submission.remarks[:50]:
        _print(f"  {remark}")
    if len(submission.remarks) > 50:
        _print(f"  and {len(submission.remarks) - 50} more remarks of this kind.")


def _tell_columns(headings: HeadingRow) -> None:
    for column in headings.columns:
        doubt = "  (doubtful: it only looks alike)" if column.is_doubtful else ""
        _print(f"  column “{line(column.heading)}” is read as “{column.meaning}”{doubt}")
    for heading in headings.unknown:
        _print(f"  column “{line(heading)}” is not read")


def _standing_json(
    build: Build, found: Iterable[Outcome], submissions: Iterable[Submission], *, is_preview: bool
) -> str:
    files = [
        {
            "source": each.source,
            "results": sum(len(walk.marks) for walk in each.walks),
            "remarks": each.remarks,
            "columns": {c.heading: c.meaning for c in each.headings.columns} if each.headings else {},
            "doubtful": [column.heading for column in each.doubtful],
        }
        for each in submissions
    ]
    tests = [
        {
            "key": each.script.key,
            "id": each.script.id,
            "title": each.script.title,
            "status": STATUS_WORDS[each.status],
            "testers": each.testers,
            "reason": each.reason,
            "disputed_steps": [step.number for step in each.disputes],
        }
        for each in found
    ]
    standing = {
        "schema": "gonogo.manual-standing/1",
        "build": msgspec.to_builtins(build),
        "is_preview": is_preview,
        "files": files,
        "tests": tests,
    }
    return msgspec.json.format(msgspec.json.encode(standing), indent=2).decode()


def _tell_standing(build: Build, found: Iterable[Outcome]) -> None:
    """What every test came to on the upgrade; where testers disagree, who said what."""
    _print(f"\nOn {build.name}:")
    for outcome in found:
        who = f"  ({', '.join(outcome.testers)})" if outcome.testers else ""
        _print(
            f"  {STATUS_WORDS[outcome.status]:<12} {line(outcome.script.title, 200)}{who}  {outcome.reason}".rstrip()
        )
        _tell_disputes(outcome)


def _tell_disputes(outcome: Outcome) -> None:
    for step in outcome.disputes:
        words = "; ".join(f"{said.tester}: {said.mark.mark}" for said in step.said)
        _print(f"    step {step.number}: testers disagree ({words}); {step.mark} counts")
    for step in outcome.steps:
        for said in step.taken_back:
            _print(
                f"    step {step.number}: {said.tester} said {said.mark.mark} at {said.at}, and took it back"
            )


def _print(text: str) -> None:
    answer.print(plain(text), markup=False)
