"""How often the load judgement is right and wrong: recorded rounds, resampled, judged by itself.

    python benchmarks/load_simulation.py [--runs 10000] [--slow-runs 2000] [--naive-runs 1000]

What is resampled: the rounds of two *identical* servers (`tests/recorded/load`), drawn with replacement, and
the requests inside each round. The two servers change places at random in every pair, so that on average
nothing differs: whatever is called slower then is a false alarm. A slowdown is put onto one of them, request
by request.

Every run is looked at as the stage looks at it (after 8, 10, 12, … pairs), by `judge_no_slower`, `unsettled` and
`Confirmation` themselves. Beside it, on the same recordings, what is usually done instead.
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from gonogo.judging.response_time import Confirmation, judge_no_slower, unsettled
from gonogo.model import Criterion, CriterionKind, MeasuredDifference, Priority, Ruling

Floats = NDArray[np.float64]
Effect = Callable[[Floats, int, np.random.Generator], Floats]

RECORDED = Path(__file__).parent.parent / "tests" / "recorded" / "load" / "rounds.npz"
WEIGHTS = (0.3, 0.5, 0.2)
STATISTICS = ("log_mean", "log_p95", "log_p98")
LIBRARY = 150
REQUESTS, RARE_REQUESTS = 300, 12
BUSY_DRIFT_SD = 0.16
"""Seen over whole runs of near-identical releases of the demo system beside programs that used 73% of two cores."""
CRITERION = Criterion(
    id="load.slower_max_percent",
    stage="load",
    kind=CriterionKind.NO_SLOWER,
    priority=Priority.MUST,
    limit=10.0,
    statement="Response times are no more than 10% worse.",
)


def slower(factor: float, endpoint: int | None = None) -> Effect:
    """Every request, or those of one endpoint, slower by a factor."""

    def act(logs: Floats, at: int, _: np.random.Generator) -> Floats:
        return logs + math.log(factor) if endpoint in (None, at) else logs

    return act


def slow_tail(share: float, factor: float) -> Effect:
    """A share of all requests slower by a factor."""

    def act(logs: Floats, _: int, draw: np.random.Generator) -> Floats:
        return logs + math.log(factor) * (draw.random(logs.shape) < share)

    return act


EFFECTS: dict[str, Effect] = {
    "identical": slower(1.0),
    "+5%": slower(1.05),
    "+10%": slower(1.10),
    "+20%": slower(1.20),
    "+10%, one journey of 30%": slower(1.10, 0),
    "+20%, one journey of 20%": slower(1.20, 2),
    "5% of requests x3": slow_tail(0.05, 3.0),
}
RARE_EFFECTS: dict[str, Effect] = {
    "identical": slower(1.0),
    "+10%, the rare journey": slower(1.10, 3),
    "+20%, the rare journey": slower(1.20, 3),
    "+50%, the rare journey": slower(1.50, 3),
    "+20%, one journey of 20%": slower(1.20, 2),
}
BUSY_EFFECTS: dict[str, Effect] = {
    "identical": slower(1.0),
    "+20%": slower(1.20),
    "+50%": slower(1.50),
    "+100%": slower(2.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Rounds of the two servers: `rounds[server][block][endpoint]` are logs of milliseconds.

    `weights` are the endpoints' shares of the mix. `drift` is how far apart (standard deviation of the
    difference of logs) two identical versions are over a whole run, and `foreign` the share of the machine
    that others are said to use: what pairs do not show, beside neighbours that are busy all the time.
    """

    name: str
    rounds: tuple[list[list[Floats]], list[list[Floats]]]
    weights: tuple[float, ...] = WEIGHTS
    drift: float = 0.0
    foreign: float = 0.0

    @property
    def with_rare(self) -> Recording:
        """The same with twelve requests a round of the first endpoint as a journey of its own."""
        share = RARE_REQUESTS / REQUESTS
        parts = tuple(
            [[e[0][RARE_REQUESTS:], *e[1:], e[0][:RARE_REQUESTS]] for e in side] for side in self.rounds
        )
        weights = (self.weights[0] - share, *self.weights[1:], share)
        return replace(self, name=f"{self.name}, rare", rounds=(parts[0], parts[1]), weights=weights)

    @property
    def beside_neighbours(self) -> Recording:
        """The same where others use three quarters of the machine."""
        return replace(self, name=f"{self.name}, busy", drift=BUSY_DRIFT_SD, foreign=0.73)


def recordings() -> Iterator[Recording]:
    """The four recordings: quiet and noisy, one server at a time and both at once."""
    data = np.load(RECORDED)
    for machine in ("quiet", "noisy"):
        for way in ("alone", "duet"):
            rounds = tuple(_rounds(data, f"{machine}_{way}_{server}") for server in ("A", "A2"))
            yield Recording(name=f"{machine}, {way}", rounds=(rounds[0], rounds[1]))


def _rounds(data: NDArray[np.void], name: str) -> list[list[Floats]]:
    ends = np.cumsum(data[f"{name}_rounds"].astype(int))
    logs = np.log(data[f"{name}_10us"] / 100.0)
    endpoint = data[f"{name}_endpoint"]
    parts = zip(np.split(logs, ends[:-1]), np.split(endpoint, ends[:-1]), strict=True)
    return [[ms[at == e] for e in range(len(WEIGHTS))] for ms, at in parts]


def library(recording: Recording, effect: Effect, draw: np.random.Generator) -> Floats:
    """Statistics of resampled rounds: block × server × resample × endpoint × statistic."""
    return np.array(
        [
            [_resampled(recording.rounds[server][block], effect, draw) for server in (0, 1)]
            for block in range(len(recording.rounds[0]))
        ]
    )


def _resampled(endpoints: list[Floats], effect: Effect, draw: np.random.Generator) -> Floats:
    found = np.empty((LIBRARY, len(endpoints), len(STATISTICS)))
    for at, logs in enumerate(endpoints):
        drawn = effect(logs[draw.integers(0, len(logs), (LIBRARY, len(logs)))], at, draw)
        found[:, at, 0] = drawn.mean(axis=1)
        found[:, at, 1:] = np.percentile(drawn, [95, 98], axis=1).T
    return found


def differences(
    baseline: Floats, candidate: Floats, runs: int, pairs: int, draw: np.random.Generator
) -> Floats:
    """Candidate − baseline: run × pair × endpoint × statistic. Which server is which changes pair by pair."""
    blocks, _, resamples = baseline.shape[:3]
    shape = (runs, pairs)
    block, server = draw.integers(0, blocks, shape), draw.integers(0, 2, shape)
    one, other = draw.integers(0, resamples, shape), draw.integers(0, resamples, shape)
    return np.asarray(candidate[block, server, one] - baseline[block, 1 - server, other])


def measured(
    steps: Floats, weights: tuple[float, ...] = WEIGHTS, foreign: float = 0.0
) -> tuple[MeasuredDifference, ...]:
    """What the harness would hand the judgement after these pairs (pair × endpoint × statistic)."""
    whole = np.tensordot(steps, np.array(weights), axes=([1], [0]))
    found = [_one("all", s, whole[:, i], 0.0) for i, s in enumerate(STATISTICS)]
    for at, weight in enumerate(weights):
        found.extend(_one(f"Journey {at}", s, steps[:, at, i], weight) for i, s in enumerate(STATISTICS))
        for statistic, value in (("error_ratio", 0.0), ("bytes_mean", 5000.0), ("endpoints", 1.0)):
            found.append(_plain(f"Journey {at}", statistic, value, weight))
    for subject, statistic, value in (
        ("all", "error_ratio", 0.0),
        ("all", "offered_per_s", 120.0),
        ("all", "users", 20.0),
        ("all", "p50_ms", 16.0),
        ("generator", "cpu_ratio", 0.3),
        ("generator", "late_p95_ms", 0.1),
        ("generator", "foreign_ratio", foreign),
    ):
        found.append(_plain(subject, statistic, value, 0.0))
    return tuple(found)


def _one(subject: str, statistic: str, steps: Floats, weight: float) -> MeasuredDifference:
    mean = float(steps.mean())
    return MeasuredDifference(
        key=f"load:{subject}:{statistic}", stage="load", title=subject, statistic=statistic, unit="ln(ms)",
        baseline=3.0, candidate=3.0 + mean, baseline_samples=1000, candidate_samples=1000,
        pairs=len(steps), mean_difference=mean, sd_difference=float(steps.std(ddof=1)), weight=weight,
    )  # fmt: skip


def _plain(subject: str, statistic: str, value: float, weight: float) -> MeasuredDifference:
    samples = 1000 if statistic != "error_ratio" else round(1000 * (weight or 1.0))
    return MeasuredDifference(
        key=f"load:{subject}:{statistic}", stage="load", title=subject, statistic=statistic, unit="",
        baseline=value, candidate=value, baseline_samples=samples, candidate_samples=samples, weight=weight,
    )  # fmt: skip


def carried_out(steps: Floats, looks: tuple[int, ...], recording: Recording) -> tuple[Ruling, int]:
    """One run as the stage carries it out: the ruling it ends with, and after how many pairs."""
    confirmation = Confirmation(CRITERION)
    for pairs in looks:
        found = measured(steps[:pairs], recording.weights, recording.foreign)
        ruling = judge_no_slower(CRITERION, found).ruling
        is_decided = (ruling is Ruling.NOT_MET and confirmation.is_confirmed(found, pairs)) or (
            ruling is Ruling.MET and not unsettled(CRITERION, found)
        )
        if is_decided or pairs == looks[-1]:
            return ruling, pairs
    raise AssertionError("there is always a last look")


def ours(recording: Recording, effect: Effect, runs: int, looks: tuple[int, ...], seed: int) -> str:
    """A row of the table: shares of the three rulings, and the mean number of pairs."""
    draw = np.random.default_rng(seed)
    base, slowed = library(recording, slower(1.0), draw), library(recording, effect, draw)
    counts, used = dict.fromkeys(Ruling, 0), 0
    for steps in differences(base, slowed, runs, looks[-1], draw):
        shift = draw.normal(0.0, recording.drift) if recording.drift else 0.0
        ruling, pairs = carried_out(steps + shift, looks, recording)
        counts[ruling] += 1
        used += pairs
    shares = [counts[r] / runs * 100 for r in (Ruling.NOT_MET, Ruling.MET, Ruling.INCONCLUSIVE)]
    high = upper_bound(counts[Ruling.NOT_MET], runs) * 100
    return f"{shares[0]:6.2f} (≤ {high:5.2f}) | {shares[1]:6.2f} | {shares[2]:6.2f} | {used / runs:4.1f}"


def upper_bound(count: int, runs: int) -> float:
    """Clopper-Pearson: the rate is below this with 97.5% confidence."""
    from scipy.special import betaincinv

    return 1.0 if count == runs else float(betaincinv(count + 1, runs - count, 0.975))


def naive(recording: Recording, effect: Effect, runs: int, pairs: int, seed: int) -> str:
    """How often the usual rules call the candidate slower, with as many requests as `pairs` pairs hold."""
    draw = np.random.default_rng(seed)
    blocks = len(recording.rounds[0])
    flagged = np.zeros(4)
    for _ in range(runs):
        base, cand, base_p95, cand_p95 = [], [], [], []
        for block, server in zip(draw.integers(0, blocks, pairs), draw.integers(0, 2, pairs), strict=True):
            one = _mixed(recording.rounds[1 - server][block], slower(1.0), draw)
            other = _mixed(recording.rounds[server][block], effect, draw)
            base.append(one)
            cand.append(other)
            base_p95.append(np.percentile(one, 95))
            cand_p95.append(np.percentile(other, 95))
        before, after = np.concatenate(base), np.concatenate(cand)
        apart = _mixed_run(recording, slower(1.0), pairs, draw), _mixed_run(recording, effect, pairs, draw)
        calls = [
            np.percentile(apart[1], 95) - np.percentile(apart[0], 95) > math.log(1.1),
            np.percentile(after, 95) - np.percentile(before, 95) > math.log(1.1),
            mannwhitneyu(after, before, alternative="greater").pvalue < 0.01,
            is_high_for_kayenta(np.exp(base_p95), np.exp(cand_p95)),
        ]
        flagged += np.array(calls, dtype=np.float64)
    return " | ".join(f"{share:5.1f}" for share in flagged / runs * 100)


def _mixed(endpoints: list[Floats], effect: Effect, draw: np.random.Generator) -> Floats:
    drawn = [
        effect(logs[draw.integers(0, len(logs), len(logs))], at, draw) for at, logs in enumerate(endpoints)
    ]
    return np.concatenate(drawn)


def _mixed_run(recording: Recording, effect: Effect, pairs: int, draw: np.random.Generator) -> Floats:
    """One run of one server at another time than the other's: consecutive rounds from a random start."""
    server, blocks = int(draw.integers(0, 2)), len(recording.rounds[0])
    start = int(draw.integers(0, blocks))
    rounds = [recording.rounds[server][(start + i) % blocks] for i in range(pairs)]
    return np.concatenate([_mixed(endpoints, effect, draw) for endpoints in rounds])


def is_high_for_kayenta(baseline: Floats, candidate: Floats) -> bool:
    """Kayenta's default: Mann-Whitney at 98%, tolerance 0.25 of the estimate, any increase of the mean.

    Re-implemented from reading its NetflixACAJudge; the series are the rounds' 95th percentiles.
    """
    m, n = len(baseline), len(candidate)
    steps = np.sort((candidate[:, None] - baseline[None, :]).ravel())
    z = 2.3263478740408408
    place = max(math.floor(m * n / 2 - z * math.sqrt(m * n * (m + n + 1) / 12)), 0)
    low, estimate = steps[place], float(np.median(steps))
    return bool(low > 0.25 * abs(estimate) and candidate.mean() / baseline.mean() >= 1.0)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=10_000, help="runs of identical versions")
    parser.add_argument("--slow-runs", type=int, default=2_000, help="runs of each slowdown")
    parser.add_argument("--naive-runs", type=int, default=1_000, help="runs for the usual rules")
    parser.add_argument("--most-pairs", type=int, nargs="+", default=[12, 24])
    chosen = parser.parse_args()
    started = time.monotonic()
    print("gonogo: slower % (97.5% bound) | no slower % | cannot tell % | mean pairs of 2.5 s")
    for most in chosen.most_pairs:
        looks = tuple(range(8, most + 1, 2))
        for recording in recordings():
            for name, effect in EFFECTS.items():
                runs = chosen.runs if name == "identical" else chosen.slow_runs
                row = ours(recording, effect, runs, looks, seed=1)
                print(f"{recording.name:13} to {most:2} pairs  {name:26} {row}", flush=True)
        print()
        for recording in recordings():
            for way, effects in (
                (recording.with_rare, RARE_EFFECTS),
                (recording.beside_neighbours, BUSY_EFFECTS),
            ):
                for name, effect in effects.items():
                    runs = chosen.runs if name == "identical" else chosen.slow_runs
                    row = ours(way, effect, runs, looks, seed=1)
                    print(f"{way.name:19} to {most:2} pairs  {name:26} {row}", flush=True)
    if not chosen.naive_runs:
        return
    print("\nusual rules, called slower %, 12 rounds a side: p95 > +10% of one run each | the same, rounds")
    print("interleaved | Mann-Whitney over requests at 1% | Kayenta's default on the rounds' p95")
    for recording in recordings():
        for name, effect in EFFECTS.items():
            row = naive(recording, effect, chosen.naive_runs, 12, seed=2)
            print(f"{recording.name:13} {name:26} {row}", flush=True)
    print(f"\n{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
