"""Staff accounts: signing in, listing, adding, changing roles, deactivating leavers, unlocking, passwords."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from gonogo.demo.db.models import User
from gonogo.demo.services import audit
from gonogo.demo.services.passwords import ITERATIONS, MIN_LENGTH, hash_password, password_fits
from gonogo.demo.services.permissions import ROLE_NAMES
from gonogo.demo.services.work import InvalidError, NotFoundError
from gonogo.demo.uk_time import to_uk

if TYPE_CHECKING:
    from datetime import datetime

    from gonogo.demo.services.work import Work

WRONG_TRIES_BEFORE_LOCK = 5
SignInResult = Literal["ok", "wrong", "locked", "inactive"]
_USERNAME = re.compile(r"[a-z0-9]{3,30}")
_SHORT = f"Password must be at least {MIN_LENGTH} characters"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """A member of staff as the screens show one; never the password hash. `last_sign_in` is UK clock time."""

    username: str
    full_name: str
    role: str
    active: bool
    locked: bool
    last_sign_in: datetime | None


def _row(user: User) -> UserRow:
    return UserRow(
        username=user.username,
        full_name=user.full_name,
        role=user.role,
        active=user.active,
        locked=user.failed_tries >= WRONG_TRIES_BEFORE_LOCK,
        last_sign_in=None if user.last_sign_in_at is None else to_uk(user.last_sign_in_at),
    )


def _find(work: Work, username: str) -> User:
    user = work.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise NotFoundError(f"There is no user {username}")
    return user


def sign_in(work: Work, username: str, password: str) -> SignInResult:
    """Checks name and password. The fifth wrong try in a row locks the account. Audited either way.

    An inactive account is only named as such to who knows its password; a locked one says so whatever was
    typed. Writes, so the caller commits.
    """
    user = work.session.scalar(select(User).where(User.username == username))
    if user is None:
        audit.record(work, "sign-in.failed", username[:60], "unknown user name")
        return "wrong"
    if user.failed_tries >= WRONG_TRIES_BEFORE_LOCK:
        audit.record(work, "sign-in.failed", username, "locked")
        return "locked"
    if not password_fits(password, user.password_hash):
        if not work.build.has("security-no-lockout"):
            user.failed_tries += 1
        work.session.flush()
        audit.record(work, "sign-in.failed", username, "wrong password")
        return "locked" if user.failed_tries >= WRONG_TRIES_BEFORE_LOCK else "wrong"
    if not user.active and not work.build.has("access-leaver-signs-in"):
        audit.record(work, "sign-in.failed", username, "inactive")
        return "inactive"
    if work.build.has("performance-sign-in-hash"):
        hash_password(password, iterations=60 * ITERATIONS)
    user.failed_tries = 0
    user.last_sign_in_at = work.now()
    work.session.flush()
    audit.record(work, "sign-in", username)
    return "ok"


def get_user(work: Work, username: str) -> UserRow:
    """One user. Raises NotFoundError."""
    return _row(_find(work, username))


def list_users(work: Work) -> list[UserRow]:
    """Every user, by user name."""
    return [_row(user) for user in work.session.scalars(select(User).order_by(User.username))]


def add_user(work: Work, *, username: str, full_name: str, role: str, password: str) -> UserRow:
    """A new active user.

    Raises:
        InvalidError: field 'username', 'full_name', 'role' or 'password', with the sentence of the screen.
    """
    if not _USERNAME.fullmatch(username):
        raise InvalidError("username", "User name must be 3 to 30 small letters or digits")
    if work.session.scalar(select(User.id).where(User.username == username)) is not None:
        raise InvalidError("username", "User name is already taken")
    if not full_name.strip():
        raise InvalidError("full_name", "Enter a full name")
    if role not in ROLE_NAMES:
        raise InvalidError("role", "Select a role")
    if len(password) < MIN_LENGTH:
        raise InvalidError("password", _SHORT)
    user = User(
        username=username,
        full_name=full_name.strip(),
        role=role,
        password_hash=hash_password(password),
        active=True,
        failed_tries=0,
        last_sign_in_at=None,
    )
    work.session.add(user)
    work.session.flush()
    audit.record(work, "user.added", username, role)
    return _row(user)


def change_role(work: Work, username: str, role: str) -> UserRow:
    """Gives the user another role. Raises NotFoundError, InvalidError (role; own account)."""
    user = _someone_else(work, username)
    if role not in ROLE_NAMES:
        raise InvalidError("role", "Select a role")
    user.role = role
    work.session.flush()
    audit.record(work, "user.role", username, role)
    return _row(user)


def set_active(work: Work, username: str, *, active: bool) -> UserRow:
    """Ends or restores the user's access. Raises NotFoundError, InvalidError (own account)."""
    user = _someone_else(work, username)
    user.active = active
    work.session.flush()
    audit.record(work, "user.activated" if active else "user.deactivated", username)
    return _row(user)


def _someone_else(work: Work, username: str) -> User:
    if username == work.actor:
        raise InvalidError("username", "You cannot change your own account")
    return _find(work, username)


def unlock(work: Work, username: str) -> UserRow:
    """Lets a locked user try again. Raises NotFoundError."""
    user = _find(work, username)
    user.failed_tries = 0
    work.session.flush()
    audit.record(work, "user.unlocked", username)
    return _row(user)


def change_password(work: Work, *, current: str, new: str) -> None:
    """Changes the actor's own password.

    Raises:
        InvalidError: field 'current' "Current password is not right"; field 'new' when it is too short.
    """
    user = _find(work, work.actor)
    if not password_fits(current, user.password_hash):
        raise InvalidError("current", "Current password is not right")
    if len(new) < MIN_LENGTH:
        raise InvalidError("new", _SHORT)
    if not work.build.has("functional-password-unchanged"):
        user.password_hash = hash_password(new)
    work.session.flush()
    audit.record(work, "user.password", work.actor)
