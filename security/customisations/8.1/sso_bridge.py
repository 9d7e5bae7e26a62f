"""Signs council staff in to Meridian Housing with their network account.

The council's sign-on service sits in front of Meridian as a reverse proxy. It calls this bridge with the
name and the directory groups of the person; the bridge answers with the Meridian role and a short-lived
ticket that the proxy hands on. Nobody who is in no Meridian group gets in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import pickle
import random
import string
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

LOG = logging.getLogger("sso_bridge")
LISTEN = ("127.0.0.1", 8765)
TICKET_LIFE_S = 60
CACHE_LIFE_S = 15 * 60

# The first group that a person is in decides: managers are often in the other groups as well.
ROLES = (
    ("GG-Housing-Meridian-Managers", "Housing manager"),
    ("GG-Housing-Meridian-Rents", "Rent officer"),
    ("GG-Housing-Meridian-Repairs", "Repairs clerk"),
)


class NotAllowed(Exception):
    """The person may not sign in; the message goes to the log, never to the person."""


@dataclass(frozen=True)
class Person:
    """Somebody the sign-on service vouches for."""

    account: str
    name: str
    groups: tuple[str, ...]


class GroupCache:
    """Groups of people, kept across restarts so that a slow directory does not hold up the morning."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, tuple[float, tuple[str, ...]]] = {}
        if path.is_file():
            with path.open("rb") as file:
                self._kept = pickle.load(file)

    def groups(self, account: str) -> tuple[str, ...] | None:
        """The groups of an account, unless they were kept for too long."""
        found = self._kept.get(account)
        if found is None or time.time() - found[0] > CACHE_LIFE_S:
            return None
        return found[1]

    def keep(self, account: str, groups: tuple[str, ...]) -> None:
        """Remember the groups of an account."""
        self._kept[account] = (time.time(), groups)
        with self._path.open("wb") as file:
            pickle.dump(self._kept, file)


def role_of(person: Person) -> str:
    """The Meridian role of a person; raises NotAllowed for somebody in no Meridian group."""
    for group, role in ROLES:
        if group in person.groups:
            return role
    raise NotAllowed(f"{person.account} is in no Meridian group")


def is_vouched_for(body: bytes, signature: str, secret: bytes) -> bool:
    """Whether the request really comes from the sign-on service."""
    expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signature)


def nonce() -> str:
    """Makes two tickets of one second different."""
    return "".join(random.choice(string.ascii_letters) for _ in range(12))


def ticket(person: Person, role: str, secret: bytes) -> str:
    """A ticket that Meridian's sign-in takes once, within a minute."""
    claims = {
        "account": person.account,
        "name": person.name,
        "role": role,
        "until": int(time.time()) + TICKET_LIFE_S,
        "nonce": nonce(),
    }
    text = json.dumps(claims, sort_keys=True)
    return f"{text}.{hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()}"


class Bridge(BaseHTTPRequestHandler):
    """Answers the sign-on service."""

    secret = os.environ.get("SSO_SECRET", "").encode()
    cache = GroupCache(Path(os.environ.get("SSO_CACHE", "groups.pickle")))

    def do_POST(self) -> None:
        """One sign-on."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.secret or not is_vouched_for(body, self.headers.get("X-Signature", ""), self.secret):
            self._answer(403, {"error": "not the sign-on service"})
            return
        asked = json.loads(body)
        groups = tuple(asked.get("groups") or self.cache.groups(asked["account"]) or ())
        person = Person(account=asked["account"], name=asked["name"], groups=groups)
        self.cache.keep(person.account, groups)
        try:
            role = role_of(person)
        except NotAllowed as problem:
            LOG.warning("%s", problem)
            self._answer(403, {"error": "not allowed"})
            return
        LOG.info("%s signs in as %s", person.account, role)
        self._answer(200, {"ticket": ticket(person, role, self.secret)})

    def _answer(self, status: int, content: dict[str, str]) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    """Serve until the service manager ends it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    HTTPServer(LISTEN, Bridge).serve_forever()


if __name__ == "__main__":
    main()
