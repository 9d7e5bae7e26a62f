"""What a locustfile needs to act as the project's test users: sign in, and get past the API's door.

    from locust import FastHttpUser, task
    from gonogo.loadgen.users import api_headers, sign_in

    class RentOfficer(FastHttpUser):
        def on_start(self):
            sign_in(self, "rent officer")

        @task
        def rent_search(self):
            self.client.get("/tenancies?q=Smith", name="/tenancies?q=<surname>")

How the system is signed in to stands in `gonogo.toml` (`[sign_in]`, `[api]`, `[users]`), once for all stages.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Protocol
from urllib.parse import urlencode, urljoin

from lxml import html as lxml_html

from gonogo.job import Job, current_job
from gonogo.model import Api, ApiSignIn, SignIn
from gonogo.model.errors import ConfigError
from gonogo.readers.sign_in_form import read_sign_in_form


class SignInError(Exception):
    """The system did not let a test user in."""


class _WithClient(Protocol):
    """HttpUser and FastHttpUser alike."""

    client: Any


def job() -> Job:
    """What this load test was started for.

    Raises:
        ConfigError: Locust was started by hand, without gonogo.
    """
    found = current_job()
    if found is None:
        raise ConfigError(
            "This locustfile signs in with the test users of gonogo.toml, and no job names them.",
            remedy="Run it with `gonogo run`, or set GONOGO_JOB to the job.json of an earlier run.",
        )
    return found


def sign_in(user: _WithClient, role: str) -> None:
    """Sign a Locust user in as the test user of a role, by the system's own form. Its session is kept.

    Raises:
        SignInError: the system refused, or shows no sign-in form.
        ConfigError: the role has no test user, or its password is not set.
    """
    here = job()
    how = here.sign_in or SignIn()
    account, password = here.user(role), here.password(role)
    page = user.client.get(how.path, name=f"{how.path} (signing in)")
    form = read_sign_in_form(page.text or "", how, username=account.username, password=password)
    answer = user.client.post(
        urljoin(how.path, form.path),
        data=urlencode(form.fields),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        name=f"{how.path} (signing in)",
    )
    if not _is_signed_in(answer.text or "", how):
        raise SignInError(f"The {role} test user could not sign in at {how.path} ({answer.status_code}).")


def api_headers(user: _WithClient, role: str) -> dict[str, str]:
    """The headers that authorise a role's API requests; asks for a token where the API works with tokens.

    Raises:
        SignInError: no token was given.
        ConfigError: the role has no test user, or its password is not set.
    """
    here = job()
    api = here.api or Api()
    match api.sign_in:
        case ApiSignIn.NONE | ApiSignIn.SESSION:
            return dict(api.headers)
        case ApiSignIn.BASIC:
            pair = f"{here.user(role).username}:{here.password(role)}"
            return {**api.headers, "Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        case ApiSignIn.TOKEN:
            return {**api.headers, "Authorization": f"{api.scheme} {_token(user, here, api, role)}"}


def _token(user: _WithClient, here: Job, api: Api, role: str) -> str:
    body = {api.username_field: here.user(role).username, api.password_field: here.password(role)}
    answer = user.client.post(api.token_path, json=body, name=f"{api.token_path} (signing in)")
    token = answer.json().get(api.token_field, "") if answer.status_code == 200 else ""
    if not token:
        raise SignInError(f"{api.token_path} gave no token to the {role} test user ({answer.status_code}).")
    return str(token)


def _is_signed_in(page: str, how: SignIn) -> bool:
    if how.success_text:
        return how.success_text in page
    # A CSS selector needs a browser; without one, being signed in is that no password is asked for.
    document = lxml_html.document_fromstring(page) if page.strip() else None
    return document is not None and not document.xpath('//input[@type="password"]')
