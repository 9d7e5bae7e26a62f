"""What is new is looked for again, on both sides, before it is believed.

A scanner finds things once and not again, under load, in another order, by luck. So a finding that only the
upgrade shows is looked for some more times at its own place. Seen in two thirds of all looks on the upgrade
and never on the version in use, it is new; seen there even once, it was there before; seen too seldom, it is
shown and holds nothing up; and where it could not be looked for again, nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from gonogo.model import Finding, Retest, Severity, Side
from gonogo.stages.security.engine import Engine
from gonogo.stages.security.phases import together
from gonogo.stages.security.side import SideScan

SHARE = 2 / 3
"""Share of all looks on the upgrade, the first among them, that must show a finding."""

Looks = Sequence[frozenset[str] | None]


def retest(
    scans: Sequence[SideScan], is_meant: Callable[[Finding], bool], engine: Engine | None, times: int
) -> None:
    """Look again for everything new, and write on each finding what came of it.

    Args:
        scans: both sides; with one side alone nothing is new.
        is_meant: which findings this call is about.
        engine: the scanner, when there is one.
        times: how many further looks there are.

    Raises:
        Interrupted: the run is to stop.
    """
    sides = {scan.side: scan for scan in scans}
    old, new = sides.get(Side.BASELINE), sides.get(Side.CANDIDATE)
    if old is None or new is None:
        return
    known = {finding.key for finding in old.gathered.findings}
    suspects = [
        finding
        for finding in new.gathered.findings
        if finding.key not in known
        and finding.severity is not Severity.INFO
        and is_meant(finding)
        and old.gathered.has_evidence(finding.check)
    ]
    if not suspects:
        return
    looks: list[list[frozenset[str] | None]] = [
        together((old, new), lambda scan, n=number: scan.look_again(suspects, engine, n))  # type: ignore[misc]
        for number in range(1, times + 1)
    ]
    before, after = [pair[0] for pair in looks], [pair[1] for pair in looks]
    for finding in suspects:
        judged = judged_again(finding, before, after)
        new.gathered.replace(judged)
        if any(look is not None and finding.key in look for look in before):
            old.gathered.findings.append(msgspec.structs.replace(judged, retest=Retest.NONE))


def judged_again(finding: Finding, before: Looks, after: Looks) -> Finding:
    """The finding of the upgrade with what the further looks say of it.

    Args:
        finding: as it was first seen.
        before: the keys each further look saw on the version in use; None for a look that was none.
        after: the same on the upgrade.
    """
    total = len(after) + 1
    seen = 1 + sum(look is not None and finding.key in look for look in after)
    seen_before = sum(look is not None and finding.key in look for look in before)
    if any(look is None for look in (*before, *after)) and not seen_before:
        outcome, words = Retest.NOT_RUN, "It could not be looked for again on both sides."
    else:
        is_believed = seen >= SHARE * total
        outcome = Retest.CONFIRMED if is_believed else Retest.NOT_SEEN_AGAIN
        words = (
            f"Looked for again: seen {seen} of {total} times on the upgrade, "
            f"{seen_before} of {total} on the version in use."
        )
    return msgspec.structs.replace(finding, retest=outcome, detail=f"{words}\n{finding.detail}".strip())
