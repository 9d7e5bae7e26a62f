"""Signing in without a browser, and telling whether a session still holds.

That a page answers 200 proves nothing: so does the sign-in page. A session is proved by a page that shows
something else to a stranger, which is why the stranger is asked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec
from lxml import etree
from lxml import html as lxml_html

from gonogo.model import SignIn
from gonogo.model.errors import TargetError
from gonogo.readers.answers import Answer
from gonogo.readers.sign_in_form import read_sign_in_form

ANSWER_S = 30.0
MOST_REDIRECTS = 8
MOST_BODY_BYTES = 2_000_000
TEXT_KINDS = (
    *("text/", "application/json", "application/xml", "application/xhtml"),
    *("application/javascript", "application/x-javascript"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What an answer must show to have been given to a signed-in user.

    Attributes:
        text: must be on the page; empty asks only that the page has no password field.
        is_anonymous: nobody signs in; any page that is found will do.
    """

    text: str = ""
    is_anonymous: bool = False

    def is_shown(self, status: int, body: str) -> bool:
        """Whether an answer, redirects not followed, was given to a signed-in user."""
        if status != 200:
            return False
        if self.is_anonymous:
            return True
        if self.text:
            return self.text in body
        return not _has_password_field(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who signs in."""

    role: str
    username: str
    password: str = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Session:
    """One side as a signed-in user sees it, redirects never followed by themselves.

    Attributes:
        origin: scheme, host and port; nothing else is ever asked.
        cookies: what makes the session; never written anywhere.
        planted: the cookies held at the moment the sign-in form was last sent.
        secrets: every cookie value there ever was, to be scrubbed from raw output.
        answers: everything answered so far, for the passive rules.
    """

    origin: str
    marker: Marker
    check_path: str = "/"
    cookies: dict[str, str] = field(default_factory=dict, repr=False)
    answers: list[Answer] = field(default_factory=list, repr=False)
    planted: dict[str, str] = field(default_factory=dict, repr=False)
    secrets: set[str] = field(default_factory=set, repr=False)
    _client: httpx.Client | None = field(default=None, repr=False)

    def get(self, target: str) -> Answer:
        """Ask for a path (with or without a query).

        Raises:
            TargetError: no answer.
        """
        return self._ask("GET", target, None)

    def post(self, target: str, fields: Mapping[str, str]) -> Answer:
        """Send a form. Raises TargetError when there is no answer."""
        return self._ask("POST", target, fields)

    def holds(self) -> bool:
        """Whether the session is alive, by its check page. Raises TargetError when there is no answer."""
        answer = self.get(self.check_path)
        return self.marker.is_shown(answer.status, answer.body)

    def stranger(self) -> Session:
        """Somebody else before the same target, signed in as nobody."""
        return Session(origin=self.origin, marker=self.marker, check_path=self.check_path)

    def copy(self) -> Session:
        """The same session over a connection of its own, for another thread."""
        other = self.stranger()
        other.cookies.update(self.cookies)
        return other

    def send_sign_in(self, how: SignIn, account: Account, path: str = "") -> Answer:
        """Fill in the sign-in form and send it; the answer is not followed.

        Args:
            how: the declared way to sign in.
            account: who signs in.
            path: the page with the form, when it is not the declared one.

        Raises:
            TargetError: no answer.
            ToolError: the page has no sign-in form that could be filled in.
        """
        page = follow(self, path or how.path)
        at = msgspec.structs.replace(how, path=path or how.path)
        form = read_sign_in_form(page.body, at, username=account.username, password=account.password)
        self.planted = dict(self.cookies)
        return self.post(form.path, form.fields)

    def close(self) -> None:
        """Drop the connection; the session itself goes on."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ask(self, method: str, target: str, fields: Mapping[str, str] | None) -> Answer:
        if self._client is None:
            # A test system's certificate is often its own; the address was given, nothing is trusted.
            self._client = httpx.Client(
                base_url=self.origin,
                timeout=ANSWER_S,
                trust_env=False,
                verify=False,  # noqa: S501
                follow_redirects=False,
            )
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            response = self._client.request(
                method,
                target,
                data=dict(fields) if fields else None,
                headers={"Cookie": cookie} if cookie else {},
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TargetError(
                f"{method} {urlsplit(target).path} got no answer: {type(error).__name__}.",
                remedy="Check that the target is up and reachable from here.",
            ) from error
        # The client's own jar is emptied: cookies are kept here, where they can be handed to the guard.
        self._keep_cookies(response)
        self._client.cookies.clear()
        answer = _answer(method, target, response)
        self.answers.append(answer)
        return answer

    def _keep_cookies(self, response: httpx.Response) -> None:
        for line in response.headers.get_list("set-cookie"):
            try:
                jar = SimpleCookie(line)
            except CookieError:
                continue
            for name, cookie in jar.items():
                self.secrets.update((cookie.value, cookie.coded_value))
                is_taken_away = not cookie.value or cookie["max-age"] == "0" or "1970" in cookie["expires"]
                if is_taken_away:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = cookie.coded_value


def sign_in(session: Session, how: SignIn, account: Account) -> str:
    """Sign in, and make sure that it worked and that we could tell.

    Returns:
        Empty when a session was proved; else why there is none.

    Raises:
        TargetError: the target does not answer.
        ToolError: the page has no sign-in form that could be filled in.
    """
    stranger = session.stranger()
    try:
        looks_the_same = stranger.holds()
    finally:
        stranger.close()
    if looks_the_same:
        return (
            f"{session.check_path} shows a stranger what it shows a signed-in user, so it cannot tell them "
            "apart. Set success_text and check_path in [sign_in]."
        )
    after = follow_from(session, how.path, session.send_sign_in(how, account))
    if not session.holds():
        return (
            f"{account.username} could not sign in: {session.check_path} does not show what a signed-in user "
            f"sees; the form was answered {after.status}{_said(after.body)}."
        )
    return ""


def follow(session: Session, target: str) -> Answer:
    """Ask for a page and follow redirects that stay on the origin. Raises TargetError as `get` does."""
    return follow_from(session, target, session.get(target))


def follow_from(session: Session, target: str, answer: Answer) -> Answer:
    """Follow the redirects of an answer already given, as long as they stay on the origin."""
    for _ in range(MOST_REDIRECTS):
        onward = redirect_target(session.origin, target, answer)
        if onward is None:
            break
        target, answer = onward, session.get(onward)
    return answer


def redirect_target(origin: str, target: str, answer: Answer) -> str | None:
    """Where an answer redirects to on its own origin; None when it does not, or leads elsewhere."""
    location = answer.header("location")
    if answer.status not in (301, 302, 303, 307, 308) or not location:
        return None
    try:
        parts = urlsplit(urljoin(origin + target, location))
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" != origin:
        return None
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _answer(method: str, target: str, response: httpx.Response) -> Answer:
    kind = response.headers.get("content-type", "")
    is_text = kind.startswith(TEXT_KINDS)
    parts = urlsplit(str(response.url))
    return Answer(
        method=method,
        path=urlsplit(target).path or "/",
        status=response.status_code,
        headers=tuple((name.lower(), value) for name, value in response.headers.multi_items()),
        is_secure=parts.scheme == "https",
        netloc=parts.netloc,
        body=response.text[:MOST_BODY_BYTES] if is_text else "",
    )


def _has_password_field(body: str) -> bool:
    document = _document(body)
    return document is not None and bool(document.xpath('//input[@type="password"]'))


def _said(body: str) -> str:
    document = _document(body)
    if document is None:
        return ""
    alerts = document.xpath('//*[@role="alert"]') or document.xpath("//title")
    text = " ".join(alerts[0].text_content().split())[:200] if alerts else ""
    return f" and said: {text}" if text else ""


def _document(body: str) -> lxml_html.HtmlElement | None:
    try:
        return lxml_html.document_fromstring(body) if body.strip() else None
    except (etree.ParserError, ValueError):
        return None
