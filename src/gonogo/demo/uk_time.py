"""Clock time in the United Kingdom, and dates as people there write them.

British Summer Time runs from the last Sunday of March to the last Sunday of October, changing at 01:00 UTC
(The Summer Time Order 2002, SI 2002/262). Worked out here because not every system ships a time-zone
database.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta


def _last_sunday(year: int, month: int) -> datetime:
    """01:00 UTC on the last Sunday of a month of 31 days."""
    last = datetime(year, month, 31, 1)  # noqa: DTZ001 (naive UTC, as everywhere in the database)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def is_summer_time(utc: datetime) -> bool:
    """Whether clocks in the United Kingdom are an hour ahead at this naive UTC instant."""
    return _last_sunday(utc.year, 3) <= utc < _last_sunday(utc.year, 10)


def to_uk(utc: datetime) -> datetime:
    """What a UK clock shows at a naive UTC instant."""
    return utc + timedelta(hours=1) if is_summer_time(utc) else utc


def uk_date(day: date) -> str:
    """20/11/2026."""
    return f"{day:%d/%m/%Y}"


def us_date(day: date) -> str:
    """11/20/2026, which nobody in the United Kingdom wants to read."""
    return f"{day:%m/%d/%Y}"


def uk_long_date(day: date) -> str:
    """20 November 2026."""
    return f"{day.day} {day:%B %Y}"
