"""What each answer tells the browser."""

from __future__ import annotations

import re

import pytest

from .conftest import OFFICER, Site

PAGES = (
    "/signin",
    "/",
    "/tenancies",
    "/about",
    "/nothing",
    "/admin/users",
    "/api/v1/version",
    "/reports/rent-roll.csv",
)


@pytest.mark.parametrize("path", PAGES)
def test_security_headers_are_on_every_answer(site: Site, path: str) -> None:
    headers = site.as_user(OFFICER).get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_no_page_has_scripts_or_styles_inside_it(site: Site) -> None:
    officer = site.as_user(OFFICER)
    for path in ("/", "/tenancies", "/accounts/A000017", "/letters/new", "/repairs/R000001"):
        page = officer.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", page), path


def test_assets_are_named_by_their_content_and_kept(site: Site) -> None:
    page = site.stranger().get("/signin").text
    addresses = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert len(addresses) == 3
    for address in addresses:
        assert re.fullmatch(r"/assets/[a-z]+-[0-9a-f]{10}\.(css|js|svg)", address)
        response = site.stranger().get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
    assert site.stranger().get("/assets/meridian.css").status_code == 404


def test_nothing_is_fetched_from_another_site(site: Site) -> None:
    for path in ("/signin", "/help", "/about"):
        page = site.stranger().get(path).text
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
