"""Parts of the API about the system itself: health, version, tokens and the description of the API."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from gonogo.demo.releases import PRODUCT
from gonogo.demo.services import users
from gonogo.demo.web.access import Access, needs
from gonogo.demo.web.api.answers import PREFIX, answer, problem, sent_object
from gonogo.demo.web.api.openapi import document
from gonogo.demo.web.build_label import build_label
from gonogo.demo.web.portal import visit
from gonogo.demo.web.sessions import LIFE_LIMIT_S

blueprint = Blueprint("api_machine", __name__, url_prefix=PREFIX)


@blueprint.get("/health")
@needs(Access.MACHINE)
def health() -> Response:
    """Whether the application and its database answer; an error of the database is a 500 like any other."""
    visit().work().session.execute(text("SELECT 1"))
    return answer({"status": "ok", "database": "ok"})


@blueprint.get("/version")
@needs(Access.MACHINE)
def version() -> Response:
    """Which release and build runs."""
    build = visit().build
    return answer(
        {
            "product": PRODUCT,
            "version": build.release.version,
            "build": build_label(build),
            "schema_version": build.release.schema_revision,
        }
    )


@blueprint.post("/token")
@needs(Access.MACHINE)
def token() -> Response:
    """A bearer token for a user name and password."""
    who = visit()
    sent = sent_object()
    username = sent.get("username", "").strip().lower()
    result = users.sign_in(who.work(), username, sent.get("password", ""))
    who.save()
    if result != "ok":
        return problem(
            401, "sign_in_failed", "The user name or password is not right, or the account is not open."
        )
    session = who.portal.sessions.start(username, is_token=True)
    return answer({"access_token": session.key, "token_type": "Bearer", "expires_in": LIFE_LIMIT_S})


@blueprint.get("/openapi.json")
@needs(Access.MACHINE)
def description() -> Response:
    """The OpenAPI document of this release."""
    return answer(document(visit().build.release))
