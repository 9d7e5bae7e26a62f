"""The upgrade under test: what is declared before anything is planned or run."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from gonogo.model.access import Api, BatchCommand, Database, SignIn
from gonogo.model.base import Record
from gonogo.model.change import ChangeRecord
from gonogo.model.privacy import Privacy
from gonogo.model.retention import RetentionDays
from gonogo.model.vocabulary import Activity, Priority, Severity, Side, TargetClass


class Authorisation(Record, frozen=True, kw_only=True):
    """Who allowed load or active scanning of a target, on which hosts, and until when.

    Attributes:
        by: the person or role who authorised it.
        hosts: host names (with port when not the default) the authorisation covers.
        until: last day it holds, ISO date (YYYY-MM-DD).
    """

    by: str
    hosts: tuple[str, ...]
    until: str


class Target(Record, frozen=True, kw_only=True):
    """One installed version of the system.

    Attributes:
        side: which side it stands for.
        version: the version its owner claims; the target must state the same one itself.
        build: what tells this delivery from another of the same version (a build number, the digest of a
            package); empty when the version says it all. Results of manual tests belong to one build.
        url: where it answers, without a trailing slash. May hold `{port}` when `start` is given.
        target_class: what the installation is used for; undeclared is treated like live.
        allows: activities its owner permits.
        authorisation: who permitted them; required for any activity.
        prepare: commands run once, in order, before `start`. `{home}`, `{port}`, `{python}` are filled in.
        start: a command that serves the target until it is ended; empty when the target is already up.
        ready_s: seconds it may take to answer.
        environment: extra variables for `prepare` and `start`; values may be secret references.
    """

    side: Side
    version: str
    url: str
    target_class: TargetClass | None = None
    allows: tuple[Activity, ...] = ()
    authorisation: Authorisation | None = None
    prepare: tuple[tuple[str, ...], ...] = ()
    start: tuple[str, ...] = ()
    ready_s: float = 60.0
    environment: dict[str, str] = {}
    build: str = ""


class Identity(Record, frozen=True, kw_only=True):
    """How a target states its own version.

    Attributes:
        path: page or API path, from the target's URL.
        pattern: regular expression with one group, the version as stated.
        data_path, data_pattern: the same for the data it holds (the day of the copy, the last booking);
            empty when that is not stated. Both sides must state the same before the tests.
    """

    path: str
    pattern: str
    data_path: str = ""
    data_pattern: str = ""


class User(Record, frozen=True, kw_only=True):
    """A test account, the same on both sides. `password` is a reference (`env:NAME`)."""

    role: str
    username: str
    password: str


class StageSettings(Record, frozen=True, kw_only=True):
    """One stage as configured. `options` are the stage's own settings, validated, as JSON-like data."""

    stage: str
    timeout_s: float = 900.0
    options: dict[str, Any] = {}


class CriterionKind(StrEnum):
    """What a criterion counts or compares."""

    IDENTITY = "identity"
    """Both targets answered and stated the versions claimed, and they are two systems."""
    RUN_SHARE = "run-share"
    """At least `limit` (0–1) of the stage's planned checks produced evidence on both sides."""
    REGRESSED = "regressed"
    """At most `limit` checks of `scope_priority` passed on the baseline and failed on the candidate."""
    FAILING = "failing"
    """At most `limit` checks of `scope_priority` fail on the candidate, whether or not they fail today."""
    FIXED = "fixed"
    """Every check whose key matches `scope_key` passes on the candidate: a promised fix has its effect."""
    CHANGED = "changed"
    """At most `limit` snapshots of `scope_priority` differ beyond tolerance."""
    NEW_FINDINGS = "new-findings"
    """At most `limit` findings of `scope_severity` or worse are new on the candidate."""
    NO_SLOWER = "no-slower"
    """Response time is shown to be no more than `limit` percent worse."""
    NO_MORE_ERRORS = "no-more-errors"
    """The error ratio is at most `limit` (absolute, 0–1) above the baseline's."""
    MAXIMUM = "maximum"
    """The candidate's measurements matching `scope_key` are at most `limit` (in their unit)."""


class Criterion(Record, frozen=True, kw_only=True):
    """One acceptance criterion.

    Attributes:
        id: stable name, `<stage>.<key>`.
        stage: the stage it looks at.
        kind: what is counted or compared.
        priority: what not meeting it means for the decision.
        limit: the number compared with; unit depends on `kind`.
        statement: the criterion as a plain sentence.
        scope_priority, scope_severity, scope_key: narrow it, where the kind says so.
    """

    id: str
    stage: str
    kind: CriterionKind
    priority: Priority
    limit: float
    statement: str
    scope_priority: Priority | None = None
    scope_severity: Severity | None = None
    scope_key: str = ""

    @property
    def fix(self) -> str:
        """The number of the promised fix it confirms, as its id ends (`uat.fix.CVE-2024-39124`); else empty."""
        return self.id.partition(".fix.")[2] if self.kind is CriterionKind.FIXED else ""


class Waiver(Record, frozen=True, kw_only=True):
    """What two named people accepted although it is not met: for one candidate version, until a moment.

    Attributes:
        id: unique among the project's waivers.
        scope: the criterion's id, or the key of one difference.
        covers: the keys that were known when it was accepted. Anything else is not covered.
        severity: no finding worse than this is covered; None sets no bound.
        up_to: for criteria that measure: the limit accepted instead of the criterion's, in its unit.
        owner: who lives with the risk and sees it through.
        approver: who agreed to it; never the owner.
        starts, expires: first and last second it holds, ISO 8601 UTC.
    """

    id: str
    scope: str
    candidate_version: str
    owner: str
    approver: str
    reason: str
    starts: str
    expires: str
    covers: tuple[str, ...] = ()
    severity: Severity | None = None
    up_to: float | None = None


class ExpectedChange(Record, frozen=True, kw_only=True):
    """A difference the vendor documented and a person accepted beforehand.

    Attributes:
        key: the comparison key, or a shell-style pattern for several (`regression:snapshot:about*`).
        reason: what the release notes say.
        accepted_by: who accepted it.
        rule, where: when given, only findings of this rule at this place are meant.
        within: when given, only a snapshot that is the same everywhere else is meant; written as
            `DeclaredNoise.ignore` is.
    """

    key: str
    reason: str
    accepted_by: str
    rule: str = ""
    where: str = ""
    within: tuple[str, ...] = ()


class DeclaredNoise(Record, frozen=True, kw_only=True):
    """What a person declared to change by itself in a page, table or document.

    Attributes:
        key: the snapshot's key, or a shell-style pattern for several (`regression:snapshot:Home*`).
        ignore: what is not compared, in the way of its form: a regular expression (text, tree), a path (JSON,
            XML), a column (table), `left, top, width, height` in pixels (picture).
        reason: why it changes by itself.
        declared_by: who says so.
    """

    key: str
    ignore: tuple[str, ...]
    reason: str
    declared_by: str


class Replay(Record, frozen=True, kw_only=True):
    """How a difference is tried again before it is believed.

    Attributes:
        times: how often, on both sides; 0 believes what was seen once.
        time_limit_s: no further time is begun that would probably not end within so many seconds.
        most_checks: how many checks of one stage are tried again; of each cause some come first.
    """

    times: int = 3
    time_limit_s: float = 300.0
    most_checks: int = 40


class SignOffRole(Record, frozen=True, kw_only=True):
    """A role that must sign before the upgrade counts as signed off."""

    role: str
    areas: tuple[str, ...] = ()


class Upgrade(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.upgrade/1"):
    """The definition of one upgrade test: everything declared, nothing found.

    Attributes:
        system: name of the vendor system.
        change_ref: the change record's reference; may be empty.
        baseline, candidate: the two targets.
        identity: how each states its version.
        users: test accounts by role.
        sign_in, api, batch, databases: how the system is used besides its address, the same on both sides.
        stages: the stages to run, in the order they are listed.
        criteria: every criterion, defaults included.
        expected_changes: documented changes accepted beforehand.
        waivers: every waiver of the project, whatever its dates and version.
        longest_waiver_days: the longest a waiver may hold.
        signoff_roles: who must sign.
        left_out: stages of the project that this run was told to leave out; nothing is shown about them.
        change: the change record; None when the project keeps none here.
        retention: how long what the run keeps is kept.
        privacy: what personal data is taken out of the evidence.
        replay: how differences are tried again.
        noise: what people declared to change by itself.
        allowed_origins: addresses besides the target's own that browsers may reach (scheme, host and port).
        policy_digest: sha256 of the canonical criteria, expected changes and stage settings.
    """

    system: str
    change_ref: str
    baseline: Target
    candidate: Target
    identity: Identity
    users: tuple[User, ...] = ()
    sign_in: SignIn | None = None
    api: Api | None = None
    batch: dict[str, BatchCommand] = {}
    databases: dict[str, Database] = {}
    stages: tuple[StageSettings, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    expected_changes: tuple[ExpectedChange, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    longest_waiver_days: int = 90
    signoff_roles: tuple[SignOffRole, ...] = ()
    left_out: tuple[str, ...] = ()
    change: ChangeRecord | None = None
    retention: RetentionDays = RetentionDays()
    privacy: Privacy = Privacy()
    policy_digest: str = ""
    replay: Replay = Replay()
    noise: tuple[DeclaredNoise, ...] = ()
    allowed_origins: tuple[str, ...] = ()

    def target(self, side: Side) -> Target:
        """The target a side stands for; BASELINE_REPEAT is the baseline's."""
        return self.candidate if side is Side.CANDIDATE else self.baseline
