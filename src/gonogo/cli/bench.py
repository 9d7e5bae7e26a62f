"""`gonogo bench truth`: how often the verdict is true, over builds whose faults are known."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from gonogo.cli.console import answer, plain, say
from gonogo.cli.demonstration import BUILDS_OF, PASSWORD_VARIABLE, with_build
from gonogo.cli.format import Format
from gonogo.cli.session import gate_for, load_project, stoppable
from gonogo.clock import SystemClock, iso
from gonogo.corpus.account import account_of, account_text
from gonogo.corpus.builds import FUNCTIONAL, Build, Kind, Visibility, subset
from gonogo.corpus.running import Corpus, run_corpus
from gonogo.demo.faults import FAULTS
from gonogo.demo.variations import VARIATIONS
from gonogo.model import Discipline, ExitCode, to_json
from gonogo.model.errors import UsageError
from gonogo.setup import pack_folder
from gonogo.stages.base import Project
from gonogo.store import storing

app = typer.Typer(help="Measures gonogo itself.", rich_markup_mode=None, no_args_is_help=True)

LOADED = frozenset({"performance"})
"""Disciplines whose faults go through the load stage as well."""
SCANNED = frozenset({"security", "session"})
"""Disciplines whose faults go through the security stage as well."""
LOADED_VARIATIONS = frozenset({"slower-2-percent"})
SCANNED_VARIATIONS = frozenset({"http-headers", "session-cookie-value", "random-ids"})


@app.callback()
def _bench() -> None:
    """Measures gonogo itself."""


@app.command()
def truth(
    only: Annotated[list[str] | None, typer.Option(help="Only this build; may be repeated.")] = None,
    out: Annotated[
        Path, typer.Option(help="Where results go. What is there already is not run again.")
    ] = Path("reports/truth"),
    output: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.TEXT,
    *,
    few: Annotated[
        bool, typer.Option("--subset", help="A part of the corpus, in ten minutes instead of ninety.")
    ] = False,
    at_once: Annotated[
        int | None,
        typer.Option(min=1, help="Builds that go side by side; one for every two processors if not given."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the run folder of every build.")] = False,
) -> int:
    """Run builds with one known fault, and harmless ones, and say how often the verdict was right.

    Exits 0 when everything that must hold did, 20 when something did not, 30 when it could not be shown.
    """
    builds = chosen(corpus_of_the_demo(), only or [], few=few)
    # The demo's accounts exist for these runs only, so their password is made up for them.
    os.environ.setdefault(PASSWORD_VARIABLE, secrets.token_urlsafe(12))
    project = load_project(pack_folder(), {"candidate.version": BUILDS_OF})
    clock = SystemClock()
    with stoppable() as stop, gate_for(project, clock, stop) as gate:
        corpus = Corpus(
            gate=gate,
            build=project_of,
            folder=out.resolve(),
            keep_all=keep,
            at_once=at_once or processors_allow(),
        )
        results = run_corpus(corpus, builds, say)
    account = account_of(results, iso(clock.now()))
    with storing("truth.json"):
        (out / "truth.json").write_bytes(to_json(account))
    if output is Format.JSON:
        answer.print(to_json(account).decode(), markup=False)
    else:
        answer.print(plain(account_text(account)), markup=False)
    say(f"As data: {out / 'truth.json'}")
    codes = {True: ExitCode.GO, False: ExitCode.NO_GO, None: ExitCode.INCONCLUSIVE}
    return int(codes[account.score.is_met])


def processors_allow() -> int:
    """Builds to run side by side when nobody says how many: one for every two processors, and no more than four.

    Measured on two processors: two builds take 90 s together, and 95 s one after the other.
    """
    return max(1, min((os.cpu_count() or 1) // 2, 4))


def corpus_of_the_demo() -> tuple[Build, ...]:
    """Every single-fault build and every harmless variation, with the stages each goes through.

    Functional stages for all; load for performance and for what makes pages slower; the security stage for
    security, sessions and variations of headers, cookies and fields.
    """
    faults = [
        Build(
            id=fault.id,
            kind=Kind.FAULT,
            title=fault.title,
            discipline=Discipline(fault.discipline),
            visibility=Visibility(fault.visibility),
            stages=_stages(is_loaded=fault.discipline in LOADED, is_scanned=fault.discipline in SCANNED),
        )
        for fault in FAULTS
    ]
    variations = [
        Build(
            id=variation.id,
            kind=Kind.VARIATION,
            title=variation.title,
            stages=_stages(
                is_loaded=variation.id in LOADED_VARIATIONS, is_scanned=variation.id in SCANNED_VARIATIONS
            ),
        )
        for variation in VARIATIONS
    ]
    return (*faults, *variations)


def _stages(*, is_loaded: bool, is_scanned: bool) -> tuple[str, ...]:
    return (*FUNCTIONAL, *(["load"] if is_loaded else []), *(["security"] if is_scanned else []))


def chosen(builds: tuple[Build, ...], only: list[str], *, few: bool) -> tuple[Build, ...]:
    """The builds asked for. Raises UsageError when one is not in the corpus."""
    unknown = sorted(set(only) - {build.id for build in builds})
    if unknown:
        raise UsageError(
            f"There is no build called {unknown[0]!r}.",
            remedy="Known ones: python -m gonogo.demo faults, python -m gonogo.demo variations",
        )
    if only:
        return tuple(build for build in builds if build.id in only)
    return subset(builds) if few else builds


def project_of(project: Project, build: Build) -> Project:
    """The demo's project with this build as the upgrade."""
    match build.kind:
        case Kind.REFERENCE:
            return project
        case Kind.FAULT:
            return with_build(project, [build.id], [])
        case Kind.VARIATION:
            return with_build(project, [], [build.id])
