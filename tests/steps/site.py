"""A small web system with one of everything that the sentences are about. For tests only."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request, session
from tests.steps.site_files import attachment, pdf, workbook
from tests.steps.site_interfaces import add_interfaces
from waitress.server import create_server
from werkzeug.wrappers import Response as AnyResponse

USERS = {"cora": "clerk", "max": "manager"}
PASSWORD = "Synthetic-Pass-1"
ACCOUNTS = [
    ("A1", "Mrs Ann Adams", "£120.00"),
    ("A2", "Mr Bo Brown", "£12.50"),
    ("A3", "Ms Cy Clark", "£20.00 CR"),
]
OPEN = ("/login", "/help", "/api", "/xml", "/favicon.ico")
SIMPLE = {
    "/help": ("Help", "<p>Ask the clerk.</p>"),
    "/frame": ("Frame", '<iframe title=Inner src="/inner"></iframe>'),
    "/tabs": ("Tabs", '<a href="/help" target=_blank>Help in a new tab</a>'),
    "/noisy": ("Noisy", "<img src=/no-such.png alt=Crest><script>console.error('Figures are off')</script>"),
    "/dead-end": ("Dead end", "<a href=/no-such-page>Nowhere</a>"),
    "/explode": ("Explode", "<form method=post><button>Go</button></form>"),
}
TEMPLATES = {"/late": "Late", "/poll": "Poll", "/ask": "Ask", "/keys": "Keys", "/downloads": "Downloads"}


def page(title: str, body: str = "", *, status: int = 200, template: str = "base", **values: Any) -> Response:
    """A page with the frame every page has."""
    return Response(render_template(f"{template}.html", title=title, body=body, **values), status=status)


def make_site() -> Flask:
    """The system. State lives in memory and begins anew with every call."""
    app = Flask(__name__)
    app.secret_key = secrets.token_hex()
    _sessions(app)
    _pages(app)
    _accounts(app)
    _files(app)
    add_interfaces(app, USERS, PASSWORD)
    return app


def _sessions(app: Flask) -> None:
    ended: set[str] = set()

    @app.before_request
    def guard() -> AnyResponse | None:
        if request.path.startswith(OPEN):
            return None
        if session.get("user") is None or session.get("id") in ended:
            session.clear()
            return redirect(f"/login?next={request.path}")
        return None

    @app.route("/login", methods=["GET", "POST"])
    def login() -> AnyResponse:
        problem = ""
        if request.method == "POST":
            name = request.form["username"]
            if request.form.get("csrf") != "token-1":
                abort(400)
            if name in USERS and request.form["password"] == PASSWORD:
                session["user"], session["id"] = name, secrets.token_hex()
                return redirect("/")
            problem = "The password is not right"
        return page("Sign in", template="login", problem=problem)

    @app.post("/logout")
    def logout() -> AnyResponse:
        ended.add(session["id"])
        session.clear()
        return redirect("/login?out=1")


def _pages(app: Flask) -> None:
    for path, (title, body) in SIMPLE.items():
        app.add_url_rule(path, path, lambda title=title, body=body: page(title, body))
    for path, title in TEMPLATES.items():
        app.add_url_rule(path, path, lambda path=path, title=title: page(title, template=path[1:]))

    @app.get("/")
    def home() -> Response:
        role = USERS[session["user"]]
        return page("Home", f"<dl><dt>Open accounts</dt><dd>3</dd></dl><p>Welcome to the {role}'s desk</p>")

    @app.get("/inner")
    def inner() -> Response:
        return Response("<p>Words within the frame</p>", mimetype="text/html")

    @app.get("/boom")
    @app.post("/explode")
    def boom() -> Response:
        return page("Sorry, there is a problem", "<p>Call 01632 960000</p>", status=500)

    @app.get("/ledger")
    def ledger() -> Response:
        if USERS[session["user"]] != "manager":
            return page("You may not open this page", status=403)
        return page("Ledger")

    @app.route("/form", methods=["GET", "POST"])
    def form() -> Response:
        if request.method == "GET":
            return page("Form", template="form")
        if not request.form.get("name"):
            return page("Form", problem="Enter a name")
        paper = request.files.get("paper")
        fields = [*request.form.items(multi=True), ("paper", paper.filename if paper else "")]
        return page("Saved", template="saved", message="Form saved", fields=fields)

    @app.errorhandler(404)
    def missing(_: Exception) -> Response:
        return page("Page not found", status=404)


def _accounts(app: Flask) -> None:
    paid = [Decimal("0.00")]

    @app.get("/accounts")
    def accounts() -> Response:
        return page("Accounts", template="accounts", accounts=ACCOUNTS)

    @app.post("/touch/<reference>")
    def touch(reference: str) -> Response:
        return page("Marked", message=f"Account {reference} marked")

    @app.get("/accounts/<reference>")
    def account(reference: str) -> Response:
        balance = {name: text for name, _, text in ACCOUNTS}[reference]
        if reference == "A2":
            balance = f"£{Decimal('12.50') - paid[0]}"
        return page(f"Account {reference}", template="account", reference=reference, balance=balance)

    @app.post("/pay")
    def pay() -> AnyResponse:
        paid[0] += Decimal(request.form["amount"])
        return redirect("/accounts/A2?paid=1")


def _files(app: Flask) -> None:
    def accounts_csv() -> Response:
        rows = [f"{r},{n},{b.removeprefix('£').removesuffix(' CR')}" for r, n, b in ACCOUNTS]
        return attachment("\ufeff" + "\r\n".join(["Account,Name,Balance", *rows]), "accounts-2026.csv")

    files: dict[str, Callable[[], Response]] = {
        "accounts.csv": accounts_csv,
        "accounts.xlsx": lambda: attachment(workbook(), "accounts.xlsx"),
        "statement.pdf": lambda: attachment(pdf(), "statement.pdf"),
        # status 200, as some systems answer when a report fails
        "wrong.csv": lambda: page("Sorry, there is a problem"),
    }

    @app.get("/files/<name>")
    def file(name: str) -> Response:
        if name.endswith(".txt"):
            return attachment(f"Statement of {name.removesuffix('.txt')}", name)
        return files[name]() if name in files else page("Page not found", status=404)


@contextmanager
def serving() -> Iterator[str]:
    """Serve the system on a free port for as long as the block lasts; gives its address."""
    server = create_server(make_site(), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(5)
