"""Staff accounts: signing in, listing, adding, changing roles and deactivating leavers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """A member of staff as the screens show one; never the password hash."""

    username: str
    full_name: str
    email: str
    role: str
    active: bool
    left_on: date | None


def sign_in(work: Work, username: str, password: str) -> UserRow | None:
    """The user when name and password fit and the account is active, else None. Audited either way."""
    raise NotImplementedError


def get_user(work: Work, username: str) -> UserRow:
    """One user. Raises NotFound."""
    raise NotImplementedError


def list_users(work: Work) -> list[UserRow]:
    """Every user, active first, by name."""
    raise NotImplementedError


def add_user(work: Work, *, username: str, full_name: str, email: str, role: str, password: str) -> UserRow:
    """A new active user. Raises Invalid (bad name or e-mail, unknown role, short password, name taken)."""
    raise NotImplementedError


def change_role(work: Work, username: str, role: str) -> UserRow:
    """Gives the user another role. Raises NotFound, Invalid."""
    raise NotImplementedError


def deactivate(work: Work, username: str) -> UserRow:
    """Ends the user's access from today. Raises NotFound, Invalid (nobody may deactivate themselves)."""
    raise NotImplementedError
