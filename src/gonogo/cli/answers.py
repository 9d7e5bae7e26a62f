"""What commands answer, as text for people."""

from __future__ import annotations

from collections import Counter

from gonogo.cli.console import answer, next_step, plain, say
from gonogo.judging.flipping import decision_of, smallest_flip
from gonogo.judging.rulings import counted
from gonogo.judging.waiving import lapsed
from gonogo.model import Decision, Plan, Publication, Upgrade, to_json
from gonogo.publishing.base import Dossier
from gonogo.publishing.terminal import verdict_text
from gonogo.setup import Finding


def plan_text(plan: Plan, upgrade: Upgrade, *, with_keys: bool = False) -> str:
    """The plan as a list that reads well aloud, stage by stage, and its total.

    Args:
        with_keys: under each check its key, by which `gonogo.toml` names it.
    """
    lines = [
        f"{upgrade.system}: {upgrade.baseline.version} (in use) → {upgrade.candidate.version} (upgrade)",
        "",
    ]
    for stage in plan.stages:
        by_hand = sum(check.is_manual for check in stage.checks)
        and_by_hand = f", and {by_hand} by hand on the upgrade" if by_hand else ""
        each_side = counted(len(stage.checks) - by_hand, "check", "checks")
        lines.append(f"{stage.stage}: {each_side} on each side{and_by_hand}")
        if stage.problem:
            lines.append(f"  problem: {stage.problem}")
        for check in stage.checks:
            skip = f"  (will not run: {check.skip_reason})" if check.skip_reason else ""
            if check.is_manual:
                skip = f"  (by hand, on the upgrade: {counted(len(check.steps), 'step', 'steps')})"
            lines.append(f"  {check.priority.value:<6} {check.discipline.value:<13} {check.title}{skip}")
            if with_keys:
                lines.append(f"{'':<23}{check.key}")
        lines.append("")
    lines.append(_totals(plan))
    return plain("\n".join(lines))


def _totals(plan: Plan) -> str:
    by_priority = Counter(check.priority.value for check in plan.checks)
    parts = ", ".join(
        f"{by_priority[name]} {name}" for name in ("must", "should", "could") if by_priority[name]
    )
    by_hand = sum(check.is_manual for check in plan.checks)
    and_by_hand = f" and {by_hand} by hand" if by_hand else ""
    checks = counted(len(plan.checks) - by_hand, "check", "checks")
    return f"{checks} × {len(plan.sides)} sides{and_by_hand} ({parts})."


def explanation_text(dossier: Dossier) -> str:
    """Each criterion with what was measured and where that comes from, and what would flip the decision."""
    statements = {criterion.id: criterion.statement for criterion in dossier.upgrade.criteria}
    lines = []
    for judgement in dossier.verdict.judgements:
        lines.append(f"{judgement.ruling.value:<12} {judgement.criterion} ({judgement.priority.value})")
        if judgement.criterion in statements:
            lines.append(f"  asked: {statements[judgement.criterion]}")
        lines.append(f"  seen:  {judgement.reason}")
        lines.extend(f"  from:  {source}" for source in judgement.evidence[:5])
        if len(judgement.evidence) > 5:
            lines.append(f"  from:  {len(judgement.evidence) - 5} more")
    facts = smallest_flip(dossier.upgrade, dossier.plan, dossier.comparison, dossier.judged_at)
    lines.append("")
    lines.append(f"The decision is {dossier.verdict.decision.value}. It would be another one if:")
    lines.extend(f"  {fact.title}: {fact.was}, were: {fact.would_be}" for fact in facts)
    if not facts:
        lines.append("  (no single set of facts: there is nothing to judge by)")
    return plain("\n".join(lines))


def standing_now(dossier: Dossier, now: str) -> Decision:
    """The decision as it stands at this moment: the verdict's, unless a waiver it rests on has run out.

    The verdict itself stays what it was at its own moment, byte for byte; what changed since is said.
    """
    over = lapsed(dossier.verdict, now)
    if not over:
        return dossier.verdict.decision
    decision = decision_of(dossier.upgrade, dossier.plan, dossier.comparison, now)
    for waiver in over:
        say(f"Waiver {waiver.id} expired on {waiver.expires}, after this verdict was made.")
    say(f"Without it the decision is {decision.value}.")
    return decision


def doctor_text(findings: tuple[Finding, ...]) -> str:
    """One line for each thing looked for; a missing one with the command that fixes it."""
    lines = []
    for finding in findings:
        mark = "ok     " if finding.is_present else ("MISSING" if finding.is_required else "absent ")
        lines.append(f"{mark} {finding.name:<10} {finding.detail}")
        if finding.fix:
            lines.append(f"{'':18} fix: {finding.fix}")
    return plain("\n".join(lines))


def show_verdict(dossier: Dossier, publications: tuple[Publication, ...], *, as_json: bool) -> None:
    """The verdict on stdout; what could not be published, and where the report is, on stderr."""
    for publication in publications:
        if publication.problem:
            say(f"Warning: {publication.publisher} was not published: {publication.problem}")
    if as_json:
        answer.print(to_json(dossier.verdict).decode(), markup=False)
    else:
        answer.print(verdict_text(dossier), markup=False)
    report = dossier.published / "report.html"
    match dossier.verdict.decision:
        case Decision.GO | Decision.GO_WITH_CONDITIONS:
            next_step(f"open {report} and have it signed")
        case Decision.NO_GO | Decision.INCONCLUSIVE:
            next_step(f"open {report} to see each problem")
