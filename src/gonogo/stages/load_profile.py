"""How much load, of what mix: the stage's options and the profile they name, made one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from gonogo.config.stage_options.load import LoadOptions, LoadProfile, LoadProfiles
from gonogo.model.errors import ConfigError, ProjectError

DEFAULT_ARRIVALS_PER_S = 20.0
"""When neither options nor a profile say anything: a handful of people at work."""

DEFAULT_USERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The load of every round.

    Attributes:
        arrivals_per_s: journeys started a second; 0 lets `users` go by themselves.
        users: signed-in users on each side.
        mix: weights by journey that replace the locustfile's; empty keeps those.
        profile: the name it came from; empty when from options or defaults alone.
    """

    arrivals_per_s: float
    users: int
    mix: Mapping[str, float] = field(default_factory=dict)
    profile: str = ""

    @property
    def is_open_loop(self) -> bool:
        """Whether journeys start at a fixed rate."""
        return self.arrivals_per_s > 0

    @property
    def words(self) -> str:
        """`60 journeys a second`, `25 users at work`."""
        if self.is_open_loop:
            return f"{self.arrivals_per_s:g} journeys a second"
        return f"{self.users} users at work"


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
    return Shape(arrivals_per_s=arrivals, users=users, mix=mix, profile=name)


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
