"""Signing in and out through the application's own form, by the words a person reads (`[sign_in]`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.model import SignIn

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from gonogo.job import Job

PASSWORD_FIELD = "input[type=password]"  # noqa: S105 - a selector

_IS_SIGNED_IN = """([selector, text]) => {
    if (selector) return document.querySelector(selector) !== null;
    if (!text) return document.querySelector('input[type=password]') === null;
    const tidy = words => (words || '').replace(/\\s+/g, ' ').toLowerCase();
    const holds = words => tidy(words).includes(tidy(text));
    // Links and buttons count when they are folded away in a menu, too.
    const named = document.querySelectorAll('a, button, input[type=submit], input[type=button], [role=menuitem]');
    return holds(document.body?.innerText) || Array.from(named).some(
        e => holds(e.textContent) || holds(e.value) || holds(e.getAttribute('aria-label')));
}"""


class SignInError(AssertionError):
    """The application did not let the test user in. An assertion: it says something about the application."""


def sign_in_form(job: Job) -> SignIn:
    """How the job signs in; what is not declared is found on the page itself."""
    return job.sign_in or SignIn()


def sign_in(page: Page, job: Job, role: str) -> None:
    """Sign in as the test user of a role, and make sure that it worked.

    Raises:
        ConfigError: the role has no test user, or its password is not set.
        SignInError: the form is not there, or the application refused; says what the page said.
    """
    user, password = job.user(role), job.password(role)
    send_form(page, job, user.username, password)
    if not is_signed_in(page, job):
        raise SignInError(f"The {role} test user could not sign in. The page said: {what_it_said(page)}")


def send_form(page: Page, job: Job, username: str, password: str) -> None:
    """Open the sign-in page, fill the form in and send it; whether it worked is not looked at.

    Raises:
        SignInError: the page has no form with a password field.
    """
    how = sign_in_form(job)
    page.goto(how.path)
    form = page.locator("form").filter(has=page.locator(PASSWORD_FIELD)).first
    password_field = _labelled(page, how.password_label) or page.locator(PASSWORD_FIELD)
    if password_field.count() == 0:
        raise SignInError(
            f"{how.path} shows no sign-in form: there is no password field. It shows: {what_it_said(page)}"
        )
    username_field = _labelled(page, how.username_label) or form.locator(
        "input[type=text], input[type=email], input:not([type])"
    )
    username_field.first.fill(username)
    password_field.first.fill(password)
    _button(form, how).click()
    page.wait_for_load_state()


def is_signed_in(page: Page, job: Job) -> bool:
    """Whether the page that is open was made for a signed-in user, as `[sign_in]` tells one."""
    how = sign_in_form(job)
    # One evaluation instead of locators: the first locator on a page costs half as much as loading it.
    return bool(page.evaluate(_IS_SIGNED_IN, [how.success_selector, how.success_text]))


def sign_out(page: Page, job: Job) -> None:
    """End the session: by the button or link where one is declared, else by the address that ends it.

    Raises:
        SignInError: neither is declared, or the button is not on the page.
    """
    how = sign_in_form(job)
    if how.sign_out_button:
        named = page.get_by_role("button", name=how.sign_out_button, exact=True).or_(
            page.get_by_role("link", name=how.sign_out_button, exact=True)
        )
        if named.count() == 0:
            raise SignInError(f"The page has no button or link {how.sign_out_button!r} to sign out with.")
        named.first.click()
        page.wait_for_load_state()
    elif how.sign_out_path:
        page.goto(how.sign_out_path)
    else:
        raise SignInError("[sign_in] does not say how to sign out: set sign_out_button or sign_out_path.")


def what_it_said(page: Page) -> str:
    """The page's own words about what happened: its alert, else its title, on one line."""
    alert = page.get_by_role("alert")
    return " ".join(alert.first.inner_text().split()) if alert.count() else page.title()


def _labelled(page: Page, label: str) -> Locator | None:
    if not label:
        return None
    by_label = page.get_by_label(label, exact=True)
    return by_label if by_label.count() else page.locator(f'[name="{label}"]')


def _button(form: Locator, how: SignIn) -> Locator:
    if how.button:
        return form.get_by_role("button", name=how.button, exact=True).first
    return form.locator("button:not([type=button]), input[type=submit]").first
