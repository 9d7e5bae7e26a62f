"""bandit's JSON report → one check (did it look?) and its findings.

bandit exits 0 on a path that is not there, on a folder without Python and on a file it cannot parse,
each with an empty list of results. So the report is held against the files that were to be scanned.

It is run with `--ignore-nosec`: what a `# nosec` comment hides becomes a finding of its own rule, as
serious as what it hides. Silencing a warning is not mending it, and a new silence should be seen.
"""

from __future__ import annotations

import io
import posixpath
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gonogo.model import CheckResult, CheckStatus, Discipline, Finding, Priority, Record, Severity
from gonogo.model.errors import EvidenceError
from gonogo.readers.fingerprints import SHORT, Source, code_fingerprints

CHECK = "security:code"
TITLE = "The team's own code was scanned for insecure constructs"
MOST_DETAIL = 800

_SEVERITIES = {
    "HIGH": Severity.HIGH,
    "MEDIUM": Severity.MEDIUM,
    "LOW": Severity.LOW,
    "UNDEFINED": Severity.INFO,
}

_PLAIN = {
    "B102": "Code is run that is put together while running (exec)",
    "B103": "A file is given permissions that let everybody change it",
    "B104": "A service listens on every network interface",
    "B105": "A password seems to be written into the code",
    "B106": "A password seems to be written into the code",
    "B107": "A password seems to be written into the code",
    "B108": "A temporary file has a name others can guess",
    "B110": "An error is swallowed without a trace",
    "B112": "An error is swallowed without a trace",
    "B113": "A web request has no time limit, so that it can hang for ever",
    "B201": "A web application runs in debug mode",
    "B202": "An archive is unpacked without a look at where its files go",
    "B301": "Data is unpickled, which can run foreign code",
    "B303": "A hash is used that is no longer safe",
    "B306": "A temporary file has a name others can guess",
    "B307": "Text is evaluated as code (eval)",
    "B310": "An address is opened whose kind is not checked (file, ftp …)",
    "B311": "A random number is drawn that can be predicted",
    "B314": "XML from outside is read by a parser that can be attacked",
    "B324": "A hash is used that is no longer safe (MD5 or SHA-1)",
    "B403": "The code can unpickle data, which can run foreign code",
    "B404": "Other programs are started from the code",
    "B405": "XML is read by a parser that can be attacked",
    "B501": "The certificate of the other side is not checked",
    "B506": "YAML is read in a way that can run foreign code",
    "B602": "A shell command is put together and run",
    "B603": "Another program is started with arguments from outside",
    "B605": "A shell command is put together and run",
    "B608": "An SQL statement is put together from text",
    "B701": "A template does not escape what it is given",
}
_QUOTED = re.compile(r"'[^']*'")
_NOSEC = re.compile(r"#\s*nosec\b:?\s*(?P<tests>[^#]*)", re.IGNORECASE)


class _Result(msgspec.Struct, frozen=True):
    filename: str
    line_number: int
    line_range: list[int]
    test_id: str
    test_name: str
    issue_text: str
    issue_severity: str
    issue_confidence: str
    more_info: str = ""


class _Report(msgspec.Struct, frozen=True):
    errors: list[dict[str, Any]]
    metrics: dict[str, dict[str, Any]]
    results: list[_Result]


class CodeScan(Record, frozen=True, kw_only=True):
    """What a scan of one side's code came to. Findings count only when `check` is evidence."""

    check: CheckResult
    findings: tuple[Finding, ...] = ()


def read_bandit(report: bytes, sources: Mapping[str, str], *, may_leave_out: bool = False) -> CodeScan:
    """Read a report.

    Args:
        report: bandit's JSON, made with the customisation's root as working folder and `--ignore-nosec`.
        sources: every Python file that was to be scanned: path relative to that root, and its text.
        may_leave_out: whether the team's own settings may take files out; they are then named.

    Returns:
        PASSED when bandit read every one of these files, whatever it found in them. EMPTY when there was
        nothing to scan or nothing was scanned; BROKEN when a file was left out or could not be parsed.

    Raises:
        EvidenceError: the report is not bandit's JSON.
    """
    try:
        found = msgspec.json.decode(report, type=_Report)
    except msgspec.MsgspecError as error:
        raise EvidenceError(
            f"bandit's report cannot be read: {error}.", remedy="Run the stage again."
        ) from error
    scanned = {_relative(name) for name in found.metrics if name != "_totals"}
    left_out = sorted(set(sources) - scanned)
    problem = _problem(found, scanned, set(sources), [] if may_leave_out else left_out)
    if problem is not None:
        return CodeScan(check=problem)
    lines = sum(int(metrics.get("loc", 0)) for name, metrics in found.metrics.items() if name != "_totals")
    detail = f"{len(scanned)} files with {lines} lines of code were scanned."
    if left_out:
        detail += f" Left out by the settings: {', '.join(left_out)}."
    return CodeScan(
        check=code_check(CheckStatus.PASSED, detail=detail), findings=tuple(_findings(found.results, sources))
    )


def code_check(status: CheckStatus, message: str = "", detail: str = "") -> CheckResult:
    """The result of the planned check `security:code`."""
    return CheckResult(
        key=CHECK,
        status=status,
        title=TITLE,
        message=message,
        detail=detail,
        priority=Priority.MUST,
        discipline=Discipline.SECURITY,
    )


def _problem(report: _Report, scanned: set[str], wanted: set[str], left_out: list[str]) -> CheckResult | None:
    if report.errors:
        names = ", ".join(sorted(_relative(str(error.get("filename", "?"))) for error in report.errors))
        reasons = "\n".join(
            f"{error.get('filename', '?')}: {error.get('reason', '')}" for error in report.errors
        )
        return code_check(
            CheckStatus.BROKEN,
            f"bandit could not read {names}; what it cannot read it does not check.",
            reasons,
        )
    if not scanned or not wanted:
        return code_check(CheckStatus.EMPTY, "There was no Python code to scan, so nothing was scanned.")
    if left_out:
        return code_check(
            CheckStatus.BROKEN,
            f"bandit left out {len(left_out)} of {len(wanted)} files: {', '.join(left_out[:5])}.",
        )
    return None


def _findings(results: list[_Result], sources: Mapping[str, str]) -> Iterator[Finding]:
    parsed = {path: Source(text) for path, text in sources.items()}
    silences = {path: _silences(text) for path, text in sources.items()}
    used: set[tuple[str, int]] = set()
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for result in sorted(
        results, key=lambda r: (_relative(r.filename), r.line_number, r.test_id, r.line_range)
    ):
        path = _relative(result.filename)
        source = parsed.get(path) or Source("")
        silence = _silence_over(result, silences.get(path, {}))
        if silence is not None:
            used.add((path, silence))
        rule = f"bandit:{result.test_id}" if silence is None else f"bandit:nosec-{result.test_id}"
        yield _finding(result, rule, path, source, _ordinal(seen, rule, path, source, result.line_number))
    for path, comments in sorted(silences.items()):
        for line in sorted(comments):
            if (path, line) not in used:
                number = _ordinal(seen, "bandit:nosec", path, parsed[path], line)
                yield _idle_silence(path, line, parsed[path], number)


def _ordinal(
    seen: Counter[tuple[str, str, str, str]], rule: str, path: str, source: Source, line: int
) -> int:
    place = (rule, path, source.definition(line), source.statement(line))
    seen[place] += 1
    return seen[place] - 1


def _finding(result: _Result, rule: str, path: str, source: Source, ordinal: int) -> Finding:
    prints = code_fingerprints(rule=rule, path=path, source=source, line=result.line_number, ordinal=ordinal)
    text = _QUOTED.sub("'…'", result.issue_text)
    title = _PLAIN.get(result.test_id, text.rstrip("."))
    if rule.startswith("bandit:nosec"):
        title = f"Silenced by a # nosec comment: {title[0].lower()}{title[1:]}"
    return Finding(
        key=f"security:bandit:{prints['L2'][:SHORT]}",
        rule=rule,
        severity=_SEVERITIES.get(result.issue_severity, Severity.HIGH),
        confidence=_SEVERITIES.get(result.issue_confidence, Severity.LOW),
        title=title,
        where=f"{path}, {source.definition(result.line_number)}",
        detail=f"Line {result.line_number}: {text} ({result.test_id} {result.test_name})"[:MOST_DETAIL],
        remedy=result.more_info,
        fingerprints=prints,
        check=CHECK,
    )


def _idle_silence(path: str, line: int, source: Source, ordinal: int) -> Finding:
    rule = "bandit:nosec"
    prints = code_fingerprints(rule=rule, path=path, source=source, line=line, ordinal=ordinal)
    return Finding(
        key=f"security:bandit:{prints['L2'][:SHORT]}",
        rule=rule,
        severity=Severity.LOW,
        title="A # nosec comment silences the scanner where it had nothing to say",
        where=f"{path}, {source.definition(line)}",
        detail=f"Line {line}: it would silence the next person's mistake.",
        fingerprints=prints,
        check=CHECK,
    )


def _silences(text: str) -> dict[int, frozenset[str]]:
    """Line of each `# nosec` comment → the rules it names; none named means all."""
    found: dict[int, frozenset[str]] = {}
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return found
    for token in tokens:
        match = _NOSEC.search(token.string) if token.type == tokenize.COMMENT else None
        if match:
            words = re.findall(r"B\d{3}|[a-z]+(?:_[a-z0-9]+)+", match["tests"])
            found[token.start[0]] = frozenset(words)
    return found


def _silence_over(result: _Result, silences: Mapping[int, frozenset[str]]) -> int | None:
    for line in result.line_range or [result.line_number]:
        rules = silences.get(line)
        if rules is not None and (not rules or result.test_id in rules or result.test_name in rules):
            return line
    return None


def _relative(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/"))
