"""Watches each test end and writes down what it came to; tries a failure a second time, with a trace.

A failure is repeated at once: one that does not come back is a flake and is shown as such, one that does
leaves a trace, which would cost every other test two fifths of its speed.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from gonogo.model import CheckStatus
from gonogo.pytest_plugin.evidence import EVIDENCE, Evidence, Pack
from gonogo.pytest_plugin.hollow import fresh_byte_code, why_hollow
from gonogo.pytest_plugin.naming import key_of, planned_check
from gonogo.readers.pytest_records import PhaseRecord, SessionRecord, TestRecord
from gonogo.readers.pytest_results import check_status

if TYPE_CHECKING:
    from collections.abc import Generator

REPLAYS_MOST = 20
"""Failures tried again in one run; more than that are no flakes, and repeating them all only costs time."""

_PICTURE_MS = 5_000
_STRICT = "[XPASS(strict)]"


class Recording:
    """The hooks that record. One for each run, because it counts."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._phases: dict[str, PhaseRecord] = {}
        self._known_fault: str | None = None
        self._duration_s = 0.0
        self._replays = 0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Run the test, write down what it came to, and run it again when it failed."""
        self._begin(item)
        result = yield
        record = self._finish(item, attempt=getattr(item, "execution_count", 1))
        if self._is_worth_a_replay(item, record):
            self._replays += 1
            with _replaying(item, self._replays):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what each phase came to; take a picture of every open page when it failed."""
        report = yield
        self._duration_s += report.duration
        phase = self._phases[report.when] = _phase(report, call)
        expected = getattr(report, "wasxfail", None)
        detail = phase.detail
        if expected is not None or detail.startswith(_STRICT):
            reason = detail.removeprefix(_STRICT) if expected is None else str(expected)
            self._known_fault = reason.removeprefix("reason: ").strip()
        if report.failed and report.when != "teardown":
            self._picture(item)
        if report.when == "teardown":
            self._collect_files(item, report)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Load the pack so that its assertions can be counted."""
        with fresh_byte_code():
            return (yield)

    def pytest_assertion_pass(self, item: pytest.Item) -> None:
        """Count an assertion that held."""
        item.stash[EVIDENCE].reached += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that cannot be loaded: its tests do not run, and that is said."""
        if report.failed:
            self._pack.recorder.write(SessionRecord(event="error", message=cannot_load(report)))

    def pytest_internalerror(self, excrepr: object) -> None:
        """The test runner itself failed."""
        last = str(excrepr).strip().splitlines()[-1]
        self._pack.recorder.write(SessionRecord(event="error", message=f"pytest failed internally: {last}"))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """The run came to its end."""
        self._pack.recorder.write(SessionRecord(event="finished", exit_code=int(exitstatus)))

    def _begin(self, item: pytest.Item) -> None:
        self._phases, self._known_fault, self._duration_s = {}, None, 0.0
        item.stash[EVIDENCE] = Evidence(key=key_of(item))

    def _finish(self, item: pytest.Item, attempt: int) -> TestRecord:
        evidence = item.stash[EVIDENCE]
        check = planned_check(item)
        record = TestRecord(
            key=check.key,
            title=check.title,
            phases=dict(self._phases),
            attempt=attempt,
            priority=check.priority,
            discipline=check.discipline,
            feature=check.feature,
            known_fault=self._known_fault,
            hollow="" if evidence.captures else why_hollow(item, reached=evidence.reached),
            where=evidence.where,
            duration_s=self._duration_s,
            artefacts=tuple(dict.fromkeys(evidence.artefacts)),
        )
        self._pack.recorder.write(record)
        return record

    def _is_worth_a_replay(self, item: pytest.Item, record: TestRecord) -> bool:
        if record.attempt > 1 or record.known_fault is not None or self._replays >= REPLAYS_MOST:
            return False
        if (
            self._pack.job.repeat
        ):  # it is being repeated already, on both sides and with the first pass's trace
            return False
        if not self._pack.job.options.get("replay", True) or item.get_closest_marker("once"):
            return False
        return check_status(record) in (CheckStatus.FAILED, CheckStatus.BROKEN)

    def _picture(self, item: pytest.Item) -> None:
        """Keep what each open page showed. Whatever keeps a picture from being taken, the failure stands."""
        from playwright.sync_api import Error

        from gonogo.browsing import CannotMask, masked, recogniser_of

        recogniser = recogniser_of(self._pack.job)
        evidence = item.stash[EVIDENCE]
        for number, page in enumerate(open_pages(item), start=1):
            with suppress(Error, CannotMask):
                evidence.where = _where(page.url) or evidence.where
                with masked(page, recogniser):
                    picture = page.screenshot(timeout=_PICTURE_MS, animations="disabled")
                name = f"{evidence.key} attempt {getattr(item, 'execution_count', 1)} page {number}"
                path, _ = self._pack.keep("failures", name, ".png", picture)
                evidence.artefacts.append(path)
                _attach_to_allure(item, picture)

    def _collect_files(self, item: pytest.Item, report: pytest.TestReport) -> None:
        for name, path in report.user_properties:
            if name.startswith("playwright_"):
                file = Path(item.config.invocation_params.dir, str(path))
                if file.is_relative_to(self._pack.raw.absolute()):
                    item.stash[EVIDENCE].artefacts.append(self._pack.artefact(file))


def cannot_load(report: pytest.CollectReport) -> str:
    """Which module of a pack cannot be loaded, and the error in one line."""
    lines = [line.strip() for line in str(report.longrepr).splitlines() if line.strip()]
    errors = [line.removeprefix("E ").strip() for line in lines if line.startswith("E ")]
    said = (errors or lines or ["no reason given"])[-1]
    return f"{report.nodeid} cannot be loaded: {said}."


def open_pages(item: pytest.Item) -> list[Any]:
    """Every page that the test has open in its browser."""
    browser = getattr(item, "funcargs", {}).get("browser")
    return [page for context in browser.contexts for page in context.pages] if browser is not None else []


def _where(url: str) -> str:
    parts = urlsplit(url)
    if not parts.scheme.startswith("http"):
        return ""
    return f"GET {parts.path}" + (f"?{parts.query}" if parts.query else "")


def _attach_to_allure(item: pytest.Item, picture: bytes) -> None:
    if item.config.pluginmanager.hasplugin("allure_pytest"):
        import allure

        allure.attach(picture, "What the page showed", allure.attachment_type.PNG)


class _replaying:  # noqa: N801 - read as a verb: with _replaying(item)
    """The second attempt: with a trace, and counted as such.

    It leaves its trace in a folder of its own: pytest-playwright empties its folder whenever it is set up,
    which is once more when the last test of a run is repeated.
    """

    def __init__(self, item: pytest.Item, number: int) -> None:
        self._item: Any = item
        self._number = number
        self._before = item.config.option.tracing, item.config.option.output

    def __enter__(self) -> None:
        self._item.execution_count = 2
        self._item.config.option.tracing = "retain-on-failure"
        self._item.config.option.output = f"{self._before[1]}-replay-{self._number}"

    def __exit__(self, *_: object) -> None:
        del self._item.execution_count
        self._item.config.option.tracing, self._item.config.option.output = self._before


def _phase(report: pytest.TestReport, call: pytest.CallInfo[None]) -> PhaseRecord:
    if call.excinfo is None:
        detail = str(report.longrepr) if report.longrepr else ""
        return PhaseRecord(outcome=report.outcome, message=detail, detail=detail)
    error = _most_telling(call.excinfo.value)
    detail = report.longreprtext or str(report.longrepr or "")
    return PhaseRecord(
        outcome=report.outcome,
        kinds=tuple(f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__[:-1]),
        message=str(error) or type(error).__name__,
        detail=detail,
    )


def _most_telling(error: BaseException) -> BaseException:
    """Of several errors raised together (soft assertions), an assertion before anything else."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    leaves = [_most_telling(one) for one in error.exceptions]
    return next((leaf for leaf in leaves if isinstance(leaf, AssertionError)), leaves[0])
