"""Nothing leaves for anywhere but the target: permission to load one system is not permission to load others.

Two locks. The first looks at every address a Locust client is about to request, redirects included, and
says in the failure where the request wanted to go. The second refuses any connection of this process, by
whatever library, to anything but the target's own addresses and port.
"""

from __future__ import annotations

import socket
import sys
from typing import Any
from urllib.parse import urlsplit

import requests.adapters
from geventhttpclient.useragent import ConnectionError as FastConnectionError
from locust.contrib.fasthttp import LocustUserAgent
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
    addresses = _addresses(allowed[1], allowed[2])
    _lock_requests(allowed)
    _lock_fast_client(allowed)
    sys.addaudithook(_ConnectionLock(allowed[1], allowed[2], addresses))


class _ConnectionLock:
    """An audit hook: sees every connect of the interpreter, from whatever library."""

    def __init__(self, host: str, port: int, addresses: frozenset[str]) -> None:
        self._port = port
        self._hosts = addresses | {host}

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "socket.connect":
            return
        where = arguments[1]
        if isinstance(where, tuple) and where[1] == self._port and str(where[0]).lower() in self._hosts:
            return
        raise OffTargetError(f"refused: a connection to {where!r} does not go to the target")


def _addresses(host: str, port: int) -> frozenset[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return frozenset(str(info[4][0]).lower() for info in found)


def _refusal(url: str, allowed: tuple[str, str, int]) -> str:
    scheme, host, port = origin(url)
    return f"refused: {scheme}://{host}:{port} is not the target {allowed[0]}://{allowed[1]}:{allowed[2]}"


def _lock_requests(allowed: tuple[str, str, int]) -> None:
    send = requests.adapters.HTTPAdapter.send

    def guarded(self: Any, request: Any, *rest: Any, **options: Any) -> Any:
        if origin(request.url or "") != allowed:
            raise SlowConnectionError(_refusal(request.url or "", allowed), request=request)
        return send(self, request, *rest, **options)

    requests.adapters.HTTPAdapter.send = guarded  # type: ignore[method-assign]


def _lock_fast_client(allowed: tuple[str, str, int]) -> None:
    send = LocustUserAgent._urlopen  # noqa: SLF001 - the one place that every hop of a redirect passes

    def guarded(self: Any, request: Any) -> Any:
        if origin(request.url) != allowed:
            raise FastConnectionError(None, _refusal(request.url, allowed))
        return send(self, request)  # type: ignore[no-untyped-call]

    LocustUserAgent._urlopen = guarded  # type: ignore[method-assign]  # noqa: SLF001
