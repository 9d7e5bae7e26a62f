"""`noise.toml`: what people declared to change by itself, in which page, table or document, and why.

It stands beside `gonogo.toml` and may be missing. What is declared is never compared, whether or not it was
seen to vary; what the gate measures itself comes on top. Read strictly: a typo never widens a mask.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gonogo.model import DeclaredNoise
from gonogo.model.errors import ConfigError

FILE = Path("noise.toml")

_EVERYTHING = re.compile(r"(?:[.*+?^$()\s\[\]|]|\\[sSwWdD])*")

Text = Annotated[str, Field(min_length=1)]


def leaves_something(patterns: list[str]) -> list[str]:
    """The patterns as they are. Raises ValueError when one would match everything."""
    for pattern in patterns:
        if _EVERYTHING.fullmatch(pattern):
            raise ValueError(f"{pattern!r} would ignore everything")
    return patterns


class NoiseTable(BaseModel):
    """`[[noise]]`: what is not compared in one page, table or document, or in several of like names."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    key: Text = Field(description="The snapshot's key, or a pattern: regression:snapshot:Home*.")
    ignore: list[Text] = Field(
        min_length=1,
        description="A regular expression (text, tree), a path (JSON, XML), a column (table), "
        "or left, top, width, height in pixels (picture); a negative left or top counts from the right or lower edge.",
    )
    reason: Text = Field(description="Why it changes by itself.")
    declared_by: Text = Field(description="Who says so.")

    @field_validator("key")
    @classmethod
    def _is_of_snapshots(cls, value: str) -> str:
        if ":snapshot:" not in value:
            raise ValueError("noise can be declared in snapshots only, such as regression:snapshot:Home")
        return value

    @field_validator("ignore")
    @classmethod
    def _leaves_something(cls, value: list[str]) -> list[str]:
        return leaves_something(value)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    noise: list[NoiseTable] = Field(default_factory=list)


def load_noise(root: Path) -> tuple[DeclaredNoise, ...]:
    """What a project declared; nothing when the file is not there.

    Raises:
        ConfigError: the file is not TOML, or an entry lacks something, holds an unknown key, is not about
            snapshots, or would ignore everything.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    try:
        entries = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).noise
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{FILE} cannot be read: {error}.", remedy="Mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        text = first["msg"].removeprefix("Value error, ")
        raise ConfigError(
            f"{FILE}: {where}: {text}.", remedy="Correct that entry; docs/how-to/mask-noise.md."
        ) from error
    return tuple(
        DeclaredNoise(key=e.key, ignore=tuple(e.ignore), reason=e.reason, declared_by=e.declared_by)
        for e in entries
    )
