"""Trouble of a known size."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.demo.web.conftest import OFFICER, Site

from gonogo.demo.home import write_build
from gonogo.demo.releases import make_build
from gonogo.demo.web import create_app
from gonogo.demo.web.application import close_app
from gonogo.demo.web.strain import Plan, Strain, StrainError, read_plan

MakeStrained = Callable[[str], Site]


@pytest.fixture
def strained(tmp_path: Path, homes: dict[str, Path]) -> Iterator[MakeStrained]:
    with ExitStack() as stack:

        def make(wish: str) -> Site:
            home = tmp_path / "home"
            shutil.copytree(homes["8.1"], home)
            write_build(home, make_build("8.1"))
            app = create_app(home, make_build("8.1"), read_plan(wish))
            stack.callback(close_app, app)
            return Site(app, home)

        yield make


def test_a_wish_is_read() -> None:
    assert read_plan("slow=/accounts/:1.2 tail=0.05:3 errors=10:0.5 leak=16") == Plan(
        slow=(("/accounts/", 1.2),), tail=(0.05, 3.0), errors=(10.0, 0.5), leak_kib=16
    )


@pytest.mark.parametrize(
    "wish", ["faster=2", "slow=/accounts/", "slow=/accounts/:0.5", "tail=2:3", "errors=1:2", "leak=much"]
)
def test_a_wish_that_makes_no_sense_says_what_is_allowed(wish: str) -> None:
    with pytest.raises(StrainError, match="may hold slow=PATH:FACTOR"):
        read_plan(wish)


def test_a_slowed_page_waits_by_its_factor_and_others_do_not(
    strained: MakeStrained, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = strained("slow=/accounts/:1.5").as_user(OFFICER)
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    assert officer.get("/arrears").status_code == 200
    assert waits == []
    started = time.perf_counter()
    assert officer.get("/accounts/A000017").status_code == 200
    assert 0 < sum(waits) < 0.5 * (time.perf_counter() - started)


def test_a_share_of_the_requests_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    strain = Strain(read_plan("tail=0.05:3"))
    for _ in range(4000):
        strain.slow_down("/arrears", 0.010)
    assert all(wait == pytest.approx(0.020) for wait in waits)
    assert 120 < len(waits) < 290


def test_errors_come_in_bursts_and_keep_the_session(
    strained: MakeStrained, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = strained("errors=10:0.5").as_user(OFFICER)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert officer.get("/arrears").status_code == 200
    now += 9.8
    assert officer.get("/arrears").status_code == 503
    now += 0.4
    assert officer.get("/arrears").status_code == 200


def test_every_request_leaves_something_behind() -> None:
    strain = Strain(read_plan("leak=16"))
    for _ in range(10):
        strain.slow_down("/arrears", 0.001)
    assert sum(map(len, strain._left_behind)) == 10 * 16 * 1024


def test_signing_in_is_spared() -> None:
    strain = Strain(read_plan("errors=0.001:0.001 leak=16"))
    strain.slow_down("/signin", 0.001)
    assert not strain.fails("/signin")
    assert not strain._left_behind
