"""Says what this machine has and lacks, with one remedy each; it changes nothing."""

from __future__ import annotations

import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gonogo.setup import allure, pango, wapiti
from gonogo.setup.browser import describe, find_browser
from gonogo.setup.machine import Machine, Tool, this_machine
from gonogo.setup.runtimes import find_java, find_node
from gonogo.setup.zap import find_zap

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a run may need, and whether it is there.

    Attributes:
        name: what it is.
        is_present: whether it was found and answered.
        is_required: whether no run can do without it. What is optional costs a stage or a report
            when it is missing, and ``detail`` says which.
        detail: version and place, or what its absence means.
        fix: the one thing to do about its absence; empty when it is present.
    """

    name: str
    is_present: bool
    is_required: bool
    detail: str
    fix: str


def inspect(machine: Machine | None = None) -> tuple[Finding, ...]:
    """Looks for everything a run may need, most needed first; takes less than a second.

    Args:
        machine: the machine to inspect; this one when not given.
    """
    machine = machine or this_machine()
    python = _python(machine)
    mend = f"{python} -m gonogo.setup"
    with ThreadPoolExecutor(max_workers=4) as pool:
        browser = pool.submit(find_browser, machine)
        report = pool.submit(allure.find_allure, machine)
        java = pool.submit(find_java, machine)
        node = pool.submit(find_node, machine)
        scanner = wapiti.find_wapiti(machine)
        zap = find_zap(machine)
        text = pango.find_pango(machine)
    found = browser.result()
    return (
        _python_finding(),
        Finding(
            name="browser",
            is_present=found is not None,
            is_required=True,
            detail=describe(found) if found else "none: neither the UAT nor the regression stage can run",
            fix="" if found else f"{mend} browser",
        ),
        _folder_finding(machine),
        _finding("allure", report.result(), "none: no Allure report; the verdict does without", f"{mend} allure"),
        _finding(
            "wapiti",
            scanner,
            "none: the web scan needs it where there is no ZAP, and is INCONCLUSIVE without",
            f"{mend} wapiti",
        ),
        _finding(
            "zap",
            zap,
            "none on this machine: wapiti scans instead, unless the address of a running ZAP is configured",
            "install OWASP ZAP, or set GONOGO_ZAP to its folder" if zap is None else "",
        ),
        _finding("pango", text, "none: no sign-off PDF; the HTML report does without", f"{mend} pango"),
        _finding("node", node.result(), "none: Allure 3 needs Node.js 20 or later", "install Node.js 20 or later"),
        _finding("java", java.result(), "none: ZAP and Allure 2 need it", "install a Java runtime, 17 or later"),
    )


def _finding(name: str, tool: Tool | None, absence: str, fix: str) -> Finding:
    detail = f"{tool.version} ({tool.how}): {tool.path}" if tool else absence
    return Finding(
        name=name, is_present=tool is not None, is_required=False, detail=detail, fix="" if tool else fix
    )


def _python_finding() -> Finding:
    is_recent = sys.version_info >= OLDEST_PYTHON
    return Finding(
        name="python",
        is_present=is_recent,
        is_required=True,
        detail=f"{platform.python_version()}: {sys.executable}",
        fix="" if is_recent else "install Python 3.11 or later",
    )


def _folder_finding(machine: Machine) -> Finding:
    home = machine.home
    standing = next(folder for folder in (home, *home.parents) if folder.exists())
    is_writable = standing.is_dir() and os.access(standing, os.W_OK)
    return Finding(
        name="folder",
        is_present=is_writable,
        is_required=False,
        detail=str(home) if is_writable else f"{home} cannot be written: tools cannot be installed there",
        fix="" if is_writable else "set GONOGO_HOME to a folder you may write to",
    )


def _python(machine: Machine) -> str:
    # the command to copy has to start this Python, not another one of the same name
    named = machine.which("python")
    is_this = named is not None and named.parent == Path(sys.executable).parent
    return "python" if is_this else sys.executable
