"""Signing in through the application's own form, by the words a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from gonogo.job import Job


class SignInError(AssertionError):
    """The application did not let the test user in. An assertion: it says something about the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInForm:
    """Where the form is and what its parts are called.

    Attributes:
        path: page that shows the form.
        username, password: label of the field, or the field's `name`; empty takes the form's password
            field and the text field before it.
        button: text of the button; empty takes the form's own submit button.
        signed_in: text that only a signed-in user sees; empty means the password field must be gone.
    """

    path: str = "/"
    username: str = ""
    password: str = ""
    button: str = ""
    signed_in: str = ""


def sign_in_form(job: Job) -> SignInForm:
    """The form as the job describes it; what the job leaves out is found on the page itself."""
    told = getattr(job, "sign_in", None)
    if told is None:
        return SignInForm()
    return SignInForm(
        **{name: getattr(told, name) for name in SignInForm.__slots__ if getattr(told, name, "")}
    )


def sign_in(page: Page, job: Job, role: str) -> None:
    """Sign in as the test user of a role, and make sure that it worked.

    Raises:
        ConfigError: the role has no test user, or its password is not set.
        SignInError: the form is not there, or the application refused; says what the page said.
    """
    user, password = job.user(role), job.password(role)
    form = sign_in_form(job)
    page.goto(form.path)
    password_field = _field(page, form.password, "input[type=password]")
    if password_field.count() == 0:
        raise SignInError(f"{form.path} shows no sign-in form: there is no password field.")
    within = page.locator("form").filter(has=page.locator("input[type=password]")).first
    _username_field(page, within, form).fill(user.username)
    password_field.first.fill(password)
    _button(within, form).click()
    page.wait_for_load_state()
    _expect_signed_in(page, form, role)


def _field(page: Page, label: str, otherwise: str) -> Locator:
    if not label:
        return page.locator(otherwise)
    by_label = page.get_by_label(label, exact=True)
    return by_label if by_label.count() else page.locator(f'[name="{label}"]')


def _username_field(page: Page, within: Locator, form: SignInForm) -> Locator:
    if form.username:
        return _field(page, form.username, "").first
    return within.locator("input[type=text], input[type=email], input:not([type])").first


def _button(within: Locator, form: SignInForm) -> Locator:
    if form.button:
        return within.get_by_role("button", name=form.button, exact=True).first
    return within.locator("button:not([type=button]), input[type=submit]").first


def _expect_signed_in(page: Page, form: SignInForm, role: str) -> None:
    if form.signed_in:
        is_in = page.get_by_text(form.signed_in).count() > 0 or (
            page.get_by_role("button", name=form.signed_in).count() > 0
        )
    else:
        is_in = page.locator("input[type=password]").count() == 0
    if is_in:
        return
    alert = page.get_by_role("alert")
    said = " ".join(alert.first.inner_text().split()) if alert.count() else page.title()
    raise SignInError(f"The {role} test user could not sign in. The page said: {said}")
