"""behave with a pool of workers: `behave --runner gonogo.stages.behave_pool:PoolRunner`.

Runs in behave's own process. It parses the features and loads the steps once, forks workers that each run
`before_all` once (and so keep one browser), lets them take features in turn from a shared list, and writes
what every scenario came to as it ends. Where processes cannot be forked there is one worker.

Settings come as behave user data (`-D name=value`):

    gonogo_selection=FILE   write what would run and which steps nothing defines, then stop
    gonogo_results=FILE     append a line for every scenario that ends and every worker
    gonogo_only=FILE        run only the scenarios with these keys (a JSON list); without, all that are selected
    gonogo_root=DIR         the folder that keys name feature files from
    gonogo_workers=N        how many workers (default 1)
    gonogo_share=features   what they take in turn: `features` or `scenarios`
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from behave.formatter._registry import make_formatters
from behave.formatter.base import Formatter, StreamOpener
from behave.model_type import Status
from behave.runner import Context, Runner, the_step_registry
from behave.runner_util import parse_features

from gonogo.model import to_json
from gonogo.readers.behave import MANUAL
from gonogo.readers.behave_records import Selection, WorkerRecord
from gonogo.stages.uat_recording import Recorder, not_reached, recorded, scenario_key, selected


class PoolRunner(Runner):  # type: ignore[misc]  # behave publishes no types
    """The standard runner of behave, with workers, a plan and a record."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        data = config.userdata
        self._selection = data.get("gonogo_selection", "")
        self._root = data.get("gonogo_root", "")
        self._only = _keys(data.get("gonogo_only", ""))
        self._workers = max(1, int(data.get("gonogo_workers", "1")))
        self._by_scenario = data.get("gonogo_share", "features") == "scenarios"
        self._record = Recorder(data.get("gonogo_results", ""))
        self._worker = 0
        self._hook_problem = ""

    def run(self) -> bool:
        """Plan or run. Whatever keeps behave from starting is written down for the stage, then raised."""
        try:
            return bool(super().run())
        except Exception as error:
            self._say_why_not(f"{type(error).__name__}: {error}")
            raise

    def run_with_paths(self) -> bool:
        """Load the pack, then write the selection or run it."""
        self.context = Context(self)
        self.load_hooks()
        self.load_step_definitions()
        locations = [place for place in self.feature_locations() if not self.config.exclude(place)]
        self.features.extend(parse_features(locations, language=self.config.lang))
        if self._selection:
            return self._write_selection()
        self.formatters = make_formatters(self.config, self.config.outputs)
        self._label_allure_results()
        chosen = [f for f in self.features if f.should_run(self.config) and self._holds_planned(f)]
        for feature in chosen:
            self._prepare(feature)
        workers = min(self._workers, self._share_count(chosen)) if can_fork() else 1
        if workers <= 1:
            return self._work(0, chosen, Claims(0))
        return self._fork(workers, chosen)

    # --- the plan -----------------------------------------------------------------------------------------

    def _write_selection(self) -> bool:
        scenarios = [
            selected(scenario, the_step_registry, self._root)
            for feature in self.features
            for scenario in self._selected(feature)
        ]
        Path(self._selection).write_bytes(to_json(Selection(scenarios=tuple(scenarios))))
        return False

    def _selected(self, feature: Any) -> list[Any]:
        """Scenarios that paths, tags and names select, and outlines that have no examples at all."""
        walked = feature.walk_scenarios(with_outlines=True)
        return [
            scenario
            for scenario in walked
            if scenario.should_run(self.config) and not (hasattr(scenario, "examples") and scenario.scenarios)
        ]

    def _say_why_not(self, problem: str) -> None:
        if self._selection:
            Path(self._selection).write_bytes(to_json(Selection(problem=problem)))
        else:
            self._record.write(WorkerRecord(worker=self._worker, event="failed", message=problem))

    # --- running ------------------------------------------------------------------------------------------

    def _is_planned(self, scenario: Any) -> bool:
        return self._only is None or scenario_key(scenario, self._root) in self._only

    def _holds_planned(self, feature: Any) -> bool:
        """Whether anything of the feature is to run: otherwise not even its hooks are."""
        return any(self._is_planned(scenario) for scenario in feature.walk_scenarios(with_outlines=True))

    def _prepare(self, feature: Any) -> None:
        """Leave out manual scenarios and those that are not planned, and record all others as they end."""
        for scenario in feature.walk_scenarios():
            if MANUAL in scenario.effective_tags or not self._is_planned(scenario):
                scenario.skip(reason=None)
            else:
                scenario.run = partial(self._run_and_record, scenario, scenario.run)

    def _run_and_record(self, scenario: Any, run: Callable[[Any], bool], runner: Any) -> bool:
        if not scenario.should_run(self.config) or runner.aborted:
            return run(runner)
        started = time.perf_counter()
        failed = run(runner)
        if scenario.status is not Status.untested:
            duration_s = time.perf_counter() - started
            self._record.write(recorded(scenario, self._root, duration_s=duration_s, worker=self._worker))
        return failed

    def _share_count(self, features: list[Any]) -> int:
        if self._by_scenario:
            return sum(len(feature.walk_scenarios()) for feature in features)
        return len(features)

    def _fork(self, workers: int, features: list[Any]) -> bool:
        # The longest first, so that no worker is left alone with a long one at the end.
        features = sorted(features, key=lambda feature: -_length(feature))
        claims = Claims(self._share_count(features))
        fork = multiprocessing.get_context("fork")
        processes = [fork.Process(target=self._work, args=(n, features, claims)) for n in range(workers)]
        for process in processes:
            process.start()
        for number, process in enumerate(processes):
            process.join()
            if process.exitcode:
                ending = f"signal {-process.exitcode}" if process.exitcode < 0 else f"code {process.exitcode}"
                message = f"Worker {number + 1} of {workers} ended by {ending} before it had finished."
                self._record.write(WorkerRecord(worker=number, event="failed", message=message))
        return any(process.exitcode for process in processes)

    def _work(self, worker: int, features: list[Any], claims: Claims) -> bool:
        """One worker's whole life; it ends with a line that says whether it came to its end."""
        self._worker = worker
        self._watch("before_all")
        if self._by_scenario and claims.size:
            self.formatters.append(_ClaimEachScenario(self.config, features, claims))
        failed = bool(self.run_model(self._taken(features, claims)))
        if self._hook_problem or self.aborted:
            message = self._hook_problem or "behave was stopped before it had finished."
            self._record.write(WorkerRecord(worker=worker, event="failed", message=message))
        else:
            self._record.write(WorkerRecord(worker=worker, event="finished"))
        return failed

    def _taken(self, features: list[Any], claims: Claims) -> Iterator[Any]:
        """The features this worker gets; run_model asks for the next one when it is done with the last."""
        offset = 0
        for number, feature in enumerate(features):
            if self._by_scenario:
                count = len(feature.walk_scenarios())
                is_ours = claims.has_left(offset, count)
                offset += count
            else:
                is_ours = claims.take(number)
            if is_ours and not self.aborted:
                yield feature
                self._record_not_reached(feature)

    def _record_not_reached(self, feature: Any) -> None:
        for outline in feature.iter_scenario_outlines():
            if not outline.scenarios and outline.should_run(self.config) and self._is_planned(outline):
                self._record.write(recorded(outline, self._root, duration_s=0.0, worker=self._worker))
        at_fault = next((s for s in (feature, *feature.iter_rules()) if s.hook_failed), None)
        if at_fault is None:
            return
        for scenario in feature.walk_scenarios():
            is_due = scenario.should_run(self.config) and self._is_planned(scenario)
            if scenario.status is Status.untested and is_due:
                record = not_reached(scenario, self._root, worker=self._worker, hook_of=at_fault)
                self._record.write(record)

    def _watch(self, hook_name: str) -> None:
        """Keep what a hook raised: behave only prints it."""
        hook = self.hooks.get(hook_name)
        if hook is None:
            return

        def watched(context: Any) -> None:
            try:
                hook(context)
            except Exception as error:
                self._hook_problem = f"{hook_name} failed: {str(error) or type(error).__name__}"
                raise

        self.hooks[hook_name] = watched

    def _label_allure_results(self) -> None:
        if "allure_commons" not in sys.modules:
            return
        from gonogo.stages.uat_allure import label_results

        label_results(self._record, self.formatters)


class Claims:
    """Which of N things are taken, shared between forked processes. With a size of 0 nothing is contended."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._taken = multiprocessing.get_context("fork").Array("b", size) if size else None

    def take(self, number: int) -> bool:
        """Take one thing; False when somebody has it already."""
        if self._taken is None:
            return True
        with self._taken.get_lock():
            is_free = not self._taken[number]
            self._taken[number] = 1
        return is_free

    def has_left(self, start: int, count: int) -> bool:
        """Whether any of `count` things from `start` on is still free."""
        return self._taken is None or not all(self._taken[start : start + count])


class _ClaimEachScenario(Formatter):  # type: ignore[misc]  # behave publishes no types
    """Lets a scenario run only in the worker that takes it first.

    A formatter, because it has to come after Allure's, which wraps `scenario.run` when a feature starts:
    a scenario that another worker has must not even begin an Allure result here.
    """

    name = "gonogo.claim"

    def __init__(self, config: Any, features: list[Any], claims: Claims) -> None:
        super().__init__(StreamOpener(stream=sys.stdout), config)
        walked = [scenario for feature in features for scenario in feature.walk_scenarios()]
        self._numbers = {id(scenario): number for number, scenario in enumerate(walked)}
        self._claims = claims

    def feature(self, feature: Any) -> None:
        in_rules = {id(scenario) for rule in feature.iter_rules() for scenario in rule.walk_scenarios()}
        self._wrap(scenario for scenario in feature.walk_scenarios() if id(scenario) not in in_rules)

    def rule(self, rule: Any) -> None:
        self._wrap(rule.walk_scenarios())

    def _wrap(self, scenarios: Iterable[Any]) -> None:
        for scenario in scenarios:
            scenario.run = partial(self._run_if_ours, scenario, scenario.run)

    def _run_if_ours(self, scenario: Any, run: Callable[[Any], bool], runner: Any) -> bool:
        return run(runner) if self._claims.take(self._numbers[id(scenario)]) else False


def _keys(path: str) -> frozenset[str] | None:
    """The keys in a file; None, which means every scenario, without one."""
    return frozenset(json.loads(Path(path).read_text(encoding="utf-8"))) if path else None


def can_fork() -> bool:
    """Whether workers can be forked here. Not on macOS: its frameworks do not survive it."""
    return sys.platform != "darwin" and "fork" in multiprocessing.get_all_start_methods()


def _length(feature: Any) -> int:
    return sum(len(scenario.steps) + 1 for scenario in feature.walk_scenarios())
