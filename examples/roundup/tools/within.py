"""The part that runs inside one version's own environment, with its Roundup: seed the data, serve the pages.

Usage: `within.py seed HOME` or `within.py serve HOME PORT`. The first password of everybody is taken from
the environment variable ROUNDUP_PASSWORD.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import roundup.date
import roundup.instance
import sample
from roundup.password import Password

FIRST_DAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class Calendar:
    """Stands in for the clock while seeding, so that two trackers hold the same dates."""

    def __init__(self) -> None:
        self.now = FIRST_DAY

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def at(self, now: datetime) -> None:
        self.now = now


def seed(home: str) -> None:
    """Fill an initialised tracker with the sample data."""
    calendar = Calendar()
    roundup.date.utcnow = calendar
    db = roundup.instance.open(home).open("admin")
    try:
        _people(db)
        _issues(db, calendar)
        db.commit()
    finally:
        db.close()


def _people(db) -> None:
    for name in sample.KEYWORDS:
        db.keyword.create(name=name)
    # One hash for all: what a password costs is measured when somebody signs in, not here.
    password = Password(os.environ["ROUNDUP_PASSWORD"], config=db.config)
    for username, realname, roles, organisation in sample.PEOPLE:
        db.user.create(
            username=username, realname=realname, roles=roles, organisation=organisation,
            password=password, address=f"{username}@example.org", phone="01632 960000",
        )  # fmt: skip
    db.commit()


def _issues(db, calendar: Calendar) -> None:
    agents = [person[0] for person in sample.PEOPLE if person[2] == "User"]
    requesters = [person[0] for person in sample.PEOPLE if person[2] == "Requester"]
    for n in range(1, sample.ISSUES + 1):
        calendar.at(FIRST_DAY + timedelta(hours=7 * n))
        keyword, title = sample.SUBJECTS[n % len(sample.SUBJECTS)]
        raised_by = requesters[n % len(requesters)]
        status = sample.STATUSES[(n + n // 10) % len(sample.STATUSES)]
        agent = None if status == "unread" else agents[n % len(agents)]
        db.setCurrentUser(raised_by)
        files = [_file(db, n)] if n % 10 == 1 else []
        messages = [_message(db, raised_by, n, sample.QUESTIONS)]
        if agent:
            db.setCurrentUser(agent)
            messages.append(_message(db, agent, n, sample.ANSWERS))
        db.setCurrentUser(raised_by)
        db.issue.create(
            title=title.format(n=n),
            priority=db.priority.lookup(sample.PRIORITIES[n % len(sample.PRIORITIES)]),
            status=db.status.lookup(status),
            keyword=[db.keyword.lookup(keyword)],
            assignedto=db.user.lookup(agent) if agent else None,
            messages=messages, files=files, nosy=[],
        )  # fmt: skip


def _message(db, author: str, n: int, texts: tuple[str, ...]) -> str:
    text = texts[n % len(texts)]
    return db.msg.create(
        author=db.user.lookup(author), content=text, summary=text.splitlines()[0],
        date=roundup.date.Date("."), messageid=f"<{author}.{n}@example.org>", recipients=[],
        type="text/plain",
    )  # fmt: skip


def _file(db, n: int) -> str:
    return db.file.create(name=f"label-{n}.txt", type="text/plain", content=f"Asset label {n:05d}\n")


def serve(home: str, port: int) -> None:
    """Serve the tracker on the loopback address until the process is ended."""
    import waitress
    from roundup.cgi.wsgi_handler import RequestDispatcher

    # Links, redirects and the check of where a form came from are made of this address.
    config = Path(home, "config.ini")
    text = config.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^web = .*$", f"web = http://127.0.0.1:{port}/", text, count=1)
    config.write_text(text, encoding="utf-8")
    waitress.serve(RequestDispatcher(home), host="127.0.0.1", port=port, threads=8, ident=None)


def main() -> None:
    """Run the command."""
    match sys.argv[1:]:
        case ["seed", home]:
            seed(home)
        case ["serve", home, port]:
            serve(home, int(port))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
