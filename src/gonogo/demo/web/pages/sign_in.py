"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.services import users
from gonogo.demo.web.access import Access, needs, safe_next
from gonogo.demo.web.forms import Form
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("sign_in", __name__)

REFUSALS = {
    "wrong": "The user name or password is not right",
    "locked": "This account is locked after 5 wrong tries. Ask a housing manager to unlock it.",
    "inactive": "This account is not active",
}


@blueprint.get("/signin")
@needs(Access.ANYBODY)
def form() -> BaseResponse:
    """The form; a browser that is signed in already goes on."""
    who = visit()
    if who.user:
        return redirect(_onward(request.args.get("next", "/")))
    if who.session is None:
        who.session = who.portal.sessions.start()
    return _show(Form())


@blueprint.post("/signin")
@needs(Access.ANYBODY)
def sign_in() -> BaseResponse:
    """Checks name and password; a right pair gets a session with a new key."""
    who = visit()
    sent = Form(request.form)
    username = sent.text("username", "Enter your user name", limit=60, label="User name").lower()
    password = request.form.get("password", "")
    if not password:
        sent.error("password", "Enter your password")
    if not sent.ok:
        return _show(sent)
    result = users.sign_in(who.work(), username, password)
    who.save()
    if result != "ok":
        sent.error("username", REFUSALS[result])
        return _show(sent)
    who.portal.users.forget(username)
    if who.session is not None and who.build.has("session-key-kept"):
        who.session.username = username
    else:
        if who.session is not None:
            who.portal.sessions.end(who.session.key)
        who.session = who.portal.sessions.start(username)
    return redirect(_onward(request.form.get("next", "/")))


@blueprint.post("/signout")
@needs(Access.SIGNED_IN)
def sign_out() -> BaseResponse:
    """Ends the session, here and in the browser."""
    who = visit()
    if who.session is not None and not who.build.has("session-survives-sign-out"):
        who.portal.sessions.end(who.session.key)
    who.session = None
    return redirect("/signin?signed_out=1")


def _onward(wanted: str) -> str:
    return wanted if visit().build.has("security-open-redirect") else safe_next(wanted)


def _show(sent: Form) -> Response:
    wanted = request.values.get("next", "/")
    return page("sign_in.html", form=sent, next=_onward(wanted), signed_out="signed_out" in request.args)
