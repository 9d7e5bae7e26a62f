"""Browsers are kept on the system: what they are started with, and what becomes of everything else."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from gonogo.clock import SystemClock
from gonogo.events import Event, Events
from gonogo.guard import Guard, Origin, Passage, Policy
from gonogo.job import BrowserToUse
from gonogo.model import Identity, Side, Target, Upgrade, from_json
from gonogo.model.errors import ConfigError
from gonogo.processes import Stop
from gonogo.stages.base import Project, Services, SideContext
from gonogo.stages.browser_guard import GuardedBrowsers, confining_arguments, guarded_browsers

URL = "http://127.0.0.1:8081"


def context(folder: Path, url: str = URL) -> SideContext:
    target = Target(side=Side.BASELINE, version="1", url=url)
    return SideContext(side=Side.BASELINE, target=target, url=url, folder=folder / "uat.baseline")


def project(root: Path, *allowed: str) -> Project:
    targets = [Target(side=side, version="1", url=URL) for side in (Side.BASELINE, Side.CANDIDATE)]
    upgrade = Upgrade(
        system="S", change_ref="", baseline=targets[0], candidate=targets[1],
        identity=Identity(path="/", pattern="(.*)"), allowed_origins=allowed,
    )  # fmt: skip
    return Project(root=root, upgrade=upgrade, python="python")


def services(browser: BrowserToUse | None = None, told: list[Event] | None = None) -> Services:
    events = Events(*([told.append] if told is not None else []))
    return Services(clock=SystemClock(), events=events, stop=Stop(), browser=browser)


def way_out(guarded: GuardedBrowsers) -> str:
    assert guarded.services.browser is not None
    return next(
        a.partition("=")[2] for a in guarded.services.browser.arguments if a.startswith("--proxy-server")
    )


def test_what_a_browser_asks_elsewhere_is_refused_and_recorded_without_data(tmp_path: Path) -> None:
    told: list[Event] = []
    with (
        guarded_browsers(context(tmp_path), project(tmp_path), services(told=told)) as guarded,
        httpx.Client(proxy=way_out(guarded), trust_env=False) as client,
    ):
        answer = client.get("http://fonts.example/users/4711/face.woff?who=agnes")
        with pytest.raises(httpx.ProxyError):
            client.get("https://tracker.example/collect")
    assert (answer.status_code, answer.text) == (403, "refused by the guard: another origin")
    written = (tmp_path / "uat.baseline" / "raw" / "guard.json").read_bytes()
    passage = from_json(written, Passage, source="guard.json")
    assert [(r.method, r.where, r.reason) for r in passage.refusals] == [
        ("CONNECT", "tracker.example:443", "another origin"),
        ("GET", "http://fonts.example/users/{n}/face.woff", "another origin"),
    ]
    assert passage.requests == 0
    (note,) = guarded.notes
    assert "2 times" in note
    assert "tracker.example:443, http://fonts.example." in note
    assert "allowed_origins" in note
    assert [(event.kind, event.side, event.text) for event in told] == [("warning", Side.BASELINE, note)]


def test_nobody_gets_anywhere_through_it_not_even_to_the_system(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as system:
        url = f"http://127.0.0.1:{system.getsockname()[1]}"
        with (
            guarded_browsers(context(tmp_path, url), project(tmp_path), services()) as guarded,
            httpx.Client(proxy=way_out(guarded), trust_env=False) as client,
        ):
            assert client.get(url).status_code == 403
        system.settimeout(0.05)
        with pytest.raises(TimeoutError):
            system.accept()


def test_where_nothing_was_refused_nothing_is_said(tmp_path: Path) -> None:
    browser = BrowserToUse(path="/usr/bin/browser", arguments=("--disable-gpu",))
    with guarded_browsers(context(tmp_path), project(tmp_path), services(browser)) as guarded:
        assert guarded.services.browser is not None
        assert guarded.services.browser.path == browser.path
        assert guarded.services.browser.arguments[0] == "--disable-gpu"
    assert guarded.notes == ()
    assert (tmp_path / "uat.baseline" / "raw" / "guard.json").is_file()


def test_only_exact_origins_are_reached_directly() -> None:
    origins = [Origin.of("http://127.0.0.1:8081"), Origin.of("https://login.example.org")]
    arguments = dict(each.split("=", 1) for each in confining_arguments(origins, 4000))
    assert arguments["--proxy-server"] == "http://127.0.0.1:4000"
    assert arguments["--proxy-bypass-list"].split(";") == [
        "<-loopback>",
        "http://127.0.0.1:8081", "ws://127.0.0.1:8081",
        "https://login.example.org:443", "wss://login.example.org:443",
    ]  # fmt: skip
    assert arguments["--host-resolver-rules"] == (
        "MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE login.example.org"
    )


def test_an_address_that_is_no_origin_is_an_error_that_says_so(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match="user name or password"),
        guarded_browsers(context(tmp_path, "http://a:b@127.0.0.1"), project(tmp_path), services()),
    ):
        pass


def test_a_guard_without_a_password_lets_nothing_through() -> None:
    with pytest.raises(ValueError, match="asks for a password"):
        Guard(Policy(origins=(Origin.of(URL),)), asks_password=False)
