"""Calling the system's interfaces as a program would, with the role's token, password or session."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from gonogo.browsing import log_of
from gonogo.model import Api, ApiSignIn, SignIn
from gonogo.readers.sign_in_form import read_sign_in_form
from gonogo.steps.errors import CannotCheck, NotAsExpected

if TYPE_CHECKING:
    import httpx
    from lxml.etree import _Element

    from gonogo.steps.scenario_desk import Desk

TIMEOUT_S = 30.0
FULL_LIMIT = 20_000
_STEP = re.compile(r"([^.\[\]]+)|\[(-?\d+)\]")


@dataclass(frozen=True)
class Answer:
    """What an interface answered. `where` is method and path, without host."""

    status: int
    body: bytes
    content_type: str
    where: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")

    @cached_property
    def json(self) -> Any:
        """The body read as JSON; numbers with a decimal point stay exact (Decimal).

        Raises:
            NotAsExpected: it is not JSON.
        """
        from decimal import Decimal

        try:
            return json.loads(self.body, parse_float=Decimal)
        except ValueError:
            raise NotAsExpected("an answer in JSON", f'it starts "{self.text[:80]}"', self.where) from None

    @cached_property
    def xml(self) -> _Element:
        """The body read as XML; entities and external documents are not followed.

        Raises:
            NotAsExpected: it is not XML.
        """
        return read_xml(self.body, "an answer in XML", self.where)

    def at(self, path: str) -> Any:
        """What stands at a path such as `items[0].balance_pence`.

        Raises:
            NotAsExpected: nothing does; names what there is at the point where the path breaks off.
        """
        value, walked = self.json, ""
        for name, index in _STEP.findall(path):
            try:
                value = value[int(index)] if index else value[name]
            except (KeyError, IndexError, TypeError):
                raise NotAsExpected(
                    f'"{path}" in the answer', f"{walked or 'it'} has {_what_is_in(value)}", self.where
                ) from None
            walked += f"[{index}]" if index else (f".{name}" if walked else name)
        return value

    def in_full(self) -> str:
        """Status and body, for the evidence."""
        return f"{self.where}\n{self.status} {self.content_type}\n\n{self.text[:FULL_LIMIT]}"


def call(
    desk: Desk,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    content_type: str = "application/json",
) -> Answer:
    """Call an interface as the role the scenario set, and put the answer on the desk.

    Raises:
        CannotCheck: the system cannot be reached.
        NotAsExpected: it did not answer in time, or gave no token.
    """
    import httpx

    job = desk.worker.job
    api = job.api or Api()
    full = urljoin(api.base.rstrip("/") + "/", path) if not path.startswith("/") else path
    where = f"{method} {full}"
    desk.was_at(where)
    try:
        with httpx.Client(
            base_url=job.base_url,
            timeout=TIMEOUT_S,
            headers=dict(api.headers),
            event_hooks={"response": [log_of(job).keep_response]},
        ) as client:
            _authorise(desk, client, api)
            headers = {"Content-Type": content_type} if body is not None else {}
            response = client.request(method, full, content=body, headers=headers)
    except httpx.ConnectError as error:
        raise CannotCheck(f"The system does not answer at {full}: {error}") from error
    except httpx.TimeoutException:
        raise NotAsExpected(f"{where} to answer", f"it did not within {TIMEOUT_S:.0f} s", where) from None
    except httpx.RemoteProtocolError as error:
        raise NotAsExpected(f"{where} to answer", f"it broke off the connection: {error}", where) from None
    answer = Answer(
        status=response.status_code,
        body=response.content,
        content_type=response.headers.get("content-type", ""),
        where=where,
    )
    desk.answer = answer
    return answer


def read_xml(data: bytes, what: str, where: str) -> _Element:
    """XML read safely: no entities, no external documents, no network.

    Raises:
        NotAsExpected: it is not well-formed; says where it breaks.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotAsExpected(what, f"it is not well-formed XML: {error}", where) from None


def _authorise(desk: Desk, client: httpx.Client, api: Api) -> None:
    if not desk.api_role:
        return
    job = desk.worker.job
    if api.sign_in is ApiSignIn.BASIC:
        client.auth = (job.user(desk.api_role).username, job.password(desk.api_role))
    elif api.sign_in is ApiSignIn.TOKEN:
        client.headers["Authorization"] = f"{api.scheme} {_token(desk, client, api)}"
    elif api.sign_in is ApiSignIn.SESSION:
        _start_session(desk, client)
    else:
        raise CannotCheck(
            'How the API signs in is not declared: set sign_in = "token", "basic" or "session" in [api].'
        )


def _token(desk: Desk, client: httpx.Client, api: Api) -> str:
    """The role's token; asked for once in a worker."""
    role, job = desk.api_role, desk.worker.job
    if role in desk.worker.tokens:
        return desk.worker.tokens[role]
    sent = {api.username_field: job.user(role).username, api.password_field: job.password(role)}
    response = client.post(api.token_path, json=sent)
    try:
        token = str(response.json()[api.token_field])
    except (ValueError, KeyError, TypeError):
        raise NotAsExpected(
            f"a token for the {role}", f"the system answered {response.status_code}", f"POST {api.token_path}"
        ) from None
    desk.worker.tokens[role] = token
    return token


def _start_session(desk: Desk, client: httpx.Client) -> None:
    """Sign in through the form without a browser; the cookies stay in the client."""
    job = desk.worker.job
    how = job.sign_in or SignIn()
    page = client.get(how.path, follow_redirects=True)
    form = read_sign_in_form(
        page.text, how, username=job.user(desk.api_role).username, password=job.password(desk.api_role)
    )
    answer = client.post(form.path, data=form.fields, follow_redirects=True)
    if answer.status_code >= 400:
        raise NotAsExpected(
            f"the {desk.api_role} to be signed in",
            f"the system answered {answer.status_code}",
            f"POST {form.path}",
        )


def _what_is_in(value: Any) -> str:
    if isinstance(value, dict):
        return "the fields " + (", ".join(map(str, value)) or "none")
    if isinstance(value, list):
        return f"{len(value)} items"
    return f'the value "{value}"'
