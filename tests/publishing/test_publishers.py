from __future__ import annotations

from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from gonogo.model import Publication
from gonogo.model.errors import Interrupted, ToolError
from gonogo.processes import Stop
from gonogo.publishing.base import ENTRY_POINT_GROUP, Dossier, Publisher, publish_all, registered_publishers
from gonogo.publishing.report import HtmlReport
from gonogo.publishing.summary import SummaryReport


class Failing:
    name = "failing"

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def publish(self, dossier: Dossier) -> Publication:
        raise self.error


def publications(dossier: Dossier, tmp_path: Path, *publishers: Publisher) -> dict[str, Publication]:
    found = publish_all(replace(dossier, published=tmp_path / "published"), publishers)
    return {each.publisher: each for each in found}


def test_the_built_in_publishers_use_the_same_door_as_others() -> None:
    names = {publisher.name for publisher in registered_publishers()}
    assert {"html_report", "allure", "junit", "summary", "ctrf", "sarif"} <= names
    assert len(names) == len(entry_points(group=ENTRY_POINT_GROUP))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ToolError("Allure hung.", remedy="Try again."), "Allure hung. Try again."),
        (OSError(28, "No space left on device"), "The report could not be written: No space left on device."),
        (ValueError("boom"), "This publisher has a defect. ValueError: boom"),
        (RecursionError(), "This publisher has a defect."),
    ],
)
def test_a_publisher_that_fails_is_recorded_and_the_rest_goes_on(
    no_go: Dossier, tmp_path: Path, error: BaseException, said: str
) -> None:
    found = publications(no_go, tmp_path, Failing(error), SummaryReport())
    assert said in found["failing"].problem
    assert found["summary"].problem == ""
    assert (tmp_path / "published/summary.md").is_file()


def test_publishing_leaves_the_verdict_alone(any_dossier: Dossier, tmp_path: Path) -> None:
    before = any_dossier.verdict
    publications(any_dossier, tmp_path, HtmlReport(), SummaryReport())
    assert any_dossier.verdict == before


def test_a_stop_stops_publishing(no_go: Dossier, tmp_path: Path) -> None:
    stop = Stop()
    stop.request()
    with pytest.raises(Interrupted):
        publish_all(replace(no_go, published=tmp_path, stop=stop), [SummaryReport()])
    with pytest.raises(Interrupted):
        publications(no_go, tmp_path, Failing(Interrupted("stopped")))


def test_each_publisher_is_announced_before_it_starts(go: Dossier, tmp_path: Path) -> None:
    told: list[str] = []
    publish_all(
        replace(go, published=tmp_path),
        [SummaryReport(), HtmlReport()],
        tell=lambda publisher: told.append(publisher.name),
    )
    assert sorted(told) == ["html_report", "summary"]


def test_publications_come_in_the_order_of_their_publishers(go: Dossier, tmp_path: Path) -> None:
    class Slow:
        name = "slow"

        def publish(self, dossier: Dossier) -> Publication:
            dossier.stop.wait(0.2)
            return Publication(publisher=self.name)

    found = publish_all(replace(go, published=tmp_path), [Slow(), SummaryReport(), HtmlReport()])
    assert [each.publisher for each in found] == ["slow", "summary", "html_report"]


def test_a_full_disk_costs_the_report_and_nothing_else(no_go: Dossier, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "report.html").mkdir()  # cannot be written to, whoever runs this
    found = publications(no_go, tmp_path, HtmlReport(), SummaryReport())
    assert found["html_report"].problem.startswith("The report could not be written: ")
    assert found["summary"].files == ("summary.md",)
