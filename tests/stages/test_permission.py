"""Load and active scanning start only where a named person allowed them."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from gonogo.model import Activity, Authorisation, Side, Target, TargetClass
from gonogo.stages.permission import refusal

TODAY = date(2026, 11, 20)
URL = "http://test.example.org:8080"
ALLOWED = Target(
    side=Side.CANDIDATE,
    version="2",
    url=URL,
    target_class=TargetClass.TEST,
    allows=(Activity.LOAD, Activity.ACTIVE_SCAN),
    authorisation=Authorisation(by="A. Shah", hosts=("test.example.org",), until="2026-11-20"),
)


@pytest.mark.parametrize("activity", Activity)
def test_an_authorised_test_system_may_be_loaded_and_scanned(activity: Activity) -> None:
    assert refusal(ALLOWED, URL, activity, TODAY) is None


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "live": ({"target_class": TargetClass.LIVE}, "never allowed on a live system"),
    "undeclared": ({"target_class": None}, "declares no class"),
    "not allowed": ({"allows": ()}, "does not allow it"),
    "nobody authorised": ({"authorisation": None}, "nobody authorised it"),
    "nameless": (
        {"authorisation": Authorisation(by=" ", hosts=("test.example.org",), until="2027-01-01")},
        "nobody authorised it",
    ),
    "run out": (
        {"authorisation": Authorisation(by="A", hosts=("test.example.org",), until="2026-11-19")},
        "ran out on 2026-11-19",
    ),
    "no date": (
        {"authorisation": Authorisation(by="A", hosts=("test.example.org",), until="soon")},
        "not a date",
    ),
    "another host": (
        {"authorisation": Authorisation(by="A", hosts=("example.org",), until="2027-01-01")},
        "not among the authorised hosts",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_refused_with_its_reason(name: str) -> None:
    changes, words = REFUSED[name]
    reason = refusal(msgspec.structs.replace(ALLOWED, **changes), URL, Activity.LOAD, TODAY)
    assert reason is not None
    assert words in reason


@pytest.mark.parametrize(
    "url", ["ftp://test.example.org", "http://u:p@test.example.org:8080", "test.example.org"]
)
def test_an_address_that_is_not_plain_http_is_refused(url: str) -> None:
    assert refusal(ALLOWED, url, Activity.LOAD, TODAY) is not None
