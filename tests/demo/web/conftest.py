"""The web application of any build, and people signed in to it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gonogo.demo.home import write_build
from gonogo.demo.installation import install, upgrade
from gonogo.demo.releases import make_build
from gonogo.demo.web import create_app
from gonogo.demo.web.application import close_app

PASSWORD = "first-password-of-everyone"
OFFICER, CLERK, MANAGER = "jhughes", "lwalsh", "mpatel"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Somebody at the site: what they send carries the form token, as a browser's forms do."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers or None)

    def token(self, path: str = "/profile/password") -> str:
        found = _TOKEN.search(self.client.get(path).text)
        assert found, f"no form at {path}"
        return found.group(1)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Sends a form, and follows to the page it leads to."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields}, follow_redirects=True)

    def sign_in(self, username: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        token = self.token("/signin")
        sent = {"username": username, "password": password, "csrf_token": token, **fields}
        return self.client.post("/signin", data=sent)


class Site:
    """One running build."""

    def __init__(self, app: Flask, home: Path) -> None:
        self.app = app
        self.home = home

    def stranger(self) -> Browser:
        return Browser(self.app)

    def as_user(self, username: str) -> Browser:
        browser = Browser(self.app)
        response = browser.sign_in(username)
        assert response.status_code == 302, response.text
        return browser

    def bearer(self, username: str) -> dict[str, str]:
        sent = {"username": username, "password": PASSWORD}
        answer = self.app.test_client().post("/api/v1/token", json=sent).get_json()
        return {"Authorization": f"Bearer {answer['access_token']}"}


MakeSite = Callable[..., Site]


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One installation of each release; copied before use."""
    folder = tmp_path_factory.mktemp("homes")
    install(folder / "8.1", "8.1", PASSWORD)
    for version in ("8.2.0", "8.2.1"):
        shutil.copytree(folder / "8.1", folder / version)
        upgrade(folder / version, make_build(version))
    return {version: folder / version for version in ("8.1", "8.2.0", "8.2.1")}


def _open(
    stack: ExitStack,
    homes: dict[str, Path],
    folder: Path,
    version: str,
    faults: tuple[str, ...],
    variation: str,
) -> Site:
    home = folder / f"home-{len(list(folder.iterdir()))}"
    shutil.copytree(homes[version], home)
    build = make_build(version, faults, (variation,) if variation else ())
    write_build(home, build)
    app = create_app(home, build)
    stack.callback(close_app, app)
    return Site(app, home)


@pytest.fixture
def make_site(tmp_path: Path, homes: dict[str, Path]) -> Iterator[MakeSite]:
    """Makes a site of its own: `make_site("8.2.1", "a-fault", variation="…")`."""
    with ExitStack() as stack:

        def make(version: str = "8.2.1", *faults: str, variation: str = "") -> Site:
            return _open(stack, homes, tmp_path, version, faults, variation)

        yield make


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, homes: dict[str, Path]) -> Iterator[Site]:
    """A site of 8.2.1 that the tests of a module share; what one of them writes, the others must not mind."""
    with ExitStack() as stack:
        yield _open(stack, homes, tmp_path_factory.mktemp("site"), "8.2.1", (), "")


@pytest.fixture
def fresh(make_site: MakeSite) -> Site:
    """A site of 8.2.1 of the test's own."""
    return make_site()
