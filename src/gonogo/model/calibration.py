"""How often the gate errs on a version compared with itself, as it was last measured."""

from __future__ import annotations

from gonogo.model.base import Record
from gonogo.model.vocabulary import Decision


class UnreliableCheck(Record, frozen=True, kw_only=True):
    """A check, page, finding or criterion that told a version apart from itself.

    Attributes:
        times: in how many of the comparisons.
        what: what it said, as last seen.
    """

    key: str
    title: str
    times: int
    what: str = ""


class Calibration(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.calibration/1"):
    """The version in use compared with itself, several times over.

    Attributes:
        system, version: what was compared with itself.
        at: when it was finished, ISO 8601 UTC.
        decisions: the decision of each comparison. Any NO_GO is a false one.
        no_go_low, no_go_high: the interval that holds the true share of false NO_GO with a confidence of 95%.
        packs, policy: digests of the packs and the policy it was made with; with others it says nothing.
        stages: the stages that were run.
        unreliable: what differed although nothing had changed, most often first.
    """

    system: str
    version: str
    at: str
    decisions: tuple[Decision, ...]
    no_go_low: float
    no_go_high: float
    packs: str
    policy: str
    stages: tuple[str, ...] = ()
    unreliable: tuple[UnreliableCheck, ...] = ()

    @property
    def false_no_go(self) -> int:
        """How many of the comparisons ended in NO_GO."""
        return sum(decision is Decision.NO_GO for decision in self.decisions)
