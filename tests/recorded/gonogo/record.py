"""Writes the run folder below `0.1.0`, with every kind of record in it. Needed once for each released version."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import msgspec
from tests.bundles import AT, SIDES, Bundle, failed, finding, passed

from gonogo import __version__
from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest
from gonogo.model import ChangeRecord, ChangeType, CheckStatus, Priority, Side, SignOffRole, Waiver
from gonogo.signing.keys import open_key
from gonogo.signing.signoff import START, Condition, Entry, SignOffDecision, append

BALANCE = "uat:rents:See a balance"
HELP = "regression:pages:help"


def bundle() -> Bundle:
    """A waived failure, a flake, a finding that is there on both sides, a document that differs by a penny."""
    made = Bundle()
    made.set("uat", Side.CANDIDATE, failed(BALANCE, "The page shows £1.00 instead of £2.00 – Ωμέγα"))
    made.set("regression", Side.CANDIDATE, passed(HELP, Priority.COULD, status=CheckStatus.FAILED, message="no"))
    made.again("uat", [passed(BALANCE)] * 2, [failed(BALANCE)] * 2)
    for side in SIDES:
        made.set("security", side, finding())
    change = ChangeRecord(
        id="CHG0041207",
        type=ChangeType.NORMAL,
        authority="Change advisory board",
        window_start="2026-12-05T18:00:00Z",
        window_end="2026-12-06T02:00:00Z",
        restore_rehearsed="2026-11-02",
    )
    waiver = Waiver(
        id="W-001",
        scope=BALANCE,
        candidate_version="8.2",
        owner="A. Shah",
        approver="B. Jones",
        reason="The supplier mends it in 8.2.1.",
        starts="2026-11-01T00:00:00Z",
        expires="2026-12-31T23:59:59Z",
        covers=(BALANCE,),
    )
    made.upgrade = msgspec.structs.replace(
        made.upgrade,
        change=change,
        waivers=(waiver,),
        signoff_roles=(SignOffRole(role="Head of Housing"), SignOffRole(role="Finance lead")),
    )
    return made


def main(place: Path) -> None:
    """Write `run` and `keys` (public ones only) into a folder."""
    os.environ["GONOGO_KEYS"] = str(place / "keys")
    folder = bundle().write(place)
    verdict, dossier = judge_folder(folder, generated_at=AT)
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)
    entry = Entry(
        previous=START,
        role="Head of Housing",
        name="A. Shah",
        decision=SignOffDecision.ACCEPT_WITH_CONDITIONS,
        conditions=(Condition(text="Check the balances by hand", owner="A. Shah", due="2026-12-07"),),
        at=AT,
        candidate=verdict.upgrade.to_version,
        covers=verdict.digests,
    )
    append(folder.path, entry, open_key("shah"))
    for private in (place / "keys").glob("*.key"):
        private.unlink()
    shutil.rmtree(place / "keys" / "signed")


if __name__ == "__main__":
    main(Path(__file__).parent / (sys.argv[1] if len(sys.argv) > 1 else __version__))
