"""What a master and its workers say to each other, over Locust's own connection between them.

Locust's protocol knows no passwords. So every message of ours carries a seal made with a secret that both
sides were given: a worker takes no orders, and a master takes no samples, from anybody else.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import msgspec

from gonogo.readers.load_messages import RunRound, StartUsers

SECRET_VARIABLE = "GONOGO_WORKER_SECRET"  # noqa: S105 - the name of a variable

BEGIN, READY, USERS, ROUND, DONE, TROUBLE = (
    f"gonogo-{name}" for name in ("begin", "ready", "users", "round", "done", "trouble")
)
"""Kinds of message. Master: begin, round. Worker: ready, users, done, trouble."""


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker needs before it is given users.

    Attributes:
        session: a random name of this run; seals of another run are worth nothing.
        share, shares: every arrival whose number leaves `share` when divided by `shares` is this worker's.
        job: the job file's content, for workers on other machines.
    """

    session: str
    base_url: str
    share: int
    shares: int
    request: StartUsers
    job: bytes = b""


class OneRound(msgspec.Struct, frozen=True, kw_only=True):
    """A round to run; it opens so many seconds after the message came, for clocks of machines differ."""

    request: RunRound
    opens_in_s: float


class SealError(Exception):
    """A message that does not come from whom it should."""


def seal(secret: str, session: str, kind: str, body: bytes, samples: bytes = b"") -> dict[str, bytes]:
    """A message for Locust to carry."""
    return {"body": body, "samples": samples, "seal": _seal(secret, session, kind, body, samples)}


def opened(secret: str, session: str, kind: str, data: Any) -> tuple[bytes, bytes]:
    """Body and samples of a message. Raises SealError when its seal is not right."""
    if not isinstance(data, dict):
        raise SealError(f"a {kind} message without content")
    body, samples, found = data.get("body"), data.get("samples"), data.get("seal")
    if not (isinstance(body, bytes) and isinstance(samples, bytes) and isinstance(found, bytes)):
        raise SealError(f"a {kind} message that is not whole")
    if not hmac.compare_digest(found, _seal(secret, session, kind, body, samples)):
        raise SealError(f"a {kind} message from somebody who does not know the secret")
    return body, samples


def _seal(secret: str, session: str, kind: str, body: bytes, samples: bytes) -> bytes:
    parts = (session.encode(), kind.encode(), body, samples)
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.new(secret.encode(), framed, hashlib.sha256).digest()
