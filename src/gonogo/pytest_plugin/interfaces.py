"""Fixtures: the target's interfaces without a browser, as nobody or as a role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from lxml import html as lxml_html

from gonogo.browsing import log_of
from gonogo.job import Job
from gonogo.model import Api, ApiSignIn, SignIn
from gonogo.pytest_plugin.errors import CannotCheckError, expect
from gonogo.pytest_plugin.evidence import EVIDENCE
from gonogo.readers.sign_in_form import read_sign_in_form

ANSWER_S = 30.0

_HIDDEN = ".//input[@type='hidden' and @name]"


class Interface(httpx.Client):
    """An httpx client of the side under test.

    An address that starts with `/` is taken as it is; any other one is below `[api] base`. Redirects are not
    followed, because where something leads is often what is tested.
    """

    def __init__(self, job: Job, **options: Any) -> None:
        """Make the client.

        Args:
            job: the side under test.
            **options: as for `httpx.Client`.
        """
        self._base = (job.api.base if job.api else "/").rstrip("/")
        self.last = ""
        headers = {**(job.api.headers if job.api else {}), **options.pop("headers", {})}
        super().__init__(
            base_url=job.base_url,
            headers=headers,
            timeout=ANSWER_S,
            follow_redirects=False,
            trust_env=False,
            event_hooks={"request": [self._note], "response": [log_of(job).keep_response]},
            **options,
        )

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """As in httpx, with `[api] base` before addresses that do not start with `/`."""
        if isinstance(url, str) and not url.startswith("/") and "://" not in url:
            url = f"{self._base}/{url}"
        return super().build_request(method, url, **options)

    def submit(self, path: str, fields: Mapping[str, str], *, to: str = "") -> httpx.Response:
        """Send a form of a page as a browser would: with its hidden fields, to the address it names.

        Args:
            path: the page with the form.
            fields: what is filled in, by the fields' names.
            to: part of the form's address, where the page has several forms with these fields.

        Raises:
            AssertionError: the page has no such form, or lacks one of the fields.
        """
        page = expect_status(self.get(path), 200)
        found = [
            form
            for form in lxml_html.document_fromstring(page.text).forms
            if set(fields) <= set(form.fields) and to in (form.action or path)
        ]
        expect(found, f"{path} has no form with the fields {', '.join(fields)}.")
        form = found[0]
        hidden = {str(one.get("name")): str(one.get("value") or "") for one in form.xpath(_HIDDEN)}
        address = urljoin(path, form.action or path)
        return self.request(form.method or "POST", address, data={**hidden, **fields})

    def _note(self, request: httpx.Request) -> None:
        self.last = f"{request.method} {request.url.raw_path.decode('ascii', 'replace')}"


class Access:
    """How roles prove who they are without a browser; each does so once in a run."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tokens: dict[str, str] = {}
        self._cookies: dict[str, dict[str, str]] = {}

    def api_options(self, role: str) -> dict[str, Any]:
        """Options that make a client act as the role in the way `[api]` says.

        Raises:
            ConfigError: the role has no test user.
            AssertionError: the application does not let it in.
        """
        how = self._job.api or Api()
        match how.sign_in:
            case ApiSignIn.BASIC:
                return {"auth": (self._job.user(role).username, self._job.password(role))}
            case ApiSignIn.TOKEN:
                return {"headers": {"Authorization": f"{how.scheme} {self.token(role)}"}}
            case ApiSignIn.SESSION | ApiSignIn.NONE:
                return {"cookies": self.cookies(role)} if self._job.sign_in else {}

    def token(self, role: str) -> str:
        """An API token of the role.

        Raises:
            AssertionError: the application gives none.
        """
        if role not in self._tokens:
            how = self._job.api or Api()
            asked = {
                how.username_field: self._job.user(role).username,
                how.password_field: self._job.password(role),
            }
            with Interface(self._job) as client:
                answer = client.post(how.token_path, json=asked)
            token = answer.json().get(how.token_field) if answer.status_code < 300 else None
            expect(token, f"No token for the {role}: {how.token_path} answered {answer.status_code}.")
            self._tokens[role] = str(token)
        return self._tokens[role]

    def cookies(self, role: str) -> dict[str, str]:
        """Cookies of a session in which the role signed in through the form, as a browser would.

        Raises:
            AssertionError: the application does not let the role in.
        """
        if role not in self._cookies:
            self._cookies[role] = self._sign_in(role)
        return self._cookies[role]

    def _sign_in(self, role: str) -> dict[str, str]:
        how = self._job.sign_in or SignIn()
        with Interface(self._job) as client:
            page = expect_status(client.get(how.path), 200)
            form = read_sign_in_form(
                page.text, how, username=self._job.user(role).username, password=self._job.password(role)
            )
            answer = client.post(form.path, data=form.fields, follow_redirects=True)
            is_in = (
                how.success_text in answer.text if how.success_text else 'type="password"' not in answer.text
            )
            expect(
                answer.status_code < 400 and is_in,
                f"The {role} test user could not sign in: {how.path} answered {answer.status_code}.",
            )
            return dict(client.cookies)


@pytest.fixture(scope="session")
def access(job: Job) -> Access:
    """Tokens and session cookies by role."""
    return Access(job)


@pytest.fixture
def clients(request: pytest.FixtureRequest) -> Iterator[ExitStack]:
    """Closes the test's clients, and remembers the request that was sent last."""
    opened: list[Interface] = []
    request.node.stash[_OPENED] = opened
    with ExitStack() as stack:
        yield stack
    asked = [client.last for client in opened if client.last]
    evidence = request.node.stash.get(EVIDENCE, None)
    if asked and evidence is not None:
        evidence.where = asked[-1]


_OPENED = pytest.StashKey[list[Interface]]()


@pytest.fixture
def api(request: pytest.FixtureRequest, clients: ExitStack, job: Job) -> Interface:
    """An httpx client of the side under test that is nobody in particular."""
    return _open(request, clients, Interface(job))


@pytest.fixture
def api_as(
    request: pytest.FixtureRequest, clients: ExitStack, job: Job, access: Access
) -> Callable[[str], Interface]:
    """`api_as("rent officer")`: a client of the JSON and XML interfaces, authorised as `[api]` says."""

    def client(role: str) -> Interface:
        return _open(request, clients, Interface(job, **access.api_options(role)))

    return client


@pytest.fixture
def http_as(
    request: pytest.FixtureRequest, clients: ExitStack, job: Job, access: Access
) -> Callable[[str], Interface]:
    """`http_as("rent officer")`: a client of the pages and downloads, signed in through the form.

    An empty role is nobody: a client that has not signed in.
    """

    def client(role: str) -> Interface:
        options = {"cookies": access.cookies(role)} if role else {}
        return _open(request, clients, Interface(job, **options))

    return client


def _open(request: pytest.FixtureRequest, clients: ExitStack, client: Interface) -> Interface:
    request.node.stash[_OPENED].append(client)
    return clients.enter_context(client)


def expect_status(answer: httpx.Response, status: int) -> httpx.Response:
    """Assert the status of an answer and return the answer.

    Raises:
        CannotCheckError: `status` is no HTTP status.
        AssertionError: it is another one; quotes what the answer said.
    """
    if not 100 <= status <= 599:
        raise CannotCheckError(f"{status} is no HTTP status.")
    where = f"{answer.request.method} {answer.request.url.raw_path.decode('ascii', 'replace')}"
    said = " ".join(answer.text.split())[:200]
    expect(answer.status_code == status, f"{where} answered {answer.status_code}, not {status}: {said}")
    return answer
