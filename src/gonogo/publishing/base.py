"""What a publisher is: something that writes a finished dossier down for one kind of reader.

A publisher never changes the verdict, and one that fails never stops the others: `publish_all` turns its
failure into a `Publication` with a plain reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from gonogo.model import Calibration, Comparison, Plan, Publication, StageRun, Upgrade, Verdict
from gonogo.model.errors import GonogoError, Interrupted, ProjectError
from gonogo.processes import Stop

ENTRY_POINT_GROUP = "gonogo.publishers"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings:
    """What a team decides about its reports.

    Attributes:
        organisation: whose report it is; stands on the cover line.
        issue_status: `Draft` or `Issued`.
        planned_date: day the upgrade is to go live, ISO date; empty when none is planned.
        meaning: sentences for "What this means" that only the team can write (staff, residents, deadlines).
        not_tested: sentences for "What we did not test" that only the team can write.
        picture_limit_bytes: how much all pictures in `report.html` may weigh together, before base64.
        templates: folder whose templates replace those of the package, by name; None uses the package's.
        allure_timeout_s: seconds the Allure generator may take.
    """

    organisation: str = ""
    issue_status: str = "Draft"
    planned_date: str = ""
    meaning: tuple[str, ...] = ()
    not_tested: tuple[str, ...] = ()
    picture_limit_bytes: int = 6_000_000
    templates: Path | None = None
    allure_timeout_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything a publisher may read. Nothing in it is to be changed.

    Attributes:
        folder: the run folder; every evidence path is relative to it.
        published: where publishers write, usually `folder / "published"`; made by `publish_all`.
        generated_at: the moment of publishing, ISO 8601 UTC. Same dossier, same bytes.
        judged_at: the moment the verdict is about; waivers held or not at that moment.
        run_id: the run folder's name, as people call the run.
        runs: the first passes, which carried out the plan.
        repeats: the runs in which doubtful checks were carried out again.
        stop: asked for when the run is to stop.
        calibration: how often the gate errs on this system, as last measured; None when it never was.
    """

    folder: Path
    published: Path
    upgrade: Upgrade
    plan: Plan
    runs: tuple[StageRun, ...]
    comparison: Comparison
    verdict: Verdict
    generated_at: str
    run_id: str
    judged_at: str = ""
    settings: PublishSettings = field(default_factory=PublishSettings)
    repeats: tuple[StageRun, ...] = ()
    stop: Stop = field(default_factory=Stop, repr=False, compare=False)
    calibration: Calibration | None = None


class Publisher(Protocol):
    """One kind of report. Register others under the entry point group `gonogo.publishers`.

    Attributes:
        name: what the report is called in messages; unique among the publishers.
    """

    name: str

    def publish(self, dossier: Dossier) -> Publication:
        """Write the report below `dossier.published` and say which files it is.

        A report that cannot be made is returned as `Publication(problem=…)`, in plain words.

        Raises:
            OSError: a file could not be written.
            Interrupted: the run is to stop.
        """


def registered_publishers() -> tuple[Publisher, ...]:
    """The publishers registered under `gonogo.publishers`, by name.

    Raises:
        ProjectError: one cannot be loaded; names it.
    """
    found: list[Publisher] = []
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name):
        try:
            kind = entry.load()
        except (ImportError, AttributeError) as error:
            raise ProjectError(
                f"The publisher {entry.name!r} ({entry.value}) cannot be loaded: {error}.",
                remedy="Install or remove the package that registers it.",
            ) from error
        found.append(kind())
    return tuple(found)


def publish_all(
    dossier: Dossier,
    publishers: Iterable[Publisher],
    *,
    tell: Callable[[Publisher], None] | None = None,
) -> tuple[Publication, ...]:
    """Have every publisher write its report; one that fails is recorded and the rest go on.

    Two run side by side: Allure works in a process of its own, and the others need not wait for it.

    Args:
        dossier: what is published.
        publishers: each writes files of its own, so their order does not matter.
        tell: called with each publisher before it starts; from several threads.

    Returns:
        One publication for each publisher, in the order given.

    Raises:
        Interrupted: the run is to stop; what was published stays.
        OSError: the folder for the reports cannot be made.
    """
    dossier.published.mkdir(parents=True, exist_ok=True)

    def publish(publisher: Publisher) -> Publication:
        dossier.stop.check()
        if tell is not None:
            tell(publisher)
        return _publish_one(dossier, publisher)

    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="publishing") as pool:
        pending = [pool.submit(publish, publisher) for publisher in publishers]
        try:
            return tuple(each.result() for each in pending)
        except BaseException:
            for each in pending:
                each.cancel()
            raise


def _publish_one(dossier: Dossier, publisher: Publisher) -> Publication:
    try:
        return publisher.publish(dossier)
    except Interrupted:
        raise
    except GonogoError as error:
        return Publication(publisher=publisher.name, problem=f"{error.message} {error.remedy}".strip())
    except OSError as error:
        reason = error.strerror or str(error)
        return Publication(publisher=publisher.name, problem=f"The report could not be written: {reason}.")
    except Exception as error:  # noqa: BLE001 - a defect in one report must not cost the verdict or the other reports
        reason = f"{type(error).__name__}: {error}"
        return Publication(publisher=publisher.name, problem=f"This publisher has a defect. {reason}"[:500])
