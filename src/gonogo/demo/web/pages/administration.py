"""Users, the access audit and the logs."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.services import users
from gonogo.demo.services.permissions import (
    PERMISSION_DESCRIPTIONS,
    ROLE_NAMES,
    Permission,
    allowed,
    permissions_in,
)
from gonogo.demo.services.work import InvalidError
from gonogo.demo.web.access import needs
from gonogo.demo.web.forms import Form
from gonogo.demo.web.logs import LOG_NAMES
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("administration", __name__, url_prefix="/admin")

_FIELDS = ("username", "full_name", "role", "password")
_NEW_IN_8_2 = frozenset({Permission.PLAN_MANAGE})
_ROLES = tuple((role, name) for role, name in ROLE_NAMES.items())


@blueprint.get("/users")
@needs(Permission.USER_ADMIN)
def list_users() -> Response:
    """Every user."""
    return page("users.html", section="/admin/users", rows=users.list_users(visit().work()))


@blueprint.get("/users/new")
@needs(Permission.USER_ADMIN)
def new_form() -> Response:
    """The form to add a user."""
    return _new(Form())


@blueprint.post("/users/new")
@needs(Permission.USER_ADMIN)
def add_user() -> BaseResponse:
    """Adds a user."""
    sent = Form(request.form)
    username = sent.text("username", "Enter a user name", limit=40, label="User name")
    full_name = sent.text("full_name", "Enter a full name", limit=80, label="Full name")
    role = sent.choice("role", ROLE_NAMES, "Select a role")
    password = request.form.get("password", "")
    if len(password) < 10:
        sent.error("password", "Password must be at least 10 characters")
    if sent.ok:
        who = visit()
        try:
            users.add_user(who.work(), username=username, full_name=full_name, role=role, password=password)
        except InvalidError as wrong:
            sent.refuse(wrong, _FIELDS)
        else:
            return _done(username, f"User {username} added")
    return _new(sent)


@blueprint.get("/users/<username>")
@needs(Permission.USER_ADMIN)
def show_user(username: str) -> Response:
    """One user and what may be changed."""
    return _user(username, Form())


@blueprint.post("/users/<username>/role")
@needs(Permission.USER_ADMIN)
def change_role(username: str) -> BaseResponse:
    """Gives a user another role; what is open in a browser counts under the new role at once."""
    sent = Form(request.form)
    role = sent.choice("role", ROLE_NAMES, "Select a role")
    if sent.ok:
        try:
            users.change_role(visit().work(), username, role)
        except InvalidError as wrong:
            sent.refuse(wrong, ("role",))
        else:
            return _done(username, f"Role changed to {ROLE_NAMES[role]}")
    return _user(username, sent)


@blueprint.post("/users/<username>/deactivate")
@needs(Permission.USER_ADMIN)
def deactivate(username: str) -> BaseResponse:
    """Ends a user's access, and every session of theirs."""
    return _set_active(username, active=False, message="User deactivated")


@blueprint.post("/users/<username>/activate")
@needs(Permission.USER_ADMIN)
def activate(username: str) -> BaseResponse:
    """Restores a user's access."""
    return _set_active(username, active=True, message="User activated")


@blueprint.post("/users/<username>/unlock")
@needs(Permission.USER_ADMIN)
def unlock(username: str) -> BaseResponse:
    """Lets a locked user try again."""
    users.unlock(visit().work(), username)
    return _done(username, "User unlocked")


@blueprint.get("/access")
@needs(Permission.USER_ADMIN)
def access_audit() -> Response:
    """Which role has which permission, as this build really decides it."""
    return _audit([found for found in permissions_in(visit().build) if found not in _NEW_IN_8_2])


@blueprint.get("/access/new")
@needs(Permission.USER_ADMIN)
def access_audit_of_new() -> Response:
    """The same for the permissions that came with 8.2, on a page of their own as the release notes say."""
    return _audit([found for found in permissions_in(visit().build) if found in _NEW_IN_8_2])


@blueprint.get("/logs")
@needs(Permission.LOG_VIEW)
def logs() -> Response:
    """The newest lines of a log."""
    name = request.args.get("name", "access")
    if name not in LOG_NAMES:
        name = "access"
    return page(
        "logs.html",
        section="/admin/logs",
        form=Form({"name": name}),
        names=LOG_NAMES.items(),
        name=LOG_NAMES[name],
        lines=visit().portal.logs.newest(name),
    )


def _audit(shown: list[Permission]) -> Response:
    build = visit().build
    rows = [
        (found.value, PERMISSION_DESCRIPTIONS[found], [allowed(build, role, found) for role in ROLE_NAMES])
        for found in shown
    ]
    return page("access.html", section="/admin/access", rows=rows, role_names=list(ROLE_NAMES.values()))


def _new(sent: Form) -> Response:
    return page("user_new.html", section="/admin/users", form=sent, roles=_ROLES)


def _user(username: str, sent: Form) -> Response:
    found = users.get_user(visit().work(), username)
    if not sent.value("role"):
        sent = Form(defaults={"role": found.role}) if sent.ok else sent
    return page("user.html", section="/admin/users", shown_user=found, form=sent, roles=_ROLES)


def _set_active(username: str, *, active: bool, message: str) -> BaseResponse:
    who = visit()
    try:
        users.set_active(who.work(), username, active=active)
    except InvalidError as wrong:
        sent = Form()
        sent.error("role", str(wrong))
        return _user(username, sent)
    if not active:
        who.portal.sessions.end_all_of(username)
    return _done(username, message)


def _done(username: str, message: str) -> BaseResponse:
    who = visit()
    who.save()
    who.portal.users.forget(username)
    who.tell(message)
    return redirect(f"/admin/users/{username}")
