"""Putting the application together, and what happens around every request."""

from __future__ import annotations

import time
from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.db.session import Database
from gonogo.demo.releases import Build
from gonogo.demo.web import api, errors, pages
from gonogo.demo.web.access import admit, is_for_programs, unmarked
from gonogo.demo.web.assets import Assets
from gonogo.demo.web.headers import add_headers
from gonogo.demo.web.logs import LogFiles
from gonogo.demo.web.portal import EXTENSION, Portal, UserCache, Visit
from gonogo.demo.web.rendering import make_environment
from gonogo.demo.web.sessions import COOKIE_NAME, LIFE_LIMIT_S, Session, SessionStore
from gonogo.demo.web.strain import Plan, Strain

_LARGEST_BODY = 5 * 1024 * 1024


def create_app(home: Path, build: Build, strain: Plan | None = None) -> Flask:
    """The web application over the home folder of one installation.

    Args:
        home: the installation's folder; its database is opened and its log files are made.
        build: what to run; its schema must be the database's.
        strain: trouble to be put onto its requests, see `strain`.

    Raises:
        HomeError: there is no database, or it is another release's.
    """
    app = Flask("gonogo.demo.web", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_BODY, MAX_FORM_PARTS=200, TRAP_HTTP_EXCEPTIONS=False)
    app.url_map.strict_slashes = False
    portal = Portal(
        home=home,
        build=build,
        database=Database(home, build),
        assets=Assets(build),
        templates=make_environment(build),
        logs=LogFiles(home, name_threads=build.varies("log-format")),
        sessions=SessionStore(key_bytes=48 if build.varies("session-cookie-value") else 32),
        users=UserCache(build),
    )
    app.extensions[EXTENSION] = portal
    pages.register(app, build)
    api.register(app, build)
    errors.register(app)
    _surround(app, portal, Strain(strain) if strain else None)
    missing = unmarked(app)
    if missing:
        raise AssertionError(f"these views do not say who may open them: {', '.join(missing)}")
    return app


def close_app(app: Flask) -> None:
    """Closes the database and the log files of an application that serves no more."""
    portal: Portal = app.extensions[EXTENSION]
    portal.database.dispose()
    portal.logs.close()


def _surround(app: Flask, portal: Portal, strain: Strain | None) -> None:
    """What happens before and after each request."""

    def begin() -> BaseResponse | None:
        who = Visit(portal=portal, started_s=time.perf_counter())
        g.visit = who
        _recognise(portal, who)
        if strain is not None and strain.fails(request.path):
            return Response("The service is not available just now.", status=503, mimetype="text/plain")
        return admit(app, who)

    def finish(response: Response) -> Response:
        who: Visit = g.visit
        who.close()
        _send_cookie(portal, who, response)
        add_headers(response, portal.build)
        if portal.build.varies("slower-2-percent"):
            _work_on(0.02 * (time.perf_counter() - who.started_s))
        if strain is not None:
            strain.slow_down(request.path, time.perf_counter() - who.started_s)
        portal.logs.access(
            address=request.remote_addr or "-",
            username=who.user.row.username if who.user else "-",
            request=f"{request.method} {request.path}",
            status=response.status_code,
            size=response.content_length or 0,
            took_ms=(time.perf_counter() - who.started_s) * 1000,
        )
        return response

    def close(_error: BaseException | None) -> None:
        if "visit" in g:
            g.visit.close()

    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(close)


def _work_on(seconds: float) -> None:
    """Be busy for a while: going to sleep for so little takes several times as long."""
    until_s = time.perf_counter() + seconds
    while time.perf_counter() < until_s:
        pass


def _recognise(portal: Portal, who: Visit) -> None:
    """Finds the session of a bearer token or of the cookie, and its user. A token is for programs alone."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and is_for_programs(request.path):
        who.session = portal.sessions.find(token.strip())
        who.by_token = who.session is not None
    else:
        key = request.cookies.get(COOKIE_NAME)
        who.session = portal.sessions.find(key) if key else None
        if who.session is not None and who.session.is_token:
            who.session = None
    if who.session is not None and who.session.username:
        who.user = portal.users.find(who.session.username, who.work)
        who.start_over()


def _send_cookie(portal: Portal, who: Visit, response: Response) -> None:
    """Tells the browser of a new session, or that its session is over."""
    session: Session | None = who.session
    if who.by_token or is_for_programs(request.path):
        return
    held = request.cookies.get(COOKIE_NAME)
    samesite = None if portal.build.has("pre-cookie-no-samesite") else "Lax"
    if session is not None and session.key != held:
        response.set_cookie(
            COOKIE_NAME,
            session.key,
            max_age=LIFE_LIMIT_S,
            httponly=not portal.build.has("security-cookie-readable"),
            samesite=samesite,
            path="/",
        )
    elif session is None and held:
        response.delete_cookie(COOKIE_NAME, httponly=True, samesite=samesite, path="/")
