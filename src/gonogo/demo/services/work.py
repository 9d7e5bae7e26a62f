"""One piece of work: the database session, the build, the business date and the person it is done for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from gonogo.demo.releases import Build


class MeridianError(Exception):
    """A wish that cannot be met; its text is fit to show to the user."""


class NotFoundError(MeridianError):
    """The record asked for does not exist."""


class RefusedError(MeridianError):
    """The user may not do this, or this release cannot do it."""


class InvalidError(MeridianError):
    """What was entered cannot be accepted. `field` names the entry at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def machine_time() -> datetime:
    """The machine's clock as naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every service needs.

    Attributes:
        session: an open SQLAlchemy session; whoever made the Work commits it.
        build: the build that runs.
        today: the business date, not the date of the machine.
        actor: the username on whose behalf it is done, "system" for jobs.
        clock: naive UTC; only its time of day is used.
    """

    session: Session
    build: Build
    today: date
    actor: str
    clock: Callable[[], datetime] = machine_time

    def now(self) -> datetime:
        """The present instant as naive UTC, to the second: the business date with the clock's time of day."""
        return datetime.combine(self.today, self.clock().time().replace(microsecond=0))
