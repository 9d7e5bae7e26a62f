"""Batch jobs.

Jobs stand in gonogo.toml as `[batch."<name>"]`. The file that a job writes can be read with the sentences
about files. A job that changes every account is best run on a copy of the data, so that no other scenario
sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.steps.batch_run import BatchRun, copy_home, run_batch
from gonogo.steps.download import Download
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.sentence import sentence
from gonogo.steps.sentences.downloads import take
from gonogo.steps.sheet import fold

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk


@sentence("I work on a copy of the system's data")
def work_on_a_copy(desk: Desk) -> None:
    """Batch jobs and database queries of this scenario use a copy; the running system does not see it."""
    copy_home(desk)


@sentence('I run the batch job "{name:text}"')
def run_job(desk: Desk, name: str) -> None:
    """Run the job to its end; whether it went well is for the next sentence to say."""
    _run(desk, name, {})


@sentence('I run the batch job "{name:text}" for "{date:text}"')
def run_job_for(desk: Desk, name: str, date: str) -> None:
    """Run the job for a business date; its command has `{date}` where the date goes."""
    _run(desk, name, {"date": date})


@sentence("the batch job succeeds")
def check_success(desk: Desk) -> None:
    """The job ended with exit code 0 and, when it declares an output file, wrote it."""
    run = the_run(desk)
    check_exit_code(desk, 0)
    declared = desk.worker.job.batch.get(run.name)
    if declared and declared.output and run.output is None:
        raise NotAsExpected(f"{run.name} to write {declared.output}", "it wrote no new file")


@sentence("the batch job ends with exit code {code:d}")
def check_exit_code(desk: Desk, code: int) -> None:
    """The exit code of the job; 0 means that it says it went well."""
    run = the_run(desk)
    if run.return_code != code:
        last = next((line for line in reversed(run.said.splitlines()) if line.strip()), "nothing")
        raise NotAsExpected(
            f"{run.name} to end with exit code {code}", f"it ended with {run.return_code}: {last}"
        )


@sentence('the batch job says "{text:text}"')
def check_says(desk: Desk, text: str) -> None:
    """What the job wrote to the screen holds this text."""
    run = the_run(desk)
    if fold(text) not in fold(run.said):
        raise NotAsExpected(f'{run.name} to say "{text}"', f'it says "{" ".join(run.said.split())[-200:]}"')


@sentence("I look at the file the batch job wrote")
def look_at_output(desk: Desk) -> None:
    """Take the job's output file in hand, for the sentences about files."""
    run = the_run(desk)
    if run.output is None:
        raise NotAsExpected(f"{run.name} to write a file", "it wrote none")
    take(desk, Download(name=run.output.name, path=run.output, where=f"the batch job {run.name}"))


@sentence('I look at the file "{pattern:text}" of the system')
def look_at_file(desk: Desk, pattern: str) -> None:
    """Take the newest such file of the system's own folder (or of the copy) in hand; `*` is anything."""
    home = desk.home or desk.worker.job.home
    if not home:
        raise CannotCheck("The system's own folder is not known on this side.")
    from pathlib import Path

    if ".." in Path(pattern).parts or Path(pattern).is_absolute():
        raise CannotCheck(f'"{pattern}" must lie inside the system\'s folder.')
    found = sorted((p for p in Path(home).glob(pattern) if p.is_file()), key=lambda p: p.stat().st_mtime_ns)
    if not found:
        raise NotAsExpected(f'a file "{pattern}"', "there is none", "the system's folder")
    take(desk, Download(name=found[-1].name, path=found[-1], where=pattern))


def the_run(desk: Desk) -> BatchRun:
    """The last run of a batch job.

    Raises:
        CannotCheck: none was run in this scenario yet.
    """
    if desk.batch is None:
        raise CannotCheck("No batch job was run in this scenario before this step.")
    found: BatchRun = desk.batch
    return found


def _run(desk: Desk, name: str, extra: dict[str, str]) -> None:
    run = run_batch(desk, name, extra)
    if run.output is not None:
        take(desk, Download(name=run.output.name, path=run.output, where=f"the batch job {name}"))
