"""Who may open which view: each view says so once, and a view that says nothing is never served."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from enum import Enum
from typing import TypeVar
from urllib.parse import quote

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.services.permissions import Permission
from gonogo.demo.web.portal import Visit

_View = TypeVar("_View", bound=Callable[..., object])
_ATTRIBUTE = "meridian_access"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EXPIRED_FORM = "This form has expired. Go back, reload the page and try again."


class Access(Enum):
    """Access that does not hang on one permission."""

    ANYBODY = "anybody"
    """No sign-in; forms are still protected against other sites."""
    MACHINE = "machine"
    """No sign-in and no form token: endpoints that prove the caller themselves."""
    SIGNED_IN = "signed in"
    """Any user who is signed in."""


def needs(access: Access | Permission) -> Callable[[_View], _View]:
    """Marks a view with who may open it."""

    def mark(view: _View) -> _View:
        setattr(view, _ATTRIBUTE, access)
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | Permission | None:
    """What the view at an endpoint is marked with."""
    found: Access | Permission | None = getattr(app.view_functions[endpoint], _ATTRIBUTE, None)
    return found


def unmarked(app: Flask) -> list[str]:
    """Endpoints whose views do not say who may open them; an application with any must not start."""
    return sorted(endpoint for endpoint in app.view_functions if access_of(app, endpoint) is None)


def is_for_programs(path: str) -> bool:
    """Whether answers under this path are for programs (JSON or XML), not for people."""
    return path.startswith(("/api/", "/interfaces/"))


def admit(app: Flask, who: Visit) -> BaseResponse | None:
    """Let the request pass, send a stranger to sign in, or refuse it.

    Raises:
        Unauthorized: a program has not proved who it is.
        Forbidden: the user's role does not allow the view.
        BadRequest: a form, or a writing API call by cookie, lacks this session's token.
    """
    if request.endpoint is None:
        return None
    access = access_of(app, request.endpoint)
    if access in {Access.ANYBODY, Access.MACHINE}:
        if access is Access.ANYBODY:
            _require_token(who)
        return None
    if who.user is None:
        if is_for_programs(request.path):
            raise Unauthorized("Sign in, or send a bearer token.")
        return redirect(f"/signin?next={quote(_wanted_page(), safe='/')}")
    if isinstance(access, Permission) and not (who.may(access) or _is_unchecked(who)):
        raise Forbidden("Your role does not allow this.")
    _require_token(who)
    return None


def _is_unchecked(who: Visit) -> bool:
    return request.path.startswith("/api/v1/accounts/") and who.build.has("access-api-unchecked")


def _wanted_page() -> str:
    """Where a stranger goes after signing in: the page asked for, or home when that was not a page view."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def _require_token(who: Visit) -> None:
    if request.method in _SAFE_METHODS or who.by_token or who.build.has("security-forms-unprotected"):
        return
    sent = request.headers.get("X-CSRF-Token") or (
        "" if is_for_programs(request.path) else request.form.get("csrf_token", "")
    )
    if who.session is None or not hmac.compare_digest(sent.encode(), who.session.csrf_token.encode()):
        raise BadRequest(EXPIRED_FORM)


def safe_next(wanted: str) -> str:
    """A page of this site to go to; home for anything else, such as another site's address."""
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_local and all(32 < ord(letter) < 127 for letter in wanted) else "/"


def is_html(response: Response) -> bool:
    """Whether an answer is a page."""
    return response.mimetype == "text/html"
