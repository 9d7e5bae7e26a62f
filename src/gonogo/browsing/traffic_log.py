"""Writes down what the system under test answered, one line for each kind of answer, without anybody's data.

The security stage judges it: it sees pages and forms there that it could not reach by itself.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from gonogo.browsing.masking import recogniser_of
from gonogo.model import to_line
from gonogo.readers.answers import Answer, Seen
from gonogo.readers.fingerprints import query_names, route_of
from gonogo.readers.passive_checks import body_faults
from gonogo.readers.traffic import FILE, kept_headers, record_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    import httpx

    from gonogo.job import Job
    from gonogo.privacy.recognising import Recogniser

MOST_LINES = 5_000
"""Kinds of answers written down by one process; a site has a few hundred."""
MOST_BODY_BYTES = 2_000_000
UNTOLD = 40
"""Bodies read of one kind of answer that does not state its length."""

_TEXTS = ("text/html", "application/xhtml")
_SCRIPTS = ("text/javascript", "application/javascript", "application/x-javascript")
_ERRORS = (*_TEXTS, "text/plain", "application/json", "application/xml", "text/xml", "application/problem")


class TrafficLog:
    """The log of one process. Several may write to one file: each line is written whole.

    Nothing here ever fails a test: what cannot be written is not recorded.
    """

    def __init__(self, folder: Path, base_url: str, recogniser: Recogniser | None) -> None:
        """`folder` is where the stage's raw output goes, `base_url` the system's address."""
        parts = urlsplit(base_url)
        self._path = folder / FILE
        self._origin = (parts.scheme, _as_browsers_write(parts))
        self._recogniser = recogniser
        self._known: set[Hashable] = set()
        self._bodies: Counter[Hashable] = Counter()
        self._lines = 0
        self._is_full = folder == Path()  # a job without a folder for evidence: nothing is to be kept

    def place_of(self, url: str) -> SplitResult | None:
        """The parts of an address of the system's own; None for any other and when nothing more is written."""
        if self._is_full:
            return None
        parts = urlsplit(url)
        return parts if (parts.scheme, parts.netloc) == self._origin else None

    def is_new(self, kind: Hashable) -> bool:
        """Whether something of this kind is met for the first time."""
        is_new = kind not in self._known
        self._known.add(kind)
        return is_new

    def wants_body(
        self, method: str, place: SplitResult, status: int, headers: Iterable[tuple[str, str]]
    ) -> bool:
        """Whether the rules on bodies have something to look at that they have not seen: by kind and length."""
        given = dict(headers)
        length = given.get("content-length", "")
        wanted = _ERRORS if status >= 400 else (*_TEXTS, *_SCRIPTS)
        if not given.get("content-type", "").startswith(wanted) or 300 <= status < 400 or status == 204:
            return False
        if length.isdigit() and int(length) > MOST_BODY_BYTES:
            return False
        most = 1 if length else UNTOLD
        return self._bodies[_body_kind(method, place, status, length)] < most

    def keep(
        self,
        method: str,
        place: SplitResult,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: str | None = None,
    ) -> None:
        """Write an answer down unless one of its kind was.

        Args:
            method: of the request.
            place: its address, as `place_of` gave it.
            status: of the answer.
            headers: all of them, names in lower case; none of the values of cookies is kept.
            body: its text, which is looked at and not kept; None when it is not at hand.
        """
        headers = tuple(headers)
        is_met = not self.is_new((method, place.path, place.query, status, kept_headers(headers)))
        if is_met and body is None:
            return
        answer = Answer(
            method=method,
            path=place.path or "/",
            status=status,
            headers=headers,
            is_secure=place.scheme == "https",
            netloc=place.netloc,
            body=body or "",
        )
        faults: tuple[Seen, ...] = ()
        if body is not None:
            faults = body_faults(answer)
            length = answer.header("content-length") or ""
            self._bodies[_body_kind(method, place, status, length)] += 1
        record = record_of(answer, place.query, faults, self._is_personal)
        kind = (method, route_of(record.path), record.names, status)
        news = [self.is_new((kind, record.headers)), bool(faults) and self.is_new((kind, faults))]
        if any(news):
            self._write(to_line(record))

    def keep_response(self, response: httpx.Response) -> None:
        """Write down what a client without a browser was answered (a hook of httpx)."""
        place = self.place_of(str(response.url))
        if place is None:
            return
        headers = [(name.lower(), value) for name, value in response.headers.multi_items()]
        method, status = response.request.method, response.status_code
        is_read = self.wants_body(method, place, status, headers)
        self.keep(
            method, place, status, headers, response.read().decode(errors="replace") if is_read else None
        )

    def _is_personal(self, text: str) -> bool:
        return self._recogniser is not None and bool(self._recogniser.find(text))

    def _write(self, line: bytes) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                file.write(line)
        except OSError:
            self._is_full = True
        self._lines += 1
        self._is_full = self._is_full or self._lines >= MOST_LINES


def _body_kind(method: str, place: SplitResult, status: int, length: str) -> Hashable:
    """What bodies of one kind have in common: two of one length are taken for the same."""
    return method, route_of(place.path), query_names(place.query), status, length


def _as_browsers_write(parts: SplitResult) -> str:
    """Host and port in small letters, without the port that goes without saying."""
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    netloc = parts.netloc.lower()
    return netloc.removesuffix(usual) if usual else netloc


def log_of(job: Job) -> TrafficLog:
    """The log of a job in this process. Raises ConfigError when the project's file of names cannot be read."""
    return _log(job.evidence, job.base_url, recogniser_of(job))


@cache
def _log(folder: str, base_url: str, recogniser: Recogniser | None) -> TrafficLog:
    return TrafficLog(Path(folder), base_url, recogniser)
