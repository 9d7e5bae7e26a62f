"""`[stages.load]` of gonogo.toml, and `load/profiles.toml`, which names kinds of load."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, field_validator, model_validator

from gonogo.model import Side


class Interleave(StrEnum):
    """How the two sides take turns."""

    AUTO = "auto"
    """`requests` where it is sound: a fixed arrival rate, both systems started by us on this machine, and
    half of it idle under the load of both; else `rounds`."""
    ROUNDS = "rounds"
    """One side alone, then the other."""
    REQUESTS = "requests"
    """Both sides at once, each journey on one side and then on the other: a busy neighbour hits both."""


OF_ROUNDS = ("round_s", "pairs_min", "pairs_max", "budget_s")
"""What a profile may say in place of the options."""


class LoadOptions(BaseModel, extra="forbid", frozen=True):
    """What a team can set about the load test. Every default is meant to be left alone, but for the load.

    The load itself is a fixed arrival rate (`arrival_rate`) or a number of users that each wait for their
    answers (`users` alone). Said here, it replaces what the profile says.
    """

    locustfile: str = Field(
        default="load/locustfile.py", description="The journeys, relative to the project; plain Locust."
    )
    profile: str = Field(
        default="",
        description="A kind of load out of profiles.toml beside the locustfile; empty: its default.",
    )
    arrival_rate: float = Field(
        default=0.0,
        ge=0,
        le=10_000,
        description="Journeys started a second, whatever the answers; 0 leaves it to profile or users.",
    )
    users: int = Field(
        default=0,
        ge=0,
        le=5_000,
        description="Signed-in users: without arrival_rate, how many work at once; with it, at most at once.",
    )
    processes: int = Field(
        default=1,
        ge=1,
        le=256,
        description="Load processes on each side; more than 1 are a Locust master and so many workers.",
    )
    workers: str = Field(
        default="",
        description="host:port where workers on other machines are awaited, `processes` for each side; those of "
        "the upgrade one port higher. Empty: they are started here.",
    )
    interleave: Interleave = Field(
        default=Interleave.AUTO,
        description="Sides in turn by rounds, by requests (both at once), or as it fits (auto).",
    )
    round_s: float = Field(default=2.5, ge=0.5, le=600, description="Length of a round in seconds.")
    warmup_rounds: int = Field(
        default=1, ge=0, le=100, description="Rounds on each side before anything is measured."
    )
    pairs_min: int = Field(default=8, ge=6, le=400, description="Pairs of rounds before the first judgement.")
    pairs_max: int = Field(default=24, ge=6, le=400, description="Pairs of rounds at most.")
    budget_s: float = Field(
        default=60.0,
        gt=0,
        le=86_400,
        description="Seconds after which an answer that is still open gets no further pair of rounds.",
    )
    margin_percent: float = Field(
        default=10.0,
        gt=0,
        le=1000,
        description="When to stop: used only where no criterion states a limit (slower_max_percent).",
    )
    error_limit: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="Share of a journey that may fail before the journey has failed.",
    )
    requests_min: int = Field(
        default=20, ge=1, le=1_000_000, description="Runs of a journey below which it says nothing."
    )
    give_up_s: float = Field(
        default=10.0, gt=0, le=600, description="Seconds after a round in which late answers still count."
    )

    def bind_of(self, side: Side) -> str:
        """`host:port` where the workers of a side are awaited; empty when they are started here."""
        host, _, port = self.workers.rpartition(":")
        return f"{host}:{int(port) + (side is Side.CANDIDATE)}" if self.workers else ""

    @field_validator("workers")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65535):
            raise ValueError(
                f"{value!r} is not host:port, such as 10.0.0.5:5557 (the port above it is used too)"
            )
        return value

    @field_validator("locustfile")
    @classmethod
    def _stays_in_the_project(cls, value: str) -> str:
        if value.startswith(("/", "\\")) or ".." in value.replace("\\", "/").split("/"):
            raise ValueError(f"{value!r} must lie inside the project folder")
        return value

    @model_validator(mode="after")
    def _fewest_is_not_more_than_most(self) -> LoadOptions:
        if self.pairs_min > self.pairs_max:
            raise ValueError(f"pairs_min ({self.pairs_min}) is more than pairs_max ({self.pairs_max})")
        return self


class LoadProfile(BaseModel, extra="forbid", frozen=True):
    """`[profiles.<name>]`: one kind of load, such as an ordinary morning, the annual billing, a spike or an hour."""

    description: str = Field(default="", description="When this load occurs, in plain words.")
    arrival_rate: float = Field(default=0.0, ge=0, le=10_000, description="As in [stages.load].")
    users: int = Field(default=0, ge=0, le=5_000, description="As in [stages.load].")
    mix: dict[str, float] = Field(
        default_factory=dict,
        description="Weight of each journey; a journey left out is not run. Empty: the locustfile's weights.",
    )

    steps: list[Annotated[float, Field(gt=0, le=100)]] = Field(
        default_factory=list,
        max_length=50,
        description="Shares of arrival_rate, run one after another: [0.5, 1, 2] is half of it, all, and twice.",
    )
    within_round: list[Annotated[float, Field(ge=0, le=1000)]] = Field(
        default_factory=list,
        max_length=50,
        description="How dense arrivals are in equal parts of each round: [1, 1, 6, 1, 1] has a spike in the "
        "middle. The mean stays arrival_rate.",
    )
    round_s: float | None = Field(default=None, ge=0.5, le=600, description="In place of [stages.load].")
    pairs_min: int | None = Field(default=None, ge=6, le=400, description="In place of [stages.load].")
    pairs_max: int | None = Field(default=None, ge=6, le=400, description="In place of [stages.load].")
    budget_s: float | None = Field(
        default=None, gt=0, le=86_400, description="In place of [stages.load]; timeout_s there must allow it."
    )

    @field_validator("within_round")
    @classmethod
    def _some_arrive(cls, value: list[float]) -> list[float]:
        if value and not sum(value) > 0:
            raise ValueError("at least one part of the round must be above 0")
        return value

    @field_validator("mix")
    @classmethod
    def _weights_are_shares_of_something(cls, value: dict[str, float]) -> dict[str, float]:
        if any(weight < 0 for weight in value.values()) or (value and not sum(value.values()) > 0):
            raise ValueError("weights must not be negative, and at least one must be above 0")
        return value

    @model_validator(mode="after")
    def _says_how_much(self) -> LoadProfile:
        if not self.arrival_rate and not self.users:
            raise ValueError("a profile needs arrival_rate or users")
        if (self.steps or self.within_round) and not self.arrival_rate:
            raise ValueError("steps and within_round need an arrival_rate that they are shares of")
        return self


class LoadProfiles(BaseModel, extra="forbid", frozen=True):
    """The whole of `load/profiles.toml`."""

    default: str = Field(default="", description="The profile used when [stages.load] names none.")
    profiles: dict[str, LoadProfile] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _default_exists(self) -> LoadProfiles:
        if self.default and self.default not in self.profiles:
            known = ", ".join(sorted(self.profiles)) or "none"
            raise ValueError(f"default = {self.default!r} names no profile; there are: {known}")
        return self
