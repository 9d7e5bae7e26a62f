"""Says what this machine has and lacks, with one remedy each; it changes nothing."""

from __future__ import annotations

import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gonogo.setup.allure import find_allure
from gonogo.setup.browser import find_browser
from gonogo.setup.machine import Machine, Tool, this_machine
from gonogo.setup.pango import find_pango
from gonogo.setup.runtimes import find_java, find_node
from gonogo.setup.wapiti import find_wapiti
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
    mend = f"{_python(machine)} -m gonogo.setup"
    with ThreadPoolExecutor(max_workers=4) as pool:  # each of these starts a program and waits
        browser = pool.submit(find_browser, machine)
        report = pool.submit(find_allure, machine)
        java = pool.submit(find_java, machine)
        node = pool.submit(find_node, machine)
    no_browser = "none: neither the UAT nor the regression stage can run"
    no_scanner = "none: without it or a ZAP there is no web scan, and the security stage is INCONCLUSIVE"
    no_zap = "none on this machine: wapiti scans, unless [stages.security.zap] gives an address or a command"
    return (
        _python_finding(),
        _finding("browser", browser.result(), no_browser, f"{mend} browser", is_required=True),
        _folder_finding(machine),
        _finding(
            "allure", report.result(), "none: no Allure report; the verdict does without", f"{mend} allure"
        ),
        _finding("wapiti", find_wapiti(machine), no_scanner, f"{mend} wapiti"),
        _finding(
            "zap",
            find_zap(machine),
            no_zap,
            f"{mend} zap, or set GONOGO_ZAP to the folder of yours",
        ),
        _finding(
            "pango", find_pango(machine), "none: no sign-off PDF, only the HTML report", f"{mend} pango"
        ),
        _finding("node", node.result(), "none: Allure 3 runs on it", "install Node.js 20 or later"),
        _finding("java", java.result(), "none: ZAP and Allure 2 run on it", "install Java 17 or later"),
    )


def _finding(name: str, tool: Tool | None, absence: str, fix: str, *, is_required: bool = False) -> Finding:
    return Finding(
        name=name,
        is_present=tool is not None,
        is_required=is_required,
        detail=tool.describe() if tool else absence,
        fix="" if tool else fix,
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
