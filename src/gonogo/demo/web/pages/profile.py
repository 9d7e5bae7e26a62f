"""The reader's own password."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.services import users
from gonogo.demo.services.work import InvalidError
from gonogo.demo.web.access import Access, needs
from gonogo.demo.web.forms import Form
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("profile", __name__, url_prefix="/profile")


@blueprint.get("/password")
@needs(Access.SIGNED_IN)
def form() -> Response:
    """The form to change one's own password."""
    return page("password.html", form=Form())


@blueprint.post("/password")
@needs(Access.SIGNED_IN)
def change() -> BaseResponse:
    """Changes the password and ends the user's other sessions."""
    sent = Form(request.form)
    current, new = request.form.get("current", ""), request.form.get("new", "")
    if not current:
        sent.error("current", "Enter your current password")
    if len(new) < 10:
        sent.error("new", "Password must be at least 10 characters")
    elif new != request.form.get("again", ""):
        sent.error("again", "The new passwords do not match")
    who = visit()
    if sent.ok:
        try:
            users.change_password(who.work(), current=current, new=new)
        except InvalidError as wrong:
            sent.refuse(wrong, ("current", "new"))
        else:
            who.save()
            who.portal.sessions.end_all_of(who.username, but=who.session.key if who.session else "")
            who.tell("Password changed")
            return redirect("/profile/password")
    return page("password.html", form=sent)
