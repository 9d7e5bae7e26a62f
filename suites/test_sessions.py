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


@pytest.mark.parametrize("place", ["https://example.org/", "//example.org/", "/\\example.org"])
def test_signing_in_leads_nowhere_else(page, job, base_url, place):
    """Signing in never leads to another site."""
    page.goto(f"/signin?next={place}")
    page.get_by_label("User name").fill(job.user("rent officer").username)
    page.get_by_label("Password").fill(job.password("rent officer"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert page.url.startswith(base_url)


def test_leaver_cannot_sign_in(page, job):
    """A user who was deactivated cannot sign in with the right password."""
    page.goto("/signin")
    page.get_by_label("User name").fill("sleaver")
    page.get_by_label("Password").fill(job.password("rent officer"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("This account is not active")


@pytest.mark.once
@pytest.mark.discipline("security")
def test_wrong_passwords_lock_the_account(page, job):
    """After five wrong passwords even the right one does not open the account."""
    for password in [*(f"wrong-{number}" for number in range(5)), job.password("rent officer")]:
        page.goto("/signin")
        page.get_by_label("User name").fill("cmorris")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("This account is locked")
