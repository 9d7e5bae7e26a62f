"""`[sign_in]`, `[api]`, `[batch.<name>]` and `[databases.<name>]` of gonogo.toml: how the system is used.

They belong to the system, not to one stage: UAT, regression, load and security all sign in by them. Each
model turns into its record (`gonogo.model.access`), which reaches the tools through `Job`.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from pydantic import BaseModel, Field, field_validator, model_validator

from gonogo.model import Api, ApiSignIn, BatchCommand, Database, SignIn, SignInForm

SitePath = Annotated[str, Field(pattern=r"^/")]


class SignInFormOptions(BaseModel, extra="forbid", frozen=True):
    """`[sign_in.form]`: the sign-in form for clients without a browser (load test, scanner, API session)."""

    action: str = Field(default="", description="Path the form posts to; empty: the form's own action.")
    username_field: str = Field(
        default="", description="Name of the user name field; empty: found by itself."
    )
    password_field: str = Field(default="", description="Name of the password field; empty: found by itself.")
    fields: dict[str, str] = Field(
        default_factory=dict,
        description="Further fields to send. Hidden fields (CSRF) are always read from the page and sent.",
    )

    def record(self) -> SignInForm:
        """The record the tools are given."""
        return SignInForm(**self.model_dump())


class SignInOptions(BaseModel, extra="forbid", frozen=True):
    """`[sign_in]`: how a person signs in, and how we know that it worked."""

    path: SitePath = Field(default="/login", description="The page with the sign-in form.")
    username_label: str = Field(
        default="", description="Label of the user name field; empty: found by itself."
    )
    password_label: str = Field(
        default="", description="Label of the password field; empty: found by itself."
    )
    button: str = Field(default="", description="Name of the button that signs in; empty: the form's button.")
    success_text: str = Field(default="", description="Text that only a signed-in user sees, on every page.")
    success_selector: str = Field(
        default="", description="CSS selector that matches for signed-in users only."
    )
    check_path: SitePath = Field(default="/", description="A page that tells whether a session still holds.")
    sign_out_path: str = Field(default="", pattern=r"^(/.*)?$", description="Address that ends the session.")
    sign_out_button: str = Field(default="", description="Name of the button or link that ends the session.")
    form: SignInFormOptions = Field(
        default_factory=SignInFormOptions, description="The form without a browser."
    )

    def record(self) -> SignIn:
        """The record the tools are given."""
        return SignIn(**{**self.model_dump(exclude={"form"}), "form": self.form.record()})


class ApiOptions(BaseModel, extra="forbid", frozen=True):
    """`[api]`: the system's JSON and XML interfaces."""

    base: SitePath = Field(default="/", description="Path before every address that does not start with /.")
    sign_in: ApiSignIn = Field(default=ApiSignIn.NONE, description="How requests are authorised.")
    token_path: str = Field(
        default="", pattern=r"^(/.*)?$", description="Where a token is asked for (POST, JSON)."
    )
    username_field: str = Field(default="username", description="Field of the token request: the user name.")
    password_field: str = Field(default="password", description="Field of the token request: the password.")
    token_field: str = Field(default="access_token", description="Field of the answer that holds the token.")
    scheme: str = Field(default="Bearer", description="Word before the token in the Authorization header.")
    headers: dict[str, str] = Field(
        default_factory=dict, description="Further headers of every request; {url} is filled in."
    )
    openapi: str = Field(default="", pattern=r"^(/.*)?$", description="Path of the OpenAPI document.")

    @model_validator(mode="after")
    def _token_needs_a_path(self) -> ApiOptions:
        if self.sign_in is ApiSignIn.TOKEN and not self.token_path:
            raise ValueError('sign_in = "token" needs token_path, the address that gives tokens')
        return self

    def record(self) -> Api:
        """The record the tools are given."""
        return Api(**self.model_dump())


class BatchOptions(BaseModel, extra="forbid", frozen=True):
    """`[batch.<name>]`: a batch job that is started from the command line."""

    command: tuple[str, ...] = Field(
        min_length=1,
        description="Program and arguments; {home}, {url}, {python}, {version} are filled in.",
    )
    output: str = Field(
        default="", description="File it writes, relative to the target's home; may be a pattern."
    )
    timeout_s: float = Field(default=120.0, gt=0, le=86_400, description="Seconds it may take.")
    environment: dict[str, str] = Field(default_factory=dict, description="Further variables; never secrets.")

    @field_validator("output")
    @classmethod
    def _stays_in_the_home(cls, value: str) -> str:
        if ".." in PurePath(value).parts or PurePath(value).is_absolute():
            raise ValueError("output must be a path inside the target's home folder")
        return value

    def record(self) -> BatchCommand:
        """The record the tools are given."""
        return BatchCommand(**self.model_dump())


class DatabaseOptions(BaseModel, extra="forbid", frozen=True):
    """`[databases.<name>]`: a database that checks may read, never write."""

    url: str = Field(
        pattern=r"^(env:\w+|[a-z0-9+]+://.*)$",
        description="SQLAlchemy address ({home} is filled in), or env:NAME for one that holds a password.",
    )

    @field_validator("url")
    @classmethod
    def _holds_no_password(cls, value: str) -> str:
        authority = value.partition("://")[2].partition("/")[0]
        if "@" in authority and ":" in authority.partition("@")[0]:
            raise ValueError(
                'a password may not stand here; put the address in a variable and write "env:NAME"'
            )
        return value

    def record(self) -> Database:
        """The record the tools are given."""
        return Database(**self.model_dump())
