"""How the system is used besides its address: signing in, its JSON API, its batch jobs, its databases.

Declared once in gonogo.toml (`[sign_in]`, `[api]`, `[batch.<name>]`, `[databases.<name>]`) and shared by
every stage, so that a behave step, a pytest fixture, a Locust user and the web scanner sign in the same way.
"""

from __future__ import annotations

from enum import StrEnum

from gonogo.model.base import Record


class SignInForm(Record, frozen=True, kw_only=True):
    """The sign-in form as a client without a browser posts it.

    Hidden fields of the form (CSRF tokens, return addresses) are always read from the page and sent along.

    Attributes:
        action: path the form posts to; empty takes the form's own `action`, else the page's path.
        username_field, password_field: `name` attributes; empty takes the text field and the password
            field of the form that holds a password field.
        fields: further fields to send (`remember = "no"`); they win over hidden fields.
    """

    action: str = ""
    username_field: str = ""
    password_field: str = ""
    fields: dict[str, str] = {}


class SignIn(Record, frozen=True, kw_only=True):
    """How a person signs in, and how we know that it worked.

    Empty labels are allowed: the form with a password field is then found by its structure.

    Attributes:
        path: the page with the sign-in form.
        username_label, password_label: visible labels of the two fields.
        button: visible name of the button that sends the form.
        success_text: text that every page shows to a signed-in user, and to nobody else.
        success_selector: CSS selector that matches for a signed-in user only. When this and
            `success_text` are both empty, success is that the form with a password field is gone.
        check_path: a page that only signed-in users see, to tell whether a session still holds.
        sign_out_path: address that ends the session when opened (GET); empty when there is none.
        sign_out_button: visible name of the button or link that ends the session.
        form: how the form is sent without a browser.
    """

    path: str = "/login"
    username_label: str = ""
    password_label: str = ""
    button: str = ""
    success_text: str = ""
    success_selector: str = ""
    check_path: str = "/"
    sign_out_path: str = ""
    sign_out_button: str = ""
    form: SignInForm = SignInForm()


class ApiSignIn(StrEnum):
    """How a program proves who it is to the JSON API."""

    NONE = "none"
    """The API is open."""
    BASIC = "basic"
    """User name and password in every request (HTTP Basic)."""
    TOKEN = "token"  # noqa: S105 - the name of a method
    """User name and password are exchanged for a token first, sent as `Authorization: <scheme> <token>`."""
    SESSION = "session"
    """The session cookie of a browser-less sign-in through the sign-in form."""


class Api(Record, frozen=True, kw_only=True):
    """The system's JSON (and XML) interfaces.

    Attributes:
        base: path before every address that does not start with `/`.
        sign_in: how requests are authorised.
        token_path, username_field, password_field: where and how a token is asked for (JSON, POST).
        token_field: field of the answer that holds the token.
        scheme: word before the token in the Authorization header.
        headers: further headers of every request (`X-Requested-With`); `{url}` is the side's address.
        openapi: path of the OpenAPI document; empty when there is none.
    """

    base: str = "/"
    sign_in: ApiSignIn = ApiSignIn.NONE
    token_path: str = ""
    username_field: str = "username"
    password_field: str = "password"  # noqa: S105 - the name of a field
    token_field: str = "access_token"  # noqa: S105 - the name of a field
    scheme: str = "Bearer"
    headers: dict[str, str] = {}
    openapi: str = ""


class BatchCommand(Record, frozen=True, kw_only=True):
    """A batch job that is started from the command line.

    Attributes:
        command: program and arguments. `{home}`, `{url}`, `{python}`, `{version}` are filled in; `{date}` and
            other names may be given by the step that runs it.
        output: file the job writes, relative to the target's home; a pattern (`out/*.csv`) means the newest.
        timeout_s: seconds it may take.
        environment: further variables; never secrets.
    """

    command: tuple[str, ...]
    output: str = ""
    timeout_s: float = 120.0
    environment: dict[str, str] = {}


class Database(Record, frozen=True, kw_only=True):
    """A database that checks may read, never write.

    Attributes:
        url: SQLAlchemy address; `{home}` is filled in. `env:NAME` takes the whole address from that
            variable, which is how one with a password is given.
    """

    url: str
