"""A run of Meridian Housing as the engine would hand it over, in five versions: what every test publishes.

`Run` is a small notebook: say what each check, finding, snapshot and journey came to on both sides, and it
makes the plan, the observations, the comparison and the files that belong to them.
"""

from __future__ import annotations

import hashlib
import io
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from gonogo.model import (
    Activity,
    Artefact,
    Authorisation,
    Blame,
    Change,
    CheckResult,
    CheckStatus,
    Comparison,
    Coverage,
    Criterion,
    CriterionKind,
    Decision,
    Difference,
    Digests,
    Discipline,
    ExpectedChange,
    Finding,
    Identity,
    Judgement,
    MeasuredDifference,
    Measurement,
    Observation,
    Plan,
    PlannedCheck,
    Priority,
    ReasonCode,
    Ruling,
    Severity,
    Side,
    SignOffRole,
    Snapshot,
    SnapshotForm,
    StageHeader,
    StagePlan,
    StageRun,
    StageStatus,
    Target,
    TargetClass,
    ToolUsed,
    Upgrade,
    UpgradeSummary,
    Verdict,
    VerdictDifference,
)
from gonogo.publishing.base import Dossier, PublishSettings

BOTH = (Side.BASELINE, Side.CANDIDATE)
RECORDED = Path(__file__).parent.parent / "recorded"
PASS, FAIL = CheckStatus.PASSED, CheckStatus.FAILED
STAGES = ("identity", "uat", "regression", "load", "security")
TOOLS: dict[str, tuple[ToolUsed, ...]] = {
    "identity": (),
    "uat": (
        ToolUsed(name="behave", version="1.3.3"),
        ToolUsed(name="chromium-headless-shell", version="156.0"),
    ),
    "regression": (ToolUsed(name="pytest", version="9.2.0"), ToolUsed(name="axe-core", version="4.14.1")),
    "load": (ToolUsed(name="locust", version="2.47.0"),),
    "security": (ToolUsed(name="bandit", version="1.9.4"), ToolUsed(name="wapiti", version="3.3.0")),
}


def page_picture(*, is_moved: bool) -> bytes:
    """A page of a housing system, drawn; `is_moved` lets the table run under the panel."""
    picture = Image.new("RGB", (1280, 720), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1280, 60), fill="#1d3c5a")
    draw.text((20, 20), "Meridian Housing", fill="white", font_size=22)
    draw.text((40, 90), "Rent account of Ada Example", fill="black", font_size=30)
    left = 40 if not is_moved else 320
    for row in range(12):
        top = 170 + row * 36
        draw.line((left, top, left + 760, top), fill="#b1b4b6")
        draw.text(
            (left + 8, top + 8), f"{row + 1:02} Mar 2026   Rent charge   £123.45", fill="black", font_size=16
        )
    draw.rectangle((860, 160, 1240, 420), fill="#f3f2f1", outline="#b1b4b6")
    draw.text((880, 180), "Balance £86.10", fill="black", font_size=24)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


@dataclass
class Run:
    """What a run came to, noted one key at a time."""

    folder: Path
    to_version: str
    checks: list[PlannedCheck] = field(default_factory=list)
    seen: dict[tuple[str, Side], list[Observation]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    measured: list[MeasuredDifference] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    headers: dict[tuple[str, Side], StageHeader] = field(default_factory=dict)

    def keep(self, stage: str, side: Side, name: str, data: bytes) -> str:
        """Put an artefact into the stage's folder and return its path there."""
        path = self.folder / f"runs/{stage}.{side}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name

    def note(self, stage: str, side: Side, observation: Observation) -> None:
        self.seen.setdefault((stage, side), []).append(observation)

    def check(
        self,
        key: str,
        title: str,
        statuses: tuple[CheckStatus | None, CheckStatus | None] = (PASS, PASS),
        *,
        priority: Priority = Priority.MUST,
        discipline: Discipline = Discipline.FUNCTIONAL,
        feature: str = "Rent accounts",
        message: str = "",
        detail: str = "",
        where: str = "",
        cause: str = "",
        blame: Blame = Blame.NONE,
        artefacts: tuple[str, ...] = (),
        skip_reason: str = "",
    ) -> None:
        stage = key.split(":", 1)[0]
        self.checks.append(
            PlannedCheck(
                key=key,
                stage=stage,
                title=title,
                priority=priority,
                discipline=discipline,
                feature=feature,
                skip_reason=skip_reason,
                source=f"features/{feature.lower().replace(' ', '_')}.feature:7",
            )
        )
        for side, status in zip(BOTH, statuses, strict=True):
            if status is None:
                continue
            is_bad = status is not PASS
            self.note(
                stage,
                side,
                CheckResult(
                    key=key,
                    status=status,
                    title=title,
                    message=message if is_bad else "",
                    detail=detail if is_bad else "",
                    where=where,
                    duration_s=0.4,
                    priority=priority,
                    discipline=discipline,
                    feature=feature,
                    artefacts=artefacts if is_bad and side is Side.CANDIDATE else (),
                ),
            )
        change, default_blame = _change_of(statuses)
        self.differences.append(
            Difference(
                key=key,
                stage=stage,
                subject="check",
                change=change,
                blame=default_blame if blame is Blame.NONE else blame,
                title=title,
                priority=priority,
                discipline=discipline,
                baseline=statuses[0].value if statuses[0] else "",
                candidate=statuses[1].value if statuses[1] else "",
                baseline_status=statuses[0],
                candidate_status=statuses[1],
                detail="\n".join(part for part in (message, detail) if part),
                where=where,
                cause=cause,
                feature=feature,
                evidence=tuple(f"runs/{stage}.candidate/{name}" for name in artefacts),
            )
        )

    def finding(
        self,
        key: str,
        title: str,
        sides: tuple[Side, ...],
        severity: Severity,
        *,
        rule: str,
        where: str = "GET /search",
        detail: str = "",
        remedy: str = "",
        discipline: Discipline = Discipline.SECURITY,
        cause: str = "",
        check: str = "security:web-scan",
    ) -> None:
        stage = key.split(":", 1)[0]
        seen = Finding(
            key=key,
            rule=rule,
            severity=severity,
            title=title,
            where=where,
            detail=detail,
            remedy=remedy,
            discipline=discipline,
            check=check,
            fingerprints={"L1": hashlib.sha256(key.encode()).hexdigest()[:16]},
        )
        for side in sides:
            self.note(stage, side, seen)
        change, blame = {
            (Side.CANDIDATE,): (Change.REGRESSED, Blame.CANDIDATE),
            (Side.BASELINE,): (Change.FIXED, Blame.NONE),
            BOTH: (Change.STILL_FAILING, Blame.PRE_EXISTING),
        }[sides]
        words = {
            Change.REGRESSED: "New on the upgrade.",
            Change.FIXED: "No longer found on the upgrade.",
        }.get(change, "Already there today.")
        self.differences.append(
            Difference(
                key=key,
                stage=stage,
                subject="finding",
                change=change,
                blame=blame,
                title=title,
                priority=Priority.MUST,
                discipline=discipline,
                severity=severity,
                baseline="present" if Side.BASELINE in sides else "",
                candidate="present" if Side.CANDIDATE in sides else "",
                detail=f"{words}\n{detail}".strip(),
                where=where,
                cause=cause,
            )
        )

    def picture(
        self, name: str, title: str, *, is_changed: bool, cause: str = "", expected: str = ""
    ) -> None:
        key = f"regression:snapshot:{name}"
        artefact = f"raw/snapshots/{name}.png"
        for side in BOTH:
            data = page_picture(is_moved=is_changed and side is Side.CANDIDATE)
            self.keep("regression", side, artefact, data)
            self.note(
                "regression",
                side,
                Snapshot(
                    key=key,
                    title=title,
                    form=SnapshotForm.IMAGE,
                    artefact=artefact,
                    sha256=hashlib.sha256(data).hexdigest(),
                ),
            )
        self.differences.append(
            Difference(
                key=key,
                stage="regression",
                subject="snapshot",
                change=Change.REGRESSED if is_changed else Change.STILL_PASSING,
                blame=Blame.CANDIDATE if is_changed else Blame.NONE,
                title=title,
                priority=Priority.SHOULD,
                discipline=Discipline.VISUAL,
                detail="The table runs under the summary panel.\n31,204 of 921,600 pixels differ."
                if is_changed
                else "",
                where="GET /accounts/T000017",
                cause=cause,
                expected=expected,
                evidence=tuple(f"runs/regression.{side}/{artefact}" for side in BOTH),
            )
        )

    def journey(self, name: str, *, slower: float, baseline_ms: float = 180.0, weight: float = 0.3) -> None:
        """A load journey: `slower` is the mean log ratio of candidate to baseline."""
        self.check(
            f"load:{name}",
            f"The journey “{name}” was driven",
            discipline=Discipline.PERFORMANCE,
            feature="Speed",
        )
        candidate_ms = baseline_ms * (1 + slower)
        series = tuple(5.0 + 0.01 * round_no for round_no in range(12))
        for side, value in zip(BOTH, (baseline_ms, candidate_ms), strict=True):
            for statistic, quantity in (("log_mean", 5.0), ("log_p95", math.log(value))):
                self.note(
                    "load",
                    side,
                    Measurement(
                        key=f"load:{name}:{statistic}",
                        title=name,
                        statistic=statistic,
                        value=quantity,
                        unit="ln(ms)",
                        sample_count=1204,
                        series=series,
                        weight=weight,
                    ),
                )
        for statistic, unit, values, mean in (
            ("log_mean", "ln(ms)", (5.0, 5.0 + slower), slower),
            ("log_p95", "ln(ms)", (math.log(baseline_ms), math.log(candidate_ms)), slower),
            ("error_ratio", "ratio", (0.0, 0.001), 0.0),
        ):
            self.measured.append(
                MeasuredDifference(
                    key=f"load:{name}:{statistic}",
                    stage="load",
                    title=name,
                    statistic=statistic,
                    unit=unit,
                    baseline=values[0],
                    candidate=values[1],
                    baseline_samples=1204,
                    candidate_samples=1198,
                    pairs=12,
                    mean_difference=mean,
                    sd_difference=0.02 if unit == "ln(ms)" else 6.0,
                    weight=weight,
                )
            )

    def judge(
        self,
        criterion: str,
        ruling: Ruling,
        reason: str,
        *,
        code: ReasonCode = ReasonCode.MET,
        evidence: tuple[str, ...] = (),
    ) -> None:
        known = {each.id: each for each in criteria()}
        self.judgements.append(
            Judgement(
                criterion=criterion,
                stage=criterion.split(".", 1)[0],
                ruling=ruling,
                reason=reason,
                evidence=evidence,
                priority=known[criterion].priority,
                code=code,
            )
        )

    def stage_ended(self, stage: str, side: Side, status: StageStatus, reason: str, code: ReasonCode) -> None:
        self.headers[(stage, side)] = self._header(stage, side, status, reason, code)

    def _header(
        self, stage: str, side: Side, status: StageStatus, reason: str = "", code: ReasonCode = ReasonCode.MET
    ) -> StageHeader:
        folder = self.folder / f"runs/{stage}.{side}"
        files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
        return StageHeader(
            stage=stage,
            side=side,
            status=status,
            reason=reason,
            reason_code=code,
            tools=TOOLS[stage],
            started_at="2026-11-09T10:00:00Z",
            duration_s=42.0,
            observation_count=len(self.seen.get((stage, side), [])),
            observations_sha256=hashlib.sha256(f"{stage}{side}".encode()).hexdigest(),
            artefacts=tuple(
                Artefact(
                    path=path.relative_to(folder).as_posix(),
                    sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                    size_bytes=path.stat().st_size,
                )
                for path in files
            ),
            notes=("The browser ran without a window.",) if stage == "uat" else (),
        )

    def dossier(self, decision: Decision, *, system: str = "Meridian Housing") -> Dossier:
        """Everything noted, as the engine would hand it over."""
        runs = tuple(
            StageRun(
                header=self.headers.get((stage, side)) or self._header(stage, side, StageStatus.COMPLETED),
                observations=tuple(self.seen.get((stage, side), [])),
            )
            for stage in STAGES
            for side in BOTH
        )
        stage_plans = tuple(
            StagePlan(stage=stage, checks=tuple(check for check in self.checks if check.stage == stage))
            for stage in STAGES
        )
        return Dossier(
            folder=self.folder,
            published=self.folder / "published",
            upgrade=upgrade(self.to_version, system=system),
            plan=Plan(sides=BOTH, stages=stage_plans),
            runs=runs,
            comparison=Comparison(
                differences=tuple(sorted(self.differences, key=lambda each: (each.stage, each.key))),
                measurements=tuple(sorted(self.measured, key=lambda each: each.key)),
                coverage=tuple(self._coverage(stage, side) for stage in STAGES for side in BOTH),
            ),
            verdict=self._verdict(decision, system),
            generated_at="2026-11-09T10:05:00Z",
            run_id="2026-11-09T100000Z-a1b2",
            settings=PublishSettings(organisation="Northbrook Council", planned_date="2026-11-23"),
        )

    def _coverage(self, stage: str, side: Side) -> Coverage:
        planned = [check.key for check in self.checks if check.stage == stage]
        ran = {
            seen.key
            for seen in self.seen.get((stage, side), [])
            if isinstance(seen, CheckResult) and seen.status.is_evidence
        }
        missing = tuple(key for key in planned if key not in ran)
        return Coverage(
            stage=stage, side=side, planned=len(planned), ran=len(planned) - len(missing), missing=missing
        )

    def _verdict(self, decision: Decision, system: str) -> Verdict:
        return Verdict(
            upgrade=UpgradeSummary(
                system=system, from_version="8.1", to_version=self.to_version, change_ref="CHG0012345"
            ),
            decision=decision,
            judgements=tuple(self.judgements),
            differences=tuple(
                VerdictDifference(
                    key=each.key,
                    stage=each.stage,
                    change=each.change,
                    blame=each.blame,
                    title=each.title,
                    severity=str(each.severity or each.priority),
                    cause=each.cause,
                    discipline=each.discipline,
                    expected=each.expected,
                )
                for each in self.differences
                if each.change is not Change.STILL_PASSING
            ),
            digests=Digests(
                policy="sha256:" + "a" * 64,
                plan="sha256:" + "b" * 64,
                evidence="sha256:" + "c" * 64,
                waivers="sha256:" + "d" * 64,
            ),
        )


def _change_of(statuses: tuple[CheckStatus | None, CheckStatus | None]) -> tuple[Change, Blame]:
    before, after = statuses
    if before is PASS and after is PASS:
        return Change.STILL_PASSING, Blame.NONE
    if before is PASS and after is FAIL:
        return Change.REGRESSED, Blame.CANDIDATE
    if before is FAIL and after is PASS:
        return Change.FIXED, Blame.NONE
    if before is FAIL and after is FAIL:
        return Change.STILL_FAILING, Blame.PRE_EXISTING
    return Change.NOT_COMPARABLE, Blame.ENVIRONMENT


def criteria() -> tuple[Criterion, ...]:
    must = Priority.MUST
    return (
        Criterion(
            id="run.identity",
            stage="run",
            kind=CriterionKind.IDENTITY,
            priority=must,
            limit=0.0,
            statement="Both systems state the version they are said to be",
        ),
        Criterion(
            id="uat.must_regressed",
            stage="uat",
            kind=CriterionKind.REGRESSED,
            priority=must,
            limit=0.0,
            statement="No must-have task that works today stops working",
            scope_priority=must,
        ),
        Criterion(
            id="uat.run_share",
            stage="uat",
            kind=CriterionKind.RUN_SHARE,
            priority=must,
            limit=1.0,
            statement="Every planned acceptance test ran on both versions",
        ),
        Criterion(
            id="regression.must_regressed",
            stage="regression",
            kind=CriterionKind.REGRESSED,
            priority=must,
            limit=0.0,
            statement="No must-have feature that works today stops working",
            scope_priority=must,
        ),
        Criterion(
            id="regression.changed",
            stage="regression",
            kind=CriterionKind.CHANGED,
            priority=Priority.SHOULD,
            limit=0.0,
            statement="No page looks different without a reason",
        ),
        Criterion(
            id="regression.new_findings",
            stage="regression",
            kind=CriterionKind.NEW_FINDINGS,
            priority=must,
            limit=0.0,
            statement="No new serious accessibility problem appears",
            scope_severity=Severity.HIGH,
        ),
        Criterion(
            id="load.no_slower",
            stage="load",
            kind=CriterionKind.NO_SLOWER,
            priority=must,
            limit=10.0,
            statement="People wait no more than a tenth longer than today",
        ),
        Criterion(
            id="security.new_findings",
            stage="security",
            kind=CriterionKind.NEW_FINDINGS,
            priority=must,
            limit=0.0,
            statement="No new serious security problem appears",
            scope_severity=Severity.HIGH,
        ),
    )


def upgrade(to_version: str, *, system: str) -> Upgrade:
    def target(side: Side, version: str) -> Target:
        return Target(
            side=side,
            version=version,
            url="http://tester:secret-in-address@127.0.0.1:8081",
            target_class=TargetClass.TEST,
            allows=(Activity.LOAD, Activity.ACTIVE_SCAN),
            authorisation=Authorisation(by="Head of Applications", hosts=("127.0.0.1",), until="2026-12-31"),
        )

    return Upgrade(
        system=system,
        change_ref="CHG0012345",
        baseline=target(Side.BASELINE, "8.1"),
        candidate=target(Side.CANDIDATE, to_version),
        identity=Identity(path="/about", pattern="Version (.+)"),
        criteria=criteria(),
        expected_changes=(
            ExpectedChange(
                key="regression:snapshot:about",
                reason="The page names the version",
                accepted_by="Service owner",
            ),
        ),
        signoff_roles=(
            SignOffRole(role="Head of Housing"),
            SignOffRole(role="Finance lead", areas=("Money",)),
        ),
        policy_digest="sha256:" + "a" * 64,
    )


def _common(run: Run) -> None:
    """What is the same whatever the candidate: most things work, two faults are already there today."""
    for name, title in (("answers", "Both systems answer"), ("states-version", "Both state their version")):
        run.check(f"identity:{name}", title, discipline=Discipline.IDENTITY, feature="Right systems")
    for place in range(1, 13):
        run.check(
            f"uat:rents:Task {place}", f"A rent officer can do everyday task {place}", feature="Rent accounts"
        )
    run.check("uat:repairs:Raise", "A repairs clerk raises a repair", feature="Repairs")
    run.check(
        "uat:letters:Preview",
        "A letter can be previewed",
        priority=Priority.SHOULD,
        feature="Letters",
        discipline=Discipline.LANGUAGE,
    )
    run.check(
        "regression:test_pages:test_console", "No page reports an error to the browser", feature="All pages"
    )
    run.check(
        "regression:test_language:test_ledger_heading",
        "The ledger's heading is spelt correctly",
        (FAIL, FAIL),
        priority=Priority.COULD,
        discipline=Discipline.LANGUAGE,
        message="The heading says “Recieved”.",
        detail="AssertionError: 'Recieved' in heading",
        feature="Rent accounts",
    )
    run.picture("home", "Home page", is_changed=False)
    run.check(
        "security:web-scan", "The web pages were scanned", discipline=Discipline.SECURITY, feature="Security"
    )
    run.check("security:code", "Our own code was scanned", discipline=Discipline.SECURITY, feature="Security")
    run.finding(
        "security:wapiti:cookie-samesite",
        "The session cookie is sent without a SameSite attribute",
        BOTH,
        Severity.MEDIUM,
        rule="wapiti:cookie-flags",
        where="POST /signin",
    )
    run.finding(
        "regression:axe:repairs:heading-order",
        "The repairs page skips a heading level",
        BOTH,
        Severity.MEDIUM,
        rule="axe:heading-order",
        where="GET /repairs",
        discipline=Discipline.ACCESSIBILITY,
        check="regression:test_pages:test_console",
    )
    run.finding(
        "regression:axe:letters:contrast",
        "Grey text on the letters page is hard to read",
        (Side.BASELINE,),
        Severity.HIGH,
        rule="axe:color-contrast",
        where="GET /letters",
        discipline=Discipline.ACCESSIBILITY,
        check="regression:test_pages:test_console",
    )


def make_go(folder: Path) -> Dossier:
    run = Run(folder=folder, to_version="8.2.1")
    _common(run)
    run.check(
        "regression:test_totals:test_two_accounts",
        "Rent totals agree to the penny",
        discipline=Discipline.MONEY,
    )
    run.check(
        "regression:test_arrears:test_summary",
        "The arrears summary adds up",
        (FAIL, PASS),
        priority=Priority.SHOULD,
        discipline=Discipline.REPORT,
        message="The summary differed by £1.00.",
    )
    run.journey("Rent search", slower=0.01)
    run.journey("Open a rent account", slower=-0.05, baseline_ms=95.0)
    run.judge("run.identity", Ruling.MET, "Both systems stated the version claimed: 8.1 and 8.2.1.")
    run.judge("uat.must_regressed", Ruling.MET, "0 of 13 must-have tasks stopped working; 0 are allowed.")
    run.judge("uat.run_share", Ruling.MET, "14 of 14 planned acceptance tests ran on both versions.")
    run.judge(
        "regression.must_regressed", Ruling.MET, "0 of 2 must-have features stopped working; 0 are allowed."
    )
    run.judge("regression.changed", Ruling.MET, "0 of 1 pages look different; 0 are allowed.")
    run.judge("regression.new_findings", Ruling.MET, "0 new serious accessibility problems; 0 are allowed.")
    run.judge("load.no_slower", Ruling.MET, "Answers take 2% longer at most; 10% is allowed.")
    run.judge("security.new_findings", Ruling.MET, "0 new serious security problems; 0 are allowed.")
    return run.dossier(Decision.GO)


def make_no_go(folder: Path) -> Dossier:
    run = Run(folder=folder, to_version="8.2.0")
    _common(run)
    shot = run.keep("uat", Side.CANDIDATE, "raw/screenshots/total.png", page_picture(is_moved=True))
    trace = run.keep("uat", Side.CANDIDATE, "raw/traces/total.zip", b"PK\x05\x06" + b"\x00" * 18)
    broken: tuple[tuple[str, str, Discipline, str, str], ...] = (
        (
            "uat:rents:The total of two accounts is right",
            "The total of two accounts is right",
            Discipline.MONEY,
            "totals",
            "The weekly total shows £111.05 where £123.45 is owed.",
        ),
        (
            "regression:test_totals:test_two_accounts",
            "Rent totals agree to the penny",
            Discipline.MONEY,
            "totals",
            "3 of 500 rent totals differ, by £37.20 in all.",
        ),
        (
            "uat:letters:Open",
            "A rent officer opens the letters page",
            Discipline.FUNCTIONAL,
            "letters-500",
            "The page says “Sorry, there is a problem with the service”.",
        ),
        (
            "regression:test_batch:test_control_total",
            "The nightly rent debit covers every account",
            Discipline.BATCH,
            "",
            "The job debited 499 of 500 accounts and reported success.",
        ),
        (
            "regression:test_reports:test_rent_roll_columns",
            "The rent roll keeps its columns",
            Discipline.REPORT,
            "",
            "The column “Weekly rent” is now called “Weekly charge”.",
        ),
        (
            "regression:test_api:test_account_fields",
            "The accounts interface keeps its fields",
            Discipline.INTERFACE,
            "",
            "The field “balance_pence” is gone.",
        ),
        (
            "regression:test_access:test_role_pages[clerk-adjust]",
            "Each role can open only its own pages",
            Discipline.ACCESS,
            "",
            "A repairs clerk can post an adjustment to a rent account.",
        ),
        (
            "regression:test_migration:test_joint_tenants",
            "Every tenant is carried over",
            Discipline.DATA,
            "",
            "4 of 612 tenants are missing after the upgrade.",
        ),
        (
            "uat:help:Accessibility statement",
            "The accessibility statement opens",
            Discipline.MISSING_PAGE,
            "",
            "The page says “Page not found”.",
        ),
    )
    for key, title, discipline, cause, message in broken:
        run.check(
            key,
            title,
            (PASS, FAIL),
            discipline=discipline,
            cause=cause,
            message=message,
            detail=f"AssertionError: {message}\n  File suites/test_x.py, line 12",
            where="GET /accounts/T000017",
            artefacts=(shot, trace) if key.startswith("uat:rents") else (),
        )
    run.check(
        "uat:letters:Write",
        "A rent officer writes a letter",
        (PASS, FAIL),
        cause="letters-500",
        priority=Priority.SHOULD,
        message="The letters page cannot be opened.",
        feature="Letters",
    )
    run.picture("rent-account", "Rent account page", is_changed=True, cause="ledger-css")
    run.picture("about", "About page", is_changed=True, expected="The page names the version")
    run.finding(
        "security:wapiti:reflected-xss",
        "Reflected cross-site scripting in the search",
        (Side.CANDIDATE,),
        Severity.HIGH,
        rule="wapiti:xss",
        detail="GET /search?q=%3Cscript%3E answered with the script unchanged.",
        remedy="Escape the search term before it is shown.",
    )
    run.finding(
        "security:wapiti:csp",
        "Pages no longer send a Content-Security-Policy",
        (Side.CANDIDATE,),
        Severity.MEDIUM,
        rule="wapiti:csp",
        where="all pages",
    )
    run.finding(
        "security:bandit:sql",
        "A query is put together from text",
        (Side.CANDIDATE,),
        Severity.MEDIUM,
        rule="bandit:B608",
        where="custom/arrears_feed.py:load_rows",
        check="security:code",
    )
    run.finding(
        "regression:axe:search:label",
        "The search box has no label",
        (Side.CANDIDATE,),
        Severity.HIGH,
        rule="axe:label",
        where="GET /tenancies",
        discipline=Discipline.ACCESSIBILITY,
        check="regression:test_pages:test_console",
    )
    run.check(
        "regression:test_pages:test_flicker",
        "The home page settles",
        (PASS, FAIL),
        blame=Blame.FLAKE,
        priority=Priority.SHOULD,
        message="Failed once, passed twice.",
    )
    run.check(
        "uat:manual:Print",
        "A letter prints on the office printer",
        (None, None),
        priority=Priority.SHOULD,
        skip_reason="No printer is attached to the test machine",
        feature="Letters",
    )
    run.journey("Rent search", slower=0.42)
    run.journey("Open a rent account", slower=0.02, baseline_ms=95.0)
    run.judge("run.identity", Ruling.MET, "Both systems stated the version claimed: 8.1 and 8.2.0.")
    run.judge(
        "uat.must_regressed",
        Ruling.NOT_MET,
        "3 checks work today and fail on the upgrade (0 allowed): “The total of two accounts is right”, "
        "“A rent officer opens the letters page” and 1 more.",
        code=ReasonCode.CHECKS_REGRESSED,
        evidence=(
            "uat:rents:The total of two accounts is right",
            "uat:letters:Open",
            "uat:help:Accessibility statement",
        ),
    )
    run.judge("uat.run_share", Ruling.MET, "17 of 17 planned acceptance tests ran on both versions.")
    run.judge(
        "regression.must_regressed",
        Ruling.NOT_MET,
        "6 of 8 must-have features stopped working; 0 are allowed.",
        code=ReasonCode.CHECKS_REGRESSED,
        evidence=tuple(key for key, *_ in broken if key.startswith("regression")),
    )
    run.judge(
        "regression.changed",
        Ruling.NOT_MET,
        "1 of 3 pages looks different without a reason; 0 are allowed.",
        code=ReasonCode.SNAPSHOTS_CHANGED,
        evidence=("regression:snapshot:rent-account",),
    )
    run.judge(
        "regression.new_findings",
        Ruling.NOT_MET,
        "1 new serious accessibility problem; 0 are allowed.",
        code=ReasonCode.FINDINGS_NEW,
        evidence=("regression:axe:search:label",),
    )
    run.judge(
        "load.no_slower",
        Ruling.NOT_MET,
        "Rent search typically takes 256 ms instead of 180 ms (+52%, between +50% and +54%). "
        "Seen beyond chance over 12 pairs of rounds; the limit is 10%.",
        code=ReasonCode.SLOWER,
        evidence=("load:Rent search:log_mean",),
    )
    run.judge(
        "security.new_findings",
        Ruling.NOT_MET,
        "1 new serious security problem; 0 are allowed.",
        code=ReasonCode.FINDINGS_NEW,
        evidence=("security:wapiti:reflected-xss",),
    )
    for kind, stage in (("behave", "uat"), ("pytest", "regression")):
        for side in BOTH:
            source = RECORDED / f"allure-{kind}" / "2.16.2"
            shutil.copytree(source, folder / f"runs/{stage}.{side}/raw/allure-results")
    return run.dossier(Decision.NO_GO)


def make_conditions(folder: Path) -> Dossier:
    run = Run(folder=folder, to_version="8.2.1")
    _common(run)
    run.check(
        "uat:letters:Write",
        "A rent officer writes a letter",
        (PASS, FAIL),
        priority=Priority.SHOULD,
        message="The letter's date is missing.",
        feature="Letters",
    )
    run.journey("Rent search", slower=0.01)
    run.judge("run.identity", Ruling.MET, "Both systems stated the version claimed: 8.1 and 8.2.1.")
    run.judge("uat.must_regressed", Ruling.MET, "0 of 13 must-have tasks stopped working; 0 are allowed.")
    run.judge(
        "regression.changed",
        Ruling.NOT_MET,
        "1 of 15 should-have tasks stopped working; 0 are allowed.",
        code=ReasonCode.CHECKS_REGRESSED,
        evidence=("uat:letters:Write",),
    )
    run.judge("load.no_slower", Ruling.MET, "Answers take 2% longer at most; 10% is allowed.")
    run.judge(
        "security.new_findings", Ruling.WAIVED, "1 new serious problem is waived until 1 December 2026."
    )
    return run.dossier(Decision.GO_WITH_CONDITIONS)


def make_inconclusive(folder: Path) -> Dossier:
    run = Run(folder=folder, to_version="8.2.1")
    for place in range(1, 6):
        run.check(f"uat:rents:Task {place}", f"A rent officer can do everyday task {place}", (PASS, None))
    run.check("uat:rents:Empty", "Nothing is written here yet", (CheckStatus.EMPTY, CheckStatus.EMPTY))
    run.check("uat:rents:Undefined", "A step nobody wrote", (CheckStatus.UNDEFINED, CheckStatus.UNDEFINED))
    run.check(
        "security:web-scan",
        "The web pages were scanned",
        (PASS, CheckStatus.BROKEN),
        discipline=Discipline.SECURITY,
        message="The scanner never signed in.",
        feature="Security",
    )
    run.stage_ended(
        "uat",
        Side.CANDIDATE,
        StageStatus.ERRORED,
        "The upgraded system stopped answering after 12 seconds.",
        ReasonCode.TARGET_DOWN,
    )
    run.stage_ended(
        "load",
        Side.CANDIDATE,
        StageStatus.REFUSED,
        "The system is not declared to allow load.",
        ReasonCode.NOT_PERMITTED,
    )
    run.judge("run.identity", Ruling.MET, "Both systems stated the version claimed: 8.1 and 8.2.1.")
    run.judge(
        "uat.run_share",
        Ruling.INCONCLUSIVE,
        "0 of 7 planned acceptance tests gave evidence on 8.2.1; 7 are needed.",
        code=ReasonCode.TARGET_DOWN,
    )
    run.judge(
        "load.no_slower",
        Ruling.INCONCLUSIVE,
        "Nothing was measured: the load test was refused.",
        code=ReasonCode.NOT_PERMITTED,
    )
    run.judge(
        "security.new_findings",
        Ruling.INCONCLUSIVE,
        "The scanner never signed in on 8.2.1.",
        code=ReasonCode.SCAN_UNPROVEN,
        evidence=("security:web-scan",),
    )
    return run.dossier(Decision.INCONCLUSIVE)


NASTY = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31mred\x1b]8;;http://evil.example\x07link\x00\u202e"
    "]]>--><!-- =cmd|' /C calc'!A0 [x](javascript:alert(3)) | `tick` {{7*7}} {% raw %} ${env:HOME}"
)


def make_hostile(folder: Path) -> Dossier:
    """A system that puts scripts, terminal codes, formulas, paths and 50 MB strings wherever it may."""
    run = Run(folder=folder, to_version="8.2.0" + NASTY)
    huge = "A" * 50_000_000
    run.check(
        "uat:rents:" + NASTY,
        NASTY,
        (PASS, FAIL),
        message=NASTY,
        detail=huge,
        where=NASTY,
        feature=NASTY,
        cause=NASTY,
    )
    run.check("uat:rents:huge", huge, (PASS, FAIL), message=huge, detail=NASTY, where=huge, feature=huge)
    run.check("uat:rents:fine", "Fine")
    run.finding(
        "security:wapiti:" + NASTY,
        NASTY,
        (Side.CANDIDATE,),
        Severity.CRITICAL,
        rule="wapiti:" + NASTY,
        where=NASTY,
        detail=huge,
        remedy=NASTY,
    )
    run.check(
        "regression:a:b",
        "Climbs out",
        (PASS, FAIL),
        artefacts=("../../../../../../etc/passwd", "/etc/passwd", "raw/x.html"),
    )
    run.keep("regression", Side.CANDIDATE, "raw/x.html", b"<script>alert(4)</script>")
    run.judge(
        "uat.must_regressed",
        Ruling.NOT_MET,
        NASTY,
        code=ReasonCode.CHECKS_REGRESSED,
        evidence=("uat:rents:" + NASTY,),
    )
    return run.dossier(Decision.NO_GO, system="Meridian" + NASTY)


MAKERS: dict[str, Callable[[Path], Dossier]] = {
    "go": make_go,
    "no-go": make_no_go,
    "conditions": make_conditions,
    "inconclusive": make_inconclusive,
}


def _session_dossier(name: str, maker: Callable[[Path], Dossier], factory: pytest.TempPathFactory) -> Dossier:
    folder = factory.mktemp(name) / "2026-11-09T100000Z-a1b2"
    folder.mkdir()
    dossier = maker(folder)
    dossier.published.mkdir()
    return dossier


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return _session_dossier("go", make_go, tmp_path_factory)


@pytest.fixture(scope="session")
def no_go(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return _session_dossier("no-go", make_no_go, tmp_path_factory)


@pytest.fixture(scope="session")
def conditions(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return _session_dossier("conditions", make_conditions, tmp_path_factory)


@pytest.fixture(scope="session")
def inconclusive(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return _session_dossier("inconclusive", make_inconclusive, tmp_path_factory)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return _session_dossier("hostile", make_hostile, tmp_path_factory)


@pytest.fixture(params=sorted(MAKERS))
def any_dossier(request: pytest.FixtureRequest) -> Dossier:
    """Each decision in turn."""
    found = request.getfixturevalue(str(request.param).replace("-", "_"))
    assert isinstance(found, Dossier)
    return found
