"""How the JSON API writes its answers and reads what it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flask import Response, request
from werkzeug.exceptions import BadRequest

from gonogo.demo.web.paging import page_number
from gonogo.demo.web.portal import visit

PREFIX = "/api/v1"
_MOST_PER_PAGE = 100
_PER_PAGE = 25


def answer(values: Mapping[str, object], status: int = 200) -> Response:
    """One JSON object."""
    build = visit().build
    if build.varies("optional-api-field"):
        values = {**values, "api_revision": 2}
    shown = _reordered(values) if build.varies("json-key-order") else values
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json")


def listing(items: Sequence[Mapping[str, object]], page: int, per_page: int, total: int) -> Response:
    """One page of a list."""
    values: dict[str, object] = {"items": items, "page": page, "per_page": per_page, "total": total}
    if visit().build.has("interface-api-total-missing"):
        del values["total"]
    return answer(values)


def problem(status: int, code: str, message: str, field: str = "") -> Response:
    """What went wrong: a code for programs, a sentence for people, and the field at fault if there is one."""
    error = {"code": code, "message": message}
    if field:
        error["field"] = field
    if visit().build.has("interface-api-error-shape"):
        return answer({"error": message}, status)
    return answer({"error": error}, status)


def page_asked_for() -> tuple[int, int]:
    """Page number and rows a page, both held within what is sensible."""
    per_page = request.args.get("per_page")
    size = min(page_number(per_page), _MOST_PER_PAGE) if per_page else _PER_PAGE
    return page_number(request.args.get("page")), size


def sent_object() -> dict[str, str]:
    """The text fields of the JSON object that was sent.

    Raises:
        BadRequest: it is no JSON object.
    """
    sent = request.get_json(force=False, silent=True)
    if not isinstance(sent, dict):
        raise BadRequest("Send a JSON object as application/json.")
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def _reordered(value: object) -> object:
    """The same value with the keys of every object the other way round."""
    if isinstance(value, Mapping):
        return {name: _reordered(value[name]) for name in reversed(list(value))}
    if isinstance(value, list | tuple):
        return [_reordered(item) for item in value]
    return value
