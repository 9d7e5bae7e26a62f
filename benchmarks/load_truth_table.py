"""What the kept runs of ``make load-truth`` amount to: rates, their intervals, and the bars."""
# ruff: noqa: INP001 - a script's other half

from __future__ import annotations

import statistics
from pathlib import Path

import msgspec
from benchmarks.load_truth_runs import CASES, Case, Kept, is_found
from benchmarks.naive_rules import RULES
from scipy.special import betaincinv

from gonogo.model import Ruling

_SHORT = {Ruling.NOT_MET: "slower", Ruling.MET: "no slower", Ruling.INCONCLUSIVE: "cannot tell"}


def read(results: Path) -> dict[str, list[Kept]]:
    """The kept runs by case."""
    found: dict[str, list[Kept]] = {}
    for file in sorted(results.glob("*.json")):
        kept = msgspec.json.decode(file.read_bytes(), type=Kept)
        found.setdefault(kept.case, []).append(kept)
    return found


def interval(count: int, runs: int) -> tuple[float, float]:
    """Clopper-Pearson, 95% two-sided."""
    low = 0.0 if count == 0 else float(betaincinv(count, runs - count + 1, 0.025))
    high = 1.0 if count == runs else float(betaincinv(count + 1, runs - count, 0.975))
    return low, high


def table(results: Path) -> str:
    """Everything, as text."""
    kept = read(results)
    if not kept:
        return "Nothing has been run yet."
    heading = (
        f"{'':28} {'runs':>4} {'found':>16} {'bar':>6} {'slower / no slower / cannot tell':>33} "
        f"{'pairs':>5} {'load':>6} {'answer after':>17} {'journey':>8} {'others':>6}"
    )
    lines = ["The load stage, real runs against the demo system (95% intervals)", heading]
    lines += [_row(CASES[name], kept[name]) for name in CASES if name in kept]
    lines += ["", "The usual rules on the same samples: said slower, of the same runs"]
    lines.append(f"{'':28} " + " ".join(f"{name:>12}" for name in RULES))
    for name in CASES:
        if name in kept:
            counts = (sum(run.naive.get(rule, False) for run in kept[name]) for rule in RULES)
            cells = " ".join(f"{f'{count} of {len(kept[name])}':>12}" for count in counts)
            lines.append(f"{CASES[name].title:28} {cells}")
    lines += [f"  {name}: {words}" for name, words in RULES.items()]
    lines += ["", *_bars(kept)]
    return "\n".join(lines)


def _row(case: Case, runs: list[Kept]) -> str:
    found = sum(is_found(case, run) for run in runs)
    low, high = interval(found, len(runs))
    bar = "-" if case.bar is None else ("0" if case.is_identical else f"{case.bar:.0%}")
    split = " / ".join(str(sum(run.ruling == ruling.value for run in runs)) for ruling in _SHORT)
    times = sorted(run.decision_s for run in runs)
    return (
        f"{case.title:28} {len(runs):4} {f'{found} ({low:.0%}-{high:.0%})':>16} {bar:>6} {split:>33} "
        f"{statistics.mean(run.pairs for run in runs):5.1f} {statistics.mean(run.load_s for run in runs):4.0f} s "
        f"{f'{statistics.median(times):.0f} s (to {times[-1]:.0f})':>17} "
        f"{statistics.mean(run.worse for run in runs):+8.1%} {statistics.mean(run.foreign for run in runs):6.0%}"
    )


def _bars(kept: dict[str, list[Kept]]) -> list[str]:
    return [f"{case.title}: {_standing(case, kept.get(case.name, []))}" for case in CASES.values()]


def _standing(case: Case, runs: list[Kept]) -> str:
    if case.bar is None:
        return f"no bar ({len(runs)} runs)"
    found = sum(is_found(case, run) for run in runs)
    if case.is_identical and found:
        return "MISSED"
    if len(runs) < case.times:
        return f"not shown yet: {len(runs)} of {case.times} runs"
    return "met" if case.is_identical or found >= case.bar * len(runs) else "MISSED"


def exit_code(results: Path) -> int:
    """0 when every bar is met, 1 when one is missed, 2 when one is not shown."""
    kept = read(results)
    standings = [_standing(case, kept.get(case.name, [])) for case in CASES.values() if case.bar is not None]
    if "MISSED" in standings:
        return 1
    return 0 if all(standing == "met" for standing in standings) else 2
