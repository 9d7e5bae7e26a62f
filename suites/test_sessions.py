"""Signing in and out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.must, pytest.mark.discipline("session"), pytest.mark.feature("Signing in")]


def test_signing_out_ends_the_session(page_as, browser, base_url):
    """After signing out, the old session opens nothing."""
    page = page_as("rent officer", is_fresh=True)
    page.goto("/")
    kept = page.context.storage_state()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{base_url}/signin?signed_out=1")
    context = browser.new_context(base_url=base_url, storage_state=kept)
    try:
        old = context.new_page()
        old.goto("/tenancies")
        expect(old.get_by_role("heading", level=1)).to_have_text("Sign in")
    finally:
        context.close()


def test_signing_in_leads_back_to_the_page_asked_for(page, job):
    """Signing in leads to the page that was asked for."""
    page.goto("/tenancies?q=Davies")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("User name").fill(job.user("rent officer").username)
    page.get_by_label("Password").fill(job.password("rent officer"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tenancies")
    expect(page.get_by_label("Name, reference, address or postcode")).to_have_value("Davies")


@pytest.fixture
def try_to_sign_in(http_as, job):
    """Send the sign-in form with a name and a password (the right one unless said otherwise)."""

    def send(username, password="", path="/signin"):
        fields = {"username": username, "password": password or job.password("rent officer")}
        return http_as("").submit(path, fields)

    return send


@pytest.mark.parametrize("place", ["https://example.org/", "//example.org/", "/\\example.org"])
def test_signing_in_leads_nowhere_else(try_to_sign_in, job, place):
    """Signing in never leads to another site."""
    answer = try_to_sign_in(job.user("rent officer").username, path=f"/signin?next={place}")
    assert answer.is_redirect
    assert answer.headers["location"] in ("/", f"{job.base_url}/"), (
        f"it leads to {answer.headers['location']}"
    )


def test_leaver_cannot_sign_in(try_to_sign_in):
    """A user who was deactivated cannot sign in with the right password."""
    answer = try_to_sign_in("sleaver")
    assert not answer.is_redirect, "the leaver was let in"
    assert "This account is not active" in answer.text


@pytest.mark.once
@pytest.mark.discipline("security")
def test_wrong_passwords_lock_the_account(try_to_sign_in):
    """After five wrong passwords even the right one does not open the account."""
    for number in range(5):
        answer = try_to_sign_in("cmorris", f"wrong-{number}")
        assert not answer.is_redirect
    answer = try_to_sign_in("cmorris")
    assert not answer.is_redirect, "the right password still opens the account"
    assert "This account is locked" in answer.text


@pytest.mark.once
def test_changed_password_is_the_one_that_counts(try_to_sign_in, http_as, job):
    """After a change of password the new one signs in and the old one does not."""
    old, new = job.password("rent officer"), "Regression-test-2"
    client = http_as("")
    client.submit("/signin", {"username": "kzaman", "password": old})
    client.submit("/profile/password", {"current": old, "new": new, "again": new})
    is_old_refused = not try_to_sign_in("kzaman", old).is_redirect
    is_new_taken = try_to_sign_in("kzaman", new).is_redirect
    client.submit("/profile/password", {"current": new, "new": old, "again": old})
    assert is_new_taken, "the new password does not open the account"
    assert is_old_refused, "the old password still opens the account"


@pytest.mark.once
@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("payment", {"amount": "0.02", "method": "Cash", "note": "regression"}),
        ("adjustment", {"direction": "charge", "amount": "0.02", "note": "regression"}),
    ],
    ids=["taking a payment", "posting an adjustment"],
)
def test_work_does_not_end_the_session(http_as, job, ours, form, fields):
    """Whoever has posted something is still signed in and can go on."""
    client = http_as("")
    client.submit(
        "/signin", {"username": job.user("rent officer").username, "password": job.password("rent officer")}
    )
    posted = client.submit(f"/accounts/A{ours}/{form}", fields, to=form)
    assert posted.is_redirect, f"the {form} was not taken"
    after = client.get(f"/accounts/A{ours}")
    assert after.status_code == 200, f"after the {form} the account answers {after.status_code}: signed out?"
