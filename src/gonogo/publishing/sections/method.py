"""How the test was done, and how sure its result is: versions, tools, dates, permissions, repeats."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from gonogo.model import Change, CheckResult, Side, StageHeader, Target
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Standing, with_standing
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, one_line
from gonogo.publishing.sections.calibration import calibration_sentences
from gonogo.publishing.sections.speed import LOG_STATISTIC
from gonogo.publishing.wording import (
    STAGE_STATUSES,
    TARGET_CLASSES,
    counted,
    day,
    day_and_time,
    duration,
    listed,
    out_of,
    sentence,
    side_name,
    stage_name,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One stage on one side as it was carried out."""

    stage: str
    side: str
    status: str
    tools: str
    started: str
    duration: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the test was done: sentences about systems and permissions, a row for every stage and side."""

    systems: tuple[str, ...]
    permissions: tuple[str, ...]
    stages: tuple[StageRow, ...]

    @property
    def has_notes(self) -> bool:
        """Whether any tool noted something."""
        return any(row.notes for row in self.stages)


def method(dossier: Dossier) -> Method:
    """How the test was done."""
    upgrade = dossier.upgrade
    targets = ((Side.BASELINE, upgrade.baseline), (Side.CANDIDATE, upgrade.candidate))
    permissions = dict.fromkeys(_permission(target) for _, target in targets)
    return Method(
        systems=tuple(_system(side_name(side, upgrade), target) for side, target in targets),
        permissions=tuple(text for text in permissions if text),
        stages=tuple(_stage(run.header, dossier) for run in dossier.runs),
    )


def _system(name: str, target: Target) -> str:
    kind = TARGET_CLASSES[target.target_class] if target.target_class else "a system of undeclared use"
    return one_line(f"{name} ran as {kind} at {_host(target.url)}.", TEXT_LIMIT)


def _host(url: str) -> str:
    """The address without user name and password, which a URL may hold."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    host = parts.netloc.rpartition("@")[2]
    if host.endswith(":{port}"):
        return f"{host.removesuffix(':{port}')}, on a port that was free"
    return host or "an address that is not stated"


def _permission(target: Target) -> str:
    allowed = [str(activity).replace("-", " ") for activity in target.allows]
    if not allowed or target.authorisation is None:
        return ""
    given = target.authorisation
    return one_line(
        f"{given.by} permitted {listed(allowed)} on {listed(given.hosts)} until {day(given.until)}.",
        TEXT_LIMIT,
    )


def _stage(header: StageHeader, dossier: Dossier) -> StageRow:
    tools = [f"{tool.name} {tool.version}".strip() for tool in header.tools]
    return StageRow(
        stage=stage_name(header.stage),
        side=one_line(side_name(header.side, dossier.upgrade), TITLE_LIMIT),
        status=STAGE_STATUSES[header.status],
        tools=one_line(listed(tools), TEXT_LIMIT) or "–",
        started=day_and_time(header.started_at) if header.started_at else "–",
        duration=duration(header.duration_s),
        notes=tuple(sentence(one_line(note, TEXT_LIMIT)) for note in header.notes[:10]),
    )


def how_sure(dossier: Dossier) -> tuple[str, ...]:
    """Sentences about how far the result can be trusted."""
    planned = sum(each.planned for each in dossier.comparison.coverage)
    ran = sum(each.ran for each in dossier.comparison.coverage)
    sentences = [f"{out_of(ran, planned)} planned results were obtained, counting both versions."]
    sentences.extend(_by_hand(dossier))
    sentences.extend(_repeats(dossier))
    rounds = [each.pairs for each in dossier.comparison.measurements if each.statistic == LOG_STATISTIC]
    if rounds:
        sentences.append(
            f"Speed was measured in {counted(max(rounds), 'round')} of both versions, turn by turn."
        )
        sentences.append("The range given for speed holds the true change in 19 cases of 20.")
    unreliable = with_standing(dossier.comparison.differences, Standing.UNRELIABLE)
    if unreliable:
        differ = "difference is" if len(unreliable) == 1 else "differences are"
        sentences.append(f"{len(unreliable)} {differ} in doubt: perhaps the upgrade is not the reason.")
    sentences.extend(calibration_sentences(dossier))
    sentences.append("Anybody can work out the verdict again from the evidence: “gonogo judge” does so.")
    return tuple(sentences)


def _by_hand(dossier: Dossier) -> list[str]:
    """What people walked, and who they were."""
    planned = sum(check.is_manual for check in dossier.plan.checks)
    walked = [
        seen
        for run in dossier.runs
        for seen in run.observations
        if isinstance(seen, CheckResult) and seen.testers and run.header.side is Side.CANDIDATE
    ]
    if not planned:
        return []
    shown = sum(seen.status.is_evidence for seen in walked)
    said = [f"{out_of(shown, planned)} tests by hand have a result on the upgraded version."]
    testers = dict.fromkeys(one_line(name, 60) for seen in walked for name in seen.testers)
    if testers:
        said.append(f"{listed(sorted(testers))} walked them.")
    said.append("The version in use is not asked of tests by hand, so a fault they find may be an old one.")
    return said


def _repeats(dossier: Dossier) -> list[str]:
    repeated = [
        seen
        for run in dossier.runs
        for seen in run.observations
        if isinstance(seen, CheckResult) and seen.attempts > 1
    ]
    said = []
    if repeated:
        said.append(f"{counted(len(repeated), 'check')} had to be tried more than once.")
    differences = dossier.comparison.differences
    tried = [difference for difference in differences if difference.again is not None]
    if tried:
        times = max(run.header.repeat for run in dossier.repeats)
        steady = sum(difference.again is not None and difference.again.is_steady for difference in tried)
        said.append(
            f"{counted(len(tried), 'difference')} between the versions {'was' if len(tried) == 1 else 'were'} "
            f"looked at again, up to {counted(times, 'time')} on each; {steady} came out the same every time."
        )
    elif any(difference.change is Change.REGRESSED for difference in differences):
        said.append("No difference was looked at a second time, so chance was not ruled out.")
    return said
