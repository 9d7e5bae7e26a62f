"""Runs Allure 3, else Allure 2, to make one page of a folder of results; the page calls nobody.

Allure writes a loader of Google's tag manager into every page. It is taken out, and a content-security policy
is put in that lets the page load nothing at all from anywhere: what one of the two misses the other stops.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import msgspec

from gonogo.model.errors import ToolError
from gonogo.processes import Stop, clean_environment, run
from gonogo.publishing.allure_parts.labels import (
    ALREADY,
    EXPECTED,
    IN_DOUBT,
    NEW,
    NO_EVIDENCE,
    ON_BASELINE,
)
from gonogo.publishing.allure_parts.records import Category
from gonogo.publishing.junit import DECISION_CASE
from gonogo.setup import Tool, without_call_home

PAGE = "index.html"

CATEGORIES = (
    Category(
        name=DECISION_CASE,
        matchedStatuses=["failed", "broken"],
        messageRegex="^We (recommend|do not)[\\s\\S]*",
    ),
    Category(name="New with the upgrade", matchedStatuses=["failed"], messageRegex=f"^{NEW}[\\s\\S]*"),
    Category(name="Already happens today", matchedStatuses=["failed"], messageRegex=f"^{ALREADY}[\\s\\S]*"),
    Category(
        name="Fails on the version in use",
        matchedStatuses=["failed"],
        messageRegex=f"^{ON_BASELINE}[\\s\\S]*",
    ),
    Category(name="Expected changes", matchedStatuses=["failed"], messageRegex=f"^{EXPECTED}[\\s\\S]*"),
    Category(name="In doubt", matchedStatuses=["failed"], messageRegex=f"^{IN_DOUBT}[\\s\\S]*"),
    Category(
        name="No evidence",
        matchedStatuses=["broken", "unknown", "skipped"],
        messageRegex=f"^{NO_EVIDENCE}[\\s\\S]*",
    ),
)
"""How failures are gathered; the openings of their messages tell them apart in Allure 2 and 3 alike."""

# Styles, scripts and data of the page are inside it, inline or as data addresses; attachments are offered
# for download as "blob:".
POLICY = (
    b"default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; "
    b"style-src 'unsafe-inline' data:; "
    b"img-src data: blob:; font-src data:; media-src data: blob:; connect-src data: blob:; "
    b"frame-src data: blob:; worker-src data: blob:; form-action 'none'"
)


def generate(tool: Tool, results: Path, target: Path, *, title: str, timeout_s: float, stop: Stop) -> Path:
    """Make `target/index.html` of a folder of results; the folder is replaced.

    Raises:
        ToolError: Allure could not be started, failed, took too long, or wrote no page; says which.
        Interrupted: the run is to stop.
        OSError: the page could not be written.
    """
    # Allure 3 takes its configuration from the folder it works in: an empty one, so that no other applies.
    with tempfile.TemporaryDirectory(prefix="gonogo-allure-") as name:
        work = Path(name)
        output = work / "report"
        make = _command_3 if tool.major >= 3 else _command_2
        command = make(tool, results, work, title)
        done = run(
            command,
            cwd=work,
            environment=clean_environment({"ALLURE_NO_ANALYTICS": "1", "NO_COLOR": "1"}),
            log=work / "allure.log",
            timeout_s=timeout_s,
            stop=stop,
        )
        page = output / PAGE
        if done.is_timed_out:
            raise ToolError(
                f"Allure {tool.version} took longer than {timeout_s:.0f} seconds.",
                remedy="The results are in allure-results; raise the time limit and publish again.",
            )
        if done.return_code != 0 or not page.is_file():
            raise ToolError(
                f"Allure {tool.version} made no report: {_last_line(done.tail)}.",
                remedy="The results are in allure-results. Run `gonogo doctor`, then publish again.",
            )
        sealed = seal(page.read_bytes())
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    (target / PAGE).write_bytes(sealed)
    return target / PAGE


def seal(page: bytes) -> bytes:
    """The page without the call home, and with a policy that lets it load nothing from anywhere."""
    meta = (
        b'<meta http-equiv="Content-Security-Policy" content="' + POLICY + b'">'
        b'<meta name="referrer" content="no-referrer">'
    )
    head, tag, rest = without_call_home(page).partition(b"<head>")
    return head + tag + meta + rest if tag else page


def _command_3(tool: Tool, results: Path, work: Path, title: str) -> list[str]:
    config = work / "gonogo-allurerc.json"
    rules = [
        {"name": each.name, "matchers": {"statuses": each.matchedStatuses, "message": each.messageRegex}}
        for each in CATEGORIES
    ]
    config.write_bytes(msgspec.json.encode({"name": title, "categories": {"rules": rules}}))
    return [
        *_program(tool),
        "awesome",
        str(results),
        *("--config", str(config), "--cwd", str(work), "--output", str(work / "report")),
        *("--report-name", title, "--single-file", "--report-language", "en"),
        *("--group-by", "parentSuite,suite,subSuite"),
    ]


def _command_2(tool: Tool, results: Path, work: Path, title: str) -> list[str]:
    return [
        *_program(tool),
        "generate",
        str(results),
        *("--clean", "--single-file", "--name", title, "--lang", "en", "--output", str(work / "report")),
    ]


def _program(tool: Tool) -> list[str]:
    # Windows starts batch files only through its command interpreter
    is_batch = os.name == "nt" and tool.path.suffix.lower() in {".cmd", ".bat"}
    return ["cmd.exe", "/c", str(tool.path)] if is_batch else [str(tool.path)]


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300].rstrip(".") if lines else "it said nothing"
