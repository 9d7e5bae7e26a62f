"""Comparison and criteria → Verdict. A pure function, and deny by default.

The decision is the worst of what each judgement allows:

| ruling       | must         | should             | could              |
|--------------|--------------|--------------------|--------------------|
| MET          | GO           | GO                 | GO                 |
| WAIVED       | GO_WITH_CONDITIONS in every column                    |||
| NOT_MET      | NO_GO        | GO_WITH_CONDITIONS | GO                 |
| INCONCLUSIVE | INCONCLUSIVE | INCONCLUSIVE       | GO_WITH_CONDITIONS |

and with no judgement at all it is INCONCLUSIVE.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from gonogo.judging.change_record import judge_change
from gonogo.judging.counting import judge_changed, judge_failing, judge_new_findings, judge_regressed
from gonogo.judging.fixes import judge_fixed
from gonogo.judging.identity import judge_identity
from gonogo.judging.measured import judge_maximum
from gonogo.judging.response_time import judge_no_more_errors, judge_no_slower
from gonogo.judging.run_share import judge_run_share
from gonogo.judging.waiving import in_force, standings, waivers_for, with_waivers
from gonogo.model import (
    Blame,
    Change,
    Comparison,
    Criterion,
    CriterionKind,
    Decision,
    Difference,
    Digests,
    Judgement,
    Plan,
    Priority,
    ReasonCode,
    Ruling,
    StageRun,
    Upgrade,
    UpgradeSummary,
    Verdict,
    VerdictDifference,
    to_json,
)


def judge(upgrade: Upgrade, plan: Plan, comparison: Comparison, digests: Digests, *, at: str = "") -> Verdict:
    """The verdict on an upgrade.

    Args:
        upgrade: holds the criteria; with none, the verdict is INCONCLUSIVE.
        plan: what was to be shown.
        comparison: what was.
        digests: of what the comparison was computed from; carried into the verdict.
        at: the moment of judging, ISO 8601 UTC. It decides which waivers hold; without it none does.
    """
    judgements = judge_everything(upgrade, plan, comparison, at)
    ordered = tuple(sorted(judgements, key=lambda j: (j.stage, j.criterion, j.code.value, j.reason)))
    return Verdict(
        upgrade=UpgradeSummary(
            system=upgrade.system,
            from_version=upgrade.baseline.version,
            to_version=upgrade.candidate.version,
            change_ref=upgrade.change_ref,
        ),
        decision=decide(ordered),
        judgements=ordered,
        differences=tuple(_listed(d) for d in comparison.differences if _is_listed(d)),
        digests=digests,
        causes=comparison.causes,
        waivers=standings(upgrade, at, ordered),
    )


def judge_everything(upgrade: Upgrade, plan: Plan, comparison: Comparison, at: str = "") -> list[Judgement]:
    """Every judgement, waivers applied: the evidence as a whole, each criterion, then the change record."""
    judgements = [*judge_wholeness(comparison)]
    judgements.extend(_left_out(stage) for stage in upgrade.left_out)
    if len([c for c in upgrade.criteria if c.kind is not CriterionKind.IDENTITY]) == 0:
        judgements.append(_no_criteria())
    waivers = in_force(upgrade, at)
    for criterion in upgrade.criteria:
        judged = judge_criterion(criterion, plan, comparison)
        judgements.append(
            with_waivers(
                criterion, comparison, judged, waivers, lambda c, rest: judge_criterion(c, plan, rest)
            )
        )
    judgements.extend(judge_change(upgrade.change, at))
    return judgements


def judge_criterion(criterion: Criterion, plan: Plan, comparison: Comparison) -> Judgement:
    """The ruling on one criterion. Every kind is named; there is no default that succeeds."""
    measured = tuple(m for m in comparison.measurements if m.stage == criterion.stage)
    match criterion.kind:
        case CriterionKind.IDENTITY:
            return judge_identity(criterion, comparison)
        case CriterionKind.RUN_SHARE:
            return judge_run_share(criterion, plan, comparison)
        case CriterionKind.REGRESSED:
            return judge_regressed(criterion, comparison)
        case CriterionKind.FAILING:
            return judge_failing(criterion, comparison)
        case CriterionKind.FIXED:
            return judge_fixed(criterion, comparison)
        case CriterionKind.CHANGED:
            return judge_changed(criterion, comparison)
        case CriterionKind.NEW_FINDINGS:
            return judge_new_findings(criterion, comparison)
        case CriterionKind.NO_SLOWER:
            return judge_no_slower(criterion, measured)
        case CriterionKind.NO_MORE_ERRORS:
            return judge_no_more_errors(criterion, measured)
        case CriterionKind.MAXIMUM:
            return judge_maximum(criterion, measured)


def judge_wholeness(comparison: Comparison) -> Iterable[Judgement]:
    """One INCONCLUSIVE judgement for every problem with the evidence; one MET when there is none."""
    if not comparison.problems:
        yield Judgement(
            criterion="evidence.whole",
            stage="evidence",
            ruling=Ruling.MET,
            reason="Every stage ran on both sides, and nothing was lost or altered since.",
        )
    for problem in comparison.problems:
        side = f".{problem.side.value}" if problem.side else ""
        yield Judgement(
            criterion=f"evidence.whole.{problem.stage}{side}",
            stage=problem.stage,
            ruling=Ruling.INCONCLUSIVE,
            reason=problem.message,
            code=problem.code,
            evidence=(f"runs/{problem.stage}{side}",),
        )


def decide(judgements: Iterable[Judgement]) -> Decision:
    """The worst of what the judgements allow; INCONCLUSIVE when there are none."""
    allowed = [_allows(judgement) for judgement in judgements]
    return max(allowed, key=lambda decision: decision.badness, default=Decision.INCONCLUSIVE)


def evidence_digest(runs: Iterable[StageRun]) -> str:
    """`sha256:…` over the sealed headers as they are kept, which hold the digests of all else, in any order."""
    headers = sorted(
        (h.stage, h.side.value, h.repeat, h.observations_sha256, run.header_json or to_json(h))
        for run in runs
        for h in (run.header,)
    )
    return "sha256:" + hashlib.sha256(b"".join(header[-1] for header in headers)).hexdigest()


def waivers_digest(upgrade: Upgrade, at: str = "") -> str:
    """`sha256:…` over the waivers for this candidate version, and which of them hold at the moment."""
    holding = {waiver.id for waiver in in_force(upgrade, at)}
    stated = [(waiver, waiver.id in holding) for waiver in waivers_for(upgrade)]
    data = msgspec.json.encode(stated, order="deterministic")
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _allows(judgement: Judgement) -> Decision:
    match judgement.ruling, judgement.priority:
        case Ruling.MET, _:
            return Decision.GO
        case Ruling.WAIVED, _:
            return Decision.GO_WITH_CONDITIONS
        case Ruling.NOT_MET, Priority.MUST:
            return Decision.NO_GO
        case Ruling.NOT_MET, Priority.SHOULD:
            return Decision.GO_WITH_CONDITIONS
        case Ruling.NOT_MET, Priority.COULD:
            return Decision.GO
        case Ruling.INCONCLUSIVE, Priority.MUST | Priority.SHOULD:
            return Decision.INCONCLUSIVE
        case Ruling.INCONCLUSIVE, Priority.COULD:
            return Decision.GO_WITH_CONDITIONS
        case _:
            return Decision.INCONCLUSIVE


def _left_out(stage: str) -> Judgement:
    return Judgement(
        criterion=f"evidence.whole.{stage}",
        stage=stage,
        ruling=Ruling.INCONCLUSIVE,
        reason=f"The {stage} stage was left out of this run, so nothing was shown about it.",
        code=ReasonCode.STAGE_MISSING,
    )


def _no_criteria() -> Judgement:
    return Judgement(
        criterion="criteria.present",
        stage="evidence",
        ruling=Ruling.INCONCLUSIVE,
        reason="There are no acceptance criteria, so there is nothing that could be met.",
        code=ReasonCode.NO_CRITERIA,
    )


def _is_listed(difference: Difference) -> bool:
    """Whatever changed, and whatever did not give the same answer each time."""
    return difference.change is not Change.STILL_PASSING or difference.blame is not Blame.NONE


def _listed(difference: Difference) -> VerdictDifference:
    severity = difference.severity.value if difference.severity else difference.priority.value
    return VerdictDifference(
        key=difference.key,
        stage=difference.stage,
        change=difference.change,
        blame=difference.blame,
        title=difference.title,
        severity=severity,
        cause=difference.cause,
        discipline=difference.discipline,
        expected=difference.expected,
    )
