"""Nothing leaves for anywhere but the target: permission to load one system is not permission to load others.

Two locks. The first looks at every address a Locust client is about to request, redirects included, and
says in the failure where the request wanted to go. The second refuses any connection of this process, by
whatever library, to anything but the target's own addresses and port.
"""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

# Locust first: it makes sockets cooperative, which must happen before anything opens or subclasses one.
from locust.contrib.fasthttp import LocustUserAgent

# isort: split
import gevent.socket
import requests.adapters
from geventhttpclient.useragent import ConnectionError as FastConnectionError
from requests.exceptions import ConnectionError as SlowConnectionError

_PORTS = {"http": 80, "https": 443}


class OffTargetError(PermissionError):
    """A connection to somewhere else than the target was refused."""


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address, lower case, the port filled in."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme, 0)


def install(base_url: str) -> None:
    """Lock this process to the target. Cannot be undone.

    Raises:
        OSError: the target's host name is not known.
    """
    allowed = origin(base_url)
    _lock_connections(allowed[1], allowed[2])
    _lock_requests(allowed)
    _lock_fast_client(allowed)


def _lock_connections(host: str, port: int) -> None:
    """Every socket of this process is gevent's, whichever library made it; so every connection comes here."""
    hosts = _addresses(host, port) | {host}
    connect, connect_ex = gevent.socket.socket.connect, gevent.socket.socket.connect_ex

    def check(where: Any) -> None:
        if isinstance(where, tuple) and where[1] == port and str(where[0]).lower() in hosts:
            return
        raise OffTargetError(f"refused: a connection to {where!r} does not go to the target")

    def guarded_connect(self: Any, address: Any) -> Any:
        check(address)
        return connect(self, address)

    def guarded_connect_ex(self: Any, address: Any) -> Any:
        check(address)
        return connect_ex(self, address)

    gevent.socket.socket.connect = guarded_connect
    gevent.socket.socket.connect_ex = guarded_connect_ex


def _addresses(host: str, port: int) -> frozenset[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return frozenset(str(info[4][0]).lower() for info in found)


def _refusal(url: str, allowed: tuple[str, str, int]) -> str:
    scheme, host, port = origin(url)
    return f"refused: {scheme}://{host}:{port} is not the target {allowed[0]}://{allowed[1]}:{allowed[2]}"


def _lock_requests(allowed: tuple[str, str, int]) -> None:
    send = requests.adapters.HTTPAdapter.send
    usual = (f"{allowed[0]}://{allowed[1]}:{allowed[2]}/", f"{allowed[0]}://{allowed[1]}/")
    # Taking an address apart costs as much as recording a request; the usual ones are known by their start.
    prefixes = usual if _PORTS.get(allowed[0]) == allowed[2] else usual[:1]

    def guarded(self: Any, request: Any, *rest: Any, **options: Any) -> Any:
        url = request.url or ""
        if not url.startswith(prefixes) and origin(url) != allowed:
            raise SlowConnectionError(_refusal(url, allowed), request=request)
        return send(self, request, *rest, **options)

    requests.adapters.HTTPAdapter.send = guarded  # type: ignore[method-assign]


def _lock_fast_client(allowed: tuple[str, str, int]) -> None:
    send = LocustUserAgent._urlopen  # noqa: SLF001 - the one place that every hop of a redirect passes
    scheme, host, port = allowed
    usual = {f"{host}:{port}", host} if _PORTS.get(scheme) == port else {f"{host}:{port}"}

    def is_allowed(where: Any) -> bool:
        # Host and port are taken out of the text each time they are asked for, at the cost of recording a request.
        if where.scheme == scheme and where.netloc in usual:
            return True
        return bool((where.scheme, where.host.lower(), where.port) == allowed)

    def guarded(self: Any, request: Any) -> Any:
        if not is_allowed(request.url_split):
            raise FastConnectionError(None, _refusal(request.url, allowed))
        return send(self, request)  # type: ignore[no-untyped-call]

    LocustUserAgent._urlopen = guarded  # type: ignore[method-assign]  # noqa: SLF001
