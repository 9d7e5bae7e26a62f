"""The run as a list you can read: define, plan, bring up, run, compare, judge, publish.

Each step is one function that takes the record the step before it returned. Steps after `run` use the
run folder alone, so they can be done again later, elsewhere, with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gonogo.clock import Clock, iso
from gonogo.comparing.compare import compare
from gonogo.config.secrets import is_reference, password_variable, resolve
from gonogo.engine.evidence import Evidence, identity_header, stage_header
from gonogo.engine.identity import examine, examine_again
from gonogo.engine.scheduling import batches, run_together
from gonogo.engine.targets import RunningTarget, Targets
from gonogo.events import Emitter, Event
from gonogo.job import BrowserToUse, JobUser
from gonogo.judging.judge import evidence_digest, judge, waivers_digest
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Digests,
    Observation,
    Plan,
    Publication,
    ReasonCode,
    Side,
    StagePlan,
    StageRun,
    StageSettings,
    StageStatus,
    Upgrade,
    Verdict,
)
from gonogo.model.errors import ConfigError, GonogoError, Interrupted
from gonogo.planning.assemble import assemble_plan
from gonogo.processes import Stop
from gonogo.publishing.base import Dossier, Publisher, PublishSettings, publish_all
from gonogo.scrubbing import variants
from gonogo.stages.base import Project, Salvages, Services, SideContext, Stage, StageOutcome
from gonogo.store import RunFolder, storing

SIDES = (Side.BASELINE, Side.CANDIDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Everything a run is given: the project, its stages, and what the machine has.

    Attributes:
        stages: the stages that the upgrade lists, by name.
        workers: browser workers one stage may use on one side.
    """

    project: Project
    stages: Mapping[str, Stage]
    clock: Clock
    events: Emitter
    stop: Stop
    browser: BrowserToUse | None
    publishers: tuple[Publisher, ...] = ()
    settings: PublishSettings = field(default_factory=PublishSettings)
    workers: int = 1

    @property
    def upgrade(self) -> Upgrade:
        """The upgrade under test."""
        return self.project.upgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to."""

    folder: RunFolder
    verdict: Verdict
    dossier: Dossier
    publications: tuple[Publication, ...] = ()


def run_gate(gate: Gate, folder: RunFolder) -> Result:
    """Do the whole job in a fresh run folder.

    Raises:
        StorageError: evidence cannot be written.
        ConfigError: a secret is missing (before anything has started).
        Interrupted: stopped; everything gathered is sealed, compared, judged and published first.
    """
    secrets = resolve_secrets(gate.upgrade)
    folder.write("upgrade.json", gate.upgrade)
    folder.point_latest()
    plan = make_plan(gate)
    plan_sha256 = folder.write("plan.json", plan)
    evidence = Evidence(folder=folder, plan_sha256=plan_sha256, secret_forms=variants(secrets.values()))
    gather(gate, plan, evidence, secrets)
    result = conclude(gate, folder)
    if gate.stop.is_requested:
        raise Interrupted(
            f"The run was stopped before it finished; what was gathered is in {folder.path.name}.",
            remedy="Run again for a full verdict.",
        )
    return result


def resolve_secrets(upgrade: Upgrade) -> dict[str, str]:
    """Environment variables with the secrets children need: passwords by role, and target variables.

    Raises:
        ConfigError: one cannot be found, or a password is too short to be recognised and taken out.
    """
    secrets = {}
    for user in upgrade.users:
        secrets[password_variable(user)] = resolve(user.password, what=f"The password of the {user.role}")
    for target in (upgrade.baseline, upgrade.candidate):
        for name, value in target.environment.items():
            if is_reference(value):
                secrets[name] = resolve(value, what=f"{name} of the {target.side.value}")
    short = sorted(name for name, value in secrets.items() if len(value) < 4)
    if short:
        raise ConfigError(
            f"The secret in {short[0]} has fewer than 4 characters, so it could not be kept out of reports.",
            remedy="Use a longer password for the test account.",
        )
    return secrets


def make_plan(gate: Gate) -> Plan:
    """Ask every stage what it will check; touches no target. A stage that cannot say has a problem."""

    def plan_one(settings: StageSettings) -> StagePlan:
        try:
            return gate.stages[settings.stage].plan(gate.project, settings)
        except Interrupted:
            raise
        except GonogoError as error:
            return StagePlan(stage=settings.stage, problem=f"{error.message} {error.remedy}".strip())

    with ThreadPoolExecutor(max_workers=max(1, len(gate.upgrade.stages))) as pool:
        plans = tuple(pool.map(plan_one, gate.upgrade.stages))
    return assemble_plan(plans, SIDES)


def gather(gate: Gate, plan: Plan, evidence: Evidence, secrets: Mapping[str, str]) -> None:
    """Bring both targets up, run every stage on both sides, and seal what came of it.

    Whatever goes wrong ends up in the evidence; only StorageError leaves this function.
    """
    identity: dict[Side, list[CheckResult]] = {}
    with Targets(
        root=gate.project.root,
        stop=gate.stop,
        clock=gate.clock,
        baseline_version=gate.upgrade.baseline.version,
    ) as targets:
        running, failures = _bring_up(gate, targets, evidence)
        urls = {side: target.url for side, target in running.items()}
        claimed = {side: gate.upgrade.target(side).version for side in SIDES}
        identity = examine(urls, claimed, gate.upgrade.identity, failures)
        bad = next(
            (r for results in identity.values() for r in results if r.status is CheckStatus.FAILED), None
        )
        if bad is not None:
            gate.events.emit(Event(kind="warning", text=bad.message))
            _refuse_all(gate, evidence, bad.message)
        else:
            _run_stages(gate, plan, evidence, running, secrets)
        for side, target in running.items():
            version = gate.upgrade.target(side).version
            identity[side].append(examine_again(side, target.url, version, gate.upgrade.identity))
    for side in SIDES:
        # Sealed after the targets are down: their logs are part of this stage's evidence.
        header = identity_header(side, gate.stop, iso(gate.clock.now()))
        evidence.seal(header, tuple(identity.get(side, ())))


def conclude(gate: Gate, folder: RunFolder) -> Result:
    """Compare, judge and publish from the run folder alone."""
    verdict, dossier = judge_folder(folder, generated_at=iso(gate.clock.now()), settings=gate.settings)
    publications: tuple[Publication, ...] = ()
    with storing("The reports"), suppress(Interrupted):
        publications = publish_all(
            dossier, gate.publishers, tell=lambda p: gate.events.emit(Event(kind="publishing", text=p.name))
        )
    return Result(folder=folder, verdict=verdict, dossier=dossier, publications=publications)


def judge_folder(
    folder: RunFolder,
    *,
    generated_at: str,
    settings: PublishSettings | None = None,
    upgrade: Upgrade | None = None,
) -> tuple[Verdict, Dossier]:
    """Recompute comparison and verdict from a run folder and write both.

    Args:
        upgrade: judge by this definition instead of the folder's own.

    Raises:
        EvidenceError: upgrade.json or plan.json is missing or damaged; nothing can be judged then.
    """
    upgrade = upgrade or folder.read_upgrade()
    plan, plan_sha256 = folder.read_plan()
    runs = folder.read_runs()
    comparison = compare(upgrade, plan, plan_sha256, runs, folder.read_artefact)
    verdict = judge(upgrade, plan, comparison, digests(upgrade, plan_sha256, runs))
    folder.write("comparison.json", comparison)
    folder.write("verdict.json", verdict)
    dossier = Dossier(
        folder=folder.path,
        published=folder.published,
        upgrade=upgrade,
        plan=plan,
        runs=runs,
        comparison=comparison,
        verdict=verdict,
        generated_at=generated_at,
        run_id=folder.path.name,
        settings=settings or PublishSettings(),
    )
    return verdict, dossier


def digests(upgrade: Upgrade, plan_sha256: str, runs: Iterable[StageRun]) -> Digests:
    """What a verdict is computed from."""
    return Digests(
        policy=upgrade.policy_digest,
        plan=f"sha256:{plan_sha256}",
        evidence=evidence_digest(runs),
        waivers=waivers_digest(upgrade),
    )


def _bring_up(
    gate: Gate, targets: Targets, evidence: Evidence
) -> tuple[dict[Side, RunningTarget], dict[Side, str]]:
    running: dict[Side, RunningTarget] = {}
    failures: dict[Side, str] = {}

    def bring(side: Side) -> None:
        target = gate.upgrade.target(side)
        gate.events.emit(Event(kind="target-starting", side=side, text=f"{target.version} is being started"))
        log = evidence.folder.stage_folder("identity", side) / "raw" / "target.log"
        try:
            running[side] = targets.bring_up(side, target, log)
        except Interrupted:
            failures[side] = "The run was stopped before it was up."
        except GonogoError as error:
            failures[side] = f"{error.message} {error.remedy}".strip()
        else:
            gate.events.emit(Event(kind="target-ready", side=side, text=running[side].url))

    with ThreadPoolExecutor(max_workers=len(SIDES)) as pool:
        list(pool.map(bring, SIDES))
    return dict(sorted(running.items())), failures


def _run_stages(
    gate: Gate,
    plan: Plan,
    evidence: Evidence,
    running: Mapping[Side, RunningTarget],
    secrets: Mapping[str, str],
) -> None:
    services = Services(
        clock=gate.clock, events=gate.events, stop=gate.stop, browser=gate.browser, workers=gate.workers
    )
    settings = {s.stage: s for s in gate.upgrade.stages}
    plans = {p.stage: p for p in plan.stages}
    for batch in batches([gate.stages[name] for name in settings]):
        names = [stage.name for stage in batch]
        contexts = {name: _contexts(gate, evidence, running, secrets, name) for name in names}
        work = {
            stage.name: _work(
                gate, stage, settings[stage.name], plans[stage.name], contexts[stage.name], services
            )
            for stage in batch
        }
        started_at, started_s = iso(gate.clock.now()), gate.clock.monotonic_s()
        for name, outcomes in run_together(work, contexts).items():
            for context in contexts[name]:
                outcome = outcomes.get(context.side) or _silent(name)
                duration_s = gate.clock.monotonic_s() - started_s
                evidence.seal(
                    stage_header(name, context.side, outcome, started_at, duration_s), outcome.observations
                )


def _work(
    gate: Gate,
    stage: Stage,
    settings: StageSettings,
    plan: StagePlan,
    contexts: tuple[SideContext, ...],
    services: Services,
) -> Callable[[], Mapping[Side, StageOutcome]]:
    def work() -> Mapping[Side, StageOutcome]:
        gate.stop.check()
        gate.events.emit(Event(kind="stage-started", stage=stage.name, total=len(plan.checks)))
        try:
            return stage.run(gate.project, settings, plan, contexts, services)
        except Interrupted:
            if not isinstance(stage, Salvages):
                raise
            return {context.side: _salvaged(stage.salvage(context, settings, plan)) for context in contexts}
        finally:
            gate.events.emit(Event(kind="stage-finished", stage=stage.name))

    return work


def _contexts(
    gate: Gate,
    evidence: Evidence,
    running: Mapping[Side, RunningTarget],
    secrets: Mapping[str, str],
    stage: str,
) -> tuple[SideContext, ...]:
    users = tuple(
        JobUser(role=user.role, username=user.username, password_variable=password_variable(user))
        for user in gate.upgrade.users
    )
    return tuple(
        SideContext(
            side=side,
            target=target.target,
            url=target.url,
            folder=_made(evidence.folder.stage_folder(stage, side)),
            home=target.home,
            process_id=target.child.pid if target.child else None,
            users=users,
            secrets=secrets,
        )
        for side, target in running.items()
    )


def _made(folder: Path) -> Path:
    with storing(folder.name):
        (folder / "raw").mkdir(parents=True, exist_ok=True)
    return folder


def _salvaged(observations: tuple[Observation, ...]) -> StageOutcome:
    return StageOutcome(
        status=StageStatus.INTERRUPTED,
        observations=observations,
        reason="The run was stopped; what had been seen by then is kept.",
        reason_code=ReasonCode.STAGE_INTERRUPTED,
    )


def _silent(stage: str) -> StageOutcome:
    return StageOutcome(
        status=StageStatus.ERRORED,
        reason=f"The {stage} stage returned nothing for this side.",
        reason_code=ReasonCode.STAGE_ERRORED,
    )


def _refuse_all(gate: Gate, evidence: Evidence, reason: str) -> None:
    outcome = StageOutcome(
        status=StageStatus.REFUSED,
        reason=f"Not started, because the systems under test were not proven: {reason}",
        reason_code=ReasonCode.STAGE_REFUSED,
    )
    for settings in gate.upgrade.stages:
        for side in SIDES:
            header = stage_header(settings.stage, side, outcome, iso(gate.clock.now()), 0.0)
            evidence.seal(header, ())
