"""Secrets by reference: `env:NAME` or `keyring:SERVICE/USER`. Values are never written anywhere."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from gonogo.model import User
from gonogo.model.errors import ConfigError

REFERENCE = re.compile(r"^(?P<scheme>env|keyring):(?P<name>.+)$")


def is_reference(text: str) -> bool:
    """Whether a text refers to a secret instead of holding one."""
    return REFERENCE.match(text) is not None


def resolve(reference: str, *, what: str, environment: Mapping[str, str] | None = None) -> str:
    """The secret a reference stands for.

    Args:
        reference: `env:NAME` or `keyring:SERVICE/USER`.
        what: what it is for, for the error ("the password of the rent officer").
        environment: where `env:` looks; the process's own by default.

    Raises:
        ConfigError: not a reference, the variable is unset or empty, or the keyring has no such entry.
    """
    match = REFERENCE.match(reference)
    if match is None:
        raise ConfigError(
            f"{what} is written out; secrets never stand in a file.",
            remedy='Write a reference instead: "env:NAME" or "keyring:SERVICE/USER".',
        )
    name = match["name"]
    if match["scheme"] == "env":
        value = (os.environ if environment is None else environment).get(name, "")
        if not value:
            raise ConfigError(
                f"{what} should be in the environment variable {name}, which is not set.",
                remedy=f"Set {name} and run again.",
            )
        return value
    return _from_keyring(name, what)


def password_variable(user: User) -> str:
    """The environment variable a child finds a user's password in."""
    slug = re.sub(r"[^A-Z0-9]+", "_", user.role.upper()).strip("_")
    return f"GONOGO_PASSWORD_{slug}"


def mask(text: str, secrets: tuple[str, ...]) -> str:
    """The text with every secret value replaced; values under four characters are left alone."""
    for secret in sorted((s for s in secrets if len(s) >= 4), key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text


def _from_keyring(name: str, what: str) -> str:
    # Imported here: it pulls in a desktop's secret service, which most CI machines do not have.
    import keyring
    from keyring.errors import KeyringError

    service, _, user = name.partition("/")
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise ConfigError(f"{what}: the keyring could not be read ({error}).") from error
    if not value:
        raise ConfigError(
            f"{what} should be in the keyring as service {service!r}, user {user!r}; there is no such entry.",
            remedy=f"Store it with: keyring set {service} {user}",
        )
    return value
