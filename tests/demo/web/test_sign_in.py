"""Signing in, signing out, and what protects both."""

from __future__ import annotations

import re

import pytest

from .conftest import CLERK, MANAGER, OFFICER, PASSWORD, Site


def test_the_right_password_opens_the_home_page(site: Site) -> None:
    browser = site.stranger()
    response = browser.sign_in(OFFICER)
    assert response.headers["Location"] == "/"
    assert "Jack Hughes (Rent officer)" in browser.get("/").text


@pytest.mark.parametrize(
    ("username", "password", "message"),
    [
        ("", PASSWORD, "Enter your user name"),
        (OFFICER, "", "Enter your password"),
        (OFFICER, "wrong", "The user name or password is not right"),
        ("nobody", "wrong", "The user name or password is not right"),
        ("sleaver", PASSWORD, "This account is not active"),
    ],
)
def test_what_is_wrong_is_said(fresh: Site, username: str, password: str, message: str) -> None:
    text = fresh.stranger().sign_in(username, password).text
    assert message in text
    assert "There is a problem" in text
    assert "<title>Error: Sign in" in text


def test_five_wrong_tries_lock_the_account_until_a_manager_unlocks_it(fresh: Site) -> None:
    for _ in range(5):
        fresh.stranger().sign_in(CLERK, "wrong")
    assert "locked after 5 wrong tries" in fresh.stranger().sign_in(CLERK).text
    manager = fresh.as_user(MANAGER)
    assert "Locked" in manager.get("/admin/users").text
    assert "User unlocked" in manager.post(f"/admin/users/{CLERK}/unlock").text
    assert fresh.stranger().sign_in(CLERK).status_code == 302


def test_a_password_never_comes_back_in_the_page(site: Site) -> None:
    assert "hunter2hunter2" not in site.stranger().sign_in(OFFICER, "hunter2hunter2").text


def test_signing_out_ends_the_session_even_for_who_kept_its_cookie(site: Site) -> None:
    browser = site.as_user(OFFICER)
    cookie = browser.client.get_cookie("meridian_session")
    assert cookie is not None
    response = browser.post("/signout")
    assert "You have signed out." in response.text
    browser.client.set_cookie("meridian_session", cookie.value)
    assert browser.get("/").headers["Location"] == "/signin?next=/"


def test_the_session_key_changes_at_sign_in(site: Site) -> None:
    browser = site.stranger()
    browser.get("/signin")
    before = browser.client.get_cookie("meridian_session")
    browser.sign_in(OFFICER)
    after = browser.client.get_cookie("meridian_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_the_cookie_cannot_be_read_by_scripts(site: Site) -> None:
    assert "HttpOnly" in site.stranger().sign_in(OFFICER).headers["Set-Cookie"]


def test_a_visitor_goes_on_to_the_page_they_wanted(site: Site) -> None:
    browser = site.stranger()
    page = browser.client.get("/tenancies?q=smith", follow_redirects=True)
    assert page.request.path == "/signin"
    wanted = re.search(r'name="next" value="([^"]+)"', page.text)
    assert wanted is not None
    response = browser.sign_in(OFFICER, next=wanted.group(1))
    assert response.headers["Location"] == "/tenancies?q=smith"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", "/\tx"]
)
def test_signing_in_never_leads_to_another_site(site: Site, elsewhere: str) -> None:
    assert site.stranger().sign_in(OFFICER, next=elsewhere).headers["Location"] == "/"


@pytest.mark.parametrize("token", ["", "made-up"])
def test_a_form_without_this_sessions_token_is_refused(site: Site, token: str) -> None:
    browser = site.as_user(OFFICER)
    sent = {"amount": "1.00", "method": "Cash", "csrf_token": token}
    response = browser.client.post("/accounts/A000017/payment", data=sent)
    assert response.status_code == 400
    assert "This form has expired" in response.text


def test_a_sign_in_without_the_pages_token_is_refused(site: Site) -> None:
    sent = {"username": OFFICER, "password": PASSWORD}
    assert site.stranger().client.post("/signin", data=sent).status_code == 400


def test_a_deactivated_user_is_out_at_once(fresh: Site) -> None:
    officer = fresh.as_user(OFFICER)
    assert "User deactivated" in fresh.as_user(MANAGER).post(f"/admin/users/{OFFICER}/deactivate").text
    assert officer.get("/").status_code == 302


def test_a_new_role_counts_at_once(fresh: Site) -> None:
    clerk = fresh.as_user(CLERK)
    assert clerk.get("/arrears").status_code == 403
    manager = fresh.as_user(MANAGER)
    assert (
        "Role changed to Rent officer" in manager.post(f"/admin/users/{CLERK}/role", role="rent_officer").text
    )
    assert clerk.get("/arrears").status_code == 200


def test_a_changed_password_ends_the_users_other_sessions(fresh: Site) -> None:
    here, elsewhere = fresh.as_user(OFFICER), fresh.as_user(OFFICER)
    new = "another-password-1"
    text = here.post("/profile/password", current=PASSWORD, new=new, again=new).text
    assert "Password changed" in text
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert fresh.stranger().sign_in(OFFICER, new).status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "again", "message"),
    [
        ("", "long-enough-1", "long-enough-1", "Enter your current password"),
        ("wrong", "long-enough-1", "long-enough-1", "Current password is not right"),
        (PASSWORD, "short", "short", "Password must be at least 10 characters"),
        (PASSWORD, "long-enough-1", "long-enough-2", "The new passwords do not match"),
    ],
)
def test_a_bad_change_of_password_is_explained(
    site: Site, current: str, new: str, again: str, message: str
) -> None:
    text = site.as_user(OFFICER).post("/profile/password", current=current, new=new, again=again).text
    assert message in text
