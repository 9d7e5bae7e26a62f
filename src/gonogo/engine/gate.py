"""The run as a list you can read: define, plan, bring up, run, compare, judge, publish.

Each step is one function that takes the record the step before it returned. Steps after `run` use the
run folder alone, so they can be done again later, elsewhere, with the same result.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from gonogo.clock import iso
from gonogo.comparing.compare import compare
from gonogo.config.secrets import is_reference, password_variable, resolve
from gonogo.engine import calibration_file
from gonogo.engine.carrying import check_earlier
from gonogo.engine.definition import SIDES, Gate, Result
from gonogo.engine.evidence import Evidence
from gonogo.engine.gathering import gather
from gonogo.engine.packs import packs_digest
from gonogo.engine.purging import refuse_when_purged
from gonogo.engine.redefining import judging_of
from gonogo.events import Event
from gonogo.judging.change_record import change_digest
from gonogo.judging.judge import evidence_digest, judge, waivers_digest
from gonogo.model import (
    Digests,
    Plan,
    Publication,
    StagePlan,
    StageRun,
    StageSettings,
    Upgrade,
    Verdict,
    to_json,
)
from gonogo.model.errors import ConfigError, EvidenceError, GonogoError, Interrupted
from gonogo.planning.assemble import assemble_plan
from gonogo.privacy.formats import redacted
from gonogo.privacy.redacting import Redactor
from gonogo.privacy.sealing import recogniser_for
from gonogo.publishing.base import Dossier, PublishSettings, publish_all
from gonogo.scrubbing import variants
from gonogo.store import RunFolder, storing


def run_gate(gate: Gate, folder: RunFolder) -> Result:
    """Do the whole job in a fresh run folder.

    Raises:
        EvidenceError: the evidence to be carried over from an earlier run is not that of the same plan and
            the same system (before anything has started).
        StorageError: evidence cannot be written.
        ConfigError: a secret is missing (before anything has started).
        Interrupted: stopped; everything gathered is sealed, compared, judged and published first.

    Stages write into a folder of the system's temporary files, which only this user can read and which is gone
    afterwards; what they wrote comes into the run folder without secrets and personal data.
    """
    secrets = resolve_secrets(gate.upgrade)
    redactor = make_redactor(gate)
    folder.write("upgrade.json", gate.upgrade)
    folder.point_latest()
    plan = gate.plan or make_plan(gate)
    check_earlier(gate.earlier, gate.upgrade, plan)
    planned = to_json(plan)
    plan_sha256 = folder.write_bytes(
        "plan.json", redacted("plan.json", planned, redactor) if redactor else planned
    )
    _quote_calibration(gate, folder)
    with _workplace() as workplace:
        evidence = Evidence(
            folder=RunFolder(folder.path, workplace=workplace),
            plan_sha256=plan_sha256,
            secret_forms=variants(secrets.values()),
            redactor=redactor,
        )
        gather(gate, plan, evidence, secrets)
    result = conclude(gate, folder)
    if gate.stop.is_requested:
        raise Interrupted(
            f"The run was stopped before it finished; what was gathered is in {folder.path.name}.",
            remedy="Run again for a full verdict.",
        )
    return result


def _quote_calibration(gate: Gate, folder: RunFolder) -> None:
    try:
        calibration_file.quote(folder, gate.upgrade.system)
    except EvidenceError as error:
        gate.events.emit(Event(kind="warning", text=f"The calibration is not quoted: {error.message}"))


@contextmanager
def _workplace() -> Iterator[Path]:
    with storing("The workplace of the run"):
        folder = TemporaryDirectory(prefix="gonogo-", ignore_cleanup_errors=True)
    with folder as path:
        yield Path(path).resolve()


def make_redactor(gate: Gate) -> Redactor | None:
    """What takes personal data out of this run's evidence; None when `[privacy]` switches all of it off.

    Its key is made here and written nowhere, so that no token can be looked up later.

    Raises:
        ConfigError: the file of names cannot be used.
    """
    test_accounts = [user.username for user in gate.upgrade.users]
    recogniser = recogniser_for(gate.upgrade.privacy, gate.project.root, test_accounts)
    return Redactor(recogniser, randomness.token_bytes(32)) if recogniser else None


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
    return assemble_plan(plans, SIDES, packs_digest(gate.project), gate.upgrade.criteria)


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
    """Recompute comparison and verdict from a run folder and write both, and what they were computed with.

    Args:
        generated_at: the present moment. Waivers are judged by it the first time, and with a new definition.
        upgrade: judge by what this definition says must hold, instead of the folder's own.

    Raises:
        EvidenceError: upgrade.json or plan.json is missing or damaged, or evidence was deleted when it was
            due; nothing can be judged then.
    """
    refuse_when_purged(folder.path)
    judging = judging_of(folder, now=generated_at, newer=upgrade)
    upgrade, at = judging.upgrade, judging.at
    plan, plan_sha256 = folder.read_plan()
    runs = folder.read_runs()
    comparison = compare(upgrade, plan, plan_sha256, runs, folder.read_artefact)
    verdict = judge(upgrade, plan, comparison, digests(upgrade, plan_sha256, runs, at), at=at)
    folder.write("judging.json", judging)
    folder.write("comparison.json", comparison)
    folder.write("verdict.json", verdict)
    dossier = Dossier(
        folder=folder.path,
        published=folder.published,
        upgrade=upgrade,
        plan=plan,
        runs=tuple(run for run in runs if not run.header.repeat),
        repeats=tuple(run for run in runs if run.header.repeat),
        comparison=comparison,
        verdict=verdict,
        generated_at=generated_at,
        judged_at=at,
        run_id=folder.path.name,
        settings=settings or PublishSettings(),
        calibration=calibration_file.quoted(folder, upgrade.system),
    )
    return verdict, dossier


def digests(upgrade: Upgrade, plan_sha256: str, runs: Iterable[StageRun], at: str = "") -> Digests:
    """What a verdict is computed from, judged at a moment."""
    return Digests(
        policy=upgrade.policy_digest,
        plan=f"sha256:{plan_sha256}",
        evidence=evidence_digest(runs),
        waivers=waivers_digest(upgrade, at),
        change=change_digest(upgrade.change),
    )
