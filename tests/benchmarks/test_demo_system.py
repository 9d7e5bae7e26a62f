"""What the arms of `make bench` have in common: the same load in each, and a count of what was done."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from benchmarks.behave_overhead import FEATURES, SCENARIOS_EACH, STEPS_EACH, write_trivial_pack
from benchmarks.demo_system import LOAD_PAIRS, SMALL_LOAD_PAIRS, count_tests, definition

from gonogo.setup import pack_folder


@pytest.mark.parametrize(("is_small", "pairs"), [(False, LOAD_PAIRS), (True, SMALL_LOAD_PAIRS)])
def test_the_load_stage_can_run_neither_more_nor_fewer_rounds_in_one_arm(is_small: bool, pairs: int) -> None:
    found = tomllib.loads(definition(pack_folder() / "gonogo.toml", is_small=is_small))
    load = found["stages"]["load"]
    assert (load["pairs_min"], load["pairs_max"], load["interleave"]) == (pairs, pairs, "rounds")
    assert found["candidate"]["version"] == "8.2.1"


def test_nothing_else_of_the_definition_is_changed_for_a_real_measurement() -> None:
    source = pack_folder() / "gonogo.toml"
    before, after = (
        tomllib.loads(source.read_text("utf-8")),
        tomllib.loads(definition(source, is_small=False)),
    )
    for found in (before, after):
        found["stages"].pop("load")
        found["candidate"].pop("version")
    assert after == before


def test_a_test_that_was_tried_twice_counts_once(tmp_path: Path) -> None:
    for number, history in enumerate(["a", "b", "a"]):
        written = {"uuid": str(number), "historyId": history, "status": "failed"}
        (tmp_path / f"{number}-result.json").write_text(json.dumps(written))
    (tmp_path / "9-container.json").write_text("{}")
    assert count_tests(tmp_path) == 2
    assert count_tests(tmp_path / "not there") == 0


def test_the_pack_that_does_nothing_has_sixty_scenarios(tmp_path: Path) -> None:
    write_trivial_pack(tmp_path)
    texts = [path.read_text("utf-8") for path in tmp_path.glob("features/*.feature")]
    assert len(texts) == FEATURES
    assert sum(text.count("Scenario:") for text in texts) == FEATURES * SCENARIOS_EACH == 60
    assert sum(text.count("    * ") for text in texts) == 60 * STEPS_EACH
