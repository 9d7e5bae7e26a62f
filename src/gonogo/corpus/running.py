"""Runs the builds of a corpus through the gate, one after another, against one run of the version in use.

The version in use is exercised once, with the release itself as the upgrade. Every build after that is
judged against that evidence where a stage's sides do not need each other; load and scanning exercise both.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gonogo.corpus.builds import FUNCTIONAL, REFERENCE, Build, Kind, reference
from gonogo.corpus.results import BuildResult, Results, result_of
from gonogo.engine.definition import Earlier, Gate
from gonogo.engine.gate import make_plan, run_gate
from gonogo.engine.packs import packs_digest
from gonogo.model import Decision, Plan
from gonogo.model.errors import GonogoError, Interrupted, StorageError, ToolError
from gonogo.stages.base import Project
from gonogo.store import RunFolder, storing

_JUDGES = (
    *("model", "planning", "readers", "comparing", "judging", "stages", "engine", "steps"),
    *("pytest_plugin", "loadgen", "browsing", "guard", "demo"),
)
"""The parts of the harness, and the demo system, that a result depends on."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A corpus to run.

    Attributes:
        gate: as for a run of the release itself: its upgrade's candidate is the release.
        build: turns the project of the release into that of a build.
        folder: where results and run folders go; what is there already is not run again.
        keep_all: keep every run folder; otherwise only those of builds with an unexpected result.
    """

    gate: Gate
    build: Callable[[Project, Build], Project]
    folder: Path
    keep_all: bool = False


def run_corpus(corpus: Corpus, builds: Sequence[Build], tell: Tell) -> tuple[BuildResult, ...]:
    """Run what has no result yet; returns the results, the release itself first.

    Args:
        tell: called with one line for each build.

    Raises:
        ToolError: the release itself could not be judged, so nothing can be measured.
        Interrupted: stopped; what has a result keeps it.
        StorageError: results cannot be written.
    """
    made_with = _made_with(corpus.gate.project)
    results = Results(corpus.folder / "results", made_with)
    plan = make_plan(corpus.gate)
    release = _reference(corpus, reference(builds), results, plan, tell)
    before = {build.id: results.find(build) for build in builds}
    waiting = sum(result is None for result in before.values())
    found, run = [release], 0
    started_s = corpus.gate.clock.monotonic_s()
    for number, build in enumerate(builds, start=1):
        known = before[build.id]
        result = known or _run(corpus, build, results, plan, frozenset(release.known))
        found.append(result)
        run += known is None
        took_s = corpus.gate.clock.monotonic_s() - started_s
        after = "from before" if known else _left(took_s, run, waiting - run)
        tell(f"{number} of {len(builds)} {_line(result)} ({after})")
    return tuple(found)


def _left(took_s: float, done: int, waiting: int) -> str:
    """How long the rest will take, if it goes on as it went."""
    minutes = took_s / done * waiting / 60
    return f"about {minutes:.0f} min left" if waiting else "the last one"


def _reference(corpus: Corpus, asked: Build, results: Results, plan: Plan, tell: Tell) -> BuildResult:
    known = results.find(asked)
    if known is not None and (corpus.folder / "runs" / REFERENCE / "runs").is_dir():
        return known
    tell("The version in use and the release itself come first; every build is compared with them.")
    result = _run(corpus, asked, results, plan, frozenset())
    tell(_line(result))
    if result.decision is None:
        raise ToolError(f"The release itself could not be judged: {result.problem}")
    return result


def _run(corpus: Corpus, build: Build, results: Results, plan: Plan, known: frozenset[str]) -> BuildResult:
    """One build through the gate; a build that the gate cannot be run on is a result with its problem."""
    gate = _gate_for(corpus, build, plan)
    runs = corpus.folder / "runs"
    with storing("The run folder of the build"):
        shutil.rmtree(runs / build.id, ignore_errors=True)
    started_s = gate.clock.monotonic_s()
    try:
        done = run_gate(gate, RunFolder.create(runs, build.id))
        result = result_of(build, done.verdict, done.dossier.comparison, known)
    except (Interrupted, StorageError):
        raise
    except GonogoError as error:
        result = BuildResult(build=build, problem=f"{error.message} {error.remedy}".strip())
    result = msgspec.structs.replace(
        result,
        duration_s=round(gate.clock.monotonic_s() - started_s, 1),
        made_with=results.made_with,
    )
    results.keep(result)
    if not corpus.keep_all and _is_as_expected(result):
        shutil.rmtree(runs / build.id, ignore_errors=True)
    return result


def _gate_for(corpus: Corpus, build: Build, plan: Plan) -> Gate:
    project = corpus.build(corpus.gate.project, build)
    upgrade = project.upgrade
    stages = tuple(s for s in upgrade.stages if s.stage in build.stages)
    criteria = tuple(c for c in upgrade.criteria if c.stage in (*build.stages, "identity"))
    upgrade = msgspec.structs.replace(upgrade, stages=stages, criteria=criteria)
    planned = tuple(s for s in plan.stages if s.stage in (*build.stages, "identity"))
    earlier = None
    if build.kind is not Kind.REFERENCE:
        folder = RunFolder(corpus.folder / "runs" / REFERENCE)
        earlier = Earlier(folder=folder, stages=frozenset(FUNCTIONAL) & frozenset(build.stages))
    return dataclasses.replace(
        corpus.gate,
        project=Project(root=project.root, upgrade=upgrade, python=project.python),
        stages={name: stage for name, stage in corpus.gate.stages.items() if name in build.stages},
        publishers=(),
        plan=msgspec.structs.replace(plan, stages=planned),
        earlier=earlier,
    )


def _is_as_expected(result: BuildResult) -> bool:
    match result.build.kind:
        case Kind.REFERENCE:
            return False
        case Kind.FAULT:
            return result.decision is Decision.NO_GO
        case Kind.VARIATION:
            return result.decision is Decision.GO and not result.seen


def _line(result: BuildResult) -> str:
    if result.decision is None:
        return f"{result.build.id}: NOT JUDGED. {result.problem}"
    held = sorted({seen.discipline.value for seen in result.seen if seen.is_held_against_it})
    by = f" by {', '.join(held)}" if held else ""
    return f"{result.build.id}: {result.decision.value}{by}, {result.duration_s:.0f} s"


def _made_with(project: Project) -> str:
    """`sha256:…` over the packs and over every module that a result depends on."""
    digest = hashlib.sha256(packs_digest(project).encode())
    package = Path(__file__).parents[1]
    for part in _JUDGES:
        for path in sorted((package / part).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(package).as_posix().encode() + b"\n" + path.read_bytes())
    return f"sha256:{digest.hexdigest()}"
