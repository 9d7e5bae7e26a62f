"""What one running web application holds, and one visitor's request to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, g
from jinja2 import Environment

from gonogo.demo.db.session import Database
from gonogo.demo.releases import Build
from gonogo.demo.services import users
from gonogo.demo.services.permissions import Permission, permissions_of
from gonogo.demo.services.users import UserRow
from gonogo.demo.services.work import NotFoundError, Work
from gonogo.demo.web.assets import Assets
from gonogo.demo.web.logs import LogFiles
from gonogo.demo.web.sessions import Session, SessionStore

EXTENSION = "meridian"
_USER_FRESH_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUser:
    """A signed-in user and what the role allows."""

    row: UserRow
    permissions: frozenset[Permission]


class UserCache:
    """Active users by name, believed for two seconds: no page begins with a query for its reader."""

    def __init__(self, build: Build, clock: Callable[[], float] = time.monotonic) -> None:
        self._build = build
        self._clock = clock
        self._known: dict[str, tuple[float, KnownUser | None]] = {}

    def find(self, username: str, work: Callable[[], Work]) -> KnownUser | None:
        """The user, or None when nobody active has this name."""
        now = self._clock()
        kept = self._known.get(username)
        if kept is not None and now - kept[0] < _USER_FRESH_S:
            return kept[1]
        try:
            row = users.get_user(work(), username)
        except NotFoundError:
            found = None
        else:
            permissions = permissions_of(self._build, row.role)
            is_welcome = row.active or self._build.has("access-leaver-signs-in")
            found = KnownUser(row=row, permissions=permissions) if is_welcome else None
        self._known[username] = (now, found)
        return found

    def forget(self, username: str) -> None:
        """Ask the database again next time: the user was changed."""
        self._known.pop(username, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The parts of one application that outlive a request."""

    home: Path
    build: Build
    database: Database
    assets: Assets
    templates: Environment
    logs: LogFiles
    sessions: SessionStore
    users: UserCache


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request: whose it is and the unit of work it may open.

    Attributes:
        session: the browser's session, or the API token's; None for a stranger.
        user: who is signed in.
        by_token: the session came as a bearer token, so no other site can have sent it.
        started_s: when the request began.
    """

    portal: Portal
    session: Session | None = None
    user: KnownUser | None = None
    by_token: bool = False
    started_s: float = 0.0
    _work: Work | None = None

    @property
    def build(self) -> Build:
        """The build that runs."""
        return self.portal.build

    @property
    def username(self) -> str:
        """Who is signed in; `visitor` for a stranger, as the audit log names them."""
        return self.user.row.username if self.user else "visitor"

    def may(self, permission: Permission) -> bool:
        """Whether the signed-in user has the permission."""
        return self.user is not None and permission in self.user.permissions

    def work(self) -> Work:
        """The request's unit of work; it begins at the first call and is rolled back unless it is saved."""
        if self._work is None:
            self._work = self.portal.database.begin(self.username)
        return self._work

    def save(self) -> None:
        """Commit what the request has done."""
        if self._work is not None:
            self._work.session.commit()

    def start_over(self) -> None:
        """Drop a unit of work begun before it was known for whom."""
        self.close()

    def close(self) -> None:
        """Give the connection back; what was not saved is undone."""
        if self._work is not None:
            self._work.session.close()
            self._work = None

    def tell(self, message: str) -> None:
        """Show a success message on the next page."""
        if self.session is not None:
            self.session.messages.append(message)


def portal() -> Portal:
    """The application that serves this request."""
    found: Portal = current_app.extensions[EXTENSION]
    return found


def visit() -> Visit:
    """This request."""
    found: Visit = g.visit
    return found
