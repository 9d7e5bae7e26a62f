"""How much load, of what mix: the stage's options and the profile they name, made one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from gonogo.config.stage_options.load import OF_ROUNDS, LoadOptions, LoadProfile, LoadProfiles
from gonogo.model.errors import ConfigError, ProjectError

DEFAULT_ARRIVALS_PER_S = 20.0
"""When neither options nor a profile say anything: a handful of people at work."""

DEFAULT_USERS = 20

PAIRS_OF_A_STEP = 2
"""One with each side first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The load of every round.

    Attributes:
        arrivals_per_s: journeys started a second; 0 lets `users` go by themselves.
        users: signed-in users on each side.
        mix: weights by journey that replace the locustfile's; empty keeps those.
        profile: the name it came from; empty when from options or defaults alone.
        steps: shares of `arrivals_per_s`, one after another, two pairs each and then from the first again.
        within: how dense arrivals are in equal parts of every round, one to another; empty: all the same.
    """

    arrivals_per_s: float
    users: int
    mix: Mapping[str, float] = field(default_factory=dict)
    profile: str = ""
    steps: tuple[float, ...] = ()
    within: tuple[float, ...] = ()

    def rate_of(self, pair: int) -> float:
        """Journeys started a second in a pair; both sides of it get the same. Warm-up rounds get the plain rate."""
        if not self.steps or pair < 0:
            return self.arrivals_per_s
        return self.arrivals_per_s * self.steps[pair // PAIRS_OF_A_STEP % len(self.steps)]

    @property
    def is_open_loop(self) -> bool:
        """Whether journeys start at a fixed rate."""
        return self.arrivals_per_s > 0

    @property
    def words(self) -> str:
        """`60 journeys a second`, `25 users at work`."""
        if self.steps:
            low, high = (self.arrivals_per_s * step for step in (min(self.steps), max(self.steps)))
            return f"{low:g} to {high:g} journeys a second, in steps"
        if self.within:
            peak = self.arrivals_per_s * max(self.within) * len(self.within) / sum(self.within)
            return f"{self.arrivals_per_s:g} journeys a second, {peak:g} at the peak of each round"
        if self.is_open_loop:
            return f"{self.arrivals_per_s:g} journeys a second"
        return f"{self.users} users at work"


def effective(root: Path, options: LoadOptions) -> LoadOptions:
    """The options, with what the profile says about rounds and pairs in their place.

    A load that rises in steps is looked at after each step has been run at least.

    Raises:
        ProjectError, ConfigError: as `read_shape`.
    """
    path = (root / options.locustfile).parent / "profiles.toml"
    profiles = _profiles(path, root)
    name = options.profile or (profiles.default if profiles else "")
    profile = _named(profiles, name, path, root)
    if profile is None:
        return options
    said = profile.model_dump(include=set(OF_ROUNDS), exclude_none=True)
    merged = {**options.model_dump(), **said}
    merged["pairs_min"] = max(merged["pairs_min"], PAIRS_OF_A_STEP * len(profile.steps))
    try:
        return LoadOptions.model_validate(merged)
    except ValidationError as error:
        message = f"{_shown(path, root)}: the profile {name!r}: {error.errors()[0]['msg']}."
        raise ConfigError(message) from error


def read_shape(root: Path, options: LoadOptions) -> Shape:
    """The load that options and profile ask for; options win.

    Raises:
        ProjectError: the options name a profile, and there is no profiles.toml.
        ConfigError: profiles.toml is malformed, or holds no such profile.
    """
    path = (root / options.locustfile).parent / "profiles.toml"
    profiles = _profiles(path, root)
    if profiles is None and options.profile:
        raise ProjectError(
            f"[stages.load] names the profile {options.profile!r}, but there is no {_shown(path, root)}.",
            remedy=f"Write {_shown(path, root)}, or take `profile` out.",
        )
    name = options.profile or (profiles.default if profiles else "")
    profile = _named(profiles, name, path, root)
    if options.users and not options.arrival_rate:
        arrivals, users = 0.0, options.users
    elif options.arrival_rate:
        arrivals, users = options.arrival_rate, options.users or DEFAULT_USERS
    elif profile is not None:
        arrivals, users = profile.arrival_rate, profile.users or DEFAULT_USERS
    else:
        arrivals, users = DEFAULT_ARRIVALS_PER_S, DEFAULT_USERS
    mix = dict(profile.mix) if profile is not None else {}
    steps, within = (profile.steps, profile.within_round) if profile is not None and arrivals else ((), ())
    return Shape(
        arrivals_per_s=arrivals, users=users, mix=mix, profile=name, steps=tuple(steps), within=tuple(within)
    )


def _profiles(path: Path, root: Path) -> LoadProfiles | None:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{_shown(path, root)} cannot be read: {error}.") from error
    try:
        return LoadProfiles.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{_shown(path, root)}: {where}: {first['msg']}.") from error


def _named(profiles: LoadProfiles | None, name: str, path: Path, root: Path) -> LoadProfile | None:
    if profiles is None or not name:
        return None
    if name not in profiles.profiles:
        known = ", ".join(sorted(profiles.profiles)) or "none"
        raise ConfigError(f"{_shown(path, root)} holds no profile {name!r}; there are: {known}.")
    return profiles.profiles[name]


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
