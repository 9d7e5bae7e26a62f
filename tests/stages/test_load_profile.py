from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from gonogo.config.stage_options.load import LoadOptions
from gonogo.model import Side
from gonogo.model.errors import ConfigError, ProjectError
from gonogo.stages.load_profile import DEFAULT_ARRIVALS_PER_S, effective, read_shape

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

[profiles.steps]
arrival_rate = 40
steps = [0.5, 1, 1.5, 2, 3]

[profiles.spike]
arrival_rate = 40
within_round = [1, 1, 6, 1, 1]

[profiles.soak]
arrival_rate = 40
round_s = 30
pairs_min = 30
pairs_max = 60
budget_s = 3600
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
        ("[profiles.a]\nusers = 1\nsteps = [1, 2]\n", "steps and within_round need an arrival_rate"),
        ("[profiles.a]\narrival_rate = 1\nwithin_round = [0, 0]\n", "at least one part of the round"),
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


def test_a_load_in_steps_runs_two_pairs_on_each(root: Path) -> None:
    shape = read_shape(root, LoadOptions(profile="steps"))
    rates = [shape.rate_of(pair) for pair in range(-1, 12)]
    assert rates == [40.0, 20.0, 20.0, 40.0, 40.0, 60.0, 60.0, 80.0, 80.0, 120.0, 120.0, 20.0, 20.0]
    assert shape.words == "20 to 120 journeys a second, in steps"
    assert effective(root, LoadOptions(profile="steps")).pairs_min == 10


def test_a_spike_is_said_with_its_peak(root: Path) -> None:
    shape = read_shape(root, LoadOptions(profile="spike"))
    assert shape.within == (1.0, 1.0, 6.0, 1.0, 1.0)
    assert shape.words == "40 journeys a second, 120 at the peak of each round"


def test_what_a_profile_says_about_rounds_replaces_the_options(root: Path) -> None:
    options = effective(root, LoadOptions(profile="soak", warmup_rounds=2))
    assert (options.round_s, options.pairs_min, options.pairs_max, options.budget_s) == (30.0, 30, 60, 3600.0)
    assert options.warmup_rounds == 2
    assert effective(root, LoadOptions()) == LoadOptions()


def test_a_profile_whose_pairs_do_not_fit_the_options_is_named(root: Path) -> None:
    profiles = root / "load" / "profiles.toml"
    profiles.write_text("[profiles.long]\nusers = 5\npairs_min = 30\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"the profile 'long': .*pairs_min"):
        effective(root, LoadOptions(profile="long"))
