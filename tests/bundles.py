"""Evidence bundles for tests: a small, whole run folder that judges to GO, made through the real store.

Tests take one, break it in one way, and judge it again.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from gonogo.config.criteria import criteria_for, identity_criterion
from gonogo.config.loading import policy_digest
from gonogo.engine.evidence import Evidence
from gonogo.engine.gate import judge_folder
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Discipline,
    Finding,
    Identity,
    Measurement,
    Observation,
    PlannedCheck,
    Priority,
    ReasonCode,
    Severity,
    Side,
    Snapshot,
    SnapshotForm,
    StageHeader,
    StagePlan,
    StageSettings,
    StageStatus,
    Target,
    ToolUsed,
    Upgrade,
    Verdict,
)
from gonogo.planning.assemble import assemble_plan
from gonogo.privacy.redacting import Redactor
from gonogo.store import RunFolder

AT = "2026-11-20T10:00:00Z"
SIDES = (Side.BASELINE, Side.CANDIDATE)
STAGES = ("uat", "regression", "load", "security")
CHECKS = {
    "uat": (("uat:rents:See a balance", Priority.MUST), ("uat:rents:Filter the ledger", Priority.SHOULD)),
    "regression": (("regression:pages:account", Priority.MUST), ("regression:pages:help", Priority.COULD)),
    "load": (("load:Rent search", Priority.MUST),),
    "security": (("security:code", Priority.MUST), ("security:web-scan", Priority.MUST)),
}
TABLE = b"tenancy,balance\nT1,10.00\nT2,20.00\n"


def upgrade(stages: Iterable[str] = STAGES) -> Upgrade:
    """An upgrade with the default criteria of the stages."""
    names = tuple(stages)
    targets = {
        side: Target(side=side, version=version, url=f"http://127.0.0.1:{port}")
        for side, version, port in ((Side.BASELINE, "8.1", 9001), (Side.CANDIDATE, "8.2", 9002))
    }
    criteria = [identity_criterion()]
    for name in names:
        criteria.extend(criteria_for(name, None))
    made = Upgrade(
        system="Meridian Housing",
        change_ref="CHG1",
        baseline=targets[Side.BASELINE],
        candidate=targets[Side.CANDIDATE],
        identity=Identity(path="/about", pattern="Version (.*)"),
        stages=tuple(StageSettings(stage=name) for name in names),
        criteria=tuple(criteria),
    )
    return msgspec.structs.replace(made, policy_digest=policy_digest(made))


def stage_plan(stage: str) -> StagePlan:
    """The planned checks of one stage."""
    return StagePlan(
        stage=stage,
        checks=tuple(
            PlannedCheck(key=key, stage=stage, title=key.rpartition(":")[2], priority=priority)
            for key, priority in CHECKS[stage]
        ),
    )


def passed(key: str, priority: Priority = Priority.MUST, **changes: object) -> CheckResult:
    """A check that passed, or what `changes` make of it."""
    result = CheckResult(key=key, status=CheckStatus.PASSED, title=key.rpartition(":")[2], priority=priority)
    return msgspec.structs.replace(result, **changes)


def failed(key: str, message: str = "The page shows £1.00 instead of £2.00") -> CheckResult:
    """A check that failed."""
    return passed(key, status=CheckStatus.FAILED, message=message)


def finding(key: str = "security:bandit:aa", severity: Severity = Severity.HIGH, count: int = 1) -> Finding:
    """A security finding that the code scan reports."""
    return Finding(
        key=key,
        rule="bandit:B307",
        severity=severity,
        title="Use of eval",
        where="loader.py",
        count=count,
        check="security:code",
    )


def measurements(scale: float = 1.0, rounds: int = 12, requests: int = 3600) -> tuple[Measurement, ...]:
    """Response times of one journey and of all; `scale` slows them, rounds vary by about two percent."""
    noise = [0.02 * math.sin(5.0 * i) for i in range(rounds)]
    found: list[Measurement] = []
    for subject, weight in (("Rent search", 1.0), ("all", 0.0)):
        for statistic, ms in (("log_mean", 20.0), ("log_p95", 60.0), ("log_p98", 80.0)):
            series = tuple(math.log(ms * scale) + n for n in noise)
            value = sum(series) / rounds if rounds else 0.0
            found.append(_measured(subject, statistic, value, "ln(ms)", requests, series, weight))
        for statistic, ms in (("p50_ms", 20.0), ("p95_ms", 60.0), ("mean_ms", 22.0)):
            found.append(_measured(subject, statistic, ms * scale, "ms", requests, (), weight))
        found.append(_measured(subject, "error_ratio", 0.0, "ratio", requests, (0.0,) * rounds, weight))
        found.append(_measured(subject, "bytes_mean", 5000.0, "B", requests, (), weight))
        found.append(_measured(subject, "endpoints", 1.0, "count", requests, (), weight))
    for subject, statistic, value in (
        ("all", "offered_per_s", 120.0),
        ("all", "users", 0.0),
        ("generator", "cpu_ratio", 0.3),
        ("generator", "late_p95_ms", 1.0),
    ):
        found.append(_measured(subject, statistic, value, "", requests))
    return tuple(found)


def _measured(
    subject: str,
    statistic: str,
    value: float,
    unit: str,
    samples: int,
    series: tuple[float, ...] = (),
    weight: float = 0.0,
) -> Measurement:
    return Measurement(
        key=f"load:{subject}:{statistic}",
        title=subject,
        statistic=statistic,
        value=value,
        unit=unit,
        sample_count=samples,
        series=series,
        weight=weight,
    )


def snapshot(content: bytes = TABLE, priority: Priority = Priority.MUST) -> Snapshot:
    """A table captured by the account check."""
    return Snapshot(
        key="regression:snapshot:balances",
        title="Balances",
        form=SnapshotForm.TABLE,
        artefact="raw/balances.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        priority=priority,
        discipline=Discipline.MONEY,
        row_key=("tenancy",),
        check="regression:pages:account",
    )


class Bundle:
    """What is to be in a run folder, before it is written: change it, then `write`."""

    def __init__(self, stages: Iterable[str] = STAGES) -> None:
        self.upgrade = upgrade(stages)
        self.plans = {name: stage_plan(name) for name in stages}
        self.tables = dict.fromkeys(SIDES, TABLE)
        self.files: dict[tuple[str, Side], dict[str, bytes]] = {}
        self.before_sealing: Callable[[], object] = lambda: None
        self.redactor: Redactor | None = None
        self.headers: dict[tuple[str, Side], dict[str, object]] = {}
        self.observations: dict[tuple[str, Side], list[Observation]] = {}
        self.repeats: dict[tuple[str, Side], list[tuple[Observation, ...]]] = {}
        self.repeated_tables: dict[tuple[Side, int], bytes] = {}
        for side in SIDES:
            for stage, checks in CHECKS.items():
                if stage in self.plans:
                    self.observations[stage, side] = [passed(key, priority) for key, priority in checks]
            if "regression" in self.plans:
                self.observations["regression", side].append(snapshot())
            if "load" in self.plans:
                self.observations["load", side].extend(measurements())
            self.observations["identity", side] = [
                passed(f"identity:{name}", discipline=Discipline.IDENTITY)
                for name in ("answers", "states-version", "distinct", "still-answers")
            ]

    def set(self, stage: str, side: Side, *results: Observation) -> None:
        """Replace the observations that share a key with these, else add them."""
        kept = [o for o in self.observations[stage, side] if o.key not in {r.key for r in results}]
        self.observations[stage, side] = [*kept, *results]

    def drop(self, stage: str, side: Side, key: str) -> None:
        """Remove the observations whose key starts like this."""
        kept = [o for o in self.observations[stage, side] if not o.key.startswith(key)]
        self.observations[stage, side] = kept

    def again(self, stage: str, baseline: Iterable[Observation], candidate: Iterable[Observation]) -> None:
        """Repeat one check: what each side saw at the first repeat, at the second, and so on."""
        for side, seen in ((Side.BASELINE, baseline), (Side.CANDIDATE, candidate)):
            self.repeats[stage, side] = [(one,) for one in seen]

    def header(self, stage: str, side: Side, **changes: object) -> None:
        """Change the stage's header, such as its status."""
        self.headers.setdefault((stage, side), {}).update(changes)

    def write(self, reports: Path, run_id: str = "run") -> RunFolder:
        """Write and seal the folder."""
        folder = RunFolder.create(reports, run_id)
        folder.write("upgrade.json", self.upgrade)
        plan_sha256 = folder.write("plan.json", assemble_plan(tuple(self.plans.values()), SIDES))
        evidence = Evidence(folder=folder, plan_sha256=plan_sha256, secret_forms=(), redactor=self.redactor)
        for (stage, side), files in self.files.items():
            for name, content in files.items():
                path = folder.stage_folder(stage, side) / "raw" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        self.before_sealing()
        for (stage, side), observations in self.observations.items():
            if any(isinstance(o, Snapshot) for o in observations):
                raw = folder.stage_folder(stage, side) / "raw"
                raw.mkdir(parents=True, exist_ok=True)
                (raw / "balances.csv").write_bytes(self.tables[side])
            evidence.seal(self._header(stage, side), tuple(observations))
        for (stage, side), rounds in self.repeats.items():
            for number, seen in enumerate(rounds, start=1):
                raw = folder.stage_folder(stage, side, number) / "raw"
                raw.mkdir(parents=True)
                (raw / "balances.csv").write_bytes(self.repeated_tables.get((side, number), TABLE))
                header = msgspec.structs.replace(
                    self._header(stage, side), repeat=number, repeats=len(rounds)
                )
                evidence.seal(header, seen)
        return folder

    def _header(self, stage: str, side: Side) -> StageHeader:
        header = StageHeader(
            stage=stage,
            side=side,
            status=StageStatus.COMPLETED,
            tools=(ToolUsed(name="tool", version="1"),),
            started_at=AT,
        )
        return msgspec.structs.replace(header, **self.headers.get((stage, side), {}))

    def judge(self, reports: Path) -> Verdict:
        """Write and judge."""
        return judge_folder(self.write(reports), generated_at=AT)[0]


def codes(verdict: Verdict) -> set[ReasonCode]:
    """The reason codes of everything that is not met."""
    return {judgement.code for judgement in verdict.judgements} - {ReasonCode.MET}
