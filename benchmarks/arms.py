"""Arms that take turns, and what their times say: the arithmetic that every benchmark shares.

An arm is one way of doing the same work. All arms of a benchmark run in one go, in turn and then in reverse
(A B C C B A …), so that a machine that grows slower or quicker meanwhile does so for all of them. What is
compared is medians, and a bar counts as met only when every run on both sides of it did its work.
"""
# ruff: noqa: INP001 - scripts, not a package

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from statistics import median

SCHEMA = "gonogo.bench/1"
BUSY_SHARE = 0.2
"""Share of the machine that others may use before a run's figure is called doubtful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of one arm.

    Attributes:
        took_s: how long it took, by the wall clock.
        parts: how long each of its parts took, in seconds; they may overlap.
        did: what was done, by name and count; the same in every arm, or the arms are not comparable.
        problems: why this run did not do its work; its time then proves nothing.
        notes: facts worth keeping (which browser, which verdict).
        busy_ratio: share of the machine in use just before, 0 to 1.
    """

    took_s: float
    parts: Mapping[str, float] = field(default_factory=dict)
    did: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    busy_ratio: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way of doing the work. `run` does it once."""

    name: str
    title: str
    run: Callable[[], Sample]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The median of `arm` may be at most `factor` times that of `against`, and `extra_s` seconds."""

    arm: str
    against: str
    factor: float
    extra_s: float = 0.0

    def allowed_s(self, against_s: float) -> float:
        """How long the arm may take when the other takes this long."""
        return self.factor * against_s + self.extra_s

    def __str__(self) -> str:
        return f"≤ {self.factor:.2f}" + (f" × + {self.extra_s:g} s" if self.extra_s else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Arms and what is asked of them.

    Attributes:
        repeats: turns of every arm in a round; more than one where a turn takes milliseconds.
        unit: what the table shows, `s` or `ms`.
        skipped: arms that cannot run here, by name, and why.
        is_partial: only a part of the work is done, to try the benchmark out: no bar is then shown as met.
    """

    name: str
    title: str
    arms: tuple[Arm, ...]
    bars: tuple[Bar, ...]
    repeats: int = 1
    unit: str = "s"
    skipped: Mapping[str, str] = field(default_factory=dict)
    is_partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Several times of the same thing, in seconds."""

    median_s: float
    least_s: float
    most_s: float

    def text(self, unit: str) -> str:
        """`12.3 [11.8-13.0]`, in this unit."""
        scale = 1000.0 if unit == "ms" else 1.0
        figures = (self.median_s, self.least_s, self.most_s)
        middle, least, most = (f"{seconds * scale:.2f}" for seconds in figures)
        return f"{middle} [{least}-{most}]"


class Ruling(StrEnum):
    """Whether a bar holds."""

    MET = "met"
    MISSED = "missed"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A bar, what was measured, and why it could not be when it could not."""

    bar: Bar
    ruling: Ruling
    ratio: float | None = None
    reason: str = ""


Samples = Mapping[str, Sequence[Sample]]


def turns(arms: Sequence[str], rounds: int) -> list[str]:
    """Who runs when: in order, then in reverse, then in order again.

    Raises:
        ValueError: fewer than one round.
    """
    if rounds < 1:
        raise ValueError(f"there must be at least one round, not {rounds}")
    return [arm for number in range(rounds) for arm in (arms if number % 2 == 0 else reversed(arms))]


def spread_of(seconds: Iterable[float]) -> Spread:
    """Median and extremes.

    Raises:
        ValueError: there are none.
    """
    values = sorted(seconds)
    if not values:
        raise ValueError("nothing was measured")
    return Spread(median_s=median(values), least_s=values[0], most_s=values[-1])


def answer(bar: Bar, samples: Samples, skipped: Mapping[str, str], *, is_partial: bool = False) -> Answer:
    """Whether the bar holds by what was measured. A run with a problem, or none at all, shows nothing."""
    sides = (bar.arm, bar.against)
    missing = [f"{name}: {skipped.get(name, 'it was not run')}" for name in sides if not samples.get(name)]
    if missing:
        return Answer(bar=bar, ruling=Ruling.NOT_SHOWN, reason="; ".join(missing))
    ours_s, theirs_s = (spread_of(sample.took_s for sample in samples[name]).median_s for name in sides)
    ratio = ours_s / theirs_s if theirs_s > 0 else None
    problems = [p for name in sides for sample in samples[name] for p in sample.problems]
    problems += unlike({name: samples[name] for name in sides})
    if is_partial:
        problems.append("only a part of the work was done, to try the benchmark out")
    if problems or ratio is None:
        reason = (problems or [f"{bar.against} took no time at all"])[0]
        return Answer(bar=bar, ruling=Ruling.NOT_SHOWN, ratio=ratio, reason=reason)
    ruling = Ruling.MET if ours_s <= bar.allowed_s(theirs_s) else Ruling.MISSED
    return Answer(bar=bar, ruling=ruling, ratio=ratio)


def unlike(samples: Samples) -> list[str]:
    """What some runs did more of than others, in words; empty when all did the same."""
    kinds = sorted({kind for runs in samples.values() for sample in runs for kind in sample.did})
    found = []
    for kind in kinds:
        counts = {name: sorted({run.did.get(kind, 0) for run in runs}) for name, runs in samples.items()}
        if len({count for counted in counts.values() for count in counted}) > 1:
            said = ", ".join(f"{name} {' or '.join(map(str, some))}" for name, some in counts.items())
            found.append(f"the runs did not do the same ({kind}: {said})")
    return found


def answers(benchmark: Benchmark, samples: Samples) -> list[Answer]:
    """An answer for every bar."""
    return [
        answer(bar, samples, benchmark.skipped, is_partial=benchmark.is_partial) for bar in benchmark.bars
    ]


def exit_code(given: Iterable[Ruling]) -> int:
    """0 when every bar was met, 1 when one was missed, 2 when none was missed but not all were shown."""
    rulings = list(given)
    if Ruling.MISSED in rulings:
        return 1
    return 0 if rulings and all(ruling is Ruling.MET for ruling in rulings) else 2


def run_all(
    benchmark: Benchmark,
    rounds: int,
    *,
    busy: Callable[[], float],
    tell: Callable[[str], None],
    keep: Callable[[Samples], None],
) -> Samples:
    """Run the arms in turn.

    Args:
        busy: the share of the machine in use right now, 0 to 1; asked before each turn that takes seconds,
            else once.
        tell: is told each turn.
        keep: is given everything measured so far, after each turn that takes seconds, else whenever each arm
            had its turn, so that a run cut short keeps it. What it raises ends the run.
    """
    arms = {arm.name: arm for arm in benchmark.arms}
    samples: dict[str, list[Sample]] = {name: [] for name in arms}
    order = turns(list(arms), rounds * benchmark.repeats) if arms else []
    for number, name in enumerate(order, start=1):
        # Where a turn takes a moment, asking each time would take longer than what is measured.
        busy_ratio = busy() if benchmark.repeats == 1 or number == 1 else 0.0
        sample = arms[name].run()
        samples[name].append(replace(sample, busy_ratio=busy_ratio))
        if benchmark.repeats == 1 or number % len(arms) == 0:
            keep(samples)
        if benchmark.repeats == 1 or number == 1:
            tell(_told(number, len(order), name, samples[name][-1]))
    return samples


def _told(number: int, total: int, name: str, sample: Sample) -> str:
    text = f"{number} of {total}: {name} {sample.took_s:.2f} s"
    if sample.busy_ratio > BUSY_SHARE:
        text += f" (doubtful: {sample.busy_ratio:.0%} of this machine was busy with something else)"
    return "\n".join([text, *(f"  PROBLEM: {problem}" for problem in sample.problems)])


def table(benchmark: Benchmark, samples: Samples) -> str:
    """The benchmark as a Markdown table, and below it what its bars lack and where the time went."""
    found = {one.bar.against: one for one in answers(benchmark, samples)}
    lines = [
        f"### {benchmark.title}",
        "",
        f"| arm | median [min-max], {benchmark.unit} | runs | ours is × this | bar | |",
        "|---|---|---|---|---|---|",
    ]
    for arm in benchmark.arms:
        runs = samples.get(arm.name, ())
        took = spread_of(run.took_s for run in runs).text(benchmark.unit) if runs else "not run"
        lines.append(f"| {arm.name}: {arm.title} | {took} | {len(runs)} |{_cells(found.get(arm.name))}")
    lines += [f"| {name} | not run | 0 |{_cells(found.get(name))}" for name in benchmark.skipped]
    reasons = [f"{a.bar.arm} / {a.bar.against}: {a.reason}." for a in found.values() if a.reason]
    return "\n".join([*lines, "", *reasons, *_parts(benchmark, samples), *_doubts(samples)]).rstrip()


def _cells(found: Answer | None) -> str:
    if found is None:
        return " | | |"
    ratio = "" if found.ratio is None else f"{found.ratio:.3f}"
    return f" {ratio} | {found.bar} | {found.ruling} |"


def _parts(benchmark: Benchmark, samples: Samples) -> list[str]:
    lines = []
    for arm in benchmark.arms:
        runs = samples.get(arm.name, ())
        names = dict.fromkeys(name for run in runs for name in run.parts)
        medians = {name: spread_of(run.parts.get(name, 0.0) for run in runs).median_s for name in names}
        if medians:
            said = ", ".join(f"{name} {seconds:.1f}" for name, seconds in medians.items())
            lines.append(f"{arm.name}, parts in s: {said}.")
    return lines


def _doubts(samples: Samples) -> list[str]:
    ratios = [sample.busy_ratio for runs in samples.values() for sample in runs]
    busy = sum(ratio > BUSY_SHARE for ratio in ratios)
    if not busy:
        return []
    return [f"Doubtful: before {busy} of {len(ratios)} runs this machine was busy with something else."]


def account(benchmark: Benchmark, samples: Samples, started_at: str) -> bytes:
    """Everything measured, as JSON. Names no machine and no folder."""
    found = {
        "schema": SCHEMA,
        "benchmark": benchmark.name,
        "title": benchmark.title,
        "started_at": started_at,
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.system(),
            "processor": platform.machine(),
            "python": platform.python_version(),
        },
        "arms": [
            {
                "name": arm.name,
                "title": arm.title,
                "samples": [asdict(sample) for sample in samples.get(arm.name, ())],
            }
            for arm in benchmark.arms
        ],
        "skipped": dict(benchmark.skipped),
        "bars": [asdict(one) for one in answers(benchmark, samples)],
    }
    return json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n"


def write_account(path: Path, data: bytes) -> None:
    """Replace the file whole, so that a run cut short leaves the last good one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
