"""The security stage: the team's own code, what the pages answer anyway, and a proved attack on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from gonogo.config.stage_options.security import EngineChoice, SecurityOptions
from gonogo.model import (
    Activity,
    Discipline,
    PlannedCheck,
    Priority,
    Side,
    StagePlan,
    StageSettings,
)
from gonogo.readers.bandit import CHECK as CODE
from gonogo.readers.bandit import TITLE as CODE_TITLE
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.stages.permission import refusal
from gonogo.stages.security.choosing import choose_engine
from gonogo.stages.security.engine import Engine
from gonogo.stages.security.proofs import planned_web_checks
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
        code = (_code_check(settings.stage),) if options.code.baseline or options.code.candidate else ()
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
        scans = [
            SideScan(
                project=project,
                options=options,
                stage=settings.stage,
                time_limit_s=min(options.web.time_limit_s, settings.timeout_s),
                context=context,
                services=services,
            )
            for context in sides
        ]
        try:
            _together(scans, _look)
            _together(scans, lambda scan: _look_where_others_did(scan, scans))
            if options.web.engine is not EngineChoice.OFF:
                self._attack(options, scans, services)
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
        _together([scan for scan in scans if scan.can_be_attacked], lambda scan: scan.attempt(scan.probe))
        engine, reason = choose_engine(options, os.environ, services.stop)
        if engine is None:
            for scan in scans:
                scan.lack_scanner(reason)
            return
        try:
            _together(
                [scan for scan in scans if scan.can_be_attacked], lambda scan: _attack(scan, engine, scans)
            )
        finally:
            engine.close()
        unlike = _unlike(scans)
        for scan in scans if unlike else ():
            scan.gathered.distrust(unlike)


def _together(scans: list[SideScan], phase: Callable[[SideScan], None]) -> None:
    """A phase of every side at once. Raises Interrupted when all have stopped."""
    if not scans:
        return
    with ThreadPoolExecutor(max_workers=len(scans), thread_name_prefix="security") as pool:
        pending = [pool.submit(phase, scan) for scan in scans]
    for done in pending:
        done.result()


def _look(scan: SideScan) -> None:
    scan.attempt(scan.scan_code)
    scan.attempt(scan.look_around)


def _look_where_others_did(scan: SideScan, scans: list[SideScan]) -> None:
    others = [place for other in scans if other is not scan for place in list(other.site.places.values())]
    scan.attempt(lambda: scan.look_where_others_did(others))
    scan.attempt(scan.observe)
    scan.attempt(scan.try_the_session)


def _attack(scan: SideScan, engine: Engine, scans: list[SideScan]) -> None:
    others = [place for other in scans if other is not scan for place in other.site.places.values()]
    scan.attempt(lambda: scan.attack(engine, others))


def _refusals(scans: list[SideScan], services: Services) -> dict[Side, str]:
    today = services.clock.now().date()
    found = {
        scan.side: refusal(scan.context.target, scan.context.url, Activity.ACTIVE_SCAN, today)
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
    role = options.web.role
    roles = {user.role for user in project.upgrade.users}
    if role and role not in roles:
        known = ", ".join(sorted(roles)) or "none"
        return f"There is no test user with the role {role!r} to scan as; declared: {known}."
    if role and project.upgrade.sign_in is None:
        return f"The scan is to sign in as {role!r}, but there is no [sign_in] that says how."
    return ""


def _code_check(stage: str) -> PlannedCheck:
    return PlannedCheck(
        key=CODE,
        stage=stage,
        title=CODE_TITLE,
        priority=Priority.MUST,
        discipline=Discipline.SECURITY,
        feature="Security",
    )
