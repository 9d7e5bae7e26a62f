"""Style sheets, scripts and pictures."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from gonogo.demo.web.access import Access, needs
from gonogo.demo.web.portal import portal

blueprint = Blueprint("assets", __name__)


@blueprint.get("/assets/<file>")
@needs(Access.ANYBODY)
def asset(file: str) -> Response:
    """One asset; its address names its content, so a browser may keep it for good."""
    found = portal().assets.find(file)
    if found is None:
        abort(404)
    response = Response(found.content, content_type=found.media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/favicon.ico")
@needs(Access.ANYBODY)
def favicon() -> Response:
    """The picture that browsers ask for without being told of it."""
    found = portal().assets.find(portal().assets.address("favicon.svg").rpartition("/")[2])
    if found is None:
        abort(404)
    return Response(found.content, content_type=found.media_type)
