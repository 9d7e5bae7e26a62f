"""How far the gate itself can be trusted: the latest calibration, in sentences."""

from __future__ import annotations

from gonogo.model import Calibration, Decision
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line
from gonogo.publishing.wording import counted, day, listed

UNMEASURED = "How often this gate is wrong was not measured for this system; “gonogo calibrate” does so."
_NAMED = 5


def calibration_sentences(dossier: Dossier) -> tuple[str, ...]:
    """The latest calibration with its date, its interval and what was unreliable; or that there is none."""
    found = dossier.calibration
    if found is None:
        return (UNMEASURED,)
    sentences = [_rate(found), *_age(found, dossier)]
    undecided = sum(d is Decision.INCONCLUSIVE for d in found.decisions)
    if undecided:
        sentences.append(f"{undecided} of these ended without an answer.")
    if found.unreliable:
        names = listed([one_line(check.title, TITLE_LIMIT) for check in found.unreliable[:_NAMED]])
        more = len(found.unreliable) - _NAMED
        rest = f" and {counted(more, 'other')}" if more > 0 else ""
        sentences.append(f"Not the same each time, although nothing had changed: {names}{rest}.")
    return tuple(sentences)


def _rate(found: Calibration) -> str:
    times = len(found.decisions)
    version = one_line(found.version, TITLE_LIMIT)
    return (
        f"On {day(found.at[:10])} version {version} was compared with itself {counted(times, 'time')}: "
        f"{found.false_no_go} ended in a false NO-GO, so the true rate is between {found.no_go_low:.0%} "
        f"and {found.no_go_high:.0%} (in 19 cases of 20). Test packs: {found.packs[:19]}."
    )


def _age(found: Calibration, dossier: Dossier) -> list[str]:
    """Why the calibration may say nothing about this run: what it was made with has changed since."""
    changed = []
    if found.packs != dossier.plan.packs:
        changed.append("the test packs")
    if found.policy != dossier.upgrade.policy_digest:
        changed.append("what has to hold")
    if found.version != dossier.upgrade.baseline.version:
        changed.append("the version in use")
    if not changed:
        return []
    return [f"This calibration is out of date: {listed(changed)} changed since. Run “gonogo calibrate”."]
