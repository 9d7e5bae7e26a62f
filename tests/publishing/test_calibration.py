"""What a report says about the gate's own errors."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest

from gonogo.model import Calibration, Decision, UnreliableCheck
from gonogo.publishing.base import Dossier
from gonogo.publishing.sections.calibration import UNMEASURED, calibration_sentences
from gonogo.publishing.summary import summary


def with_calibration(dossier: Dossier, **changes: Any) -> Dossier:
    found = Calibration(
        system=dossier.upgrade.system,
        version=dossier.upgrade.baseline.version,
        at="2026-11-20T10:00:00Z",
        decisions=(*[Decision.GO] * 9, Decision.NO_GO),
        no_go_low=0.0025,
        no_go_high=0.4450,
        packs=dossier.plan.packs,
        policy=dossier.upgrade.policy_digest,
    )
    return dataclasses.replace(dossier, calibration=msgspec.structs.replace(found, **changes))


def test_a_gate_that_was_never_measured_says_so(go: Dossier) -> None:
    assert calibration_sentences(go) == (UNMEASURED,)


def test_the_rate_comes_with_its_date_its_interval_and_its_packs(go: Dossier) -> None:
    said = calibration_sentences(with_calibration(go, packs="sha256:0123456789abcdef"))[0]
    assert "On 20 November 2026" in said
    assert "compared with itself 10 times: 1 ended in a false NO-GO" in said
    assert "between 0% and 44%" in said
    assert "sha256:0123456789ab" in said


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"packs": "sha256:other"}, "the test packs changed"),
        ({"policy": "sha256:other"}, "what has to hold changed"),
        ({"version": "7.9"}, "the version in use changed"),
    ],
)
def test_a_calibration_made_with_something_else_is_out_of_date(
    changes: dict[str, Any], changed: str, go: Dossier
) -> None:
    said = " ".join(calibration_sentences(with_calibration(go, **changes)))
    assert f"out of date: {changed} since" in said
    assert "out of date" not in " ".join(calibration_sentences(with_calibration(go)))


def test_unreliable_checks_are_named(go: Dossier) -> None:
    checks = tuple(UnreliableCheck(key=f"k{n}", title=f"Check {n}", times=2) for n in range(7))
    said = " ".join(calibration_sentences(with_calibration(go, unreliable=checks)))
    assert "Check 0" in said
    assert "2 others" in said


def test_the_summary_quotes_it(go: Dossier) -> None:
    assert "compared with itself 10 times" in summary(with_calibration(go))
