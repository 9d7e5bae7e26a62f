"""Staff accounts: signing in, listing, adding, changing roles, deactivating leavers, unlocking, passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gonogo.demo.services.work import Work

WRONG_TRIES_BEFORE_LOCK = 5
SignInResult = Literal["ok", "wrong", "locked", "inactive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """A member of staff as the screens show one; never the password hash. `last_sign_in` is UK clock time."""

    username: str
    full_name: str
    role: str
    active: bool
    locked: bool
    last_sign_in: datetime | None


def sign_in(work: Work, username: str, password: str) -> SignInResult:
    """Checks name and password. The fifth wrong try in a row locks the account. Audited either way.

    'locked' and 'inactive' are only said to who knows the password of an inactive account; a locked account
    says so whatever the password. Writes: the caller commits.
    """
    raise NotImplementedError


def get_user(work: Work, username: str) -> UserRow:
    """One user. Raises NotFoundError."""
    raise NotImplementedError


def list_users(work: Work) -> list[UserRow]:
    """Every user, by user name."""
    raise NotImplementedError


def add_user(work: Work, *, username: str, full_name: str, role: str, password: str) -> UserRow:
    """A new active user.

    Raises InvalidError with field and the sentences of the screen: "User name must be 3 to 30 small letters or
    digits", "User name is already taken", "Enter a full name", "Select a role", "Password must be at least 10
    characters".
    """
    raise NotImplementedError


def change_role(work: Work, username: str, role: str) -> UserRow:
    """Gives the user another role. Raises NotFoundError, InvalidError (role; own account)."""
    raise NotImplementedError


def set_active(work: Work, username: str, *, active: bool) -> UserRow:
    """Ends or restores the user's access. Raises NotFoundError, InvalidError ("You cannot change your own account")."""
    raise NotImplementedError


def unlock(work: Work, username: str) -> UserRow:
    """Lets a locked user try again. Raises NotFoundError."""
    raise NotImplementedError


def change_password(work: Work, *, current: str, new: str) -> None:
    """Changes the actor's own password.

    Raises InvalidError: field 'current' "Current password is not right"; 'new' "Password must be at least 10 characters".
    """
    raise NotImplementedError
