"""The security stage on one side, phase by phase; the stage runs the phases of both sides side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gonogo.events import Event
from gonogo.model import CheckStatus, Finding, ReasonCode, Side, StageStatus
from gonogo.model.errors import GonogoError, Interrupted, ToolError
from gonogo.readers.answers import Answer
from gonogo.readers.passive_rules import RULE_IDS
from gonogo.readers.site_map import Place, hidden_values
from gonogo.stages.base import Services, StageOutcome
from gonogo.stages.security import again, probing, proofs
from gonogo.stages.security.attacking import Attack, carry_out, refusal_notes, settled
from gonogo.stages.security.engine import Engine
from gonogo.stages.security.exploring import (
    SiteMap,
    absent_forms,
    explore,
    explore_recorded,
    known_routes,
    visit_missing,
    visit_scripts,
)
from gonogo.stages.security.gathered import Gathered, scrubbed
from gonogo.stages.security.holding import try_wrong_passwords
from gonogo.stages.security.looking import Looked, look_at, what_was_seen
from gonogo.stages.security.own_code import look_at_own_code
from gonogo.stages.security.plans import read_plan
from gonogo.stages.security.recorded import Recorded
from gonogo.stages.security.scope import Scope
from gonogo.stages.security.session import Session, sign_in

PROGRESS_S = 1.0
STAGE_HEADER = "X-Gonogo-Stage"


@dataclass(slots=True, kw_only=True)
class SideScan:
    """Everything about one side. Each phase may fail without taking the others along."""

    scope: Scope
    stage: str
    time_limit_s: float
    services: Services
    recorded: Recorded = field(default_factory=Recorded)
    seeds: tuple[str, ...] = ()
    site: SiteMap = field(default_factory=SiteMap)
    looked: Looked = field(default_factory=Looked)
    gathered: Gathered = field(default_factory=Gathered)
    reached_forms: frozenset[str] = frozenset()
    _session: Session | None = None
    _secrets: set[str] = field(default_factory=set, repr=False)
    _told_s: float = 0.0

    @property
    def side(self) -> Side:
        """Which side it is."""
        return self.scope.context.side

    @property
    def raw(self) -> Path:
        """The folder for what tools leave on this side."""
        return self.scope.context.raw

    @property
    def can_be_attacked(self) -> bool:
        """Whether somebody is signed in and the sentinel pages were seen."""
        return self._session is not None and self.gathered.has_evidence(proofs.PASSIVE)

    @property
    def is_whole(self) -> bool:
        """Whether nothing kept this side from being looked at."""
        return self.gathered.outcome().status is StageStatus.COMPLETED

    @property
    def forms(self) -> list[Place]:
        """The forms that post."""
        return [place for place in self.site.places.values() if place.method == "POST"]

    @property
    def answers(self) -> list[Answer]:
        """Everything that was answered on this side: to this stage, and to those whose traffic was recorded."""
        return [*(self._session.answers if self._session else []), *self.recorded.answers]

    # --- phases ---

    def scan_code(self) -> None:
        """The team's own code of this side, when there is any configured."""
        look_at_own_code(self.scope, self.services, self.gathered, self._tell)

    def look_around(self) -> None:
        """Sign in and find the places of the site."""
        session = self.scope.new_session()
        try:
            if self.scope.signs_in and not self._sign_in(session):
                return
            self._tell("exploring the pages")
            start = ["/", *self.scope.options.web.sentinels, *self.scope.options.web.start]
            self.site = explore(session, start, self.scope.bounds, self.services.stop.check)
            explore_recorded(session, self.site, self.seeds, self.scope.bounds, self.services.stop.check)
            self._session = session
        finally:
            if self._session is None:
                session.close()
        if self.site.is_cut:
            self.gathered.notes.append(
                f"There are more than the {self.scope.options.web.pages_max} pages explored."
            )

    def look_where_others_did(self, others: Iterable[Place]) -> None:
        """Visit what only another side has."""
        if self._session is not None:
            visit_missing(self._session, self.site, others, self.scope.bounds)
            visit_scripts(self._session, self.scope.bounds)

    def observe(self) -> None:
        """Apply the passive rules to every page seen so far."""
        session = self._session
        if session is None:
            self.gathered.unproven(proofs.PASSIVE, "Nobody was signed in, so there was nothing to look at.")
            return
        unseen = [path for path in self.scope.options.web.sentinels if self._is_unseen(session, path)]
        self.raw.mkdir(parents=True, exist_ok=True)
        seen = what_was_seen(self.site, session.answers)
        (self.raw / "answers.json").write_bytes(self.scrub(seen))
        if unseen:
            reason = f"{', '.join(unseen)} did not show what a signed-in user sees."
            self.gathered.unproven(proofs.PASSIVE, reason)
            return
        pages = sum(answer.is_page for answer in session.answers)
        detail = f"{pages} pages and {len(session.answers)} answers against {len(RULE_IDS)} rules."
        self.gathered.results.append(proofs.result(proofs.PASSIVE, CheckStatus.PASSED, detail=detail))
        self.looked = look_at(session.answers, self.recorded, self.scope.bounds.templates)
        self.gathered.findings.extend(self.looked.findings)
        self.gathered.notes.extend(self.recorded.notes())

    def try_the_session(self) -> None:
        """What signing in and out does to a session."""
        how, account = self.scope.how, self.scope.account
        if self._session is None or how is None or account is None:
            return
        check, findings = probing.try_session(self._session, how, account)
        self.gathered.results.append(check)
        self.gathered.findings.extend(findings)
        if not check.status.is_evidence:
            self.gathered.problem(StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN, check.message)

    def probe(self, others: Iterable[Place]) -> None:
        """Our own attacks: on forms, on the way on after signing in, and on the account set aside for it."""
        self._tell("sending forms without their token")
        tried = self._try_forms(self.forms)
        if tried is not None:
            self.gathered.results.append(tried.check)
            self.gathered.findings.extend(tried.findings)
            self.reached_forms = tried.routes | absent_forms(self.site, others, self.scope.bounds.templates)
        how, spare = self.scope.how, self.scope.spare
        if self._session is None or how is None or not self.scope.options.web.lockout_role:
            return
        if spare is None:
            self.gathered.unproven(proofs.LOCKOUT, "The account set aside for wrong passwords is not known.")
            return
        self._secrets.add(spare.password)
        check, findings = try_wrong_passwords(self._session, how, spare)
        self.gathered.results.append(check)
        self.gathered.findings.extend(findings)
        if not check.status.is_evidence:
            self.gathered.problem(StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN, check.message)

    def look_again(
        self, suspects: Sequence[Finding], engine: Engine | None, number: int
    ) -> frozenset[str] | None:
        """Look for findings of the upgrade once more, here, at their own places.

        Args:
            suspects: what to look for.
            engine: the scanner, when any of them is a scanner's.
            number: which look it is, for the names of raw files.

        Returns:
            The keys of those seen; None when it could not be looked for (the reason is noted).

        Raises:
            Interrupted: the run is to stop.
        """
        self._tell(f"looking again for what is new ({number})")
        try:
            if self._session is None or (self.scope.signs_in and not self._holds_again(self._session)):
                raise ToolError("Nobody could be signed in again.")
            seen = self._seen_again(self._session, suspects, engine, number)
        except Interrupted:
            raise
        except GonogoError as error:
            self.gathered.notes.append(f"What is new could not be looked for again: {error.message}")
            return None
        return frozenset(finding.key for finding in seen)

    def attack(self, engine: Engine, others: Iterable[Place]) -> None:
        """Let the scanner loose on the places, through the guard, and see whether it really went there."""
        session = self._session
        if session is None:
            return
        self.gathered.tools.append(engine.tool)
        evidence, scan = carry_out(self._attack_on(session, self.site.places), engine)
        routes = known_routes(self.site, others, evidence.passage.visited, self.scope.bounds.templates)
        is_proved = self._judge(evidence, is_timed_out=scan.is_timed_out)
        if is_proved:
            self.gathered.results += proofs.route_results(routes)
        found, notes = settled(scan.findings, self.site, routes)
        self.gathered.findings += found
        self.gathered.notes += [*notes, *scan.notes, *refusal_notes(evidence.passage)]

    def refuse(self, reason: str) -> None:
        """The active scan may not take place."""
        self.gathered.problem(StageStatus.REFUSED, ReasonCode.NOT_PERMITTED, reason)

    def lack_scanner(self, reason: str) -> None:
        """There is no scanner."""
        self.gathered.problem(StageStatus.UNAVAILABLE, ReasonCode.TOOL_UNAVAILABLE, reason)

    def attempt(self, phase: Callable[[], None]) -> None:
        """Carry out a phase; an error becomes a problem of this side. Raises Interrupted only."""
        try:
            phase()
        except Interrupted:
            raise
        except GonogoError as error:
            self.gathered.error(error)

    def outcome(self) -> StageOutcome:
        """What the stage came to on this side; everything gathered is kept."""
        self.gathered.notes.append("Never touched: " + ", ".join(self.scope.refused_paths))
        return self.gathered.outcome()

    def close(self) -> None:
        """Drop the connections to the target."""
        if self._session is not None:
            self._session.close()

    def scrub(self, data: bytes) -> bytes:
        """The data without passwords, cookies and tokens of this side."""
        secrets = {
            *self._secrets,
            *self.scope.context.secrets.values(),
            *hidden_values(self.site.places.values()),
        }
        return scrubbed(data, secrets | (self._session.secrets if self._session else set()))

    # --- the parts of a phase ---

    def _attack_on(self, session: Session, places: Mapping[str, Place]) -> Attack:
        return Attack(
            session=session,
            places=places,
            sentinels=tuple(self.scope.options.web.sentinels),
            refused_paths=self.scope.refused_paths,
            templates=self.scope.bounds.templates,
            headers={STAGE_HEADER: self.stage},
            raw=self.raw,
            scrub=self.scrub,
            keep_secret=self._secrets.add,
            stop=self.services.stop,
            tell=self._tell_requests,
            time_limit_s=self.time_limit_s,
            plan=read_plan(self.scope.project.root),
        )

    def _seen_again(
        self, session: Session, suspects: Sequence[Finding], engine: Engine | None, number: int
    ) -> list[Finding]:
        how, account = self.scope.how, self.scope.account
        templates, tick = self.scope.bounds.templates, self.services.stop.check
        accounts = (how, account, self.scope.spare) if how is not None and account is not None else None
        places = self.site.places
        return [
            *again.answers_again(session, suspects, how, account, templates),
            *again.probes_again(session, suspects, accounts, self.forms, templates, tick),
            *again.scanner_again(self._attack_on(session, places), places, suspects, engine, number),
        ]

    def _holds_again(self, session: Session) -> bool:
        """Whether somebody is signed in; when the session has ended, after signing in anew."""
        return session.holds() or self._sign_in(session)

    def _try_forms(self, forms: Iterable[Place]) -> probing.FormsTried | None:
        how, account = self.scope.how, self.scope.account
        if self._session is None or how is None or account is None:
            return None
        return probing.try_forms(
            self._session, how, account, forms, self.scope.bounds.templates, self.services.stop.check
        )

    def _sign_in(self, session: Session) -> bool:
        self._tell("signing in")
        how, account = self.scope.how, self.scope.account
        if how is None or account is None:
            reason = "there is no test user to scan as whose password is known"
        else:
            self._secrets.add(account.password)
            reason = sign_in(session, how, account)
        if reason or account is None:
            self.gathered.unproven(proofs.SIGN_IN, f"Nobody was signed in: {reason}")
            return False
        self.gathered.notes.append(f"Signed in as {account.role}.")
        return True

    def _is_unseen(self, session: Session, path: str) -> bool:
        answer = session.get(path)
        return not session.marker.is_shown(answer.status, answer.body)

    def _judge(self, evidence: proofs.ScanEvidence, *, is_timed_out: bool) -> bool:
        sentinels = proofs.sentinel_results(evidence.passage)
        whole = proofs.scan_result(evidence, sentinels, self.scope.options.web)
        self.gathered.results += [*sentinels, whole]
        if self.scope.signs_in:
            self.gathered.results.append(proofs.sign_in_result(evidence, sentinels))
        if whole.status is CheckStatus.PASSED:
            return True
        status = StageStatus.TIMED_OUT if is_timed_out else StageStatus.ERRORED
        self.gathered.problem(status, ReasonCode.SCAN_UNPROVEN, whole.message)
        return False

    def _tell_requests(self, count: int) -> None:
        now_s = self.services.clock.monotonic_s()
        if now_s - self._told_s >= PROGRESS_S:
            self._told_s = now_s
            self._tell("attack requests sent", count)

    def _tell(self, text: str, done: int = 0) -> None:
        event = Event(kind="progress", text=text, stage=self.stage, side=self.side, done=done)
        self.services.events.emit(event)
