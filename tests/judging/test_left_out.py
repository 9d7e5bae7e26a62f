"""A run that was told to leave stages out shows nothing about them."""

from __future__ import annotations

from pathlib import Path

import msgspec
from tests.bundles import Bundle

from gonogo.model import Decision, ReasonCode, Ruling


def test_a_run_without_some_stages_is_never_a_go(tmp_path: Path) -> None:
    bundle = Bundle()
    assert bundle.judge(tmp_path / "all").decision is Decision.GO
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, left_out=("load",))
    verdict = bundle.judge(tmp_path / "reports")
    assert verdict.decision is Decision.INCONCLUSIVE
    (open_,) = [judgement for judgement in verdict.judgements if judgement.ruling is not Ruling.MET]
    assert (open_.stage, open_.code) == ("load", ReasonCode.STAGE_MISSING)
    assert open_.reason == "The load stage was left out of this run, so nothing was shown about it."
