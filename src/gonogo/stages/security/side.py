"""The security stage on one side, phase by phase; the stage runs the phases of both sides side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from gonogo.config.stage_options.security import SecurityOptions
from gonogo.events import Event
from gonogo.guard import REFUSED_BY_DEFAULT, Guard, Origin, Passage, Policy
from gonogo.guard import Watch as WatchedAnswer
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Finding,
    Observation,
    ReasonCode,
    Side,
    StageStatus,
    ToolUsed,
    to_json,
)
from gonogo.model.errors import GonogoError, Interrupted, TargetError
from gonogo.readers.passive import RULE_IDS, read_passive
from gonogo.readers.site_map import Place, hidden_values, places_page
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.stages.security import proofs
from gonogo.stages.security.code import scan_code, status_of
from gonogo.stages.security.engine import Engine, ScanBrokenOff, ScanOrder, ScanResult
from gonogo.stages.security.exploring import Bounds, SiteMap, explore, known_routes, visit_missing
from gonogo.stages.security.session import Marker, Session, sign_in
from gonogo.stages.security.watching import Watch

PLACES = "/.gonogo/places"
"""Path of the page the guard serves to scanners; the target never hears of it."""

PROGRESS_S = 1.0

_WORST_FIRST = (
    StageStatus.REFUSED,
    StageStatus.UNAVAILABLE,
    StageStatus.TIMED_OUT,
    StageStatus.ERRORED,
)


@dataclass(slots=True, kw_only=True)
class SideScan:
    """Everything gathered on one side. Each phase may fail without taking the others along."""

    project: Project
    options: SecurityOptions
    stage: str
    time_limit_s: float
    context: SideContext
    services: Services
    site: SiteMap = field(default_factory=SiteMap)
    tools: list[ToolUsed] = field(default_factory=list)
    _session: Session | None = None
    _results: list[CheckResult] = field(default_factory=list)
    _findings: list[Finding] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)
    _problems: list[tuple[StageStatus, ReasonCode, str]] = field(default_factory=list)
    _secrets: set[str] = field(default_factory=set, repr=False)
    _told_s: float = 0.0

    @property
    def side(self) -> Side:
        """Which side it is."""
        return self.context.side

    @property
    def can_be_attacked(self) -> bool:
        """Whether the pages were found and the session holds."""
        return self._session is not None and not self._problems_of_the_web

    @property
    def _problems_of_the_web(self) -> bool:
        return any(check.key == proofs.PASSIVE and not check.status.is_evidence for check in self._results)

    @property
    def signs_in(self) -> bool:
        """Whether there is a way to sign in and somebody to sign in as."""
        return self.project.upgrade.sign_in is not None and bool(self.context.users)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the target."""
        return str(Origin.of(self.context.url))

    @property
    def bounds(self) -> Bounds:
        """How far exploring goes."""
        web = self.options.web
        return Bounds(
            depth=web.depth,
            pages_max=web.pages_max,
            refused_paths=self.refused_paths,
            templates=tuple(web.routes),
            with_forms=web.submit_forms,
        )

    @property
    def refused_paths(self) -> tuple[str, ...]:
        """Paths never touched: the usual ones, the declared sign-out, and what the team adds."""
        how = self.project.upgrade.sign_in
        sign_out = (f"^{_escaped(how.sign_out_path)}",) if how and how.sign_out_path else ()
        return (*REFUSED_BY_DEFAULT, *sign_out, *self.options.web.exclude)

    # --- phases ---

    def scan_code(self) -> None:
        """The team's own code of this side, when there is any configured."""
        code = self.options.code
        folder = code.candidate if self.side is Side.CANDIDATE else code.baseline
        if not (code.baseline or code.candidate):
            self._notes.append("No code folders are configured, so no code was scanned.")
            return
        self._tell("scanning the team's own code")
        scan, tool = scan_code(
            self.project.root,
            folder,
            code.config,
            python=self.project.python,
            raw=self.context.raw,
            stop=self.services.stop,
        )
        self._results.append(scan.check)
        self._findings.extend(scan.findings)
        if tool is not None:
            self.tools.append(tool)
        problem = status_of(scan)
        if problem is not None:
            self._problems.append(problem)

    def look_around(self) -> None:
        """Sign in and find the places of the site."""
        session = self._new_session()
        try:
            if self.signs_in and not self._sign_in(session):
                return
            self._tell("exploring the pages")
            start = ["/", *self.options.web.sentinels, *self.options.web.start]
            self.site = explore(session, start, self.bounds, self.services.stop.check)
            self._session = session
        finally:
            if self._session is None:
                session.close()
        if self.site.is_cut:
            self._notes.append(f"There are more than the {self.options.web.pages_max} pages explored.")

    def look_where_others_did(self, others: Iterable[Place]) -> None:
        """Visit what only another side has."""
        if self._session is not None:
            visit_missing(self._session, self.site, others, self.bounds)

    def observe(self) -> None:
        """Apply the passive rules to every page seen so far."""
        session = self._session
        if session is None:
            self._unproven(proofs.PASSIVE, "Nobody was signed in, so there was nothing to look at.")
            return
        unseen = [path for path in self.options.web.sentinels if self._is_unseen(session, path)]
        self._write_what_was_seen(session)
        if unseen:
            reason = f"{', '.join(unseen)} did not show what a signed-in user sees."
            self._unproven(proofs.PASSIVE, reason)
            return
        pages = sum(answer.is_page for answer in session.answers)
        detail = f"{pages} pages and {len(session.answers)} answers against {len(RULE_IDS)} rules."
        self._results.append(proofs.result(proofs.PASSIVE, CheckStatus.PASSED, detail=detail))
        self._findings.extend(read_passive(session.answers, self.options.web.routes))

    def attack(self, engine: Engine, others: Iterable[Place]) -> None:
        """Let the scanner loose on the places, through the guard, and see whether it really went there."""
        session = self._session
        if session is None:
            return
        self.tools.append(engine.tool)
        guard = Guard(self._policy(session))
        self._secrets.add(guard.secret)
        watched_session = self._copy_of(session)
        with guard, Watch(watched_session, on_problem=guard.stop_passage) as watch:
            scan = self._scan(engine, guard, watch)
        passage = guard.passage()
        (self.context.raw / "guard.json").write_bytes(self.scrub(to_json(passage)))
        evidence = proofs.ScanEvidence(
            passage=passage,
            problems=scan.problems,
            watch_problem=watch.problem,
            end_problem="" if watch.problem else self._end_problem(session),
        )
        self._conclude(
            evidence, scan, set(known_routes(self.site, others, passage.visited, self.bounds.templates))
        )

    def refuse(self, reason: str) -> None:
        """The active scan may not take place."""
        self._problems.append((StageStatus.REFUSED, ReasonCode.NOT_PERMITTED, reason))

    def lack_scanner(self, reason: str) -> None:
        """There is no scanner."""
        self._problems.append((StageStatus.UNAVAILABLE, ReasonCode.TOOL_UNAVAILABLE, reason))

    def distrust(self, reason: str) -> None:
        """The sides were not scanned alike."""
        self._results = [
            proofs.result(proofs.WEB_SCAN, CheckStatus.BROKEN, reason)
            if check.key == proofs.WEB_SCAN
            else check
            for check in self._results
            if not check.key.startswith(proofs.ROUTE)
        ]
        self._problems.append((StageStatus.ERRORED, ReasonCode.NOT_COMPARABLE, reason))

    def attempt(self, phase: Callable[[], None], code: ReasonCode = ReasonCode.STAGE_ERRORED) -> None:
        """Carry out a phase; an error becomes a problem of this side. Raises Interrupted only."""
        try:
            phase()
        except Interrupted:
            raise
        except GonogoError as error:
            reason_code = ReasonCode.TARGET_DOWN if isinstance(error, TargetError) else code
            self._problems.append(
                (StageStatus.ERRORED, reason_code, f"{error.message} {error.remedy}".strip())
            )

    def outcome(self) -> StageOutcome:
        """What the stage came to on this side; everything gathered is kept."""
        observations: tuple[Observation, ...] = (*self._results, *sorted(self._findings, key=lambda f: f.key))
        self._notes.append("Never touched: " + ", ".join(self.refused_paths))
        if not self._problems:
            return StageOutcome(
                status=StageStatus.COMPLETED,
                observations=observations,
                tools=tuple(self.tools),
                notes=tuple(self._notes),
            )
        problems = sorted(self._problems, key=lambda problem: _WORST_FIRST.index(problem[0]))
        status, code, _ = problems[0]
        return StageOutcome(
            status=status,
            observations=observations,
            tools=tuple(self.tools),
            reason=" ".join(dict.fromkeys(text for _, _, text in problems)),
            reason_code=code,
            notes=tuple(self._notes),
        )

    def close(self) -> None:
        """Drop the connections to the target."""
        if self._session is not None:
            self._session.close()

    def scrub(self, data: bytes) -> bytes:
        """The data without passwords, cookies and tokens of this side."""
        secrets = set(self._secrets) | set(self.context.secrets.values())
        if self._session is not None:
            secrets |= self._session.secrets
        secrets |= hidden_values(self.site.places.values())
        spellings = {spelling for secret in secrets for spelling in (secret, quote(secret, safe=""))}
        for spelling in sorted((s for s in spellings if len(s) >= 4), key=len, reverse=True):
            data = data.replace(spelling.encode(), b"[secret]")
        return data

    # --- the parts of a phase ---

    def _new_session(self) -> Session:
        how = self.project.upgrade.sign_in
        marker = Marker(text=how.success_text if how else "", is_anonymous=not self.signs_in)
        return Session(origin=self.origin, marker=marker, check_path=how.check_path if how else "/")

    def _copy_of(self, session: Session) -> Session:
        return Session(
            origin=session.origin,
            marker=session.marker,
            check_path=session.check_path,
            cookies=dict(session.cookies),
        )

    def _sign_in(self, session: Session) -> bool:
        self._tell("signing in")
        how = self.project.upgrade.sign_in
        role = self.options.web.role or self.context.users[0].role
        user = next((user for user in self.context.users if user.role == role), None)
        password = self.context.secrets.get(user.password_variable, "") if user else ""
        if how is None or user is None or not password:
            reason = f"there is no test user with the role {role!r} and a password"
        else:
            self._secrets.add(password)
            reason = sign_in(session, how, user.username, password)
        if reason:
            self._unproven(proofs.SIGN_IN, f"Nobody was signed in: {reason}")
            return False
        self._notes.append(f"Signed in as {role}.")
        return True

    def _is_unseen(self, session: Session, path: str) -> bool:
        answer = session.get(path)
        return not session.marker.is_shown(answer.status, answer.body)

    def _policy(self, session: Session) -> Policy:
        places = self.site.places.values()
        # The scanner gets no cookie: the guard puts it on every request, and takes care of its pages.
        return Policy(
            origins=(Origin.of(self.origin),),
            refused_paths=self.refused_paths,
            cookies=dict(session.cookies),
            headers={"X-Gonogo-Stage": self.stage},
            watched=tuple(
                WatchedAnswer(path=path, is_good=session.marker.is_shown)
                for path in dict.fromkeys(self.options.web.sentinels)
            ),
            pages={PLACES: places_page(places, self.origin)},
        )

    def _scan(self, engine: Engine, guard: Guard, watch: Watch) -> ScanResult:
        order = ScanOrder(
            origin=self.origin,
            guard=guard,
            places=PLACES,
            raw=self.context.raw,
            scrub=self.scrub,
            templates=self.bounds.templates,
            stop=self.services.stop,
            tick=lambda: self._tick(guard, watch),
            time_limit_s=self.time_limit_s,
        )
        try:
            return engine.scan(order)
        except ScanBrokenOff:
            return ScanResult()  # the watch says why
        except Interrupted:
            raise
        except GonogoError as error:
            return ScanResult(problems=(error.message.rstrip("."),))

    def _tick(self, guard: Guard, watch: Watch) -> None:
        self.services.stop.check()
        if watch.problem:
            raise ScanBrokenOff(watch.problem)
        now = self.services.clock.monotonic_s()
        if now - self._told_s >= PROGRESS_S:
            self._told_s = now
            self._tell(f"{guard.requests} attack requests sent")

    def _end_problem(self, session: Session) -> str:
        try:
            if session.holds():
                return ""
        except TargetError:
            return "the target no longer answered when the scan was over"
        return "the session had ended when the scan was over"

    def _conclude(self, evidence: proofs.ScanEvidence, scan: ScanResult, routes: set[str]) -> None:
        sentinels = proofs.sentinel_results(evidence.passage)
        whole = proofs.scan_result(evidence, sentinels, self.options.web)
        is_proved = whole.status is CheckStatus.PASSED
        self._results += [*sentinels, whole]
        if self.signs_in:
            self._results.append(_sign_in_result(evidence, sentinels))
        if is_proved:
            self._results += proofs.route_results(routes)
        else:
            status = StageStatus.TIMED_OUT if scan.is_timed_out else StageStatus.ERRORED
            self._problems.append((status, ReasonCode.SCAN_UNPROVEN, whole.message))
        failing = {f"GET {route}" for route, status in self.site.page_statuses.items() if status >= 500}
        self._findings += [
            _tied(finding, routes) for finding in scan.findings if not _fails_anyway(finding, failing)
        ]
        self._notes += [*scan.notes, *_refusal_notes(evidence.passage)]
        if failing:
            self._notes.append(f"Pages that fail without any attack: {', '.join(sorted(failing))}.")

    def _unproven(self, key: str, reason: str) -> None:
        self._results.append(proofs.result(key, CheckStatus.BROKEN, reason))
        self._problems.append((StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN, reason))

    def _write_what_was_seen(self, session: Session) -> None:
        seen = {
            "explored": dict(sorted(self.site.statuses.items())),
            "answers": [
                {
                    "request": f"{answer.method} {answer.path}",
                    "status": answer.status,
                    "headers": answer.headers,
                }
                for answer in session.answers
            ],
        }
        self.context.raw.mkdir(parents=True, exist_ok=True)
        data = json.dumps(seen, indent=1, ensure_ascii=False).encode()
        (self.context.raw / "answers.json").write_bytes(self.scrub(data) + b"\n")

    def _tell(self, text: str) -> None:
        self.services.events.emit(Event(kind="progress", text=text, stage=self.stage, side=self.side))


def _sign_in_result(evidence: proofs.ScanEvidence, sentinels: tuple[CheckResult, ...]) -> CheckResult:
    lost = [text for text in (evidence.watch_problem, evidence.end_problem) if text]
    lost += [check.message for check in sentinels if check.status is CheckStatus.BROKEN]
    if lost:
        return proofs.result(
            proofs.SIGN_IN, CheckStatus.BROKEN, f"{lost[0][0].upper()}{lost[0][1:]}.".replace("..", ".")
        )
    return proofs.result(proofs.SIGN_IN, CheckStatus.PASSED)


def _tied(finding: Finding, routes: set[str]) -> Finding:
    """The finding, hanging on its own place when the scan can speak for that place."""
    place = finding.where.split(",", 1)[0]
    if finding.check != proofs.WEB_SCAN or place not in routes:
        return finding
    return msgspec.structs.replace(finding, check=proofs.ROUTE + place)


def _fails_anyway(finding: Finding, failing: set[str]) -> bool:
    """Whether a server error is none of the attack's: the page fails for everybody, as other stages say."""
    return finding.rule == "wapiti:internal-server-error" and finding.where.split(",", 1)[0] in failing


def _refusal_notes(passage: Passage) -> list[str]:
    elsewhere = sum(refusal.count for refusal in passage.refusals if refusal.reason == "another origin")
    notes = [f"The guard refused {passage.refused} requests."] if passage.refused else []
    return notes + ([f"{elsewhere} of them would have left the target's origin."] if elsewhere else [])


def _escaped(path: str) -> str:
    # Only what is special in a path that people write; a query's question mark must be escaped to count.
    return path.replace(".", r"\.").replace("?", r"\?").replace("+", r"\+")
