"""A small council application with known faults, served by a child process for the security tests.

`python target.py --faults xss,csp` prints its port and serves until it is killed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import sqlite3
import threading
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, abort, make_response, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import escape
from waitress import create_server

FAULTS = (
    "broken-notes",
    "broken-page",
    "csp",
    "dies",
    "drops-session",
    "guess-forever",
    "keeps-key",
    "leads-anywhere",
    "moves-away",
    "new-page",
    "open-to-all",
    "redirect",
    "server-error",
    "signs-out-on-keeping",
    "sqli",
    "survives-sign-out",
    "token-unchecked",
    "xss",
)

PAGE = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head><body>
<nav><a href="/">Home</a> <a href="/tenants">Tenants</a> <a href="/notes">Notes</a> <a href="/go?to=/">Go</a>
<a href="/orders?sort=date">Orders</a> {% if new_page %}<a href="/plans?q=">Plans</a>{% endif %}
<a href="/signout">Sign out</a> <a href="http://127.0.0.1:9/elsewhere">Elsewhere</a></nav>
<form method="post" action="/signout"><input type="hidden" name="csrf_token" value="{{ csrf }}">
<button>Sign out</button></form>
<h1>{{ title }}</h1>{{ body|safe }}
<footer>Signed in as {{ user }}</footer></body></html>"""

SIGN_IN = """<!doctype html><html lang="en"><head><title>Sign in</title></head><body><h1>Sign in</h1>
<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf }}">
<label for="u">User name</label><input id="u" name="username"><label for="p">Password</label>
<input id="p" name="password" type="password"><button>Sign in</button></form></body></html>"""


def new_secret(length: int) -> str:
    """A random value; kept in the file that TARGET_SECRETS names, for a test that looks where it went."""
    value = secrets.token_hex(length)
    if file := os.environ.get("TARGET_SECRETS"):
        with Path(file).open("a", encoding="utf-8") as kept:
            kept.write(f"{value}\n")
    return value


def build(faults: set[str], sessions: dict[str, dict[str, str]]) -> Flask:  # noqa: C901 - one small application
    app = Flask(__name__)
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.executescript(
        "create table orders (id integer, sort text); insert into orders values (1, 'date')"
    )
    lock = threading.Lock()
    served = {"count": 0}
    tries: dict[str, int] = {}

    def session() -> dict[str, str]:
        return sessions.get(request.cookies.get("sid", ""), {})

    def page(title: str, body: str) -> Response:
        found = session()
        html = render_template_string(
            PAGE,
            title=title,
            body=body,
            user=found["user"],
            csrf=found["csrf"],
            new_page="new-page" in faults,
        )
        return make_response(html)

    @app.before_request
    def admit() -> ResponseReturnValue | None:
        served["count"] += 1
        if "drops-session" in faults and served["count"] > 60:
            sessions.clear()
        if "dies" in faults and served["count"] > 60:
            os._exit(0)
        if "moves-away" in faults and request.path != "/signin":
            return redirect(f"http://127.0.0.2:{request.host.rpartition(':')[2]}{request.path}")
        if "open-to-all" in faults and not session():
            sessions[""] = {"user": "anybody", "csrf": "none"}
        if "broken-page" in faults and request.path == "/orders":
            abort(500)
        if "broken-notes" in faults and request.path == "/notes":
            abort(500)
        if request.path in ("/signin", "/health") or session().get("user"):
            return None
        return redirect(f"/signin?next={quote(request.path, safe='')}")

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if "csp" not in faults:
            response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    @app.route("/health")
    def health() -> str:
        return "ok"

    @app.route("/signin", methods=["GET", "POST"])
    def signin() -> ResponseReturnValue:
        found = sessions.get(request.cookies.get("sid", ""))
        if request.method == "POST":
            if not found or request.form.get("csrf_token") != found["csrf"]:
                abort(400)
            name = request.form.get("username", "")
            is_right = name in ("officer", "spare") and request.form.get("password") == "correct horse"
            tries[name] = 0 if is_right and tries.get(name, 0) < 5 else tries.get(name, 0) + 1
            is_locked = tries[name] >= 5 and "guess-forever" not in faults
            if not is_right or is_locked:
                return make_response("<h1>Sign in</h1><p>That is not right</p>", 200)
            sid = request.cookies["sid"] if "keeps-key" in faults else new_secret(12)
            sessions[sid] = {"user": "officer", "csrf": new_secret(8)}
            onward = request.args.get("next", "/")
            is_own = onward.startswith("/") and not onward.startswith("//")
            answer = redirect(onward if is_own or "leads-anywhere" in faults else "/")
            answer.set_cookie("sid", sid, httponly=True)
            return answer
        sid = new_secret(12)
        sessions[sid] = {"csrf": new_secret(8)}
        answer = make_response(render_template_string(SIGN_IN, csrf=sessions[sid]["csrf"]))
        answer.set_cookie("sid", sid, httponly=True)
        return answer

    @app.route("/")
    def home() -> Response:
        return page("Home", "<p>Welcome</p>")

    @app.route("/signout", methods=["GET", "POST"])
    def signout() -> ResponseReturnValue:
        if "survives-sign-out" not in faults:
            sessions.pop(request.cookies.get("sid", ""), None)
        return redirect("/signin")

    @app.route("/tenants")
    def tenants() -> Response:
        asked = request.args.get("q", "")
        shown = asked if "xss" in faults else str(escape(asked))
        rows = "".join(f'<li><a href="/tenants/{n}">Tenant {n}</a></li>' for n in range(1, 30))
        search = f'<form><label>Search <input name="q" value=""></label></form><p>Results for {shown}</p>'
        return page("Tenants", f"{search}<ul>{rows}</ul>")

    @app.route("/tenants/<int:number>")
    def tenant(number: int) -> Response:
        return page(f"Tenant {number}", f'<a href="/tenants/{number}/ledger?page=1">Ledger</a>')

    @app.route("/tenants/<int:number>/ledger")
    def ledger(number: int) -> Response:
        links = "".join(f'<a href="/tenants/{number}/ledger?page={n}">{n}</a>' for n in range(1, 20))
        return page("Ledger", links)

    @app.route("/orders")
    def orders() -> Response:
        sort = request.args.get("sort", "")
        with lock:
            if "sqli" in faults:
                try:
                    found = database.execute(f"select id from orders where sort = '{sort}'").fetchall()
                except sqlite3.Error as error:
                    return page("Orders", f"<pre>sqlite3.OperationalError: {escape(error)}</pre>")
            else:
                found = database.execute("select id from orders where sort = ?", (sort,)).fetchall()
        if "server-error" in faults and not sort.isalnum():
            abort(500)
        return page("Orders", f"{len(found)} orders")

    @app.route("/plans")
    def plans() -> Response:
        if "new-page" not in faults:
            abort(404)
        return page("Plans", f"<p>Plans for {request.args.get('q', '')}</p><form><input name='q'></form>")

    @app.route("/go")
    def go() -> ResponseReturnValue:
        to = request.args.get("to", "/")
        return redirect(to if "redirect" in faults or to == "/" else "/")

    @app.route("/notes", methods=["GET", "POST"])
    def notes() -> ResponseReturnValue:
        is_checked = "token-unchecked" not in faults
        if request.method == "POST" and is_checked and request.form.get("csrf_token") != session()["csrf"]:
            abort(400)
        if request.form.get("text") and "signs-out-on-keeping" in faults:
            sessions.pop(request.cookies["sid"])
            return redirect("/signin")
        said = f"<p>Kept: {escape(request.form.get('text', ''))}</p>" if request.method == "POST" else ""
        form = (
            f'{said}<form method="post" action="/notes"><input type="hidden" name="csrf_token" '
            f'value="{session()["csrf"]}"><textarea name="text"></textarea><button>Keep</button></form>'
        )
        return page("Notes", form)

    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", default="")
    faults = {fault for fault in parser.parse_args().faults.split(",") if fault}
    unknown = faults - set(FAULTS)
    if unknown:
        raise SystemExit(f"no such fault: {sorted(unknown)}")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = create_server(build(faults, {}), sockets=[listener], threads=6)
    print(listener.getsockname()[1], flush=True)
    server.run()


if __name__ == "__main__":
    main()
