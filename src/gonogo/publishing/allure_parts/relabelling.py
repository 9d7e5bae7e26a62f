"""One raw Allure result → the same, told apart from the other side's, safe to show, true to the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gonogo.model import CheckResult, CheckStatus, Difference
from gonogo.publishing.allure_parts.files import Folder
from gonogo.publishing.allure_parts.labels import (
    NO_EVIDENCE,
    STATUSES,
    Place,
    is_flaky,
    is_known,
    labels_for,
    parameters_for,
    prefix_of,
    severity_of,
)
from gonogo.publishing.allure_parts.records import (
    Attachment,
    Container,
    Label,
    Link,
    Parameter,
    Result,
    StatusDetails,
    Step,
)
from gonogo.publishing.cleaning import DETAIL_LIMIT, TEXT_LIMIT, TITLE_LIMIT, block, one_line
from gonogo.publishing.wording import CHECK_STATUSES

DEEPEST_STEP = 12
MOST_STEPS = 300
_TRACE_LIMIT = 4 * DETAIL_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One raw result as read, with the key of the check it belongs to (empty when not known)."""

    result: Result
    key: str


def relabelled(
    raw: Raw,
    place: Place,
    folder: Folder,
    source: Path,
    check: CheckResult | None,
    difference: Difference | None,
) -> Result:
    """A raw result as it stands in the merged report.

    Args:
        raw: the result and its check's key.
        place: the stage and side it belongs to.
        folder: where its attachments are copied.
        source: the folder its attachments are in.
        check: what the evidence says of the check; None when unknown, or when a later try replaced this one.
        difference: what became of the check between the sides.
    """
    result = raw.result
    old = {label.name: label.value for label in result.labels or ()}
    story = old.get("story") or (check.title if check else "") or result.name or ""
    feature = (check.feature if check else "") or old.get("feature", "")
    severity = severity_of(check.priority) if check else one_line(old.get("severity", "normal"), 20)
    identity = raw.key or result.historyId or result.fullName or result.name or result.uuid
    attachments = _attachments(result.attachments, place, folder, source)
    if check is not None and check.status is not CheckStatus.PASSED:
        attachments += folder.attach_artefacts(check.artefacts, place, skip=_inside(result))
    status = STATUSES[check.status] if check else result.status
    return Result(
        uuid=place.identity(result.uuid),
        name=one_line(result.name or (check.title if check else ""), TITLE_LIMIT),
        fullName=one_line(f"{place.heading}: {result.fullName or result.name or ''}", TEXT_LIMIT),
        historyId=place.identity(identity),
        testCaseId=place.identity(f"{result.testCaseId or identity}"),
        status=status,
        statusDetails=_details(status, result.statusDetails, place, check, difference),
        description=block(result.description or "", TEXT_LIMIT) or None,
        start=result.start,
        stop=result.stop,
        steps=_steps(result.steps, place, folder, source, DEEPEST_STEP),
        attachments=attachments or None,
        parameters=[*_parameters(result.parameters), *parameters_for(place)],
        labels=[
            *_own_tags(result.labels or ()),
            *labels_for(place, feature=feature, story=story, severity=severity, key=raw.key),
        ],
        links=_links(result.links),
    )


def _details(
    status: str | None,
    raw: StatusDetails | None,
    place: Place,
    check: CheckResult | None,
    difference: Difference | None,
) -> StatusDetails | None:
    if status == "passed":
        return None
    message = (check.message if check else "") or (raw.message if raw else "") or ""
    trace = (raw.trace if raw else "") or (check.detail if check else "")
    if check is not None and not check.status.is_evidence:
        opening = f"{NO_EVIDENCE}: {CHECK_STATUSES[check.status].lower()}"
    elif status == "failed":
        opening = prefix_of(place.side, difference)
    else:
        opening = NO_EVIDENCE
    return StatusDetails(
        message=f"{opening}. {block(message, DETAIL_LIMIT)}".strip(),
        trace=block(trace or "", _TRACE_LIMIT) or None,
        known=status == "failed" and is_known(place.side, difference),
        flaky=is_flaky(difference),
    )


def _steps(
    steps: list[Step] | None, place: Place, folder: Folder, source: Path, depth: int
) -> list[Step] | None:
    if not steps or depth == 0:
        return None
    return [_step(step, place, folder, source, depth) for step in steps[:MOST_STEPS]]


def _step(step: Step, place: Place, folder: Folder, source: Path, depth: int) -> Step:
    details = step.statusDetails
    return Step(
        name=one_line(step.name or "", TEXT_LIMIT),
        status=step.status,
        statusDetails=StatusDetails(
            message=block(details.message or "", DETAIL_LIMIT) or None,
            trace=block(details.trace or "", _TRACE_LIMIT) or None,
        )
        if details
        else None,
        start=step.start,
        stop=step.stop,
        steps=_steps(step.steps, place, folder, source, depth - 1),
        attachments=_attachments(step.attachments, place, folder, source) or None,
        parameters=_parameters(step.parameters) or None,
    )


def _attachments(
    attachments: list[Attachment] | None, place: Place, folder: Folder, source: Path
) -> list[Attachment]:
    copied = [
        folder.attach(source / each.source, place, name=each.name or each.source, kind=each.type)
        for each in attachments or ()
        # a name with a path in it would lead out of the tool's folder
        if each.source and Path(each.source).name == each.source
    ]
    return [each for each in copied if each is not None]


def _inside(result: Result) -> frozenset[str]:
    """Names of the files a result already has attached, in any step: they are not attached twice."""
    names: set[str] = set()
    waiting: list[Result | Step] = [result]
    while waiting:
        here = waiting.pop()
        names.update(each.name for each in here.attachments or () if each.name)
        waiting.extend(here.steps or ())
    return frozenset(names)


def relabelled_container(container: Container, place: Place, folder: Folder, source: Path) -> Container:
    """Fixtures as they stand in the merged report."""
    return Container(
        uuid=place.identity(container.uuid),
        name=one_line(container.name or "", TITLE_LIMIT) or None,
        children=[place.identity(child) for child in container.children or ()],
        befores=_steps(container.befores, place, folder, source, DEEPEST_STEP),
        afters=_steps(container.afters, place, folder, source, DEEPEST_STEP),
        start=container.start,
        stop=container.stop,
    )


def _parameters(parameters: list[Parameter] | None) -> list[Parameter]:
    return [
        Parameter(name=one_line(each.name or "", TITLE_LIMIT), value=one_line(each.value or "", TEXT_LIMIT))
        for each in parameters or ()
    ]


def _own_tags(labels: Iterable[Label]) -> list[Label]:
    return [Label(name="tag", value=one_line(each.value, 120)) for each in labels if each.name == "tag"]


def _links(links: list[Link] | None) -> list[Link] | None:
    """Only links to the web are kept: any other scheme could start a program or run a script."""
    kept = [
        Link(name=one_line(each.name or each.url, TITLE_LIMIT), url=one_line(each.url), type=each.type)
        for each in links or ()
        if each.url and each.url.lower().startswith(("https://", "http://"))
    ]
    return kept or None
