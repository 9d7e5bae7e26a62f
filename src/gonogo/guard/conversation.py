"""One client's connection to the guard: request by request, each looked at before it goes anywhere."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from urllib.parse import urlsplit

import h11

from gonogo.guard.ledger import Ledger
from gonogo.guard.policy import Origin, Policy, Watch
from gonogo.guard.tls import ThrowawayAuthority
from gonogo.guard.upstream import READ_BYTES, Heard, Upstream

MOST_WATCHED_BYTES = 1_000_000

_HOP_BY_HOP = frozenset(
    {
        b"connection", b"proxy-connection", b"proxy-authorization", b"keep-alive", b"te", b"trailer",
        b"upgrade", b"expect", b"accept-encoding",
    }
)  # fmt: skip


class Conversation:
    """Everything one client sends over one connection."""

    def __init__(
        self,
        *,
        policy: Policy,
        ledger: Ledger,
        upstream: Upstream,
        authority: ThrowawayAuthority | None,
        authorisation: str,
        is_stopped: Callable[[], bool],
    ) -> None:
        self._policy = policy
        self._ledger = ledger
        self._upstream = upstream
        self._authority = authority
        self._authorisation = authorisation.encode()
        self._is_stopped = is_stopped
        self._watches = {watch.path: watch for watch in policy.watched}
        self._client = h11.Connection(h11.SERVER)
        self._tunnel: Origin | None = None

    async def hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests until the client leaves. Raises ConnectionError when it leaves in mid-sentence."""
        self._reader, self._writer = reader, writer
        try:
            while (request := await self._next_request()) is not None:
                if not await self._is_answered(request):
                    break
                if self._client.our_state is h11.MUST_CLOSE or self._client.our_state is h11.ERROR:
                    break
                if self._client.our_state is h11.DONE:
                    self._client.start_next_cycle()
        finally:
            await self._upstream.close()

    async def _is_answered(self, request: h11.Request) -> bool:
        """Answer a request. False when its body is no HTTP: what follows it cannot be told from it."""
        try:
            await self._answer(request)
        except h11.RemoteProtocolError as error:
            self._ledger.refused(request.method.decode("latin-1"), "", "not HTTP")
            await self._say(error.error_status_hint or 400, "not HTTP")
            return False
        return True

    async def _next_request(self) -> h11.Request | None:
        try:
            event = await self._from_client()
        except h11.RemoteProtocolError as error:
            self._ledger.refused("?", "", "not HTTP")
            await self._say(error.error_status_hint or 400, "not HTTP")
            return None
        return event if isinstance(event, h11.Request) else None

    async def _from_client(self) -> Heard:
        while True:
            event = self._client.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._client.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
                self._writer.write(self._client.send(go_on) or b"")
            self._client.receive_data(await self._reader.read(READ_BYTES))

    async def _answer(self, request: h11.Request) -> None:
        method = request.method.decode("latin-1")
        target = request.target.decode("latin-1")
        body = await self._body()
        if self._tunnel is None and not self._is_authorised(request):
            # Not a refusal of the scan's: some other program found the port.
            await self._say(407, "this proxy is private", [(b"Proxy-Authenticate", b'Basic realm="guard"')])
            return
        if method == "CONNECT":
            await self._open_tunnel(target)
            return
        url = f"{self._tunnel}{target}" if self._tunnel else target
        page = self._own_page(method, url)
        if page is not None:
            await self._send_own_page(page)
            return
        reason = self._reason_to_refuse(request, method, url)
        if reason:
            self._ledger.refused(method, _where(url), reason)
            await self._say(503 if reason == "stopped" else 403, f"refused by the guard: {reason}")
            return
        await self._pass_on(request, method, url, body)

    async def _body(self) -> bytes:
        parts = []
        while isinstance(event := await self._from_client(), h11.Data):
            parts.append(bytes(event.data))
        return b"".join(parts)

    def _is_authorised(self, request: h11.Request) -> bool:
        if not self._authorisation:
            return True
        sent = dict(request.headers).get(b"proxy-authorization", b"")
        return hmac.compare_digest(sent, self._authorisation)

    def _reason_to_refuse(self, request: h11.Request, method: str, url: str) -> str:
        if self._is_stopped():
            return "stopped"
        reason = self._policy.refusal(method, url)
        if reason:
            return reason
        if any(name == b"upgrade" for name, _ in request.headers):
            return "upgrade to another protocol"
        return "budget spent" if self._ledger.requests >= self._policy.max_requests else ""

    def _own_page(self, method: str, url: str) -> bytes | None:
        if method != "GET" or not self._policy.pages:
            return None
        try:
            is_ours = Origin.of(url) in self._policy.origins
        except ValueError:
            return None
        return self._policy.pages.get(urlsplit(url).path) if is_ours else None

    async def _open_tunnel(self, target: str) -> None:
        try:
            origin = Origin.of(f"https://{target}")
        except ValueError:
            origin = None
        if (
            origin is None
            or self._authority is None
            or origin not in self._policy.origins
            or self._is_stopped()
        ):
            self._ledger.refused("CONNECT", target[:300], "another origin")
            await self._say(403, "refused by the guard: another origin")
            return
        self._writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._writer.drain()
        await self._writer.start_tls(self._authority.context(origin.host))
        self._client, self._tunnel = h11.Connection(h11.SERVER), origin

    async def _pass_on(self, request: h11.Request, method: str, url: str, body: bytes) -> None:
        origin = Origin.of(url)
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        onward = h11.Request(
            method=request.method,
            target=target.encode("latin-1"),
            headers=self._headers(request, origin, body),
        )
        self._ledger.sent()
        try:
            answer = await self._ask(origin, onward, body)
            # A page asked for with a query is an attack on it, whose answer says nothing of the session.
            watch = None if parts.query or method != "GET" else self._watches.get(parts.path)
            await self._relay(method, parts.path, answer, watch)
        except (OSError, TimeoutError, h11.RemoteProtocolError):
            self._ledger.failed()
            await self._upstream.close()
            await self._say(502, "the target gave no readable answer")

    def _headers(self, request: h11.Request, origin: Origin, body: bytes) -> list[tuple[bytes, bytes]]:
        dropped = _HOP_BY_HOP | {b"host", b"content-length", b"transfer-encoding", b"cookie"}
        added = {name.lower().encode() for name in self._policy.headers}
        kept = [(name, value) for name, value in request.headers if name not in dropped and name not in added]
        headers = [(b"host", origin.netloc.encode()), *kept, (b"accept-encoding", b"identity")]
        headers += [(name.encode(), value.encode()) for name, value in self._policy.headers.items()]
        cookies = self._cookies(request)
        if cookies:
            headers.append((b"cookie", cookies))
        if body or request.method in {b"POST", b"PUT", b"PATCH"}:
            headers.append((b"content-length", str(len(body)).encode()))
        return headers

    def _cookies(self, request: h11.Request) -> bytes:
        sent = [value for name, value in request.headers if name == b"cookie"]
        pairs = [pair.strip() for value in sent for pair in value.split(b";") if pair.strip()]
        ours = self._policy.cookies
        theirs = [pair for pair in pairs if pair.split(b"=", 1)[0].decode("latin-1") not in ours]
        return b"; ".join([*theirs, *(f"{name}={value}".encode() for name, value in ours.items())])

    async def _ask(self, origin: Origin, request: h11.Request, body: bytes) -> h11.Response:
        """Send the request; once more on a fresh connection when a kept one turns out to be closed."""
        for is_fresh in (False, True):
            try:
                await self._upstream.open(origin, is_fresh=is_fresh)
                parts = [h11.Data(data=body)] if body else []
                await self._upstream.send(request, *parts, h11.EndOfMessage())
                event = await self._upstream.receive()
                while isinstance(event, h11.InformationalResponse):
                    event = await self._upstream.receive()
            except (OSError, h11.RemoteProtocolError):
                if is_fresh or not self._upstream.is_reused:
                    raise
                continue
            if isinstance(event, h11.Response):
                return event
            if is_fresh or not self._upstream.is_reused:
                break
        raise ConnectionError("the target closed the connection without an answer")

    async def _relay(self, method: str, path: str, answer: h11.Response, watch: Watch | None) -> None:
        # Counted before the client has it, and a watched page judged before it is whole: whoever saw an
        # answer finds it counted.
        self._ledger.answered(method, path, answer.status_code)
        self._to_client(_plain(answer))
        rest = await self._relay_body() if watch is None else await self._relay_watched(watch, answer)
        if rest:
            self._to_client(h11.Data(data=rest))
        self._to_client(h11.EndOfMessage())
        await self._writer.drain()

    async def _relay_body(self) -> bytes:
        """Pass the body on as it comes; nothing is left."""
        while isinstance(event := await self._upstream.receive(), h11.Data):
            self._to_client(h11.Data(data=bytes(event.data)))
            await self._writer.drain()
        return b""

    async def _relay_watched(self, watch: Watch, answer: h11.Response) -> bytes:
        """Judge a watched page; returns its end, which the client does not have before it is judged."""
        held, beginning = bytearray(), bytearray()
        while isinstance(event := await self._upstream.receive(), h11.Data):
            if len(beginning) <= MOST_WATCHED_BYTES:
                beginning += event.data
            if len(held) > MOST_WATCHED_BYTES:
                self._to_client(h11.Data(data=bytes(held)))
                await self._writer.drain()
                held.clear()
            held += event.data
        self._judge(watch, answer.status_code, bytes(beginning))
        return bytes(held)

    def _judge(self, watch: Watch, status: int, body: bytes) -> None:
        text = body.decode("utf-8", errors="replace")
        self._ledger.watched(watch.path, status, is_good=watch.is_good(status, text))

    def _to_client(self, event: h11.Event) -> None:
        self._writer.write(self._client.send(event) or b"")

    async def _send_own_page(self, page: bytes) -> None:
        headers = [
            (b"Content-Type", b"text/html; charset=utf-8"),
            (b"Content-Length", str(len(page)).encode()),
        ]
        self._to_client(h11.Response(status_code=200, headers=headers))
        self._to_client(h11.Data(data=page))
        self._to_client(h11.EndOfMessage())
        await self._writer.drain()

    async def _say(self, status: int, text: str, extra: list[tuple[bytes, bytes]] | None = None) -> None:
        """A short answer of our own; nothing when an answer has begun already."""
        if self._client.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            raise ConnectionAbortedError("the answer broke off")
        body = text.encode()
        headers = [
            (b"Content-Type", b"text/plain; charset=utf-8"),
            (b"Content-Length", str(len(body)).encode()),
            *(extra or []),
        ]
        self._to_client(h11.Response(status_code=status, headers=headers))
        self._to_client(h11.Data(data=body))
        self._to_client(h11.EndOfMessage())
        await self._writer.drain()


def _plain(answer: h11.Response) -> h11.Response:
    """The answer as it goes to the client: connection handling is between us and each end."""
    headers = [(name, value) for name, value in answer.headers if name not in _HOP_BY_HOP]
    return h11.Response(status_code=answer.status_code, reason=answer.reason, headers=headers)


def _where(url: str) -> str:
    return url.split("?", 1)[0].split("#", 1)[0]
