"""Allure results that no tool under us writes: planned checks without one, findings, speed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from gonogo.model import (
    CheckResult,
    CheckStatus,
    Difference,
    Discipline,
    Finding,
    Measurement,
    PlannedCheck,
    Priority,
    Ruling,
    Side,
)
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
from gonogo.publishing.allure_parts.records import Label, Parameter, Result, StatusDetails, Step
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import DETAIL_LIMIT, TEXT_LIMIT, TITLE_LIMIT, block, one_line
from gonogo.publishing.evidence import Index
from gonogo.publishing.sections.meanings import meaning_of_finding
from gonogo.publishing.sections.speed import Journey, journeys
from gonogo.publishing.wording import CHECK_STATUSES, DISCIPLINES, SEVERITIES, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What every result of ours is made from."""

    dossier: Dossier
    index: Index
    folder: Folder
    differences: Mapping[str, Difference]
    journeys: Mapping[str, Journey]

    def started_ms(self, stage: str, side: Side) -> int:
        """When the stage began on the side, in ms since 1970; when unknown, when it was published."""
        header = self.index.headers.get((stage, side))
        return milliseconds((header.started_at if header else "") or self.dossier.generated_at)


def own_of(dossier: Dossier, index: Index, folder: Folder) -> Own:
    """Prepare what the results are made from."""
    return Own(
        dossier=dossier,
        index=index,
        folder=folder,
        differences={each.key: each for each in dossier.comparison.differences},
        journeys={each.name: each for each in journeys(dossier)},
    )


def check_results(own: Own, place: Place, have: set[str]) -> Iterator[Result]:
    """A result for every check of a place that the tool left none for: planned ones first."""
    planned = {check.key: check for check in own.dossier.plan.checks if check.stage == place.stage}
    seen = {
        key: check
        for (side, key), check in own.index.checks.items()
        if side is place.side and own.index.folders.get((side, key)) == place.stage
    }
    asked = [key for key, check in planned.items() if check.is_asked_of(place.side)]
    for order, key in enumerate(dict.fromkeys([*asked, *sorted(seen)])):
        if key not in have:
            yield _check(own, place, key, planned.get(key), seen.get(key), order=order)


def _check(
    own: Own,
    place: Place,
    key: str,
    plan: PlannedCheck | None,
    seen: CheckResult | None,
    *,
    order: int = 0,
) -> Result:
    difference = own.differences.get(key)
    described = plan or seen
    title = one_line(described.title if described else key, TITLE_LIMIT) or one_line(key, TITLE_LIMIT)
    measured = _measured(own, place, key)
    status = STATUSES[seen.status] if seen else ("skipped" if plan and plan.skip_reason else "unknown")
    details = _check_details(place, plan, seen, difference)
    steps, parameters = _speed(own, place, measured)
    if status == "passed" and place.side is Side.CANDIDATE:
        broken = _broken_limits(own, measured)
        if broken:
            status, details = "failed", StatusDetails(message=broken)
    # a millisecond apart, so that the report lists them in the plan's order
    start = own.started_ms(place.stage, place.side) + order
    is_shown = seen is not None and (seen.status is not CheckStatus.PASSED or bool(seen.testers))
    artefacts = seen.artefacts if seen and is_shown else ()
    return Result(
        uuid=place.identity(f"check {key}"),
        name=title,
        fullName=one_line(f"{place.heading}: {key}"),
        historyId=place.identity(key),
        testCaseId=place.identity(key),
        status=status,
        statusDetails=details,
        start=start,
        stop=start + (round(seen.duration_s * 1000) if seen else 0),
        steps=steps or None,
        attachments=own.folder.attach_artefacts(artefacts, place) or None,
        description=_by_hand(seen),
        parameters=[*parameters, *_testers(seen), *parameters_for(place)],
        labels=[
            *labels_for(
                place,
                feature=described.feature or DISCIPLINES[described.discipline] if described else "",
                story=title,
                severity=severity_of(described.priority if described else Priority.MUST),
                key=key,
            ),
            *([Label(name=MANUAL_LABEL, value="true")] if plan and plan.is_manual else ()),
        ],
    )


MANUAL_LABEL = "ALLURE_MANUAL"
"""Allure's own label: it marks the result as one that a person recorded."""


def _testers(seen: CheckResult | None) -> list[Parameter]:
    names = seen.testers if seen else ()
    return [Parameter(name="tester", value=one_line(name, TITLE_LIMIT)) for name in names]


def _by_hand(seen: CheckResult | None) -> str | None:
    """Who said what of every step, for a test that people walked."""
    return block(seen.detail) or None if seen and seen.testers else None


def _check_details(
    place: Place,
    plan: PlannedCheck | None,
    seen: CheckResult | None,
    difference: Difference | None,
) -> StatusDetails | None:
    if seen is None:
        why = plan.skip_reason if plan and plan.skip_reason else "planned, but it did not run"
        return StatusDetails(message=f"{NO_EVIDENCE}: {one_line(why)}")
    message, trace = block(seen.message, DETAIL_LIMIT), block(seen.detail) or None
    match seen.status:
        case CheckStatus.PASSED:
            return None
        case CheckStatus.FAILED:
            return StatusDetails(
                message=f"{prefix_of(place.side, difference)}. {message}".strip(),
                trace=trace,
                known=is_known(place.side, difference),
                flaky=is_flaky(difference),
            )
        case CheckStatus.BROKEN | CheckStatus.EMPTY | CheckStatus.UNDEFINED | CheckStatus.SKIPPED:
            opening = f"{NO_EVIDENCE}: {CHECK_STATUSES[seen.status].lower()}"
            return StatusDetails(message=f"{opening}. {message}".strip(), trace=trace)


def _measured(own: Own, place: Place, key: str) -> tuple[Measurement, ...]:
    """What was measured under a key: `load:Rent search` has `load:Rent search:log_mean` and others."""
    return tuple(
        measurement
        for (side, other), measurement in own.index.measurements.items()
        if side is place.side and other.startswith(f"{key}:") and ":" not in other[len(key) + 1 :]
    )


def _speed(own: Own, place: Place, measured: Iterable[Measurement]) -> tuple[list[Step], list[Parameter]]:
    steps = [
        Step(
            name=one_line(
                f"{each.statistic}: {each.value:.6g} {each.unit} from {each.sample_count:,} samples"
            ),
            status="passed",
        )
        for each in measured
    ]
    title = next((each.title for each in measured), "")
    journey = own.journeys.get(one_line(title, TITLE_LIMIT)) if title else None
    if journey is None:
        return steps, []
    is_candidate = place.side is Side.CANDIDATE
    values = [("95 of 100 answers within", journey.candidate if is_candidate else journey.baseline)]
    if is_candidate:
        values += [("change", journey.change), ("range", journey.between), ("allowed", journey.allowed)]
    return steps, [Parameter(name=name, value=value) for name, value in values]


def _broken_limits(own: Own, measured: Iterable[Measurement]) -> str:
    keys = {each.key for each in measured}
    reasons = [
        sentence(one_line(judgement.reason, TEXT_LIMIT))
        for judgement in own.dossier.verdict.judgements
        if judgement.ruling is Ruling.NOT_MET and keys.intersection(judgement.evidence)
    ]
    return " ".join(["New with the upgrade.", *reasons]) if reasons else ""


def finding_results(own: Own, place: Place) -> Iterator[Result]:
    """A result for every finding of a place: failed, and known when it was there before or is expected."""
    for (side, key), finding in own.index.findings.items():
        if side is place.side and own.index.folders.get((side, key)) == place.stage:
            yield _finding(own, place, finding)


def _finding(own: Own, place: Place, finding: Finding) -> Result:
    difference = own.differences.get(finding.key)
    title = one_line(finding.title, TITLE_LIMIT) or one_line(finding.key, TITLE_LIMIT)
    meaning = meaning_of_finding(difference) if difference else ""
    where = one_line(finding.where, TITLE_LIMIT)
    start = own.started_ms(place.stage, place.side)
    opening = prefix_of(place.side, difference)
    parts = [part for part in (where, block(finding.detail), sentence(one_line(finding.remedy))) if part]
    return Result(
        uuid=place.identity(f"finding {finding.key}"),
        name=title,
        fullName=one_line(f"{place.heading}: {finding.key}"),
        historyId=place.identity(finding.key),
        testCaseId=place.identity(finding.key),
        status="failed",
        statusDetails=StatusDetails(
            message=f"{opening}. {meaning}".strip(),
            trace="\n".join(parts) or None,
            known=is_known(place.side, difference),
            flaky=is_flaky(difference),
        ),
        start=start,
        stop=start,
        parameters=[
            Parameter(name="rule", value=one_line(finding.rule, TITLE_LIMIT)),
            Parameter(name="severity", value=SEVERITIES[finding.severity]),
            Parameter(name="where", value=where),
            *parameters_for(place),
        ],
        labels=labels_for(
            place,
            feature=f"{DISCIPLINES[finding.discipline]} findings",
            story=one_line(finding.rule, TITLE_LIMIT),
            severity=severity_of(Priority.MUST, finding.severity),
            key=finding.key,
        ),
    )


def measurement_results(own: Own, place: Place, have: set[str]) -> Iterator[Result]:
    """A result for every measured subject that no check stands for, such as the whole mix."""
    subjects: dict[str, str] = {}
    for run in own.dossier.runs:
        if run.header.stage != place.stage or run.header.side is not place.side:
            continue
        for seen in run.observations:
            if isinstance(seen, Measurement):
                subjects.setdefault(seen.key.rpartition(":")[0], seen.title)
    for key, title in sorted(subjects.items()):
        if key not in have and key not in own.index.planned:
            described = CheckResult(
                key=key,
                status=CheckStatus.PASSED,
                title=title,
                discipline=Discipline.PERFORMANCE,
                feature="Speed",
            )
            yield _check(own, place, key, None, described)


def milliseconds(moment: str) -> int:
    """An ISO moment as milliseconds since 1970; 0 when it is none."""
    try:
        return round(datetime.fromisoformat(moment).timestamp() * 1000)
    except ValueError:
        return 0
