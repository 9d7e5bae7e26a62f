"""Help, the accessibility statement, the about page and the release notes."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from gonogo.demo.releases import VENDOR
from gonogo.demo.web.access import Access, needs
from gonogo.demo.web.build_label import build_label
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("information", __name__)


@blueprint.get("/help")
@needs(Access.ANYBODY)
def show_help() -> Response:
    """How to do the common things."""
    if visit().build.has("missing-page-help"):
        abort(404)
    return page("help.html")


@blueprint.get("/accessibility")
@needs(Access.ANYBODY)
def accessibility() -> Response:
    """The accessibility statement."""
    if visit().build.has("missing-page-accessibility-statement"):
        abort(404)
    return page("accessibility.html")


@blueprint.get("/about")
@needs(Access.ANYBODY)
def about() -> Response:
    """Which product, version and build this is."""
    return page("about.html", vendor=VENDOR, build_label=build_label(visit().build))


@blueprint.get("/release-notes")
@needs(Access.ANYBODY)
def release_notes() -> Response:
    """What the release brought."""
    return page("release_notes.html")
