"""What UAT and regression saw is judged too, and the places they went to are explored."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.stages.security.support import findings, run_stage

from gonogo.comparing.findings import compare_findings
from gonogo.model import Change, CheckResult, Finding, Retest, Side, to_line
from gonogo.readers.answers import Answer
from gonogo.readers.passive_checks import body_faults
from gonogo.readers.traffic import FILE, record_of
from gonogo.stages.base import StageOutcome

SOUND = {
    "Content-Type": "text/html",
    "Content-Security-Policy": "default-src 'self'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=()",
    "Referrer-Policy": "no-referrer",
}
OPEN = {name: value for name, value in SOUND.items() if name != "Content-Security-Policy"}
ARCHIVE = (
    '<h1>Archive</h1><form method="post" action="/archive/find"><input type="hidden" name="token"></form>'
)
OFF = {"engine": "off", "retests": 1}


@dataclass
class Site:
    """A site whose home page leads nowhere; it remembers what it was asked for."""

    pages: Mapping[str, Mapping[str, str]]
    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def site(pages: Mapping[str, Mapping[str, str]]) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found.asked.append(self.path)
            body = ARCHIVE.encode() if path == "/archive" else b"<h1>Home</h1>"
            self.send_response(200 if path in pages else 404)
            for name, value in pages.get(path, SOUND).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Site(pages, url=f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def seen(request: str, headers: Mapping[str, str], query: str = "", status: int = 200) -> bytes:
    """A line of what a browser was answered."""
    method, path = request.split()
    answer = Answer(
        method=method, path=path, status=status, is_secure=False, body="<h1>Page</h1>",
        headers=tuple((name.lower(), value) for name, value in headers.items()),
    )  # fmt: skip
    return to_line(record_of(answer, query, body_faults(answer), lambda _: False))


@dataclass
class Both:
    """Both sides: their sites, what a stage recorded before, and what came of it."""

    folder: Path
    sites: dict[Side, Site]
    outcomes: dict[Side, StageOutcome] = field(default_factory=dict)

    def run(self, recorded: Mapping[Side, bytes], stage: str = "uat") -> None:
        before = {}
        for side, lines in recorded.items():
            raw = self.folder / "sealed" / f"{stage}.{side.value}" / "raw"
            raw.mkdir(parents=True)
            (raw / FILE).write_bytes(lines)
            before[side] = {stage: raw.parent}
        urls = {side: one.url for side, one in self.sites.items()}
        self.outcomes = run_stage(self.folder, urls, sign_in=None, before=before, web=OFF)

    def found(self, side: Side, rule: str) -> Finding | None:
        return next((f for f in findings(self.outcomes[side]).values() if f.rule == rule), None)

    def changes(self) -> dict[str, Change]:
        """What the comparison makes of it, by rule."""
        both = [findings(self.outcomes[side]) for side in (Side.BASELINE, Side.CANDIDATE)]
        checks = [
            {o.key: o for o in self.outcomes[side].observations if isinstance(o, CheckResult)}
            for side in (Side.BASELINE, Side.CANDIDATE)
        ]
        old, new = (tuple(each.values()) for each in both)
        return {each.rule: each.change for each in compare_findings("security", old, new, *checks)}


@contextmanager
def both(
    folder: Path, baseline: Mapping[str, Mapping[str, str]], candidate: Mapping[str, Mapping[str, str]]
) -> Iterator[Both]:
    with ExitStack() as stack:
        sites = {
            side: stack.enter_context(site({"/": SOUND, **pages}))
            for side, pages in ((Side.BASELINE, baseline), (Side.CANDIDATE, candidate))
        }
        yield Both(folder, sites)


def test_a_page_that_only_a_scenario_knew_is_explored_and_its_missing_header_is_new(tmp_path: Path) -> None:
    with both(tmp_path, {"/archive": SOUND}, {"/archive": OPEN}) as pair:
        pair.run(
            {
                Side.BASELINE: seen("GET /archive", SOUND, "q=Agnes"),
                Side.CANDIDATE: seen("GET /archive", OPEN, "q=Agnes"),
            }
        )
        finding = pair.found(Side.CANDIDATE, "zap:10038")
        assert finding is not None
        assert (finding.where, finding.count, finding.retest) == ("/archive", 1, Retest.CONFIRMED)
        assert pair.found(Side.BASELINE, "zap:10038") is None
        assert pair.changes()["zap:10038"] is Change.REGRESSED
        assert "/archive?q=" in pair.sites[Side.BASELINE].asked


def test_a_page_that_only_one_sides_scenario_reached_is_asked_for_on_both(tmp_path: Path) -> None:
    with both(tmp_path, {}, {"/archive": OPEN}) as pair:
        pair.run({Side.CANDIDATE: seen("GET /archive", OPEN)})
        # The version in use answers that there is no such page: the fault is new, not "not compared".
        assert "/archive" in pair.sites[Side.BASELINE].asked
        assert pair.changes()["zap:10038"] is Change.REGRESSED


WEAK = {**SOUND, "Set-Cookie": "basket=0123456789abcdef; SameSite=Lax"}
STRONG = {**SOUND, "Set-Cookie": "basket=0123456789abcdef; SameSite=Lax; HttpOnly"}


@pytest.mark.parametrize("stage", ["uat", "regression"])
def test_a_cookie_that_only_a_flow_sets_is_judged_as_it_was_recorded(tmp_path: Path, stage: str) -> None:
    with both(tmp_path, {}, {}) as pair:
        pair.run(
            {Side.BASELINE: seen("POST /basket", STRONG), Side.CANDIDATE: seen("POST /basket", WEAK)}, stage
        )
    finding = pair.found(Side.CANDIDATE, "zap:10010")
    assert finding is not None
    assert (finding.where, finding.check) == ("/basket", "security:passive")
    assert "was not looked for again" in finding.detail  # and so it is not called unreliable either
    assert pair.changes()["zap:10010"] is Change.REGRESSED
    notes = " ".join(pair.outcomes[Side.CANDIDATE].notes)
    assert f"Looked at besides: 1 kinds of answers that {stage} recorded." in notes


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [
        (b"", Change.NOT_COMPARABLE),
        (seen("GET /basket", SOUND), Change.NOT_COMPARABLE),
        (seen("POST /basket", STRONG, status=303), Change.NOT_COMPARABLE),
        (seen("POST /basket", SOUND), Change.REGRESSED),
        (seen("POST /basket", WEAK), Change.STILL_FAILING),
    ],
    ids=["never got there", "only opened it", "was led on", "got there without", "had it as well"],
)
def test_what_the_other_side_never_showed_is_not_compared(
    tmp_path: Path, baseline: bytes, expected: Change
) -> None:
    with both(tmp_path, {}, {}) as pair:
        pair.run({Side.BASELINE: baseline, Side.CANDIDATE: seen("POST /basket", WEAK)})
    assert pair.changes()["zap:10010"] is expected


def test_the_same_fault_explored_and_recorded_is_one_finding(tmp_path: Path) -> None:
    with both(tmp_path, {"/": OPEN}, {"/": OPEN}) as pair:
        pair.run({side: seen("GET /", OPEN) + seen("GET /accounts/A17", OPEN) for side in pair.sites})
    for side in pair.sites:
        (finding,) = (f for f in findings(pair.outcomes[side]).values() if f.rule == "zap:10038")
        assert finding.count == 2
        assert "was not looked for again" not in finding.detail
    assert set(pair.changes().values()) == {Change.STILL_FAILING}


def test_equal_traffic_gives_nothing_new_in_any_order(tmp_path: Path) -> None:
    lines = [
        seen("GET /archive", OPEN),
        seen("POST /basket", WEAK),
        seen("GET /a/7", OPEN),
        seen("GET /a/8", SOUND),
    ]
    with both(tmp_path, {"/archive": SOUND}, {"/archive": SOUND}) as pair:
        pair.run({Side.BASELINE: b"".join(lines), Side.CANDIDATE: b"".join(reversed(lines))})
        assert pair.changes()
        assert set(pair.changes().values()) == {Change.STILL_FAILING}
        first, second = (one.asked for one in pair.sites.values())
        assert first == second


def test_what_may_not_be_touched_is_not_asked_for_because_a_scenario_did(tmp_path: Path) -> None:
    with both(tmp_path, {}, {}) as pair:
        pair.run({Side.CANDIDATE: seen("GET /signout", SOUND) + seen("GET /users/7/delete", SOUND)})
        assert {path for one in pair.sites.values() for path in one.asked} == {"/"}


def test_without_any_traffic_the_stage_does_what_it_did_and_says_so(tmp_path: Path) -> None:
    with both(tmp_path, {}, {}) as pair:
        pair.run({})
    for outcome in pair.outcomes.values():
        assert outcome.status == "completed"
        assert any("No other stage of this run recorded" in note for note in outcome.notes)


def test_traffic_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    with both(tmp_path, {}, {}) as pair:
        pair.run({Side.CANDIDATE: b"{}\n" + seen("GET /x", SOUND) + b"\xff\xfe\n"})
    assert any("2 lines of what was recorded" in note for note in pair.outcomes[Side.CANDIDATE].notes)
