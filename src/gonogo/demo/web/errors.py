"""What is answered when a request cannot be met: a page for people, JSON or XML for programs."""

from __future__ import annotations

import traceback
from html import escape

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from gonogo.demo.services.work import InvalidError, NotFoundError, RefusedError
from gonogo.demo.web.api.answers import problem
from gonogo.demo.web.portal import portal, visit
from gonogo.demo.web.rendering import page

_CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_media_type",
    422: "invalid",
    500: "internal_error",
}
_TITLES = {
    400: "Your request could not be read",
    403: "You cannot open this page",
    404: "Page not found",
    405: "Page not found",
    413: "What you sent is too large",
    500: "Sorry, there is a problem with the service",
}
_ADVICE = {
    400: "Go back, reload the page and try again.",
    403: "Your role does not include this page. Ask a housing manager if you need it for your work.",
    404: "Check the address, or start again from the home page.",
    405: "Check the address, or start again from the home page.",
    413: "Send less at a time.",
    500: "Try again later. If it happens again, tell the service desk and give this reference.",
}


def register(app: Flask) -> None:
    """Adds the handlers to the application."""
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(NotFoundError, _not_found)
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(InvalidError, _invalid)
    app.register_error_handler(Exception, _unexpected)


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    own_words = status in {400, 401, 403, 415} and error.description
    response = _refusal(status, str(error.description) if own_words else "")
    if status == 405 and error.get_headers():
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return response


def _not_found(error: NotFoundError) -> Response:
    return _refusal(404, str(error))


def _refused(error: RefusedError) -> Response:
    return _refusal(403, str(error))


def _invalid(error: InvalidError) -> Response:
    """A service refused what no form caught: a program sent it, or the record has moved on meanwhile."""
    if request.path.startswith("/api/"):
        return problem(422, _CODES[422], str(error), error.field)
    return _refusal(400, str(error))


def _unexpected(error: Exception) -> Response:
    """Writes the error to the log under a reference and shows that reference, never the error itself."""
    who = visit()
    who.close()
    trace = "".join(traceback.format_exception(error))
    reference = portal().logs.error(f"{request.method} {request.path}", who.username, trace)
    return _refusal(500, "", reference)


def _refusal(status: int, message: str, reference: str = "") -> Response:
    code = _CODES.get(status, "error")
    title = _TITLES.get(status, "Your request could not be met")
    text = message or _ADVICE.get(status, "Start again from the home page.")
    if request.path.startswith("/api/"):
        return problem(status, code, f"{text} Reference {reference}." if reference else text)
    if request.path.startswith("/interfaces/"):
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error code="{code}">{escape(text)}</Error>\n'
        return Response(body, status=status, content_type="application/xml; charset=utf-8")
    return page("error.html", status=status, title=title, text=text, reference=reference)
