"""Whose doing a difference is, as far as the evidence shows.

| what was seen                                                                   | blame         |
|---------------------------------------------------------------------------------|---------------|
| the failure itself names a full disk or a crashed browser                        | `environment` |
| no connection or a gateway error, and the candidate was down at the end, or it   | `environment` |
| did not happen every time                                                        |               |
| the two sides did not hold the same data beforehand                              | `data`        |
| the tool that found it had another version or other rules on the other side      | `scanner`     |
| repeated: sometimes so, sometimes not                                            | `flake`       |
| repeated: every time on the candidate, never on the baseline; or not repeated    | `candidate`   |

Not repeated, a difference is believed as it was seen: doubt has to be shown, and then it permits nothing
(`judging.counting`). What fails on both sides is `pre-existing` from the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from gonogo.comparing.environment import Sign, sign_in
from gonogo.comparing.findings import is_worse
from gonogo.comparing.repeats import Repeat, counted_again
from gonogo.model import (
    Again,
    Blame,
    Change,
    CheckResult,
    CheckStatus,
    Difference,
    Finding,
    Side,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a stage saw besides the difference itself.

    Attributes:
        repeats: every time its doubtful checks were carried out again.
        candidate: the candidate's results of the first pass.
        baseline_findings, candidate_findings: the findings of the first pass, by key.
        is_candidate_down: whether the candidate had stopped answering when the tests ended.
        is_other_data: whether the sides were shown to hold different data beforehand.
        changed_tools: names of tools that were not the same on both sides.
    """

    repeats: tuple[Repeat, ...] = ()
    candidate: Mapping[str, CheckResult] = field(default_factory=dict)
    baseline_findings: Mapping[str, Finding] = field(default_factory=dict)
    candidate_findings: Mapping[str, Finding] = field(default_factory=dict)
    is_candidate_down: bool = False
    is_other_data: bool = False
    changed_tools: frozenset[str] = frozenset()


def with_blame(differences: Iterable[Difference], seen: Seen) -> list[Difference]:
    """The differences of one stage, each with the blame that the evidence gives it."""
    return [_blamed(difference, seen) for difference in differences]


def _blamed(difference: Difference, seen: Seen) -> Difference:
    match difference.subject:
        case "check":
            return _check(difference, seen)
        case "finding" if difference.change is Change.REGRESSED and difference.blame is Blame.CANDIDATE:
            return _finding(difference, seen)
        case "snapshot" if difference.change is Change.REGRESSED:
            # Its repeats were counted where its content was compared.
            return _settled(difference, difference.again, Sign.NONE, seen)
        case _:
            return difference


def _check(difference: Difference, seen: Seen) -> Difference:
    result = seen.candidate.get(difference.key)
    if result is None:
        return difference
    if difference.change is Change.STILL_PASSING:
        return difference if result.attempts == 1 else _second_try(difference, result, seen)
    if difference.change is not Change.REGRESSED:
        return difference
    again = counted_again(seen.repeats, lambda repeat: _did_the_same(repeat, difference))
    return _settled(difference, again, sign_in(result.message, result.detail), seen)


def _did_the_same(repeat: Repeat, difference: Difference) -> bool | None:
    if not repeat.looked(difference.key):
        return None
    first = difference.baseline_status if repeat.side is Side.BASELINE else difference.candidate_status
    return repeat.checks[difference.key].status is first


def _second_try(difference: Difference, result: CheckResult, seen: Seen) -> Difference:
    """A check that failed on the candidate and passed when tried again at once: only more passes settle it."""
    again = counted_again(seen.repeats, lambda repeat: _did_the_same(repeat, difference))
    is_settled = again is not None and again.candidate_same > 0 and again.candidate_other == 0
    return msgspec.structs.replace(
        difference,
        change=Change.STILL_PASSING if is_settled else Change.REGRESSED,
        blame=Blame.FLAKE,
        detail=_joined(result.message, difference.detail, _told("second try", again)),
        again=again,
    )


def _finding(difference: Difference, seen: Seen) -> Difference:
    old, first = seen.baseline_findings.get(difference.key), seen.candidate_findings[difference.key]

    def is_same(repeat: Repeat) -> bool | None:
        if not first.check or not repeat.looked(first.check):
            return None
        new = repeat.findings.get(difference.key)
        is_there = new is not None and is_worse(old, new)
        return is_there is (repeat.side is Side.CANDIDATE)

    return _settled(difference, counted_again(seen.repeats, is_same), Sign.NONE, seen)


def _settled(difference: Difference, again: Again | None, sign: Sign, seen: Seen) -> Difference:
    blame = _blame(difference, again, sign, seen)
    detail = _joined(difference.detail, _told(difference.subject, again), _NOTES[blame])
    return msgspec.structs.replace(difference, blame=blame, again=again, detail=detail)


def _blame(difference: Difference, again: Again | None, sign: Sign, seen: Seen) -> Blame:
    is_steady = again is not None and again.is_steady
    if sign is Sign.MACHINE:
        return Blame.ENVIRONMENT
    if sign is Sign.NETWORK and (seen.is_candidate_down or (again is not None and again.candidate_other)):
        return Blame.ENVIRONMENT
    if seen.is_other_data:
        return Blame.DATA
    if difference.subject == "finding" and _has_changed_tool(difference, seen):
        return Blame.SCANNER
    if again is None or is_steady or _cannot_be_repeated(again):
        return Blame.CANDIDATE
    return Blame.FLAKE if again.baseline_other or again.candidate_other else Blame.CANDIDATE


def _has_changed_tool(difference: Difference, seen: Seen) -> bool:
    """Whether the tool that found it, named by the first part of its rule (`bandit:B307`), is another one."""
    tool = seen.candidate_findings[difference.key].rule.partition(":")[0].lower()
    return any(name == tool or name.startswith(f"{tool}-") for name in seen.changed_tools)


def _cannot_be_repeated(again: Again) -> bool:
    """Whether the baseline never did again as it did first, while the candidate always did.

    That is what a check does that uses up what it needs (it creates a record that may exist once only).
    The first pass met both sides on equal terms; the repeats did not, so they take nothing from it.
    """
    return again.baseline_same == 0 and again.baseline_other > 1 and again.candidate_other == 0


_NOTES = {
    Blame.CANDIDATE: "",
    Blame.PRE_EXISTING: "",
    Blame.NONE: "",
    Blame.FLAKE: "It gives different answers when repeated, so it does not show whose doing this is.",
    Blame.ENVIRONMENT: "The machine, the browser or the network was at fault, so nothing was shown.",
    Blame.DATA: "The two sides did not hold the same data beforehand, so nothing was shown.",
    Blame.SCANNER: "The tool that found it was not the same on both sides, so nothing was shown.",
}


_WORDS = {
    "check": ("failed", "passed"),
    "second try": ("passed", "passed"),
    "finding": ("was found", "was not there"),
    "snapshot": ("differed", "stayed the same"),
}


def _told(subject: str, again: Again | None) -> str:
    """The counts of the repeats as a sentence; empty when there were none."""
    if again is None:
        return ""
    on_candidate, on_baseline = _WORDS[subject]
    candidate = f"{again.candidate_same} of {again.candidate_same + again.candidate_other}"
    baseline = f"{again.baseline_same} of {again.baseline_same + again.baseline_other}"
    return (
        f"Repeated: it {on_candidate} {candidate} times on the upgrade "
        f"and {on_baseline} {baseline} times on the version in use."
    )


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def has_failed(results: Mapping[str, CheckResult], key: str) -> bool:
    """Whether the check with this key is there and failed."""
    result = results.get(key)
    return result is not None and result.status is CheckStatus.FAILED
