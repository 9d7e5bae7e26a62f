"""One run of the load stage: generators up, users signed in, rounds run, generators gone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from gonogo.config.stage_options.load import LoadOptions
from gonogo.events import Event
from gonogo.job import VARIABLE, write_job
from gonogo.judging.paired_rounds import student_quantile
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Observation,
    ReasonCode,
    Side,
    StagePlan,
    StageSettings,
    StageStatus,
    ToolUsed,
    to_json,
)
from gonogo.model.errors import GonogoError, Interrupted, WorkerLostError
from gonogo.processes import clean_environment
from gonogo.readers.load_log import RoundLog
from gonogo.readers.load_messages import Journey, StartUsers, UsersStarted
from gonogo.stages.base import Project, Services, SideContext, StageOutcome, job_for
from gonogo.stages.load_generator import SIGN_IN_TIMEOUT_S, Generator
from gonogo.stages.load_lanes import Campaign, Lane
from gonogo.stages.load_machine import Machine, is_here
from gonogo.stages.load_profile import Shape, effective, read_shape
from gonogo.stages.load_rounds import TIMED_OUT, PairedRounds
from gonogo.stages.load_stopping import Stopping, load_criteria

LOG = "locust.log"
_NOT_AS_PLANNED = (
    "The locustfile holds other journeys than it did when the plan was made. Its journeys must not depend on "
    "the side, the version or the time."
)
_CODES = {
    StageStatus.COMPLETED: ReasonCode.MET,
    StageStatus.ERRORED: ReasonCode.STAGE_ERRORED,
    StageStatus.TIMED_OUT: ReasonCode.STAGE_TIMED_OUT,
    StageStatus.INTERRUPTED: ReasonCode.STAGE_INTERRUPTED,
    StageStatus.REFUSED: ReasonCode.NOT_PERMITTED,
    StageStatus.UNAVAILABLE: ReasonCode.TOOL_UNAVAILABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRun:
    """One run of the stage on all its sides."""

    project: Project
    settings: StageSettings
    plan: StagePlan
    sides: tuple[SideContext, ...]
    services: Services

    @property
    def options(self) -> LoadOptions:
        """The stage's options, with what the profile says in their place."""
        return effective(self.project.root, LoadOptions.model_validate(self.settings.options))

    @property
    def locustfile(self) -> Path:
        """The journeys."""
        return self.project.root / LoadOptions.model_validate(self.settings.options).locustfile

    def carry_out(self) -> Mapping[Side, StageOutcome]:
        """Start the generators, sign in, run the rounds, and read what they amount to.

        Raises:
            Interrupted: the run is to stop; the generators are gone, complete pairs are on disk.
        """
        started_s = self.services.clock.monotonic_s()
        shape = read_shape(self.project.root, self.options)
        with ExitStack() as stack:
            lanes: list[Lane] = []
            try:
                generators = [self._generator(context, stack) for context in self.sides]
                self._tell("starting Locust")
                collected = [generator.greet() for generator in generators]
                problem = next((c.problem for c in collected if c.problem), "")
                if problem:
                    return self._all(StageStatus.ERRORED, problem)
                student_quantile(0.95, 5)  # scipy takes its time to load: now, not between two rounds
                users = self._sign_in(generators, shape)
                nobody = next((s for s, u in zip(self.sides, users, strict=True) if u.users == 0), None)
                if nobody is not None:
                    return self._all(StageStatus.ERRORED, _nobody(nobody, users[self.sides.index(nobody)]))
                if any(self._differs_from_plan(one) for one in users):
                    return self._all(StageStatus.ERRORED, _NOT_AS_PLANNED)
                campaign = self._campaign(shape, users[0].journeys, started_s)
                lanes.extend(self._lanes(campaign, generators, shape))
                rounds = PairedRounds(campaign, lanes, self._machine(generators))
                ended = rounds.run()
            except Interrupted:
                raise
            except GonogoError as error:
                code = ReasonCode.WORKER_LOST if isinstance(error, WorkerLostError) else None
                reason = f"{error.message} {error.remedy}"
                return self._outcomes(lanes, shape, StageStatus.ERRORED, reason, code=code)
            status = StageStatus.TIMED_OUT if ended == TIMED_OUT else StageStatus.COMPLETED
            notes = _notes(users, rounds, ended)
            reason = f"Stopped: {ended}." if status is StageStatus.TIMED_OUT else ""
            return self._outcomes(lanes, shape, status, reason, campaign=campaign, notes=notes)

    def _generator(self, context: SideContext, stack: ExitStack) -> Generator:
        context.raw.mkdir(parents=True, exist_ok=True)
        job = job_for(context, self.project, self.settings, self.services)
        path = write_job(job, context.folder / "job.json")
        generator = Generator(
            python=self.project.python,
            root=self.project.root,
            side=context.side,
            base_url=context.url,
            locustfile=self.locustfile,
            environment=clean_environment({**context.secrets, VARIABLE: str(path)}),
            log=context.raw / LOG,
            stop=self.services.stop,
            processes=self.options.processes,
            bind=self.options.bind_of(context.side),
        )
        stack.callback(generator.close)
        return generator

    def _sign_in(self, generators: Sequence[Generator], shape: Shape) -> list[UsersStarted]:
        self._tell(f"signing in {shape.users} users on each side")
        request = StartUsers(
            users=shape.users,
            wait_s=SIGN_IN_TIMEOUT_S,
            is_open_loop=shape.is_open_loop,
            mix=dict(shape.mix),
        )
        for generator in generators:
            generator.ask_for_users(request)
        return [generator.users_started() for generator in generators]

    def _differs_from_plan(self, started: UsersStarted) -> bool:
        found = {f"{self.settings.stage}:{journey.name}" for journey in started.journeys}
        return found != {check.key for check in self.plan.checks}

    def _campaign(self, shape: Shape, journeys: tuple[Journey, ...], started_s: float) -> Campaign:
        criteria = load_criteria(self.project.upgrade, self.settings.stage, self.options.margin_percent)
        stopping = Stopping(criteria)

        def stop(found: Mapping[Side, tuple[Observation, ...]], pairs: int, is_look: bool) -> str:  # noqa: FBT001
            if Side.BASELINE not in found or Side.CANDIDATE not in found:
                return "every pair was run" if is_look else ""
            baseline, candidate = found[Side.BASELINE], found[Side.CANDIDATE]
            return stopping.reason_to_stop(baseline, candidate, pairs=pairs, is_look=is_look)

        return Campaign(
            options=self.options,
            shape=shape,
            journeys=journeys,
            seed=seed_of(self.plan),
            started_s=started_s,
            deadline_s=started_s + self.settings.timeout_s,
            services=self.services,
            stage=self.settings.stage,
            reason_to_stop=stop,
            may_run_both=shape.is_open_loop
            and len(self.sides) == 2
            and not self.options.workers
            and all(context.process_id is not None for context in self.sides),
        )

    def _lanes(self, campaign: Campaign, generators: Sequence[Generator], shape: Shape) -> list[Lane]:
        return [
            Lane(
                context=context,
                generator=generator,
                log=RoundLog(
                    side=context.side,
                    seed=campaign.seed,
                    arrivals_per_s=shape.arrivals_per_s,
                    users=shape.users,
                    profile=shape.profile,
                    journeys=campaign.journeys,
                ),
            )
            for context, generator in zip(self.sides, generators, strict=True)
        ]

    def _machine(self, generators: Sequence[Generator]) -> Machine:
        ours = [generator.pid for generator in generators]
        targets = [context.process_id for context in self.sides if context.process_id is not None]
        is_telling = all(s.process_id is not None or not is_here(s.url) for s in self.sides)
        return Machine(ours, targets, is_telling=is_telling)

    def _outcomes(
        self,
        lanes: Sequence[Lane],
        shape: Shape,
        status: StageStatus,
        reason: str,
        *,
        code: ReasonCode | None = None,
        campaign: Campaign | None = None,
        notes: tuple[str, ...] = (),
    ) -> Mapping[Side, StageOutcome]:
        if not lanes:
            return self._all(status, reason, code)
        kept = len(lanes[0].log.kept)
        fact = f"{kept} pairs of rounds of {self.options.round_s:g} s at {shape.words}."
        locust = ToolUsed(name="locust", version=version("locust"), lock=_digest(self.locustfile))
        campaign = campaign or self._campaign(shape, lanes[0].log.journeys, 0.0)
        return {
            lane.context.side: StageOutcome(
                status=status,
                observations=lane.observations(campaign),
                tools=(locust,),
                reason=reason.strip(),
                reason_code=code or _CODES[status],
                notes=(fact, *notes),
            )
            for lane in lanes
        }

    def _all(
        self, status: StageStatus, reason: str, code: ReasonCode | None = None
    ) -> Mapping[Side, StageOutcome]:
        """The same for every side, when no round was run on any: the journeys were not carried out."""
        empty = tuple(
            CheckResult(
                key=check.key,
                status=CheckStatus.EMPTY,
                title=check.title,
                message="It was never carried out: no request was made.",
                priority=check.priority,
                discipline=check.discipline,
                feature=check.feature,
            )
            for check in self.plan.checks
        )
        outcome = StageOutcome(
            status=status, observations=empty, reason=reason.strip(), reason_code=code or _CODES[status]
        )
        return {context.side: outcome for context in self.sides}

    def _tell(self, text: str) -> None:
        self.services.events.emit(Event(kind="progress", stage=self.settings.stage, text=text))


def seed_of(plan: StagePlan) -> int:
    """The seed of order and arrivals: a digest of the plan, so that nobody chose it."""
    return int.from_bytes(hashlib.sha256(to_json(plan)).digest()[:6], "big")


def _nobody(context: SideContext, started: UsersStarted) -> str:
    first = started.errors[0] if started.errors else None
    why = f" {first.endpoint}: {first.message}" if first else " See raw/locust.log in the stage's folder."
    return f"No user could be started on the {context.side.value}.{why}"


def _notes(users: Sequence[UsersStarted], rounds: PairedRounds, ended: str) -> tuple[str, ...]:
    turns = "both at once, request by request" if rounds.is_at_once else "one after the other"
    notes = [f"The sides were exercised {turns}. Ended because: {ended}."]
    if rounds.left_out:
        notes.append(f"{rounds.left_out} pairs were left out: the machine was busiest with something else.")
    if len({started.users for started in users}) > 1:
        counts = " and ".join(str(started.users) for started in users)
        notes.append(f"Not as many users could be started on each side: {counts}.")
    return tuple(notes)


def _digest(path: Path) -> str:
    try:
        return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
