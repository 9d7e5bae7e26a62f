"""What stays open although the upgrade may go live: what was accepted by name, and until when."""

from __future__ import annotations

from gonogo.model import ReasonCode, WaiverStanding, WaiverState
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, one_line
from gonogo.publishing.wording import counted, day, listed, sentence

ACCEPTED_SHOWN = 10


def before_go_live(dossier: Dossier) -> tuple[str, ...]:
    """The open points of the change record, one sentence each; none when the project keeps no such record."""
    return tuple(
        sentence(one_line(judgement.reason, TEXT_LIMIT))
        for judgement in dossier.verdict.judgements
        if judgement.code is ReasonCode.CHANGE_OPEN
    )


def accepted_lines(dossier: Dossier) -> tuple[str, ...]:
    """Every waiver for this version in two or three sentences: those in use first, then those to look at."""
    ordered = sorted(dossier.verdict.waivers, key=lambda waiver: _ORDER.index(waiver.standing))
    lines = [_line(waiver, dossier) for waiver in ordered[:ACCEPTED_SHOWN]]
    more = len(ordered) - ACCEPTED_SHOWN
    if more > 0:
        lines.append(f"{counted(more, 'further waiver')} for this version.")
    others = len(dossier.upgrade.waivers) - len(ordered)
    if others:
        is_are, does = ("is", "does") if others == 1 else ("are", "do")
        lines.append(f"{counted(others, 'waiver')} {is_are} for other versions and {does} not count here.")
    return tuple(lines)


def waivers_in_use(dossier: Dossier) -> int:
    """How many waivers the decision rests on."""
    return sum(waiver.standing is WaiverState.IN_USE for waiver in dossier.verdict.waivers)


_ORDER = (
    WaiverState.IN_USE,
    WaiverState.EXCEEDED,
    WaiverState.EXPIRED,
    WaiverState.UNUSED,
    WaiverState.NOT_STARTED,
    WaiverState.INVALID,
)


def _line(waiver: WaiverStanding, dossier: Dossier) -> str:
    """What it is called, what became of it, who stands for it; each sentence short enough to read aloud."""
    parts = [f"{one_line(waiver.id, 40)}: {_became(waiver, dossier)}"]
    parts.append(f"It is about “{_subject(waiver, dossier)}”.")
    parts.append(f"Owner: {_name(waiver.owner)}. Approved by {_name(waiver.approver)}.")
    if waiver.standing is WaiverState.IN_USE:
        parts.append(f"Reason: {sentence(one_line(waiver.reason, TITLE_LIMIT))}")
    if waiver.renews and waiver.standing not in (WaiverState.INVALID, WaiverState.NOT_STARTED):
        times = counted(len(waiver.renews), "time")
        parts.append(f"Renewed {times}, after {listed([one_line(name, 40) for name in waiver.renews])}.")
    return " ".join(parts)


def _subject(waiver: WaiverStanding, dossier: Dossier) -> str:
    """The criterion as a sentence, or the difference by its title; the key where the run found no such thing."""
    names = {criterion.id: criterion.statement for criterion in dossier.upgrade.criteria}
    names |= {difference.key: difference.title for difference in dossier.verdict.differences}
    return one_line(names.get(waiver.scope, waiver.scope), TITLE_LIMIT).rstrip(".")


def _name(name: str) -> str:
    return one_line(name, TITLE_LIMIT).rstrip(".")


def _took_over(later: WaiverStanding, waiver: WaiverStanding) -> bool:
    return later.standing is WaiverState.IN_USE and waiver.id in later.renews


def _became(waiver: WaiverStanding, dossier: Dossier) -> str:
    match waiver.standing:
        case WaiverState.IN_USE:
            return f"accepted until {day(waiver.expires)}."
        case WaiverState.EXPIRED:
            after = next((w.id for w in dossier.verdict.waivers if _took_over(w, waiver)), "")
            what = f"{one_line(after, 40)} took over from it." if after else "What it covered counts again."
            return f"expired on {day(waiver.expires)}. {what}"
        case WaiverState.UNUSED:
            return "not used. Nothing needed it."
        case WaiverState.EXCEEDED:
            return "not enough. What is open now goes beyond what was accepted, or was not shown."
        case WaiverState.NOT_STARTED:
            return f"does not hold yet. It starts on {day(waiver.starts)}."
        case WaiverState.INVALID:
            days = dossier.upgrade.longest_waiver_days
            return f"does not count. It needs a second person to approve, and {days} days at most."
