"""A tiny web system and a way to run small packs against it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from flask import Flask, redirect, request
from werkzeug.serving import make_server

from gonogo.job import BrowserToUse, Job, JobUser, write_job
from gonogo.model import Api, ApiSignIn, CheckResult, Database, Side, SignIn
from gonogo.readers.pytest_records import PytestResults
from gonogo.readers.pytest_results import read_results

PASSWORD = "only-for-tests-1"
SIGN_IN = """<!doctype html><html lang=en><title>Sign in</title><main><h1>Sign in</h1><form method=post>
<input type=hidden name=csrf value=abc><label>User name <input name=username></label>
<label>Password <input type=password name=password></label><button>Sign in</button></form></main></html>"""


def is_in() -> bool:
    return bool(request.cookies.get("s")) or request.headers.get("Authorization") == "Bearer token-1"


def make_app() -> Flask:
    app = Flask(__name__)
    add_pages(app)
    add_api(app)
    return app


def add_pages(app: Flask) -> None:
    @app.route("/signin", methods=["GET", "POST"])
    def sign_in() -> Any:
        form = request.form
        if request.method == "POST" and (form["password"], form["csrf"]) == (PASSWORD, "abc"):
            answer = redirect("/")
            answer.set_cookie("s", form["username"])
            return answer
        return SIGN_IN

    @app.get("/")
    def home() -> Any:
        if not is_in():
            return redirect("/signin")
        return (
            "<!doctype html><html lang=en><title>Home</title><main><h1>Home</h1><p>Balance £12.50</p>"
            f"<p data-volatile>at {os.urandom(4).hex()}</p>"
            "<a href='/table'>Table</a> <a href='/broken'>Broken</a>"
            "<a href='//doubled'>x</a><a href='/signout'>Sign out</a><a href='https://example.org/'>Out</a>"
            "<img src='/missing.png' alt=''></main></html>"
        )

    @app.get("/table")
    def table() -> str:
        return (
            "<!doctype html><html lang=en><title>T</title><table><caption>Rents</caption>"
            "<tr><th>Ref</th><th>Rent</th></tr><tr><td>A1</td><td>£1.00</td></tr></table></html>"
        )

    @app.get("/broken")
    def broken() -> tuple[str, int]:
        return "<h1>Sorry</h1>", 500

    @app.get("/rents.csv")
    def rents() -> Any:
        return "Ref,Rent\nA1,1.00\nA2,2.50\n", 200, {
            "Content-Type": "text/csv", "Content-Disposition": 'attachment; filename="rents.csv"'
        }  # fmt: skip

    @app.get("/sorry.csv")
    def sorry() -> str:
        return "<!doctype html><html><body>Sorry</body></html>"

    @app.get("/signout")
    def sign_out() -> str:
        raise AssertionError("a crawl must never come here")


def add_api(app: Flask) -> None:
    @app.post("/api/token")
    def token() -> Any:
        return (
            {"access_token": "token-1"}
            if request.json and request.json["password"] == PASSWORD
            else ({}, 401)
        )

    @app.get("/api/rents/<ref>")
    def rent(ref: str) -> Any:
        return {"ref": ref, "pence": 100} if is_in() else ({"error": "who?"}, 401)

    @app.get("/api/openapi.json")
    def openapi() -> Any:
        fields = {
            "ref": {"type": "string"},
            "pence": {"type": "integer"},
            "note": {"type": "string", "nullable": True},
        }
        schema = {"type": "object", "required": ["ref", "pence"], "properties": fields}
        answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Rent"}}}}
        return {
            "openapi": "3.0.3",
            "servers": [{"url": "/api"}],
            "paths": {"/rents/{ref}": {"get": {"responses": {"200": answer}}}},
            "components": {"schemas": {"Rent": schema}},
        }


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the tiny system, served on a free loopback port."""
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRun:
    """What a run of a small pack left behind."""

    results: PytestResults
    raw: Path
    output: str
    code: int

    def result(self, test: str) -> CheckResult:
        """The result whose key ends with this."""
        return next(one for one in self.results.results if one.key.endswith(test))


RunPack = Callable[..., PackRun]


def make_job(folder: Path, base_url: str = "http://127.0.0.1:9", **fields: Any) -> Job:
    """A job for packs below `folder`."""
    browser = BrowserToUse(path=browser_path(), arguments=("--no-sandbox",))
    return Job(
        stage="regression",
        side=Side.BASELINE,
        system="Tiny",
        version="1.0",
        base_url=base_url,
        evidence=str(folder / "run" / "raw"),
        project=str(folder),
        browser=browser,
        users=(JobUser(role="clerk", username="kim", password_variable="TINY_PASSWORD"),),
        sign_in=SignIn(path="/signin", success_text="Home", check_path="/"),
        api=Api(base="/api", sign_in=ApiSignIn.TOKEN, token_path="/api/token", openapi="/api/openapi.json"),
        databases={"tiny": Database(url="sqlite:///{home}/tiny.db")},
        **fields,
    )


def browser_path() -> str:
    """An installed Chromium, or nothing for Playwright's own."""
    import shutil

    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), "")


@pytest.fixture
def run_pack(tmp_path: Path) -> RunPack:
    """Run pytest over a small pack in a child process and read what it recorded."""
    return pack_runner(tmp_path)


def pack_runner(folder: Path) -> RunPack:
    """What `run_pack` is, for a folder that outlives one test."""

    def run(test: str, *arguments: str, job: Job | None = None, **files: str) -> PackRun:
        suites = folder / "suites"
        suites.mkdir(exist_ok=True)
        (suites / "test_pack.py").write_text(dedent(test), encoding="utf-8")
        (suites / "pytest.toml").write_text('[pytest]\naddopts = ["--import-mode=importlib"]\n')
        for name, text in files.items():
            (suites / f"{name}.py").write_text(dedent(text), encoding="utf-8")
        job = job or make_job(folder)
        environment = {**os.environ, "GONOGO_JOB": str(write_job(job, folder / "job.json"))}
        environment["TINY_PASSWORD"] = PASSWORD
        environment.pop("PYTEST_ADDOPTS", None)
        raw = Path(job.evidence)
        done = subprocess.run(
            [
                sys.executable, "-m", "pytest", "suites", "--rootdir", ".", "-p", "no:cacheprovider",
                "--output", str(raw / "playwright"), "-o", "enable_assertion_pass_hook=true", *arguments,
            ],
            cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        data = (raw / "results.jsonl").read_bytes() if (raw / "results.jsonl").exists() else b""
        return PackRun(
            results=read_results(data), raw=raw, output=done.stdout + done.stderr, code=done.returncode
        )

    return run
