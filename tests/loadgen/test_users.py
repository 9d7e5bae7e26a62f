from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gonogo.job import VARIABLE, Job, JobUser, write_job
from gonogo.loadgen.users import SignInError, api_headers, job, sign_in
from gonogo.model import Api, ApiSignIn, Side, SignIn
from gonogo.model.errors import ConfigError

FORM = """<form action="/signin" method="post"><input type="hidden" name="csrf" value="t0k3n">
<input name="username"><input type="password" name="password"></form>"""


@dataclass
class Client:
    """Answers in turn, and remembers what it was asked."""

    answers: list[tuple[int, str]]
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def get(self, path: str, **options: Any) -> Any:
        return self._next("GET", path, options)

    def post(self, path: str, **options: Any) -> Any:
        return self._next("POST", path, options)

    def _next(self, method: str, path: str, options: dict[str, Any]) -> Any:
        self.asked.append((method, path, options))
        status, text = self.answers.pop(0)
        return SimpleNamespace(status_code=status, text=text, json=lambda: {"access_token": text})


def user(*answers: tuple[int, str]) -> Any:
    return SimpleNamespace(client=Client(list(answers)))


@pytest.fixture
def make_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def write(**changed: Any) -> None:
        plain = Job(
            stage="load", side=Side.BASELINE, system="Meridian", version="8.1", base_url="http://127.0.0.1:1",
            evidence="raw", project=".",
            users=(JobUser(role="rent officer", username="jhughes", password_variable="PASSWORD_OF_JHUGHES"),),
            **changed,
        )  # fmt: skip
        monkeypatch.setenv(VARIABLE, str(write_job(plain, tmp_path / "job.json")))
        monkeypatch.setenv("PASSWORD_OF_JHUGHES", "a secret & more")

    return write


def test_the_form_is_filled_in_with_its_hidden_fields(make_job: Any) -> None:
    make_job(sign_in=SignIn(path="/signin", success_text="Sign out"))
    visitor = user((200, FORM), (200, "<button>Sign out</button>"))
    sign_in(visitor, "rent officer")
    method, path, options = visitor.client.asked[1]
    assert (method, path) == ("POST", "/signin")
    assert options["data"] == "csrf=t0k3n&username=jhughes&password=a+secret+%26+more"


def test_signing_in_is_told_apart_from_the_journeys(make_job: Any) -> None:
    make_job(sign_in=SignIn(path="/signin", success_text="Sign out"))
    visitor = user((200, FORM), (200, "Sign out"))
    sign_in(visitor, "rent officer")
    assert {options["name"] for _, _, options in visitor.client.asked} == {"/signin (signing in)"}


@pytest.mark.parametrize(
    ("how", "answer"),
    [
        (SignIn(path="/signin", success_text="Sign out"), "The user name or password is not right"),
        (SignIn(path="/signin"), FORM),
        (SignIn(path="/signin"), ""),
    ],
)
def test_a_refusal_is_an_error_without_the_password(make_job: Any, how: SignIn, answer: str) -> None:
    make_job(sign_in=how)
    with pytest.raises(SignInError, match=r"could not sign in at /signin \(200\)") as error:
        sign_in(user((200, FORM), (200, answer)), "rent officer")
    assert "secret" not in str(error.value)


def test_without_a_sign_of_success_no_password_field_is_one(make_job: Any) -> None:
    make_job(sign_in=SignIn(path="/signin"))
    sign_in(user((200, FORM), (200, "<h1>Home</h1>")), "rent officer")


def test_a_token_is_asked_for_where_the_api_works_with_tokens(make_job: Any) -> None:
    api = Api(base="/api/v1", sign_in=ApiSignIn.TOKEN, token_path="/api/v1/token", headers={"X-Any": "1"})
    make_job(api=api)
    visitor = user((200, "abc"))
    assert api_headers(visitor, "rent officer") == {"X-Any": "1", "Authorization": "Bearer abc"}
    assert visitor.client.asked[0][2]["json"] == {"username": "jhughes", "password": "a secret & more"}


def test_no_token_is_an_error(make_job: Any) -> None:
    make_job(api=Api(sign_in=ApiSignIn.TOKEN, token_path="/token"))
    with pytest.raises(SignInError, match=r"/token gave no token to the rent officer test user \(401\)"):
        api_headers(user((401, "")), "rent officer")


def test_other_ways_into_the_api(make_job: Any) -> None:
    make_job(api=Api(sign_in=ApiSignIn.BASIC))
    assert api_headers(user(), "rent officer") == {"Authorization": "Basic amh1Z2hlczphIHNlY3JldCAmIG1vcmU="}
    make_job(api=Api(sign_in=ApiSignIn.SESSION, headers={"X-Requested-With": "us"}))
    assert api_headers(user(), "rent officer") == {"X-Requested-With": "us"}
    make_job()
    assert api_headers(user(), "rent officer") == {}


def test_an_unknown_role_is_named(make_job: Any) -> None:
    make_job()
    with pytest.raises(ConfigError, match="'plumber'"):
        sign_in(user((200, FORM)), "plumber")


def test_by_hand_there_is_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(ConfigError, match="no job names them"):
        job()
