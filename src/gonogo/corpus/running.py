"""Runs the builds of a corpus through the gate, against one run of the version in use.

The version in use is exercised once, with the release itself as the upgrade. Every build after that is
judged against that evidence where a stage's sides do not need each other; load and scanning exercise both.
Only one side of a build is exercised then, by two processes, so that several builds can go side by side where there
are more processors. A build whose response times are measured goes alone.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from gonogo.clock import Clock
from gonogo.corpus.builds import FUNCTIONAL, REFERENCE, Build, Kind, reference
from gonogo.corpus.results import BuildResult, Results, result_of
from gonogo.engine.definition import Earlier, Gate
from gonogo.engine.gate import make_plan, run_gate
from gonogo.engine.packs import packs_digest
from gonogo.events import Events
from gonogo.model import Decision, Plan
from gonogo.model.errors import GonogoError, Interrupted, StorageError, ToolError
from gonogo.stages.base import Project
from gonogo.store import RunFolder, storing

_JUDGES = (
    *("model", "planning", "readers", "comparing", "judging", "stages", "engine", "steps"),
    *("pytest_plugin", "loadgen", "browsing", "guard", "demo"),
)
"""The parts of the harness, and the demo system, that a result depends on."""

_ALONE = frozenset({"load"})
"""Stages that measure times, which another build beside them would spoil."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A corpus to run.

    Attributes:
        gate: as for a run of the release itself: its upgrade's candidate is the release.
        build: turns the project of the release into that of a build.
        folder: where results and run folders go; what is there already is not run again.
        keep_all: keep every run folder; otherwise only those of builds with an unexpected result.
        at_once: how many builds may go side by side.
    """

    gate: Gate
    build: Callable[[Project, Build], Project]
    folder: Path
    keep_all: bool = False
    at_once: int = 1


def run_corpus(corpus: Corpus, builds: Sequence[Build], tell: Tell) -> tuple[BuildResult, ...]:
    """Run what has no result yet; returns the results in the order of the builds, the release itself first.

    Args:
        tell: called with one line for each build, as they come out.

    Raises:
        ToolError: the release itself could not be judged, so nothing can be measured.
        Interrupted: stopped; what has a result keeps it.
        StorageError: results cannot be written.
    """
    made_with = _made_with(corpus.gate.project)
    results = Results(corpus.folder / "results", made_with)
    plan = make_plan(corpus.gate)
    release = _reference(corpus, reference(builds), results, plan, tell)
    known = frozenset(release.known)
    before = {build.id: result for build in builds if (result := results.find(build)) is not None}
    count = _Count(total=len(builds), waiting=len(builds) - len(before), clock=corpus.gate.clock, tell=tell)
    for result in before.values():
        count.out(result, is_from_before=True)

    def run(of: Corpus, build: Build) -> BuildResult:
        result = _run(of, build, results, plan, known)
        count.out(result)
        return result

    waiting = [build for build in builds if build.id not in before]
    beside = [build for build in waiting if _ALONE.isdisjoint(build.stages)]
    several = _without_progress(corpus) if corpus.at_once > 1 else corpus
    done = side_by_side(partial(run, several), beside, corpus.at_once)
    done += [run(corpus, build) for build in waiting if build not in beside]
    by_id = {result.build.id: result for result in (*before.values(), *done)}
    return (release, *(by_id[build.id] for build in builds))


def _without_progress(corpus: Corpus) -> Corpus:
    """The corpus whose builds tell nothing while they run: nobody could say of which a line speaks."""
    return dataclasses.replace(corpus, gate=dataclasses.replace(corpus.gate, events=Events()))


def side_by_side(
    run: Callable[[Build], BuildResult], builds: Sequence[Build], at_once: int
) -> list[BuildResult]:
    """Run the builds, so many at once. Raises what the first to fail raises, when those under way have ended."""
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        under_way = [pool.submit(run, build) for build in builds]
        try:
            return [one.result() for one in under_way]
        finally:
            pool.shutdown(cancel_futures=True)


class _Count:
    """Tells one line for each build that came out, and how long the rest will take if it goes on as it went."""

    def __init__(self, *, total: int, waiting: int, clock: Clock, tell: Tell) -> None:
        self._total, self._waiting = total, waiting
        self._clock, self._tell = clock, tell
        self._out, self._run = 0, 0
        self._started_s = clock.monotonic_s()
        self._lock = threading.Lock()

    def out(self, result: BuildResult, *, is_from_before: bool = False) -> None:
        """One more came out."""
        with self._lock:
            self._out += 1
            self._run += not is_from_before
            when = "from before" if is_from_before else self._left()
            self._tell(f"{self._out} of {self._total} {_line(result)} ({when})")

    def _left(self) -> str:
        left = self._waiting - self._run
        minutes = (self._clock.monotonic_s() - self._started_s) / self._run * left / 60
        return f"about {minutes:.0f} min left" if left else "the last one"


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
