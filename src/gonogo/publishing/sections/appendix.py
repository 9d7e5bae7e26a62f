"""The machine part: every check on both sides, the evidence with its digests, digests of what was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.model import Change, CheckResult, CheckStatus, Difference, RetentionClass, Side, StageHeader
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Standing, standing
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line, safe_path
from gonogo.publishing.evidence import Index
from gonogo.publishing.retention import delete_by, retention_class
from gonogo.publishing.sections.problems import importance
from gonogo.publishing.wording import CHECK_STATUSES, DISCIPLINES, day, listed, side_name, size, stage_name

FILES_SHOWN = 60
"""Files listed for each stage and side; the rest is counted, and stands in `manifest.json`."""

HOLDS = "Holds"
"""Walked by hand on the upgraded version alone, and it did what was expected."""

_STANDING_WORDS = {
    Standing.WORSE: "Worse",
    Standing.BETTER: "Better",
    Standing.ALREADY: "Already happens today",
    Standing.EXPECTED: "Expected change",
    Standing.UNRELIABLE: "In doubt",
    Standing.NOT_COMPARED: "Not compared",
    Standing.SAME: "Same",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One key on both sides, in words."""

    title: str
    stage: str
    discipline: str
    importance: str
    baseline: str
    candidate: str
    outcome: str
    key: str

    @property
    def is_different(self) -> bool:
        """Whether the two versions came to different things, or one came to nothing."""
        return self.outcome != _STANDING_WORDS[Standing.SAME]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFolder:
    """The evidence of one stage on one side.

    Attributes:
        files: (name, size, digest, day by which it is deleted) each.
        more: how many further files there are.
    """

    folder: str
    observations: str
    observations_digest: str
    files: tuple[tuple[str, str, str, str], ...]
    more: int


def check_rows(dossier: Dossier) -> tuple[CheckRow, ...]:
    """Every check, page, document and finding, in the comparison's order; planned ones it lacks come last."""
    testers = {
        (run.header.side, seen.key): listed(seen.testers)
        for run in dossier.runs
        for seen in run.observations
        if isinstance(seen, CheckResult) and seen.testers
    }
    rows = [_row(each, testers) for each in dossier.comparison.differences]
    compared = {each.key for each in dossier.comparison.differences}
    rows.extend(
        CheckRow(
            title=one_line(check.title, TITLE_LIMIT),
            stage=stage_name(check.stage),
            discipline=DISCIPLINES[check.discipline],
            importance=check.priority.value,
            baseline="Did not run",
            candidate="Did not run",
            outcome=_STANDING_WORDS[Standing.NOT_COMPARED],
            key=one_line(check.key, TITLE_LIMIT),
        )
        for check in dossier.plan.checks
        if check.key not in compared
    )
    return tuple(rows)


def _row(difference: Difference, testers: Mapping[tuple[Side, str], str]) -> CheckRow:
    def state(side: Side, status: CheckStatus | None, words: str) -> str:
        by = testers.get((side, difference.key), "")
        shown = _state(status, words, difference.subject)
        return one_line(f"{shown}, by hand: {by}", TITLE_LIMIT) if by else shown

    outcome = _STANDING_WORDS[standing(difference)]
    if (
        difference.is_manual
        and difference.change is Change.ADDED
        and outcome == _STANDING_WORDS[Standing.SAME]
    ):
        outcome = HOLDS
    return CheckRow(
        title=one_line(difference.title, TITLE_LIMIT),
        stage=stage_name(difference.stage),
        discipline=DISCIPLINES[difference.discipline],
        importance=importance(difference),
        baseline=state(Side.BASELINE, difference.baseline_status, difference.baseline),
        candidate=state(Side.CANDIDATE, difference.candidate_status, difference.candidate),
        outcome=outcome,
        key=one_line(difference.key, TITLE_LIMIT),
    )


def _state(status: CheckStatus | None, words: str, subject: str) -> str:
    if status is not None:
        return CHECK_STATUSES[status]
    shown = one_line(words, 60)
    if shown:
        return shown[0].upper() + shown[1:]
    return "Not found" if subject == "finding" else "Did not run"


def evidence_folders(dossier: Dossier, index: Index) -> tuple[EvidenceFolder, ...]:
    """The evidence of every stage and side with its digests."""
    return tuple(
        _folder(run.header, dossier)
        for run in dossier.runs
        if (run.header.stage, run.header.side) in index.headers
    )


def kept_until(dossier: Dossier) -> tuple[str, ...]:
    """By which day each kind of file is to be deleted, one sentence each; what is kept comes last."""
    days = {kind: _delete_by(dossier, kind) for kind in RetentionClass}
    words = {
        RetentionClass.PICTURE: "Pictures, videos and the detailed report",
        RetentionClass.EXTRACT: "Tables and documents taken from the system",
        RetentionClass.EVIDENCE: "All other evidence",
        RetentionClass.REPORT: "This report and the other summaries",
    }
    told = [f"{words[kind]}: delete by {days[kind]}." for kind in words]
    return (*told, "Digests, verdict and signatures are kept.")


def _delete_by(dossier: Dossier, kind: RetentionClass) -> str:
    started = [run.header.started_at for run in dossier.runs if run.header.started_at]
    counted_from = min(started, default=dossier.judged_at or dossier.generated_at)[:10]
    return day(delete_by(kind, dossier.upgrade.retention, counted_from))


def _folder(header: StageHeader, dossier: Dossier) -> EvidenceFolder:
    place = f"runs/{header.stage}.{header.side}"
    files = [artefact for artefact in header.artefacts if safe_path(artefact.path)]
    return EvidenceFolder(
        folder=one_line(place, TITLE_LIMIT),
        observations=f"{header.observation_count:,} observations",
        observations_digest=one_line(header.observations_sha256, 80),
        files=tuple(
            (
                one_line(each.path, TITLE_LIMIT),
                size(each.size_bytes),
                one_line(each.sha256, 80),
                _delete_by(dossier, retention_class(f"{place}/{each.path}")),
            )
            for each in files[:FILES_SHOWN]
        ),
        more=max(0, len(header.artefacts) - FILES_SHOWN),
    )


def sides(dossier: Dossier) -> tuple[str, str]:
    """Headings of the two sides' columns."""
    before, after = dossier.upgrade.baseline.side, dossier.upgrade.candidate.side
    return (
        one_line(side_name(before, dossier.upgrade), TITLE_LIMIT),
        one_line(side_name(after, dossier.upgrade), TITLE_LIMIT),
    )
