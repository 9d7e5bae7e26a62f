"""How long what a run keeps is kept."""

from __future__ import annotations

from enum import StrEnum

from gonogo.model.base import Record


class RetentionClass(StrEnum):
    """What kind of thing a file is, as far as keeping it is concerned."""

    PICTURE = "picture"
    """Screenshots, videos, traces: what a screen showed, people's data among it."""
    EXTRACT = "extract"
    """Tables and documents taken out of the system: rows about people."""
    EVIDENCE = "evidence"
    """Everything else the tools wrote, and the observations read from it."""
    REPORT = "report"
    """What was published and signed."""
    RECORD = "record"
    """Digests, plan, verdict, signatures: they hold no evidence themselves and outlive it."""


class RetentionDays(Record, frozen=True, kw_only=True):
    """How many days each class is kept, counted from the day the run started. Records are not deleted."""

    picture: int = 90
    extract: int = 90
    evidence: int = 365
    report: int = 2190

    def of(self, kind: RetentionClass) -> int | None:
        """Days for a class; None for what is not deleted."""
        match kind:
            case RetentionClass.PICTURE:
                return self.picture
            case RetentionClass.EXTRACT:
                return self.extract
            case RetentionClass.EVIDENCE:
                return self.evidence
            case RetentionClass.REPORT:
                return self.report
            case RetentionClass.RECORD:
                return None
