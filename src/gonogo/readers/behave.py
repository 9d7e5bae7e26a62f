"""What behave was seen to do → planned checks and check results.

behave's own exit code and statuses are not trusted: it calls a scenario without steps passed, accepts pending
steps, and exits 0 when a tag matched nothing. The pool runner records what each scenario and each of its
steps really came to (one line of JSON as each finishes); here those lines are given their meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from gonogo.model import CheckResult, CheckStatus, Discipline, PlannedCheck, Priority, Side, StagePlan
from gonogo.readers.behave_records import (
    BehaveResults,
    FaultRecord,
    ScenarioRecord,
    SelectedScenario,
    Selection,
    WorkerRecord,
)

MANUAL = "manual"
MESSAGE_LIMIT = 600
DETAIL_LIMIT = 6000

_UNDEFINED_STEP = frozenset(
    {"undefined", "untested_undefined", "pending", "pending_warn", "untested_pending"}
)
_LEFT_OUT_STEP = frozenset({"skipped", "untested"})

# What an exception says about: the system under test, or our own means of looking at it.
_SYSTEM_AT_FAULT = frozenset(
    {"gonogo.steps.errors.NotAsExpected", "gonogo.browsing.signing_in.SignInError"},
)
_PLAYWRIGHT = "playwright._impl._errors."
_MEANS_AT_FAULT = (
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_NAME_NOT_RESOLVED",
    "net::ERR_ADDRESS_UNREACHABLE",
    "net::ERR_UNSAFE_PORT",
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_NETWORK_CHANGED",
    "net::ERR_PROXY",
    "net::ERR_TUNNEL",
    "net::ERR_CERT",
    "BrowserType.launch",
    "Executable doesn't exist",
    "Page crashed",
    "has been closed",
    "Protocol error",
)


def read_selection(selection: Selection, stage: str) -> StagePlan:
    """The plan of a pack: one check per scenario and per row of an outline.

    A selection that holds nothing, names two scenarios alike, or uses an unknown discipline is a problem:
    then nothing is planned.
    """
    problem = selection.problem or _problem(selection)
    if problem:
        return StagePlan(stage=stage, problem=problem)
    checks = sorted((_planned(scenario, stage) for scenario in selection.scenarios), key=lambda c: c.key)
    return StagePlan(stage=stage, checks=tuple(checks))


def read_results(data: bytes, plan: StagePlan) -> BehaveResults:
    """Read `results.jsonl`.

    Args:
        data: the file, possibly cut off in mid-line.
        plan: the stage's plan; it says what each check is called and how much it matters.

    Returns:
        A result for every scenario that ended; a scenario recorded twice counts once, by its last run, and
        says in `attempts` how often it ran.
    """
    planned = {check.key: check for check in plan.checks}
    results: dict[str, CheckResult] = {}
    workers: list[WorkerRecord] = []
    unreadable = 0
    for line in data.splitlines():
        try:
            record = _LINE.decode(line)
        except msgspec.DecodeError:  # its subclass ValidationError as well
            unreadable += 1
            continue
        if isinstance(record, WorkerRecord):
            workers.append(record)
            continue
        before = results.get(record.key)
        results[record.key] = _result(record, planned.get(record.key), before.attempts + 1 if before else 1)
    return BehaveResults(
        results=tuple(results[key] for key in sorted(results)),
        failures=tuple(dict.fromkeys(w.message for w in workers if w.event == "failed")),
        is_finished=bool(workers) and all(w.event == "finished" for w in workers),
        unreadable=unreadable,
    )


def check_status(record: ScenarioRecord) -> CheckStatus:
    """What a scenario is as evidence. PASSED only when behave says so and every one of its steps passed."""
    statuses = {step.status for step in record.steps}
    if record.status == "skipped":
        return CheckStatus.SKIPPED
    if statuses & _UNDEFINED_STEP:
        return CheckStatus.UNDEFINED
    if record.status in _FAILED_IN_A_STEP:
        return _blame(record.fault)
    if record.status == "hook_error":
        return CheckStatus.FAILED if _is_system_at_fault(record.fault) else CheckStatus.BROKEN
    return _ended_well(record, statuses) if record.status == "passed" else CheckStatus.BROKEN


def _ended_well(record: ScenarioRecord, statuses: set[str]) -> CheckStatus:
    """What a scenario is that behave calls passed."""
    if record.own_steps == 0:
        return CheckStatus.EMPTY
    if statuses & _LEFT_OUT_STEP:
        return CheckStatus.SKIPPED
    return CheckStatus.PASSED if statuses == {"passed"} else CheckStatus.BROKEN


def priority_of(tags: Iterable[str], inherited: Iterable[str]) -> Priority:
    """Priority from tags: the scenario's own before its feature's, the strictest of several, else must."""
    for level in (set(tags), set(inherited)):
        for priority in (Priority.MUST, Priority.SHOULD, Priority.COULD):
            if priority.value in level:
                return priority
    return Priority.MUST


def discipline_of(tags: Iterable[str], inherited: Iterable[str]) -> Discipline:
    """Discipline from a `@discipline:money` tag, the scenario's own before its feature's, else functional.

    Raises:
        ValueError: the tag names no discipline; names those there are.
    """
    for level in (sorted(tags), sorted(inherited)):
        for tag in level:
            name = tag.removeprefix("discipline:")
            if name == tag:
                continue
            if name not in _DISCIPLINES:
                raise ValueError(
                    f"@{tag}: there is no discipline {name!r}; there are {', '.join(_DISCIPLINES)}."
                )
            return _DISCIPLINES[name]
    return Discipline.FUNCTIONAL


_LINE = msgspec.json.Decoder(ScenarioRecord | WorkerRecord)
_FAILED_IN_A_STEP = frozenset({"failed", "error"})
_DISCIPLINES: Mapping[str, Discipline] = {discipline.value: discipline for discipline in Discipline}


def _problem(selection: Selection) -> str:
    if not selection.scenarios:
        return "No scenario is selected: there are no scenarios in the pack, or the tags match none of them."
    seen: dict[str, str] = {}
    for scenario in selection.scenarios:
        if scenario.key in seen:
            return (
                f"Two scenarios have the same name: {seen[scenario.key]} and {scenario.source} "
                f"({scenario.title!r}). Give each a name of its own."
            )
        seen[scenario.key] = scenario.source
        try:
            discipline_of(scenario.tags, scenario.inherited_tags)
        except ValueError as error:
            return f"{scenario.source}: {error}"
    return ""


def _planned(scenario: SelectedScenario, stage: str) -> PlannedCheck:
    tags = {*scenario.tags, *scenario.inherited_tags}
    is_manual = MANUAL in tags
    return PlannedCheck(
        key=scenario.key,
        stage=stage,
        title=scenario.title,
        priority=priority_of(scenario.tags, scenario.inherited_tags),
        discipline=discipline_of(scenario.tags, scenario.inherited_tags),
        feature=scenario.feature,
        tags=tuple(sorted(tags)),
        source=scenario.source,
        note=_note(scenario, is_manual=is_manual),
        is_manual=is_manual,
        sides=(Side.CANDIDATE,) if is_manual else (),
        steps=scenario.manual_steps if is_manual else (),
    )


def _note(scenario: SelectedScenario, *, is_manual: bool) -> str:
    if is_manual:
        is_empty = not scenario.manual_steps
        return "It has no steps for a person to walk, so it will not be evidence." if is_empty else ""
    if scenario.own_steps == 0:
        return "It has no steps, so it will not be evidence."
    if scenario.undefined_steps:
        first = scenario.undefined_steps[0]
        return f"No step definition matches {first!r}, so it will not be evidence."
    return ""


def _result(record: ScenarioRecord, planned: PlannedCheck | None, attempts: int) -> CheckResult:
    status = check_status(record)
    message, detail = _words(record, status)
    return CheckResult(
        key=record.key,
        status=status,
        title=planned.title if planned else record.title,
        message=message,
        detail=detail,
        where=record.where,
        duration_s=record.duration_s,
        attempts=attempts,
        priority=planned.priority if planned else priority_of(record.tags, record.inherited_tags),
        discipline=planned.discipline if planned else Discipline.FUNCTIONAL,
        feature=record.feature,
        artefacts=record.artefacts,
    )


def _words(record: ScenarioRecord, status: CheckStatus) -> tuple[str, str]:
    """What a person reads first, and the technical part."""
    if status is CheckStatus.PASSED:
        return "", ""
    fault = record.fault
    if status is CheckStatus.UNDEFINED:
        steps = [step.text for step in record.steps if step.status in _UNDEFINED_STEP]
        return f"No step definition matches {steps[0]!r}.", "\n".join(steps)
    if status is CheckStatus.EMPTY:
        return "The scenario has no steps: nothing was checked.", ""
    if fault is None:
        return f"The scenario ended as {record.status!r} without having run every step.", ""
    place = f"Step: {fault.step}" if fault.step else f"Hook: {fault.hook}"
    said = fault.message.strip() or (
        f"{_name(fault)} in the step {fault.step!r}" if fault.step else _name(fault)
    )
    first = said if _is_ours(fault) else said.splitlines()[0]
    if status is CheckStatus.BROKEN:
        first = f"The check could not be carried out: {first}"
    detail = f"{place}\n{_name(fault)}: {said}\n\n{fault.trace}".strip()
    return first[:MESSAGE_LIMIT], detail[:DETAIL_LIMIT]


def _name(fault: FaultRecord) -> str:
    return fault.kinds[0].rpartition(".")[2] if fault.kinds else "Error"


def _is_ours(fault: FaultRecord) -> bool:
    return bool(_SYSTEM_AT_FAULT & set(fault.kinds))


def _is_system_at_fault(fault: FaultRecord | None) -> bool:
    return fault is not None and fault.hook.startswith("before_") and _is_ours(fault)


def _blame(fault: FaultRecord | None) -> CheckStatus:
    """FAILED when the exception says something about the system, BROKEN when about our means of looking."""
    if fault is None:
        return CheckStatus.BROKEN
    if fault.hook:
        return CheckStatus.FAILED if _is_system_at_fault(fault) else CheckStatus.BROKEN
    if "builtins.AssertionError" in fault.kinds:
        return CheckStatus.FAILED
    if any(kind.startswith(_PLAYWRIGHT) for kind in fault.kinds):
        return CheckStatus.BROKEN if any(s in fault.message for s in _MEANS_AT_FAULT) else CheckStatus.FAILED
    return CheckStatus.BROKEN
