"""The words every record uses: sides, priorities, statuses, rulings, decisions and exit codes.

Each word is defined once, here. Code that handles one of these enums names every member: a default
branch that succeeds is how other gates came to say yes with nothing in hand.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Side(StrEnum):
    """Which installed version a piece of evidence is about."""

    BASELINE = "baseline"
    """The version in use today."""
    CANDIDATE = "candidate"
    """The upgrade."""
    BASELINE_REPEAT = "baseline-repeat"
    """The version in use, exercised a second time: what differs from BASELINE is noise."""


class Priority(StrEnum):
    """How much a check or criterion matters (MoSCoW, without "won't")."""

    MUST = "must"
    """Not met: the upgrade cannot go live."""
    SHOULD = "should"
    """Not met: the upgrade goes live only with conditions."""
    COULD = "could"
    """Not met: reported, does not hold the upgrade up."""


class Severity(StrEnum):
    """How bad a finding is, worst first. ZAP's High, axe's serious and bandit's HIGH all map here."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst (critical), 4 for information."""
        return _SEVERITY_ORDER.index(self)


_SEVERITY_ORDER = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)


class Discipline(StrEnum):
    """What kind of quality a check looks at; the report's "at a glance" rows."""

    FUNCTIONAL = "functional"
    VISUAL = "visual"
    ACCESSIBILITY = "accessibility"
    DATA = "data"
    MONEY = "money"
    INTERFACE = "interface"
    BATCH = "batch"
    REPORT = "report"
    ACCESS = "access"
    PERFORMANCE = "performance"
    SECURITY = "security"
    MISSING_PAGE = "missing-page"
    LANGUAGE = "language"
    TIME = "time"
    SESSION = "session"
    IDENTITY = "identity"


class CheckStatus(StrEnum):
    """What one check came to on one side. Only PASSED and FAILED are evidence."""

    PASSED = "passed"
    """It looked, and the system did what was expected."""
    FAILED = "failed"
    """It looked, and the system did something else."""
    BROKEN = "broken"
    """The check itself could not be carried out (set-up, environment, our own error): not evidence."""
    SKIPPED = "skipped"
    """It was left out on purpose while running: not evidence."""
    EMPTY = "empty"
    """It ran nothing (a scenario without steps, no requests): not evidence, whatever the tool says."""
    UNDEFINED = "undefined"
    """A step or fixture it needs does not exist: not evidence."""

    @property
    def is_evidence(self) -> bool:
        """True for PASSED and FAILED only."""
        return self in (CheckStatus.PASSED, CheckStatus.FAILED)


class StageStatus(StrEnum):
    """How a stage ended on one side. Only COMPLETED lets its results count in full."""

    COMPLETED = "completed"
    ERRORED = "errored"
    """The tool crashed or gave output that could not be read."""
    TIMED_OUT = "timed-out"
    INTERRUPTED = "interrupted"
    """Stopped by a person or a signal; what was gathered is kept."""
    REFUSED = "refused"
    """Not started because a precondition (identity, permission) did not hold."""
    UNAVAILABLE = "unavailable"
    """The tool is not installed here."""


class Change(StrEnum):
    """What became of one key between the sides."""

    REGRESSED = "REGRESSED"
    FIXED = "FIXED"
    STILL_FAILING = "STILL_FAILING"
    STILL_PASSING = "STILL_PASSING"
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    NOT_COMPARABLE = "NOT_COMPARABLE"


class Blame(StrEnum):
    """Whose doing a difference is."""

    CANDIDATE = "candidate"
    PRE_EXISTING = "pre-existing"
    FLAKE = "flake"
    ENVIRONMENT = "environment"
    DATA = "data"
    SCANNER = "scanner"
    NONE = "none"
    """Nothing to blame: no difference, or an improvement."""


class Ruling(StrEnum):
    """What one criterion came to."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    INCONCLUSIVE = "INCONCLUSIVE"
    WAIVED = "WAIVED"


class Decision(StrEnum):
    """The answer, for a whole upgrade."""

    NO_GO = "NO_GO"
    INCONCLUSIVE = "INCONCLUSIVE"
    GO_WITH_CONDITIONS = "GO_WITH_CONDITIONS"
    GO = "GO"

    @property
    def badness(self) -> int:
        """3 for NO_GO down to 0 for GO; the worst decision wins."""
        return _DECISION_BADNESS[self]

    @property
    def exit_code(self) -> ExitCode:
        """The exit code `gonogo run` and `gonogo judge` end with."""
        return _DECISION_EXIT[self]


class ExitCode(IntEnum):
    """Every exit code of the command line. 1 is never used: a Python traceback exits 1."""

    GO = 0
    USAGE = 2
    GO_WITH_CONDITIONS = 10
    NO_GO = 20
    INCONCLUSIVE = 30
    VERIFICATION_FAILED = 40
    INTERNAL_ERROR = 70
    INTERRUPTED = 130


_DECISION_BADNESS = {
    Decision.NO_GO: 3,
    Decision.INCONCLUSIVE: 2,
    Decision.GO_WITH_CONDITIONS: 1,
    Decision.GO: 0,
}
_DECISION_EXIT = {
    Decision.GO: ExitCode.GO,
    Decision.GO_WITH_CONDITIONS: ExitCode.GO_WITH_CONDITIONS,
    Decision.NO_GO: ExitCode.NO_GO,
    Decision.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}


class TargetClass(StrEnum):
    """What an installed system is used for. Load and active scanning never run against LIVE."""

    LAB = "lab"
    TEST = "test"
    STAGING = "staging"
    LIVE = "live"


class Activity(StrEnum):
    """What a target's owner may allow beyond looking at it as a user would."""

    LOAD = "load"
    ACTIVE_SCAN = "active-scan"


class WaiverState(StrEnum):
    """What became of a waiver when the run was judged."""

    IN_USE = "in-use"
    """In force, and it covers something that is not met."""
    UNUSED = "unused"
    """In force, and nothing needed it."""
    EXCEEDED = "exceeded"
    """In force, but what is open under its scope goes beyond what it covers, or was not shown."""
    EXPIRED = "expired"
    """Run out: what it covered counts again."""
    NOT_STARTED = "not-started"
    """Its first second lies ahead."""
    INVALID = "invalid"
    """Owner and approver are the same person, or it holds longer than waivers may."""


class ReasonCode(StrEnum):
    """Why a judgement is not simply MET: the machine-readable half of a reason."""

    MET = "met"
    CHECKS_REGRESSED = "checks-regressed"
    CHECKS_FAILING = "checks-failing"
    FIX_NOT_EFFECTIVE = "fix-not-effective"
    SNAPSHOTS_CHANGED = "snapshots-changed"
    FINDINGS_NEW = "findings-new"
    LIMIT_EXCEEDED = "limit-exceeded"
    SLOWER = "slower"
    MORE_ERRORS = "more-errors"
    CANNOT_TELL = "cannot-tell"
    NO_CRITERIA = "no-criteria"
    NO_PLAN = "no-plan"
    NOTHING_PLANNED = "nothing-planned"
    STAGE_MISSING = "stage-missing"
    STAGE_ERRORED = "stage-errored"
    STAGE_TIMED_OUT = "stage-timed-out"
    STAGE_INTERRUPTED = "stage-interrupted"
    STAGE_REFUSED = "stage-refused"
    TOOL_UNAVAILABLE = "tool-unavailable"
    EVIDENCE_MISSING = "evidence-missing"
    EVIDENCE_DAMAGED = "evidence-damaged"
    PLAN_NOT_RUN = "plan-not-run"
    NO_SAMPLES = "no-samples"
    BASELINE_UNUSABLE = "baseline-unusable"
    GENERATOR_SATURATED = "generator-saturated"
    WORKER_LOST = "worker-lost"
    NOT_COMPARABLE = "not-comparable"
    IDENTITY_UNPROVEN = "identity-unproven"
    TARGET_DOWN = "target-down"
    SAME_TARGET = "same-target"
    WRONG_VERSION = "wrong-version"
    NOT_PERMITTED = "not-permitted"
    SCAN_UNPROVEN = "scan-unproven"
    FLAKY = "flaky"
    WAIVED = "waived"
    CHANGE_OPEN = "change-open"
