"""Makes allure-behave's results say what the scenario really came to. Runs in behave's process.

allure-behave calls a scenario without steps passed, one whose hook failed skipped, and leaves the severity at
"normal" for `@must`. Our record of the scenario is the truth; the Allure result is set to it before it is
written, and labelled so that both sides and all stages can be told apart in one report.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import allure_commons
from allure_behave.formatter import AllureFormatter
from allure_commons.model2 import Label, Status, StatusDetails
from allure_commons.types import LabelType, Severity

from gonogo.job import current_job
from gonogo.model import CheckStatus, Priority
from gonogo.readers.behave import check_status, priority_of

if TYPE_CHECKING:
    from gonogo.job import Job
    from gonogo.stages.uat_recording import Recorder

KEY_LABEL = "gonogo-key"
"""Label that holds the key of the check, by which a result is found again."""

STATUSES = {
    CheckStatus.PASSED: Status.PASSED,
    CheckStatus.FAILED: Status.FAILED,
    CheckStatus.BROKEN: Status.BROKEN,
    CheckStatus.SKIPPED: Status.SKIPPED,
    CheckStatus.EMPTY: Status.BROKEN,
    CheckStatus.UNDEFINED: Status.BROKEN,
}
SEVERITIES = {
    Priority.MUST: Severity.CRITICAL,
    Priority.SHOULD: Severity.NORMAL,
    Priority.COULD: Severity.MINOR,
}
_EMPTY = "The scenario has no steps: nothing was checked."


def label_results(recorder: Recorder, formatters: list[Any]) -> None:
    """From now on, correct and label every Allure result of this process.

    Args:
        recorder: knows what the scenario that ended last came to.
        formatters: behave's; Allure's among them is taught about rules, whose scenarios it overlooks.
    """
    allure_commons.plugin_manager.register(_Labeller(recorder, current_job()))
    for formatter in formatters:
        if isinstance(formatter, AllureFormatter):
            formatter.rule = partial(_begin_rule, formatter)


def _begin_rule(formatter: Any, rule: Any) -> None:
    formatter._wrap_scenario(rule.walk_scenarios())  # noqa: SLF001 - what it does itself when a feature begins


class _Labeller:
    def __init__(self, recorder: Recorder, job: Job | None) -> None:
        self._recorder = recorder
        self._job = job

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: Any) -> None:
        record = self._recorder.last
        if record is None:
            return
        status = check_status(record)
        result.status = STATUSES[status]
        if status is CheckStatus.EMPTY:
            result.statusDetails = StatusDetails(message=_EMPTY)
        elif status is not CheckStatus.PASSED and record.fault is not None and result.statusDetails is None:
            result.statusDetails = StatusDetails(message=record.fault.message, trace=record.fault.trace)
        severity = SEVERITIES[priority_of(record.tags, record.inherited_tags)]
        labels = [label for label in result.labels if label.name != LabelType.SEVERITY]
        labels.append(Label(name=LabelType.SEVERITY, value=severity))
        labels.append(Label(name=LabelType.STORY, value=record.title))
        labels.append(Label(name=KEY_LABEL, value=record.key))
        if self._job is not None:
            labels.append(Label(name=LabelType.EPIC, value=f"{self._job.system} {self._job.version}"))
            labels.append(Label(name=LabelType.PARENT_SUITE, value=f"{self._job.side}: {self._job.stage}"))
        result.labels = labels
