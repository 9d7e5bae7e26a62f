"""`gonogo.toml` → Upgrade. Every way the file can be wrong is one clear message with the remedy."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec
from pydantic import BaseModel, ValidationError

from gonogo.config.criteria import criteria_for, identity_criterion
from gonogo.config.expected import ExpectedFixTable
from gonogo.config.noise import load_noise
from gonogo.config.schema import GonogoToml, StageTable, TargetTable
from gonogo.model import (
    Authorisation,
    Criterion,
    Identity,
    Replay,
    RetentionDays,
    Side,
    SignOffRole,
    StageSettings,
    Target,
    Upgrade,
    User,
)
from gonogo.model.errors import ConfigError, ProjectError

_Model = TypeVar("_Model", bound=BaseModel)

FILE_NAME = "gonogo.toml"
STAGE_COMMON_KEYS = frozenset(StageTable.model_fields)

M = TypeVar("M", bound=BaseModel)

OptionModels = Mapping[str, type[BaseModel] | None]
"""Stage name → the pydantic model of its own options (None: it has none)."""


def load_upgrade(root: Path, models: OptionModels, overrides: Mapping[str, str] | None = None) -> Upgrade:
    """Read a project's `gonogo.toml`.

    Args:
        root: the project folder.
        models: option models of the stages that are installed; the stages run are those listed under
            `[stages]`, or all of these when the table is absent.
        overrides: dotted keys to values that replace what the file says (`candidate.version`).

    Raises:
        ProjectError: the folder has no `gonogo.toml`.
        ConfigError: it is not TOML, holds an unknown key (the nearest known one is named), lacks a
            required one, or a value is out of range.
    """
    document = _read(root / FILE_NAME)
    for dotted, value in (overrides or {}).items():
        _override(document, dotted, value)
    toml = _validate(GonogoToml, document, "")
    stages = _stages(toml, document, models)
    criteria = _criteria(toml, stages)
    change_ref = _change_ref(toml)
    upgrade = Upgrade(
        system=toml.system.name,
        change_ref=change_ref,
        change=msgspec.structs.replace(toml.change.record(), id=change_ref) if toml.change else None,
        baseline=_target(Side.BASELINE, toml.baseline),
        candidate=_target(Side.CANDIDATE, toml.candidate),
        identity=Identity(**toml.identity.model_dump()),
        users=tuple(
            User(role=role, username=user.username, password=user.password)
            for role, user in toml.users.items()
        ),
        stages=stages,
        criteria=criteria,
        expected_changes=tuple(change.record() for change in toml.expected_changes),
        longest_waiver_days=toml.waivers.longest_days,
        retention=_retention(toml),
        signoff_roles=tuple(SignOffRole(role=role) for role in toml.sign_off.roles),
        sign_in=toml.sign_in.record() if toml.sign_in else None,
        api=toml.api.record() if toml.api else None,
        batch={name: table.record() for name, table in toml.batch.items()},
        databases={name: table.record() for name, table in toml.databases.items()},
        replay=Replay(**toml.replay.model_dump()),
        noise=load_noise(root),
        privacy=toml.privacy.record(),
        allowed_origins=tuple(toml.browsers.allowed_origins),
    )
    return msgspec.structs.replace(upgrade, policy_digest=policy_digest(upgrade))


def policy_digest(upgrade: Upgrade) -> str:
    """`sha256:…` of everything that decides what counts: criteria, expected changes, settings, noise.

    Waivers have a digest of their own; how long they may hold is policy.
    """
    policy = (
        tuple(sorted(upgrade.criteria, key=lambda criterion: criterion.id)),
        upgrade.expected_changes,
        upgrade.stages,
        upgrade.identity,
        upgrade.replay,
        upgrade.noise,
        upgrade.longest_waiver_days,
    )
    data = msgspec.json.encode(policy, order="deterministic")
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _retention(toml: GonogoToml) -> RetentionDays:
    days = toml.retention
    return RetentionDays(
        picture=days.pictures_days,
        extract=days.extracts_days,
        evidence=days.evidence_days,
        report=days.reports_days,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(
            f"There is no {FILE_NAME} in {path.parent}.",
            remedy="Go to the project's folder, name it with -C, or make one with `gonogo init DIR`.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path} is not valid TOML: {error}.", remedy="Mend that line; text values need double quotes."
        ) from error


def _override(document: dict[str, Any], dotted: str, value: str) -> None:
    *tables, key = dotted.split(".")
    place = document
    for table in tables:
        place = place.setdefault(table, {})
        if not isinstance(place, dict):
            raise ConfigError(f"{dotted} cannot be set: {table} is not a table.")
    try:
        place[key] = tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        place[key] = value  # plain text, such as a version number with two dots
    if isinstance(place[key], int | float) and key in ("version", "build"):
        place[key] = value  # 8.2 is a version, and 4711 a build, not a number


def _validate(model: type[_Model], data: Any, prefix: str) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        more = error.error_count() - 1
        message, remedy = _explain(model, dict(first), prefix)
        if more:
            message += f" ({more} more {'problem' if more == 1 else 'problems'} after this one.)"
        raise ConfigError(message, remedy=remedy) from error


def _explain(model: type[BaseModel], problem: dict[str, Any], prefix: str) -> tuple[str, str]:
    location = [part for part in problem["loc"] if not str(part).startswith("function-")]
    where = ".".join([prefix, *map(str, location)] if prefix else map(str, location))
    match problem["type"]:
        case "extra_forbidden":
            known = sorted(_known_keys(model, location[:-1]))
            near = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.4)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            return f"{FILE_NAME}: {where} is not a known key.", f"{hint}Known here: {', '.join(known)}."
        case "missing":
            return f"{FILE_NAME}: {where} is missing.", f"Add {location[-1]} to it."
        case _:
            # A secret typed where a reference belongs must not be repeated on the screen or in a log.
            is_secret = any(str(part) in ("password", "environment") for part in location)
            found = "not acceptable" if is_secret else repr(problem.get("input"))
            text = problem["msg"].removeprefix("Value error, ")
            return f"{FILE_NAME}: {where} is {found}; {text[0].lower()}{text[1:]}.", "Correct that value."


def _known_keys(model: type[BaseModel], location: list[Any]) -> set[str]:
    """Field names (aliases where they have one) of the table at `location`; empty when it is not a model."""
    current: type[BaseModel] | None = model
    for part in location:
        if current is None:
            return set()
        fields = {(f.alias or name): f for name, f in current.model_fields.items()}
        if part in fields:
            current = _model_in(fields[part].annotation)
        # a part that is no field is a key of a mapping or an index: the model found already is its value
    return {(f.alias or name) for name, f in current.model_fields.items()} if current else set()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _change_ref(toml: GonogoToml) -> str:
    """The change's reference, which may stand in either table. Raises ConfigError when they differ."""
    named, recorded = toml.system.change_ref, toml.change.id if toml.change else ""
    if named and recorded and named != recorded:
        raise ConfigError(
            f"{FILE_NAME}: system.change_ref is {named!r}, and change.id is {recorded!r}.",
            remedy="Keep one of the two.",
        )
    return named or recorded


def _stages(toml: GonogoToml, document: dict[str, Any], models: OptionModels) -> tuple[StageSettings, ...]:
    tables = toml.stages or {name: StageTable() for name in models}
    for name in (*tables, *toml.criteria):
        if name not in models:
            near = difflib.get_close_matches(name, models, n=1, cutoff=0.4)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise ConfigError(
                f"{FILE_NAME}: there is no stage called {name!r}.",
                remedy=f"{hint}Stages: {', '.join(models)}.",
            )
    settings = []
    for name, table in tables.items():
        if not table.enabled:
            continue
        own = {
            k: v for k, v in document.get("stages", {}).get(name, {}).items() if k not in STAGE_COMMON_KEYS
        }
        model = models[name]
        options: dict[str, Any] = {}
        if model is not None:
            options = _validate(model, own, f"stages.{name}").model_dump(mode="json")
        elif own:
            raise ConfigError(
                f"{FILE_NAME}: the stage {name!r} takes no options, found {', '.join(sorted(own))}."
            )
        settings.append(StageSettings(stage=name, timeout_s=table.timeout_s, options=options))
    return tuple(settings)


def _criteria(toml: GonogoToml, stages: tuple[StageSettings, ...]) -> tuple[Criterion, ...]:
    found = [identity_criterion()]
    for settings in stages:
        found.extend(criteria_for(settings.stage, toml.criteria.get(settings.stage)))
    return (*found, *_fixes(toml.expected_fixes, [settings.stage for settings in stages]))


def _fixes(tables: list[ExpectedFixTable], stages: list[str]) -> list[Criterion]:
    """What each promised fix asks for. Raises ConfigError when no stage of the project can show it."""
    found: dict[str, Criterion] = {}
    for number, table in enumerate(tables):
        where = f"{FILE_NAME}: expected_fixes.{number}"
        if table.stage not in stages:
            raise ConfigError(
                f"{where}.check is {table.check!r}, of a stage that this project does not run.",
                remedy=f"Stages: {', '.join(stages)}. `gonogo plan --keys` lists all checks.",
            )
        criterion = table.criterion()
        if criterion.id in found:
            raise ConfigError(
                f"{where}: {table.fix} stands there twice.",
                remedy="Keep one; its check may be a pattern of several.",
            )
        found[criterion.id] = criterion
    return list(found.values())


def _target(side: Side, table: TargetTable) -> Target:
    authorisation = table.authorisation
    return Target(
        side=side,
        version=table.version,
        url=table.url,
        target_class=table.target_class,
        allows=tuple(table.allows),
        authorisation=None
        if authorisation is None
        else Authorisation(
            by=authorisation.by, hosts=tuple(authorisation.hosts), until=authorisation.until.isoformat()
        ),
        prepare=tuple(tuple(command) for command in table.prepare),
        start=tuple(table.start),
        ready_s=table.ready_s,
        build=table.build,
        environment=dict(table.environment),
    )
