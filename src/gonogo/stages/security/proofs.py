"""From what was seen of a scan to check results: passed only when it is proved that the scan took place."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.config.stage_options.security import WebOptions
from gonogo.guard import Passage, WatchedPage
from gonogo.model import CheckResult, CheckStatus, Discipline, PlannedCheck, Priority

SIGN_IN = "security:sign-in"
PASSIVE = "security:passive"
WEB_SCAN = "security:web-scan"
SESSION = "security:session"
PROBES = "security:probes"
LOCKOUT = "security:lockout"
SENTINEL = "security:sentinel:"
ROUTE = "security:route:"
PLACE = "security:place:"
"""Before a place that was not reached on a side: nothing ever stands for it, so nothing is known of it."""

TITLES = {
    SIGN_IN: "The scan was signed in from its start to its end",
    PASSIVE: "Headers, cookies and forms of the pages were looked at",
    SESSION: "Signing in renews the session, and signing out ends it: both were tried",
    PROBES: "Forms with a foreign token, and signing in with a foreign address to go to, were tried",
    LOCKOUT: "Wrong passwords were tried on an account set aside for it",
    WEB_SCAN: "The web pages were attacked by a scanner, and it is proved that it did",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanEvidence:
    """What was seen of one scan, from outside the scanner.

    Attributes:
        passage: what the guard counted.
        problems: what the scanner's own words give away.
        watch_problem: what the watch saw; empty when all was well.
        end_problem: why the session or the target was gone afterwards; empty when both were there.
    """

    passage: Passage
    problems: tuple[str, ...] = ()
    watch_problem: str = ""
    end_problem: str = ""


def planned_web_checks(
    stage: str, options: WebOptions, *, signs_in: bool, attacks: bool
) -> tuple[PlannedCheck, ...]:
    """The checks of the web pages, all of them must-haves."""
    keys = [PASSIVE]
    if signs_in:
        keys.append(SESSION)
    if signs_in and attacks:
        keys += [SIGN_IN, PROBES]
        keys += [LOCKOUT] if options.lockout_role else []
    if attacks:
        keys += [WEB_SCAN, *(SENTINEL + path for path in dict.fromkeys(options.sentinels))]
    return tuple(
        PlannedCheck(
            key=key,
            stage=stage,
            title=title_of(key),
            priority=Priority.MUST,
            discipline=Discipline.SECURITY,
            feature="Security",
        )
        for key in keys
    )


def title_of(key: str) -> str:
    """What a check is about, in plain words."""
    if key.startswith(SENTINEL):
        return f"The scanner reached {key.removeprefix(SENTINEL)} as a signed-in user"
    if key.startswith(ROUTE):
        return f"The scanner tried {key.removeprefix(ROUTE)}"
    return TITLES[key]


def result(
    key: str, status: CheckStatus, message: str = "", detail: str = "", priority: Priority = Priority.MUST
) -> CheckResult:
    """A result of this stage."""
    return CheckResult(
        key=key,
        status=status,
        title=title_of(key),
        message=message,
        detail=detail,
        priority=priority,
        discipline=Discipline.SECURITY,
        feature="Security",
    )


def sentinel_results(passage: Passage) -> tuple[CheckResult, ...]:
    """One result for each watched page: was the scanner itself, not we, seen there, and signed in?"""
    return tuple(_sentinel(page) for page in passage.watched)


def scan_result(
    evidence: ScanEvidence, sentinels: tuple[CheckResult, ...], options: WebOptions
) -> CheckResult:
    """The result of the scan as a whole.

    EMPTY when not one request was made; BROKEN when anything is missing that a real scan has. Then its
    findings may be true, but that it found nothing elsewhere means nothing.
    """
    passage = evidence.passage
    doubts = [*evidence.problems]
    doubts += [text for text in (evidence.watch_problem, evidence.end_problem) if text]
    if passage.requests == 0:
        why = f": {'; '.join(doubts)}" if doubts else ""
        return result(
            WEB_SCAN, CheckStatus.EMPTY, f"The scanner sent not a single request to the target{why}."
        )
    if passage.requests < options.requests_min:
        doubts.append(f"it sent {passage.requests} requests; at least {options.requests_min} are expected")
    share = passage.failures / passage.requests
    if share > options.failures_max:
        doubts.append(
            f"{passage.failures} of {passage.requests} requests got no answer ({share:.0%}; "
            f"{options.failures_max:.0%} allowed)"
        )
    missed = [
        check.key.removeprefix(SENTINEL) for check in sentinels if check.status is not CheckStatus.PASSED
    ]
    if missed:
        doubts.append(f"it was not seen signed in on {', '.join(missed)}")
    counts = _counts(passage)
    if doubts:
        return result(WEB_SCAN, CheckStatus.BROKEN, f"The scan proves nothing: {'; '.join(doubts)}.", counts)
    return result(WEB_SCAN, CheckStatus.PASSED, detail=counts)


def sign_in_result(evidence: ScanEvidence, sentinels: tuple[CheckResult, ...]) -> CheckResult:
    """The result of `security:sign-in`: was the session there from the start of the scan to its end?"""
    lost = [f"{text}." for text in (evidence.watch_problem, evidence.end_problem) if text]
    lost += [check.message for check in sentinels if check.status is CheckStatus.BROKEN]
    if lost:
        return result(SIGN_IN, CheckStatus.BROKEN, lost[0][0].upper() + lost[0][1:])
    return result(SIGN_IN, CheckStatus.PASSED)


def route_results(routes: set[str]) -> tuple[CheckResult, ...]:
    """One result for every place the scan can speak for: there, the absence of a finding means something."""
    return tuple(
        result(ROUTE + route, CheckStatus.PASSED, priority=Priority.COULD) for route in sorted(routes)
    )


def _sentinel(page: WatchedPage) -> CheckResult:
    key = SENTINEL + page.path
    if page.seen == 0:
        return result(key, CheckStatus.EMPTY, f"The scanner never asked for {page.path}.")
    if page.good == 0 or not page.is_last_good:
        when = "never" if page.good == 0 else "at first, but not in the end,"
        return result(
            key,
            CheckStatus.BROKEN,
            f"The scanner asked for {page.path} {page.seen} times and was {when} shown what a signed-in user "
            f"sees; the last answer was {page.last_status}.",
        )
    return result(
        key, CheckStatus.PASSED, detail=f"Asked for {page.seen} times, signed in {page.good} times."
    )


def _counts(passage: Passage) -> str:
    answers = ", ".join(f"{count} × {status}" for status, count in passage.answers.items()) or "no answers"
    turned_away = f"{passage.refused} requests were refused by the guard." if passage.refused else ""
    return f"{passage.requests} requests: {answers}; {passage.failures} without answer. {turned_away}".strip()
