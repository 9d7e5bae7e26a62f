"""behave's hooks for packs that use the library: `from gonogo.steps.environment import *`.

A pack that needs hooks of its own defines them below that line and calls these first::

    from gonogo.steps import environment
    from gonogo.steps.environment import *

    def before_scenario(context, scenario):
        environment.before_scenario(context, scenario)
        …
"""

from __future__ import annotations

from typing import Any

from gonogo.job import VARIABLE, current_job
from gonogo.steps.errors import CannotCheck
from gonogo.steps.evidence import keep, keep_trace
from gonogo.steps.scenario_desk import Desk
from gonogo.steps.worker import Worker

__all__ = ["after_all", "after_scenario", "after_step", "before_all", "before_scenario"]


def before_all(context: Any) -> None:
    """Read the job. The browser starts later, when a scenario first needs one.

    Raises:
        CannotCheck: behave was started by hand, without a job.
    """
    job = current_job()
    if job is None:
        raise CannotCheck(
            "There is no system to test: start the scenarios with `gonogo run --stage uat`, "
            f"or set {VARIABLE} to a job file."
        )
    context.worker = Worker(job=job)


def before_scenario(context: Any, scenario: Any) -> None:
    """Give the scenario an empty desk."""
    context.desk = Desk(worker=context.worker, title=f"{scenario.filename}: {scenario.name}")


def after_step(context: Any, step: Any) -> None:
    """Keep what shows why a step did not pass."""
    if step.status.has_failed():
        keep(context.desk, context.scenario)


def after_scenario(context: Any, scenario: Any) -> None:
    """Put the scenario's things away; keep its trace if it failed."""
    desk = getattr(context, "desk", None)
    if desk is None:
        return
    keep_trace(desk, scenario, is_wanted=scenario.status.has_failed())
    desk.close()


def after_all(context: Any) -> None:
    """End the browser."""
    if hasattr(context, "worker"):
        context.worker.close()
