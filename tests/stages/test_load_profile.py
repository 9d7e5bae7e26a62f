from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from gonogo.config.stage_options.load import LoadOptions
from gonogo.model import Side
from gonogo.model.errors import ConfigError, ProjectError
from gonogo.stages.load_profile import DEFAULT_ARRIVALS_PER_S, read_shape

PROFILES = """
default = "everyday"

[profiles.everyday]
arrival_rate = 60
users = 25

[profiles.billing]
arrival_rate = 90
mix = { "Rent search" = 3, "Log repair" = 1 }

[profiles.desks]
users = 40
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "load").mkdir()
    (tmp_path / "load" / "profiles.toml").write_text(PROFILES, encoding="utf-8")
    return tmp_path


def test_the_default_profile_says_how_much_load(root: Path) -> None:
    shape = read_shape(root, LoadOptions())
    assert (shape.arrivals_per_s, shape.users, shape.profile) == (60.0, 25, "everyday")
    assert shape.words == "60 journeys a second"


def test_a_named_profile_brings_its_mix(root: Path) -> None:
    shape = read_shape(root, LoadOptions(profile="billing"))
    assert (shape.arrivals_per_s, shape.mix) == (90.0, {"Rent search": 3.0, "Log repair": 1.0})


def test_a_profile_of_users_lets_them_go_by_themselves(root: Path) -> None:
    shape = read_shape(root, LoadOptions(profile="desks"))
    assert not shape.is_open_loop
    assert shape.words == "40 users at work"


def test_options_win_over_the_profile(root: Path) -> None:
    assert read_shape(root, LoadOptions(arrival_rate=10.0)).arrivals_per_s == 10.0
    assert read_shape(root, LoadOptions(users=7)).is_open_loop is False
    both = read_shape(root, LoadOptions(arrival_rate=10.0, users=7))
    assert (both.arrivals_per_s, both.users) == (10.0, 7)


def test_without_profiles_a_handful_of_people_is_at_work(tmp_path: Path) -> None:
    (tmp_path / "load").mkdir()
    assert read_shape(tmp_path, LoadOptions()).arrivals_per_s == DEFAULT_ARRIVALS_PER_S


def test_a_profile_that_is_nowhere_is_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no profile 'monday'; there are: billing, desks, everyday"):
        read_shape(root, LoadOptions(profile="monday"))
    (root / "load" / "profiles.toml").unlink()
    with pytest.raises(ProjectError, match=r"there is no load/profiles\.toml"):
        read_shape(root, LoadOptions(profile="monday"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("default = ", "cannot be read"),
        ('default = "x"\n', "names no profile"),
        ("[profiles.a]\narival_rate = 3\n", "profiles.a.arival_rate: Extra inputs are not permitted"),
        ("[profiles.a]\n", "a profile needs arrival_rate or users"),
        ("[profiles.a]\nusers = 1\nmix = { A = -1 }\n", "weights must not be negative"),
        ("[profiles.a]\nusers = 1\nmix = { A = 0 }\n", "at least one must be above 0"),
    ],
)
def test_a_faulty_profile_file_says_what_is_wrong(root: Path, text: str, said: str) -> None:
    (root / "load" / "profiles.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_shape(root, LoadOptions())
    assert said in error.value.message
    assert "load/profiles.toml" in error.value.message


@pytest.mark.parametrize(
    "wrong",
    [
        {"pairs_min": 5},
        {"pairs_min": 20, "pairs_max": 10},
        {"locustfile": "../elsewhere.py"},
        {"locustfile": "/etc/locustfile.py"},
        {"round_s": 0.1},
        {"arrival_rate": -1},
        {"rounds": 3},
        {"interleave": "sometimes"},
        {"workers": "somewhere"},
        {"workers": "10.0.0.5:65535"},
        {"processes": 0},
    ],
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LoadOptions.model_validate(wrong)


def test_each_side_has_a_port_of_its_own_for_workers_from_elsewhere() -> None:
    options = LoadOptions(workers="10.0.0.5:5557")
    assert [options.bind_of(side) for side in (Side.BASELINE, Side.CANDIDATE)] == [
        "10.0.0.5:5557",
        "10.0.0.5:5558",
    ]
    assert LoadOptions().bind_of(Side.CANDIDATE) == ""
