"""The security stage: the team's own code, what the pages answer anyway, and a proved attack on them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from gonogo.config.accepted import AcceptedRisk, load_accepted, remarks
from gonogo.config.stage_options.security import EngineChoice, SecurityOptions
from gonogo.events import Event
from gonogo.model import (
    Activity,
    Discipline,
    Finding,
    PlannedCheck,
    Priority,
    Side,
    StagePlan,
    StageSettings,
)
from gonogo.readers.bandit import CHECK as CODE
from gonogo.readers.bandit import TITLE as CODE_TITLE
from gonogo.readers.pip_audit import CHECK as PACKAGES
from gonogo.readers.pip_audit import TITLE as PACKAGES_TITLE
from gonogo.readers.site_map import Place
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.stages.permission import refusal
from gonogo.stages.security.choosing import choose_engine
from gonogo.stages.security.engine import Engine
from gonogo.stages.security.phases import together
from gonogo.stages.security.proofs import PASSIVE, planned_web_checks
from gonogo.stages.security.reaching import tie_to_places
from gonogo.stages.security.recorded import places_of_all, read_recorded
from gonogo.stages.security.retesting import retest
from gonogo.stages.security.scope import Scope
from gonogo.stages.security.side import SideScan


class SecurityStage:
    """Runs bandit, passive rules, and ZAP or wapiti. See `gonogo.stages.base.Stage` for the contract."""

    name = "security"
    is_exclusive = False
    order = 30
    options_model = SecurityOptions

    def plan(self, project: Project, settings: StageSettings) -> StagePlan:
        """The code scan when code is configured; sign-in, passive look, scan and each sentinel page."""
        options = SecurityOptions.model_validate(settings.options)
        problem = _problem(project, options)
        if problem:
            return StagePlan(stage=settings.stage, problem=problem)
        upgrade = project.upgrade
        code: tuple[PlannedCheck, ...] = ()
        if options.code.baseline or options.code.candidate:
            code = (_code_check(settings.stage, CODE, CODE_TITLE),)
            code += (
                (_code_check(settings.stage, PACKAGES, PACKAGES_TITLE),) if options.code.advisories else ()
            )
        web = planned_web_checks(
            settings.stage,
            options.web,
            signs_in=upgrade.sign_in is not None and bool(upgrade.users),
            attacks=options.web.engine is not EngineChoice.OFF,
        )
        return StagePlan(stage=settings.stage, checks=(*code, *web))

    def run(
        self,
        project: Project,
        settings: StageSettings,
        plan: StagePlan,
        sides: tuple[SideContext, ...],
        services: Services,
    ) -> Mapping[Side, StageOutcome]:
        """Look at both sides, then attack both at the same places, with the same scanner."""
        del plan  # what is planned follows from the options alone
        options = SecurityOptions.model_validate(settings.options)
        accepted = load_accepted(project.root)
        recorded = {context.side: read_recorded(context.before) for context in sides}
        seeds = places_of_all(list(recorded.values()))
        scans = [
            SideScan(
                scope=Scope(project=project, options=options, context=context),
                stage=settings.stage,
                time_limit_s=min(options.web.time_limit_s, settings.timeout_s),
                services=services,
                recorded=recorded[context.side],
                seeds=seeds,
            )
            for context in sides
        ]
        try:
            together(scans, _look)
            together(scans, lambda scan: _look_where_others_did(scan, scans))
            retest(scans, lambda finding: _is_answered(finding, scans), None, options.web.retests)
            if options.web.engine is not EngineChoice.OFF:
                self._attack(options, scans, services)
            tie_to_places(scans)
            _remark(scans, accepted, services)
        finally:
            for scan in scans:
                scan.close()
        return {scan.side: scan.outcome() for scan in scans}

    def _attack(self, options: SecurityOptions, scans: list[SideScan], services: Services) -> None:
        reasons = _refusals(scans, services)
        if reasons:
            for scan in scans:
                own = reasons.get(scan.side)
                other = next(iter(reasons.values()))
                scan.refuse(own or f"Not scanned, because the other side may not be: {other}")
            return
        able = [scan for scan in scans if scan.can_be_attacked]
        together(able, lambda scan: scan.attempt(lambda: scan.probe(_places_of_others(scan, scans))))
        root = scans[0].scope.project.root
        engine, reason = choose_engine(options, os.environ, services.stop, root)
        if engine is None:
            for scan in scans:
                scan.lack_scanner(reason)
            retest(scans, _is_active, None, options.web.retests)
            return
        try:
            together(able, lambda scan: _attack(scan, engine, scans))
            unlike = _unlike(scans)
            for scan in scans if unlike else ():
                scan.gathered.distrust(unlike)
            retest(scans, _is_active, engine, options.web.retests)
        finally:
            engine.close()


def _look(scan: SideScan) -> None:
    scan.attempt(scan.scan_code)
    scan.attempt(scan.look_around)


def _look_where_others_did(scan: SideScan, scans: list[SideScan]) -> None:
    others = _places_of_others(scan, scans)
    scan.attempt(lambda: scan.look_where_others_did(others))
    scan.attempt(scan.observe)
    scan.attempt(scan.try_the_session)


def _attack(scan: SideScan, engine: Engine, scans: list[SideScan]) -> None:
    scan.attempt(lambda: scan.attack(engine, _places_of_others(scan, scans)))


def _places_of_others(scan: SideScan, scans: list[SideScan]) -> list[Place]:
    return [place for other in scans if other is not scan for place in list(other.site.places.values())]


def _is_answered(finding: Finding, scans: list[SideScan]) -> bool:
    """Whether asking again shows it: not what only a scenario of another stage gets to."""
    is_recorded = any(
        finding.key in scan.looked.only_recorded for scan in scans if scan.side is Side.CANDIDATE
    )
    return finding.check == PASSIVE and not is_recorded


def _is_active(finding: Finding) -> bool:
    """Whether it took an attack to find it. Code is read, not tried: it says the same every time."""
    return finding.check not in (PASSIVE, CODE, PACKAGES)


def _remark(scans: list[SideScan], accepted: tuple[AcceptedRisk, ...], services: Services) -> None:
    """Say on the upgrade's side which acceptances ran out and which are no longer needed."""
    is_whole = {scan.side for scan in scans if scan.is_whole} >= {Side.BASELINE, Side.CANDIDATE}
    findings = [finding for scan in scans for finding in scan.gathered.findings] if is_whole else None
    said = remarks(accepted, findings, services.clock.now().date())
    for scan in scans:
        if scan.side is Side.CANDIDATE:
            scan.gathered.notes[:0] = said
            for text in said:
                services.events.emit(Event(kind="warning", text=text, stage=scan.stage))


def _refusals(scans: list[SideScan], services: Services) -> dict[Side, str]:
    today = services.clock.now().date()
    found = {
        scan.side: refusal(scan.scope.context.target, scan.scope.context.url, Activity.ACTIVE_SCAN, today)
        for scan in scans
    }
    return {side: reason for side, reason in found.items() if reason}


def _unlike(scans: list[SideScan]) -> str:
    """Why the sides cannot be compared: another scanner, version, or set of rules on one of them."""
    scanners = {
        scan.side: next((tool for tool in scan.gathered.tools if tool.name in ("zap", "wapiti")), None)
        for scan in scans
    }
    used = {tool for tool in scanners.values() if tool is not None}
    if len(used) <= 1:
        return ""
    said = "; ".join(
        f"{side.value}: {tool.name} {tool.version}, rules {tool.lock[:19]}"
        for side, tool in scanners.items()
        if tool
    )
    return f"The sides were not scanned alike ({said}), so their findings cannot be compared."


def _problem(project: Project, options: SecurityOptions) -> str:
    code = options.code
    if bool(code.baseline) != bool(code.candidate):
        named, missing = ("baseline", "candidate") if code.baseline else ("candidate", "baseline")
        return f"Code is named for the {named} only; set {missing} in [stages.security.code] too."
    role, spare = options.web.role, options.web.lockout_role
    roles = {user.role for user in project.upgrade.users}
    for wanted, purpose in ((role, "scan as"), (spare, "try wrong passwords on")):
        if wanted and wanted not in roles:
            known = ", ".join(sorted(roles)) or "none"
            return f"There is no test user with the role {wanted!r} to {purpose}; declared: {known}."
    if spare and spare == (role or project.upgrade.users[0].role):
        return f"The scan signs in as {spare!r}, so that account may not be locked; set another lockout_role."
    if role and project.upgrade.sign_in is None:
        return f"The scan is to sign in as {role!r}, but there is no [sign_in] that says how."
    return ""


def _code_check(stage: str, key: str, title: str) -> PlannedCheck:
    return PlannedCheck(
        key=key,
        stage=stage,
        title=title,
        priority=Priority.MUST,
        discipline=Discipline.SECURITY,
        feature="Security",
    )
