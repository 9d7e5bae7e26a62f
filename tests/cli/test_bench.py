"""The corpus as the demo system defines it, and the builds that the demo can be asked for."""

from __future__ import annotations

import pytest

from gonogo.cli.bench import chosen, corpus_of_the_demo, project_of
from gonogo.cli.demonstration import with_build
from gonogo.cli.main import run
from gonogo.cli.session import load_project
from gonogo.corpus.builds import Kind, reference
from gonogo.model import Discipline, ExitCode, ExpectedChange
from gonogo.model.errors import UsageError
from gonogo.setup import pack_folder


def test_the_corpus_is_as_large_as_promised_and_has_every_discipline_the_demo_has() -> None:
    builds = corpus_of_the_demo()
    faults = [build for build in builds if build.kind is Kind.FAULT]
    assert len(faults) >= 60
    assert sum(build.kind is Kind.VARIATION for build in builds) >= 15
    assert {build.discipline for build in faults} == set(Discipline) - {Discipline.IDENTITY}
    assert len({build.id for build in builds}) == len(builds)


def test_load_and_scanning_are_kept_for_what_they_can_see() -> None:
    stages = {build.id: build.stages for build in corpus_of_the_demo()}
    assert stages["performance-index-lost"] == ("uat", "regression", "load")
    assert stages["session-key-kept"] == ("uat", "regression", "security")
    assert stages["money-penny-lost"] == ("uat", "regression")


def test_the_subset_has_another_discipline_each_time_and_takes_ten_minutes() -> None:
    builds = chosen(corpus_of_the_demo(), [], few=True)
    faults = [build for build in builds if build.kind is Kind.FAULT]
    assert len({build.discipline for build in faults}) >= 7
    assert 10 <= len(builds) <= 12  # three quarters of a minute each, and the release itself


def test_a_build_that_is_not_in_the_corpus_is_refused() -> None:
    with pytest.raises(UsageError, match="no build called 'nonsense'"):
        chosen(corpus_of_the_demo(), ["nonsense"], few=False)
    assert run(["bench", "truth", "--only", "nonsense"]) == ExitCode.USAGE


def test_the_vendors_upgrade_is_told_the_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERIDIAN_PASSWORD", "correct-horse-9")
    project = load_project(pack_folder(), {"candidate.version": "8.2.1"})
    builds = {build.id: build for build in corpus_of_the_demo()}
    fault = project_of(project, builds["money-penny-lost"]).upgrade
    variation = project_of(project, builds["clock-text"]).upgrade
    assert fault.candidate.prepare[-1][-2:] == ("--fault", "money-penny-lost")
    assert variation.candidate.prepare[-1][-2:] == ("--variation", "clock-text")
    assert fault.candidate.prepare[0] == project.upgrade.candidate.prepare[0]
    assert fault.baseline == project.upgrade.baseline
    assert project_of(project, reference([])) is project


def test_what_the_release_notes_announce_is_accepted_in_its_place_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MERIDIAN_PASSWORD", "correct-horse-9")
    project = load_project(pack_folder(), {"candidate.version": "8.2.1"})
    builds = {build.id: build for build in corpus_of_the_demo()}
    always = project.upgrade.expected_changes

    def accepted(build: str) -> tuple[ExpectedChange, ...]:
        return project_of(project, builds[build]).upgrade.expected_changes

    *before, last = accepted("reworded-footer")
    assert tuple(before) == always
    assert last.within == ("0, -85, 1280, 85",)
    assert accepted("clock-text") == accepted("money-penny-lost") == always


def test_a_fault_that_does_not_exist_is_refused() -> None:
    assert run(["demo", "--fault", "nonsense"]) == ExitCode.USAGE
    assert run(["demo", "--variation", "nonsense"]) == ExitCode.USAGE
    with pytest.raises(UsageError, match="no build with --fault nonsense"):
        with_build(load_project(pack_folder()), ["nonsense"], [])
