"""Keeps the browsers of a stage on the system under test: any other address leads to a guard that refuses it.

The browser is told so when it starts. What it asks of the system itself goes there directly, as it does for a
user: encrypted to the end, with its web sockets, and no slower. Everything else, a redirect off the system as
well, goes to a guard that lets nothing through and writes down what was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import msgspec

from gonogo.events import Event
from gonogo.guard import Guard, Origin, Passage, Policy
from gonogo.job import BrowserToUse
from gonogo.model import to_json
from gonogo.model.errors import ConfigError, StorageError
from gonogo.readers.fingerprints import route_of
from gonogo.stages.base import Project, Services, SideContext

FILE = "guard.json"
MOST_NAMED = 5
_SOCKETS = {"http": "ws", "https": "wss"}


@dataclass(slots=True)
class GuardedBrowsers:
    """A stage's services with browsers that are kept where they belong. `notes` are there when it is over."""

    services: Services
    notes: tuple[str, ...] = ()


@contextmanager
def guarded_browsers(context: SideContext, project: Project, services: Services) -> Iterator[GuardedBrowsers]:
    """Guard the browsers of one side while this lasts; what was refused is then in `raw/guard.json`, and told.

    Raises:
        ConfigError: the side's address, or one that is allowed besides, is no plain origin.
        ToolError: the guard could not start.
        StorageError: what was refused cannot be written.
    """
    allowed = _origins((context.url, *project.upgrade.allowed_origins))
    # Nothing passes: what is allowed does not come here at all.
    guard = Guard(Policy(origins=(), refused_paths=()), asks_password=False)
    with guard:
        browser = services.browser or BrowserToUse()
        arguments = (*browser.arguments, *confining_arguments(allowed, guard.port))
        guarded = GuardedBrowsers(
            services=replace(services, browser=msgspec.structs.replace(browser, arguments=arguments))
        )
        try:
            yield guarded
        finally:
            passage = _without_data(guard.passage())
            _write(context, passage)
            guarded.notes = refusal_notes(passage)
            if not context.repeat:  # a repeat would only say it again
                for note in guarded.notes:
                    services.events.emit(Event(kind="warning", text=note, side=context.side))


def confining_arguments(allowed: Iterable[Origin], port: int) -> tuple[str, ...]:
    """What a Chromium is started with so that these origins are reached directly and all others by the guard.

    Names of other hosts are not even looked up, and calls without a proxy (WebRTC) are not made.
    """
    origins = tuple(allowed)
    ways = [
        f"{scheme}://{_with_port(origin)}"
        for origin in origins
        for scheme in (origin.scheme, _SOCKETS[origin.scheme])
    ]
    hosts = dict.fromkeys(("127.0.0.1", *(origin.host for origin in origins)))
    return (
        f"--proxy-server=http://127.0.0.1:{port}",
        # Without <-loopback> the browser would reach everything on this machine directly.
        f"--proxy-bypass-list=<-loopback>;{';'.join(ways)}",
        f"--host-resolver-rules=MAP * ~NOTFOUND,{','.join(f'EXCLUDE {host}' for host in hosts)}",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    )


def refusal_notes(passage: Passage) -> tuple[str, ...]:
    """What the report says of refused requests; nothing when there were none."""
    if not passage.refused:
        return ()
    hosts = list(dict.fromkeys(_origin_of(refusal.where) for refusal in passage.refusals))
    more = f" and {len(hosts) - MOST_NAMED} more" if len(hosts) > MOST_NAMED else ""
    named = ", ".join(hosts[:MOST_NAMED]) + more
    said = f"The browsers asked for other addresses {passage.refused} times and were refused: {named}."
    return (f"{said} What the system needs is allowed by [browsers] allowed_origins.",)


def _origins(urls: Iterable[str]) -> tuple[Origin, ...]:
    found: dict[Origin, None] = {}
    for url in urls:
        try:
            found[Origin.of(url)] = None
        except ValueError as error:
            raise ConfigError(
                f"Browsers cannot be kept to {url}: {error}.",
                remedy="Write it as https://host or https://host:port.",
            ) from error
    return tuple(found)


def _with_port(origin: Origin) -> str:
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    return f"{host}:{origin.port}"


def _without_data(passage: Passage) -> Passage:
    refusals = tuple(
        msgspec.structs.replace(refusal, where=_place(refusal.where)) for refusal in passage.refusals
    )
    return msgspec.structs.replace(passage, refusals=refusals)


def _place(where: str) -> str:
    """An address without data in its path; `host:port` of an encrypted one is all that is known."""
    parts = urlsplit(where)
    return (
        f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{route_of(parts.path)}" if parts.netloc else where
    )


def _origin_of(where: str) -> str:
    parts = urlsplit(where)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else where


def _write(context: SideContext, passage: Passage) -> None:
    try:
        context.raw.mkdir(parents=True, exist_ok=True)
        (context.raw / FILE).write_bytes(to_json(passage))
    except OSError as error:
        raise StorageError(f"{FILE} could not be written: {error.strerror}.") from error
