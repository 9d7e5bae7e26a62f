"""What a run is judged by: the definition it was run with, or a newer one of what must hold."""

from __future__ import annotations

import msgspec

from gonogo.config.loading import policy_digest
from gonogo.model import Judging, Upgrade
from gonogo.store import RunFolder


def redefined(tested: Upgrade, newer: Upgrade) -> Upgrade:
    """What was tested, judged by what the newer definition says must hold.

    Systems, versions, accounts and stage settings stay as they were when the evidence was gathered;
    criteria (of the stages that ran), expected changes, declared noise, waivers, sign-off roles and the change
    record are newer.
    """
    stages = {settings.stage for settings in tested.stages} | {"identity"}
    changed = msgspec.structs.replace(
        tested,
        change_ref=newer.change_ref,
        criteria=tuple(c for c in newer.criteria if c.stage in stages),
        noise=newer.noise,
        expected_changes=newer.expected_changes,
        waivers=newer.waivers,
        longest_waiver_days=newer.longest_waiver_days,
        signoff_roles=newer.signoff_roles,
        change=newer.change,
    )
    return msgspec.structs.replace(changed, policy_digest=policy_digest(changed))


def judging_of(folder: RunFolder, *, now: str, newer: Upgrade | None = None) -> Judging:
    """What to judge a run folder by.

    A run that was judged before is judged again at the same moment, so that the same verdict comes of it.
    A newer definition is a new judging, now.

    Raises:
        EvidenceError: `upgrade.json` or `judging.json` is damaged.
    """
    if newer is not None:
        return Judging(at=now, upgrade=redefined(folder.read_upgrade(), newer))
    if folder.was_judged():
        return folder.read_judging()
    return Judging(at=now, upgrade=folder.read_upgrade())


def is_about_the_same_test(tested: Upgrade, judged_by: Upgrade) -> bool:
    """Whether a recorded definition differs from what was tested in nothing but what must hold."""
    return judged_by in (tested, redefined(tested, judged_by))
