"""wapiti as a child process from an environment of its own: only what works offline, through the guard."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from gonogo.config.stage_options.security import WebOptions
from gonogo.model import ToolUsed
from gonogo.model.errors import ToolError
from gonogo.processes import Completed, clean_environment, run
from gonogo.readers.wapiti import WapitiLog, read_wapiti, read_wapiti_log
from gonogo.setup import Tool
from gonogo.stages.security.engine import ScanOrder, ScanResult

NOWHERE = "http://127.0.0.1:9/"
"""Where payloads that make a server call out point to: the discard port of the machine itself."""

REQUEST_S = 20
MOST_EXCEPTIONS = 0.02
"""Share of the requests whose attack may end in an error of wapiti's own."""

_FOUND_BY = {
    "wapiti:reflected-cross-site-scripting": ("xss",),
    "wapiti:stored-cross-site-scripting": ("xss", "permanentxss"),
    "wapiti:html-injection": ("xss",),
    "wapiti:stored-html-injection": ("xss", "permanentxss"),
    "wapiti:sql-injection": ("sql",),
    "wapiti:blind-sql-injection": ("timesql",),
    "wapiti:open-redirect": ("redirect",),
    "wapiti:crlf-injection": ("crlf",),
    "wapiti:command-execution": ("exec",),
    "wapiti:path-traversal": ("file",),
}
"""Rule → the modules that report it. A server error is reported by whichever met it, so it is not here."""


class WapitiEngine:
    """See `gonogo.stages.security.engine.Engine`."""

    def __init__(self, program: Tool, options: WebOptions) -> None:
        self._program = program
        self._options = options

    @property
    def tool(self) -> ToolUsed:
        """wapiti, with a digest of its own files' record and of what it is asked to do."""
        settings = (*sorted(self._options.modules), "|", *sorted(self._options.skip_parameters))
        told = "\n".join((self._program.version, _installed_files(self._program.path), *settings))
        return ToolUsed(
            name="wapiti",
            version=self._program.version,
            lock="sha256:" + hashlib.sha256(told.encode()).hexdigest(),
        )

    def close(self) -> None:
        """Nothing outlives a scan."""

    def scan(self, order: ScanOrder) -> ScanResult:
        """Run wapiti to its end. Raises ToolError, ScanBrokenOff and Interrupted as an engine does."""
        with tempfile.TemporaryDirectory(prefix="gonogo-wapiti-") as name:
            folder = Path(name)
            log, report = folder / "wapiti.log", folder / "report.json"
            try:
                completed = run(
                    self._command(order, folder, report),
                    cwd=folder,
                    environment=_environment(folder),
                    log=log,
                    timeout_s=order.time_limit_s,
                    stop=order.stop,
                    tick=order.tick,
                )
            finally:
                _keep(order, log, report)
            said = read_wapiti_log(log.read_text(encoding="utf-8", errors="replace"))
            found = order.scrub(report.read_bytes()) if report.is_file() else b""
        return self._result(order, completed, said, found)

    def _command(self, order: ScanOrder, folder: Path, report: Path) -> list[str]:
        command = [
            str(self._program.path),
            *("--url", order.origin + order.places, "--scope", "subdomain", "--depth", "1"),
            *("--proxy", order.guard.url, "--tasks", "1", "--timeout", str(REQUEST_S), "--verify-ssl", "0"),
            *("--module", ",".join(self._modules(order)), "--level", "1"),
            *("--no-bugreport", "--endpoint", NOWHERE, "--dns-endpoint", "127.0.0.1"),
            *("--store-session", str(folder / "session"), "--store-config", str(folder / "config")),
            *("--flush-session", "--verbose", "1"),
            *("--format", "json", "--output", str(report), "--detailed-report", "1"),
        ]
        for parameter in self._options.skip_parameters:
            command += ["--skip", parameter]
        return command

    def _result(self, order: ScanOrder, completed: Completed, log: WapitiLog, report: bytes) -> ScanResult:
        if completed.is_timed_out:
            limit = f"wapiti was stopped after the {order.time_limit_s:.0f} s allowed"
            return ScanResult(problems=(limit,), is_timed_out=True)
        if completed.return_code != 0 or not report or not log.is_finished:
            raise ToolError(
                f"wapiti ended with code {completed.return_code} and no report: {_last_line(completed.tail)}",
                remedy="See wapiti.log among the raw files of the security stage.",
            )
        found = read_wapiti(report, templates=order.templates)
        return ScanResult(
            findings=found.findings,
            problems=self._problems(log, order),
            notes=(
                f"wapiti visited {found.pages} pages and forms and ran {', '.join(log.modules)}.",
                *(("The team's own plan for ZAP was not run: the scanner is wapiti.",) if order.plan else ()),
            ),
        )

    def _modules(self, order: ScanOrder) -> list[str]:
        """The modules to run: all that are chosen, or those that find the rules to be looked for again."""
        if not order.rules or not all(rule in _FOUND_BY for rule in order.rules):
            return list(self._options.modules)
        wanted = {module for rule in order.rules for module in _FOUND_BY[rule]}
        return [module for module in self._options.modules if module in wanted]

    def _problems(self, log: WapitiLog, order: ScanOrder) -> tuple[str, ...]:
        problems = []
        requests = order.guard.requests
        not_run = sorted(set(self._modules(order)) - set(log.modules))
        if not_run:
            problems.append(f"planned modules did not run ({', '.join(not_run)})")
        if log.broken:
            problems.append(f"modules could not be loaded ({', '.join(log.broken)})")
        if log.cut:
            problems.append(f"it was cut short by time ({', '.join(log.cut)})")
        if log.network_errors > requests * self._options.failures_max:
            problems.append(f"wapiti gave up {log.network_errors} of its requests")
        if log.exceptions > requests * MOST_EXCEPTIONS:
            problems.append(f"wapiti itself failed {log.exceptions} times in {requests} requests")
        return tuple(problems)


def _environment(folder: Path) -> dict[str, str]:
    # wapiti walks over sets of text; a fixed seed makes two scans ask the same things in the same order.
    home = str(folder)
    environment = clean_environment(
        {
            "HOME": home,
            "USERPROFILE": home,
            "PYTHONHASHSEED": "0",
            # Otherwise its log shows the values of variables, the way to the guard among them.
            "LOGURU_DIAGNOSE": "NO",
            "LOGURU_BACKTRACE": "NO",
        }
    )
    for name in list(environment):
        if name.lower() in {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "pythonpath"}:
            del environment[name]
    return environment


def _keep(order: ScanOrder, *files: Path) -> None:
    for file in files:
        if file.is_file():
            (order.raw / f"wapiti{file.suffix}").write_bytes(order.scrub(file.read_bytes()))


def _installed_files(program: Path) -> str:
    """Wapiti's own list of its files and their digests, as installed; empty when it is not found."""
    environment = program.resolve().parent.parent
    for pattern in ("lib/python*/site-packages", "Lib/site-packages"):
        for record in sorted(environment.glob(f"{pattern}/wapiti3-*.dist-info/RECORD")):
            # Lines of scripts and of byte code name places and digests of this machine.
            lines = record.read_text(encoding="utf-8").splitlines()
            return "\n".join(
                sorted(line for line in lines if line.startswith("wapitiCore/") and "sha256" in line)
            )
    return ""


def _last_line(tail: str) -> str:
    lines = [line.strip() for line in tail.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
