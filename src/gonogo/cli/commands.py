"""The commands, as users type them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gonogo import __version__
from gonogo.cli.answers import doctor_text, explanation_text, plan_text, show_verdict, standing_now
from gonogo.cli.bench import app as bench
from gonogo.cli.calibrating import calibrate_command
from gonogo.cli.console import answer, next_step, say
from gonogo.cli.demonstration import demonstrate
from gonogo.cli.exporting import export_app
from gonogo.cli.format import Format
from gonogo.cli.history import history_command, remember
from gonogo.cli.importing import import_command
from gonogo.cli.manual import app as uat_app
from gonogo.cli.purging import purge_command
from gonogo.cli.session import (
    gate_for,
    load_project,
    new_run_id,
    parse_overrides,
    publish_settings,
    select_stages,
    stoppable,
)
from gonogo.cli.signing import sign_command, verify_command
from gonogo.cli.starting import start_project
from gonogo.cli.waiving import waive_command
from gonogo.clock import SystemClock, iso
from gonogo.engine.definition import Result
from gonogo.engine.gate import judge_folder, make_plan, run_gate
from gonogo.engine.integrity import attest
from gonogo.model import ExitCode, to_json
from gonogo.model.errors import GonogoError
from gonogo.publishing.base import publish_all, registered_publishers
from gonogo.setup import inspect
from gonogo.stages.base import Project
from gonogo.store import RunFolder

app = typer.Typer(
    name="gonogo",
    help="Tests a vendor upgrade against the version in use and says whether it can go live.",
    add_completion=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 go, 10 go with conditions, 20 no-go, 30 not enough evidence, "
    "40 verification failed, 2 usage or configuration, 70 internal error, 130 interrupted.",
)


Folder = Annotated[Path, typer.Option("-C", help="The project folder (holds gonogo.toml).")]
Output = Annotated[Format, typer.Option("--format", help="How to print the answer.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Replace a setting of gonogo.toml: KEY=VALUE; may be repeated."),
]
Stages = Annotated[list[str] | None, typer.Option("--stage", help="Only this stage; may be repeated.")]
RunArgument = Annotated[Path, typer.Argument(help="The run folder, such as reports/latest.")]


@app.callback(invoke_without_command=True)
def _root(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        answer.print(f"gonogo {__version__}", markup=False)
        raise typer.Exit


@app.command()
def plan(
    root: Folder = Path(),
    settings: Settings = None,
    stage: Stages = None,
    output: Output = Format.TEXT,
    *,
    keys: Annotated[
        bool, typer.Option("--keys", help="Also the key of each check, for gonogo.toml.")
    ] = False,
) -> None:
    """List every check on every side, before anything runs. Touches neither system."""
    project = select_stages(load_project(root, parse_overrides(settings or [])), stage or [])
    clock = SystemClock()
    with stoppable() as stop, gate_for(project, clock, stop) as gate:
        found = make_plan(gate)
    text = plan_text(found, project.upgrade, with_keys=keys)
    answer.print(to_json(found).decode() if output is Format.JSON else text, markup=False)
    next_step("gonogo run")


@app.command()
def run(
    root: Folder = Path(),
    reports: Annotated[
        Path | None, typer.Option(help="Where run folders go; the project's reports/ if not given.")
    ] = None,
    settings: Settings = None,
    stage: Stages = None,
    run_id: Annotated[str | None, typer.Option(help="Name of the run folder.")] = None,
    output: Output = Format.TEXT,
) -> int:
    """Run every stage on both sides, compare, judge and publish. Exits with the verdict's code."""
    project = select_stages(load_project(root, parse_overrides(settings or [])), stage or [])
    return int(execute(project, reports or project.root / "reports", run_id, output))


def execute(project: Project, reports: Path, run_id: str | None, output: Format) -> ExitCode:
    """Run the gate in a new run folder and show the verdict; returns its exit code."""
    clock = SystemClock()
    folder = RunFolder.create(reports.resolve(), run_id or new_run_id(clock))
    upgrade = project.upgrade
    say(f"{upgrade.system}: {upgrade.baseline.version} (in use) → {upgrade.candidate.version} (upgrade)")
    with stoppable() as stop, gate_for(project, clock, stop) as gate:
        result = run_gate(gate, folder)
        bind(result)
    remember(result.dossier)
    show_verdict(result.dossier, result.publications, as_json=output is Format.JSON)
    return result.verdict.decision.exit_code


def bind(result: Result) -> None:
    """Digest and sign the run folder. A key that cannot be used costs the signature, never the verdict."""
    dossier = result.dossier
    try:
        attest(result.folder, dossier.upgrade, dossier.comparison, result.verdict, dossier.generated_at)
    except GonogoError as error:
        say(f"Warning: the run folder was not signed: {error.message} {error.remedy}")


@app.command()
def judge(
    run_folder: RunArgument,
    root: Annotated[
        Path | None,
        typer.Option("-C", help="Judge by this project's gonogo.toml instead of the run's own copy."),
    ] = None,
    *,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Show the facts behind each ruling, and what would flip the decision."
        ),
    ] = False,
    output: Output = Format.TEXT,
) -> int:
    """Recompute comparison and verdict from a run folder alone. Exits with the verdict's code."""
    upgrade = load_project(root).upgrade if root else None
    folder = RunFolder.open(run_folder)
    now = iso(SystemClock().now())
    _, dossier = judge_folder(folder, generated_at=now, upgrade=upgrade)
    remember(dossier)
    if explain:
        answer.print(explanation_text(dossier), markup=False)
    else:
        show_verdict(dossier, (), as_json=output is Format.JSON)
    return int(standing_now(dossier, now).exit_code)


@app.command()
def publish(run_folder: RunArgument) -> int:
    """Make the reports of a run folder again, from its evidence."""
    folder = RunFolder.open(run_folder)
    settings = publish_settings(folder.path.parent.parent)
    _, dossier = judge_folder(folder, generated_at=iso(SystemClock().now()), settings=settings)
    publications = publish_all(dossier, registered_publishers())
    bind(Result(folder=folder, verdict=dossier.verdict, dossier=dossier, publications=publications))
    show_verdict(dossier, publications, as_json=False)
    return int(ExitCode.GO)


app.add_typer(bench, name="bench")
app.command(name="calibrate")(calibrate_command)
app.command(name="history")(history_command)
app.command(name="verify")(verify_command)
app.command(name="sign")(sign_command)
app.command(name="waive")(waive_command)
app.command(name="purge")(purge_command)
app.add_typer(export_app)
app.add_typer(uat_app)
app.command(name="import")(import_command)


@app.command()
def doctor(output: Output = Format.TEXT) -> int:
    """Say what is present, what is missing, and the one command that fixes it."""
    findings = inspect()
    if output is Format.JSON:
        answer.print(msgspec.json.format(msgspec.json.encode(findings), indent=2).decode(), markup=False)
    else:
        answer.print(doctor_text(findings), markup=False)
    missing = [finding for finding in findings if finding.is_required and not finding.is_present]
    next_step(missing[0].fix if missing else "gonogo demo")
    return int(ExitCode.USAGE if missing else ExitCode.GO)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    system: Annotated[str, typer.Option(help="What users call the system.")] = "My system",
    from_version: Annotated[str, typer.Option("--from", help="The version in use.")] = "1.0",
    to_version: Annotated[str, typer.Option("--to", help="The upgrade's version.")] = "1.1",
    ci: Annotated[str, typer.Option(help="Also write a pipeline: github, gitlab, azure or jenkins.")] = "",
) -> None:
    """Write a working project for a new system."""
    start_project(folder, system=system, from_version=from_version, to_version=to_version, ci=ci)
    next_step(f"edit {folder / 'gonogo.toml'}, then: gonogo plan -C {folder}")


@app.command()
def demo(
    candidate: Annotated[
        str, typer.Option(help="The release to test as the upgrade: 8.2.0 or 8.2.1.")
    ] = "8.2.0",
    reports: Annotated[Path, typer.Option(help="Where run folders go.")] = Path("reports"),
    stage: Stages = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="Test a build of 8.2.1 with this fault (python -m gonogo.demo faults)."),
    ] = None,
    variation: Annotated[
        list[str] | None,
        typer.Option(help="Test a build of 8.2.1 with this harmless difference (… demo variations)."),
    ] = None,
    output: Output = Format.TEXT,
) -> int:
    """Run the whole job against the demo vendor system. Exits 0 when the verdict is the one it should get."""
    return demonstrate(
        candidate, reports, stage or [], fault or [], variation or [],
        load=load_project, select=select_stages, execute=lambda p, r: execute(p, r, None, output),
    )  # fmt: skip
