"""The words reports use: every status, decision and kind of quality in plain English, numbers in UK form.

Each table names every member of its enum (a test holds it): there is no default word.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gonogo.model import (
    Blame,
    Change,
    CheckStatus,
    Decision,
    Discipline,
    Priority,
    Ruling,
    Severity,
    Side,
    StageStatus,
    TargetClass,
    Upgrade,
)

DECISIONS = {
    Decision.GO: "Go",
    Decision.GO_WITH_CONDITIONS: "Go with conditions",
    Decision.NO_GO: "No-go",
    Decision.INCONCLUSIVE: "We do not have enough evidence yet",
}
"""The four answers, as people say them."""

RULINGS = {
    Ruling.MET: "Met",
    Ruling.NOT_MET: "Not met",
    Ruling.INCONCLUSIVE: "Not shown",
    Ruling.WAIVED: "Waived",
}

SYMBOLS = {Ruling.MET: "✔", Ruling.NOT_MET: "✘", Ruling.INCONCLUSIVE: "?", Ruling.WAIVED: "◐"}
"""A mark beside each ruling's word; never instead of it."""

CHECK_STATUSES = {
    CheckStatus.PASSED: "Passed",
    CheckStatus.FAILED: "Failed",
    CheckStatus.BROKEN: "Could not be carried out",
    CheckStatus.SKIPPED: "Left out",
    CheckStatus.EMPTY: "Ran nothing",
    CheckStatus.UNDEFINED: "Has steps that do not exist",
}

STAGE_STATUSES = {
    StageStatus.COMPLETED: "Finished",
    StageStatus.ERRORED: "Stopped with an error",
    StageStatus.TIMED_OUT: "Ran out of time",
    StageStatus.INTERRUPTED: "Was stopped",
    StageStatus.REFUSED: "Was not started",
    StageStatus.UNAVAILABLE: "Tool is not installed",
}

CHANGES = {
    Change.REGRESSED: "Worse",
    Change.FIXED: "Better",
    Change.STILL_FAILING: "Already happens today",
    Change.STILL_PASSING: "Same",
    Change.ADDED: "New",
    Change.REMOVED: "Gone",
    Change.NOT_COMPARABLE: "Could not be compared",
}

BLAMES = {
    Blame.CANDIDATE: "the upgrade",
    Blame.PRE_EXISTING: "already there today",
    Blame.FLAKE: "it gives different answers when repeated",
    Blame.ENVIRONMENT: "the test environment",
    Blame.DATA: "the test data",
    Blame.SCANNER: "the scanning tool",
    Blame.NONE: "",
}

PRIORITIES = {
    Priority.MUST: "Must-have",
    Priority.SHOULD: "Should-have",
    Priority.COULD: "Could-have",
}

SEVERITIES = {
    Severity.CRITICAL: "Critical",
    Severity.HIGH: "Serious",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
    Severity.INFO: "For information",
}

DISCIPLINES = {
    Discipline.FUNCTIONAL: "Everyday tasks",
    Discipline.VISUAL: "How pages look",
    Discipline.ACCESSIBILITY: "Accessibility",
    Discipline.DATA: "Records carried over",
    Discipline.MONEY: "Money",
    Discipline.INTERFACE: "Links to other systems",
    Discipline.BATCH: "Overnight jobs",
    Discipline.REPORT: "Reports",
    Discipline.ACCESS: "User access",
    Discipline.PERFORMANCE: "Speed",
    Discipline.SECURITY: "Security",
    Discipline.MISSING_PAGE: "Missing pages",
    Discipline.LANGUAGE: "Wording",
    Discipline.TIME: "Dates and times",
    Discipline.SESSION: "Signing in and out",
    Discipline.IDENTITY: "Right versions tested",
}

STAGES = {
    "uat": "Acceptance tests",
    "regression": "Regression tests",
    "load": "Load test",
    "security": "Security tests",
    "identity": "Right systems",
    "evidence": "Evidence",
}
"""The built-in stages; any other stage is called by its own name (`stage_name`)."""

# Named here because a month's name from the C library depends on the machine's language.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

TARGET_CLASSES = {
    TargetClass.LAB: "a laboratory system",
    TargetClass.TEST: "a test system",
    TargetClass.STAGING: "a staging system",
    TargetClass.LIVE: "the live system",
}


def stage_name(stage: str) -> str:
    """A stage as people say it."""
    return STAGES.get(stage, stage.replace("-", " ").replace("_", " ").capitalize())


def side_name(side: Side, upgrade: Upgrade) -> str:
    """A side with its version and what it is: `8.2.0 (the upgrade)`."""
    version = upgrade.target(side).version
    match side:
        case Side.BASELINE:
            return f"{version} (in use today)"
        case Side.CANDIDATE:
            return f"{version} (the upgrade)"
        case Side.BASELINE_REPEAT:
            return f"{version} (in use today, second run)"


def number(value: int) -> str:
    """A whole number with thousands separated: `1,204`."""
    return f"{value:,}"


def counted(count: int, singular: str, plural: str = "") -> str:
    """A number with its noun: `1 check`, `3 checks`, `2 security findings`."""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def out_of(part: int, whole: int, noun: str = "") -> str:
    """Both parts of a share: `41 of 42`, `41 of 42 checks`; never a bare percentage."""
    share = f"{number(part)} of {number(whole)}"
    if not noun:
        return share
    return f"{share} {noun if whole == 1 else noun + 's'}"


def listed(words: Sequence[str], *, most: int = 0) -> str:
    """Words as a list in a sentence: `a, b and c`; with `most`, the rest as `and 4 more`."""
    if most and len(words) > most:
        return f"{', '.join(words[:most])} and {number(len(words) - most)} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop, unless it ends a sentence already."""
    stripped = text.strip()
    if not stripped:
        return ""
    started = stripped[0].upper() + stripped[1:]
    return started if started[-1] in ".!?…:" else f"{started}."


def money(pence: int) -> str:
    """Pence as pounds: `£1,234.56`, `-£0.05`."""
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def day(moment: str) -> str:
    """An ISO date or moment as a UK date: `9 November 2026`; the text itself when it is neither."""
    parsed = _parsed(moment)
    return f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}" if parsed else moment


def day_and_time(moment: str) -> str:
    """An ISO moment as `9 November 2026 at 10:05 UTC`; the text itself when it is none."""
    parsed = _parsed(moment)
    return f"{day(moment)} at {parsed:%H:%M} UTC" if parsed else moment


def duration(seconds: float) -> str:
    """A duration in the unit people would use: `0.4 seconds`, `3 minutes`, `2 hours 5 minutes`."""
    if seconds < 9.95:
        return f"{seconds:.1f} seconds"
    whole = round(seconds)
    if whole < 120:
        return counted(whole, "second")
    minutes = round(whole / 60)
    if minutes < 120:
        return counted(minutes, "minute")
    return f"{counted(minutes // 60, 'hour')} {counted(minutes % 60, 'minute')}"


def size(size_bytes: int) -> str:
    """A file size: `900 bytes`, `12 KB`, `3.4 MB`."""
    if size_bytes < 1_000:
        return counted(size_bytes, "byte")
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1_000:.0f} KB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def slower(share: float) -> str:
    """A change of response time as words: `12% slower`, `3% faster`, `the same`. `share` is 0.12 for +12%."""
    percent = round(share * 100)
    if percent == 0:
        return "the same"
    return f"{abs(percent):,}% {'slower' if percent > 0 else 'faster'}"


def between(low: float, high: float) -> str:
    """A range of changes of response time as words: `8% to 12% slower`, `2% faster to 3% slower`."""
    first, second = round(low * 100), round(high * 100)
    if first == second:
        return slower(high)
    if first * second > 0:
        smaller, larger = sorted((abs(first), abs(second)))
        return f"{smaller:,}% to {larger:,}% {'slower' if first > 0 else 'faster'}"
    return f"{slower(low)} to {slower(high)}"


def _parsed(moment: str) -> datetime | None:
    try:
        return datetime.fromisoformat(moment)
    except ValueError:
        return None
