"""Signing in and out.

Test users stand in gonogo.toml as `[users."rent officer"]`; how the system signs people in, as `[sign_in]`.
`a test user` is the first of them, for scenarios that any role can carry out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.browsing import is_signed_in, send_form, sign_in_form, sign_out, what_it_said
from gonogo.browsing import sign_in as sign_in_through_the_form
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.reaching import reaching
from gonogo.steps.sentence import sentence

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk


@sentence("I am signed in as {role:role}")
def signed_in_as(desk: Desk, role: str) -> None:
    """Have a session of the test user with this role; one that was signed in before is used again."""
    role = desk.worker.role(role)
    page = desk.start_session(role)
    if desk.is_arrived:
        desk.worker.sign_in(page, role)


@sentence("I sign in as {role:role}")
def sign_in(desk: Desk, role: str) -> None:
    """Sign in through the sign-in page, with a browser that knows nothing of earlier sessions."""
    role = desk.worker.role(role)
    desk.start_session()
    with reaching("the sign-in page"):
        sign_in_through_the_form(desk.page, desk.worker.job, role)
    desk.role = role


@sentence('I sign in as "{username:text}" with the password "{password:text}"')
def sign_in_with(desk: Desk, username: str, password: str) -> None:
    """Send the sign-in form with these words, whether or not they are right. Never write a real password."""
    desk.start_session()
    with reaching("the sign-in page"):
        send_form(desk.page, desk.worker.job, username, password)


@sentence("I try to sign in as {role:role} with a wrong password")
def sign_in_wrongly(desk: Desk, role: str) -> None:
    """Send the sign-in form with the test user's name and a password that cannot be right."""
    sign_in_with(desk, desk.worker.job.user(desk.worker.role(role)).username, "not the password")


@sentence("I am not signed in")
def not_signed_in(desk: Desk) -> None:
    """Begin with a browser that has no session."""
    desk.start_session()


@sentence("I sign out")
def sign_out_now(desk: Desk) -> None:
    """End the session as `[sign_in]` says: by its button or link, or by its address."""
    desk.left_session = desk.page.context.storage_state()
    # Without this, a later scenario would be handed the session that ends here.
    desk.worker.sessions.pop(desk.kept_role, None)
    sign_out(desk.page, desk.worker.job)
    desk.role = desk.kept_role = ""


@sentence("I come back with the session I had before signing out")
def come_back(desk: Desk) -> None:
    """Use the cookies from before signing out, as somebody who copied them could."""
    if desk.left_session is None:
        raise CannotCheck("Nobody has signed out in this scenario before this step.")
    desk.start_session(state=desk.left_session)


@sentence("I am signed in")
def check_signed_in(desk: Desk) -> None:
    """The page was made for a signed-in user."""
    if not is_signed_in(desk.page, desk.worker.job):
        raise NotAsExpected("to be signed in", f"the page says: {what_it_said(desk.page)}", desk.where)


@sentence("I am asked to sign in")
def check_asked_to_sign_in(desk: Desk) -> None:
    """The page is the sign-in page, or shows its form."""
    page = desk.page
    on_the_page = page.url.split("?")[0].rstrip("/").endswith(sign_in_form(desk.worker.job).path.rstrip("/"))
    if is_signed_in(page, desk.worker.job) or not (
        on_the_page or page.locator("input[type=password]").count()
    ):
        raise NotAsExpected("to be asked to sign in", f'the page is "{page.title()}"', desk.where)
