"""What was seen on one side. An observation never says which side, and never holds an opinion."""

from __future__ import annotations

from enum import StrEnum

from gonogo.model.base import Record
from gonogo.model.vocabulary import CheckStatus, Discipline, Priority, Severity


class CheckResult(Record, frozen=True, kw_only=True, tag_field="kind", tag="check"):
    """One check carried out.

    Attributes:
        key: the planned check's key.
        status: what it came to.
        title: as in the plan.
        message: what a person would see, first (empty when passed).
        detail: the technical cause: assertion, traceback text, response. Redacted, size-capped.
        where: the request or page element at fault, without host (`GET /rents/17`, `button#pay`).
        duration_s: seconds.
        attempts: how often it ran before this result; more than 1 is shown as a possible flake.
        artefacts: files, relative to the stage's folder.
        testers: who walked it, when people did; empty for what a tool carried out.
    """

    key: str
    status: CheckStatus
    title: str = ""
    message: str = ""
    detail: str = ""
    where: str = ""
    duration_s: float = 0.0
    attempts: int = 1
    priority: Priority = Priority.MUST
    discipline: Discipline = Discipline.FUNCTIONAL
    feature: str = ""
    artefacts: tuple[str, ...] = ()
    testers: tuple[str, ...] = ()


class Measurement(Record, frozen=True, kw_only=True, tag_field="kind", tag="measurement"):
    """One measured quantity.

    Attributes:
        key: `<stage>:<subject>:<statistic>`, e.g. `load:Rent search:log_mean`.
        title: the subject in plain words (`Rent search`).
        statistic: what was computed (`log_mean`, `p95_ms`, `p98_ms`, `error_ratio`, `requests_per_s`).
        value: over all rounds.
        unit: `ms`, `ln(ms)`, `ratio`, `1/s`, `MiB`, `count`.
        sample_count: how many samples `value` rests on; 0 makes it no evidence.
        series: one value per round, in round order; index i of both sides belongs to the same pair.
        weight: the subject's share of the planned mix (0–1); 0 for totals.
    """

    key: str
    title: str
    statistic: str
    value: float
    unit: str
    sample_count: int
    series: tuple[float, ...] = ()
    weight: float = 0.0


class Retest(StrEnum):
    """What looking for a new finding again, on both sides, came to."""

    NONE = ""
    """It was not looked for again: it needs no attack to be seen, or holds nothing up."""
    CONFIRMED = "confirmed"
    """Seen on the candidate in most looks, never on the baseline."""
    NOT_SEEN_AGAIN = "not-seen-again"
    """Seen on the candidate too seldom to be believed."""
    NOT_RUN = "not-run"
    """It could not be looked for again, so nobody knows."""


class Finding(Record, frozen=True, kw_only=True, tag_field="kind", tag="finding"):
    """One fault a scanner or audit reports.

    Attributes:
        key: the identity used to match it across sides (never host, port, value or severity).
        rule: `<tool>:<rule id>`.
        severity, confidence: as mapped from the tool.
        title: the fault in plain words.
        where: route or file and definition, without host.
        detail: the technical part; redacted.
        count: how many places share this key.
        is_count_exact: whether a grown count means the fault spread; False where a scanner stops counting.
        fingerprints: further identities, by level (`L1` strict … `L3` site-wide).
        check: key of the check that must have run for its absence to mean anything.
        retest: for a finding only the candidate has: what looking for it again came to.
    """

    key: str
    rule: str
    severity: Severity
    title: str
    where: str
    confidence: Severity = Severity.HIGH
    detail: str = ""
    remedy: str = ""
    count: int = 1
    is_count_exact: bool = False
    fingerprints: dict[str, str] = {}
    discipline: Discipline = Discipline.SECURITY
    check: str = ""
    retest: Retest = Retest.NONE


class SnapshotForm(StrEnum):
    """How a snapshot's content is compared."""

    IMAGE = "image"
    """PNG, pixel by pixel, a shift of up to two pixels forgiven."""
    TEXT = "text"
    """Lines of text."""
    TREE = "tree"
    """A page's accessibility tree (roles and names), as indented text."""
    TABLE = "table"
    """Rows of named columns, stored as CSV; row order does not matter, money is exact."""
    JSON = "json"
    XML = "xml"
    """Canonical XML; attribute order does not matter."""


class Snapshot(Record, frozen=True, kw_only=True, tag_field="kind", tag="snapshot"):
    """A page, document or table kept for comparison with the other side.

    Attributes:
        key: `<stage>:snapshot:<name>`.
        title: what it shows.
        form: how it is compared.
        artefact: the file, relative to the stage's folder.
        sha256: digest of that file.
        row_key: for tables, the columns that identify a row; empty compares whole rows.
        volatile: for text, tree, JSON and XML: patterns or paths that may differ without meaning.
        tolerance: for images, the share of pixels (0–1) that may differ.
        check: key of the check that captured it.
    """

    key: str
    title: str
    form: SnapshotForm
    artefact: str
    sha256: str
    priority: Priority = Priority.SHOULD
    discipline: Discipline = Discipline.VISUAL
    row_key: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    tolerance: float = 0.0
    check: str = ""


Observation = CheckResult | Measurement | Finding | Snapshot
