"""What a corpus came to, as text for people and as one JSON record."""

from __future__ import annotations

from collections.abc import Sequence

from gonogo.corpus.builds import Build, Kind, left_out
from gonogo.corpus.results import BuildResult
from gonogo.corpus.scoring import Bar, Rate, Score, is_by_its_discipline, is_detected, score
from gonogo.model import Decision, Record


class Account(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.truth-account/1"):
    """A corpus that was run: its results, and what they say about the gate."""

    score: Score
    results: tuple[BuildResult, ...]
    not_run: dict[str, int] = {}
    at: str = ""


def account_of(results: Sequence[BuildResult], at: str) -> Account:
    """The account of a corpus. `not_run` counts the builds that a stage was not run for."""
    builds = [result.build for result in results if result.build.kind is not Kind.REFERENCE]
    stages = list(dict.fromkeys(stage for result in results for stage in result.build.stages))
    return Account(score=score(results), results=tuple(results), not_run=left_out(builds, stages), at=at)


def account_text(account: Account) -> str:
    """A table of the builds, then the rates with their intervals, the bars, and every miss by name."""
    lines = [f"{'build':<39} {'hard to see':<11} {'decision':<19} {'seen by':<37} blame", ""]
    lines += [_row(result) for result in account.results]
    lines.append("")
    lines += [_rate(rate) for rate in account.score.rates]
    lines.append("")
    lines += [_bar(bar) for bar in account.score.bars]
    for title, names in (
        ("Missed", account.score.misses),
        ("Blamed elsewhere", account.score.elsewhere),
        ("Harmless, and NO_GO", account.score.false_alarms),
        ("Harmless, and something was held against it", account.score.blamed),
        ("Not judged", account.score.not_judged),
    ):
        lines.append("")
        lines.append(f"{title}: {len(names) or 'none'}")
        lines += [f"  {name}" for name in names]
    lines.append("")
    lines += [
        f"The {stage} stage was not run for {count} of {len(account.results) - 1} builds."
        for stage, count in account.not_run.items()
    ]
    return "\n".join(lines).rstrip()


def _row(result: BuildResult) -> str:
    build = result.build
    decision = result.decision.value if result.decision else "not judged"
    hard = build.visibility.value if build.visibility else build.kind.value
    return f"{build.id:<39} {hard:<11} {decision:<19} {_seen_by(build, result):<37} {_blame(result)}".rstrip()


def _seen_by(build: Build, result: BuildResult) -> str:
    held = dict.fromkeys(s.discipline.value for s in result.seen if s.is_held_against_it)
    own = [build.discipline.value] if build.discipline and is_by_its_discipline(result) else []
    others = [name for name in held if name not in own]
    named = ", ".join([*own, *others][:3]) + (" …" if len(own) + len(others) > 3 else "")
    if build.kind is Kind.FAULT and not is_detected(result):
        return f"MISSED{f' ({named})' if named else ''}"
    if build.kind is Kind.VARIATION and result.decision is Decision.NO_GO:
        return f"FALSE ALARM ({named})"
    return named or "–"


def _blame(result: BuildResult) -> str:
    counted: dict[str, int] = {}
    for seen in result.seen:
        counted[seen.blame.value] = counted.get(seen.blame.value, 0) + 1
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered)


def _rate(rate: Rate) -> str:
    if not rate.of:
        return f"{rate.name:<52} no case"
    interval = f"95% interval {rate.low:.1%} to {rate.high:.1%}"
    return f"{rate.name:<52} {rate.count:>3} of {rate.of:<3} {rate.share:>6.1%}  {interval}"


def _bar(bar: Bar) -> str:
    word = {True: "met", False: "MISSED", None: "not shown"}[bar.is_met]
    asked = f"at {'most' if bar.is_ceiling else 'least'} {bar.limit:.0%}"
    return f"{word:<9} {bar.rate.name}: {asked}, {bar.rate.count} of {bar.rate.of}"
