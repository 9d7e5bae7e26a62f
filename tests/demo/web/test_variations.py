"""Harmless differences of a build can be seen, and change nothing that a user is told."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from gonogo.demo.faults import PRE_EXISTING
from gonogo.demo.variations import VARIATIONS

from .conftest import OFFICER, MakeSite, Site

HERE = [variation.id for variation in VARIATIONS if variation.lives_in == "web"]
PAGES = ("/", "/tenancies?q=smith", "/accounts/A000017", "/repairs/new", "/letters/L000001")


def seen(site: Site, path: str) -> str:
    return site.as_user(OFFICER).get(path).text


def header(site: Site, name: str) -> str | None:
    return site.as_user(OFFICER).get("/").headers.get(name)


def ids(site: Site) -> bool:
    """Whether two views of a page carry different ids."""
    found = [re.findall(r'id="(m[0-9a-f]{12})"', seen(site, "/repairs/new")) for _ in range(2)]
    return bool(found[0]) and found[0] != found[1]


def banner(site: Site) -> bool:
    found = re.search(r'<p class="footer-banner" data-volatile>([^<]*)</p>', seen(site, "/"))
    return bool(found and found.group(1))


def style_sheet(site: Site) -> str:
    found = re.search(r'href="(/assets/[^"]+\.css)"', seen(site, "/"))
    assert found is not None
    return found.group(1)


def key_length(site: Site) -> int:
    cookie = site.as_user(OFFICER).client.get_cookie("meridian_session")
    assert cookie is not None
    return len(cookie.value)


def logged(site: Site) -> bool:
    """Whether the line of a request names its thread."""
    seen(site, "/about")
    log = (site.home / "logs" / "access.log").read_text(encoding="utf-8")
    return bool(re.search(r"^\S+Z \[[^\]]+\] .*/about", log, flags=re.MULTILINE))


LOOKS: dict[str, Callable[[Site], object]] = {
    "clock-text": lambda site: bool(re.search(r"Meridian Housing 8\.2\.1, \d\d:\d\d:\d\d<", seen(site, "/"))),
    "random-ids": ids,
    "build-number": lambda site: re.search(r'id="build">([^<]+)<', seen(site, "/about")).group(1),  # type: ignore[union-attr]
    "asset-hashes": style_sheet,
    "rotating-banner": banner,
    "reworded-footer": lambda site: re.search(r'footer-note">([^<]+)<', seen(site, "/")).group(1),  # type: ignore[union-attr]
    "extra-whitespace": lambda site: "\n\n\n" in seen(site, "/"),
    "session-cookie-value": key_length,
    "http-headers": lambda site: header(site, "ETag") is not None,
    "optional-api-field": lambda site: "api_revision" in seen(site, "/api/v1/tenancies/T000017"),
    "log-format": logged,
    "json-key-order": lambda site: seen(site, "/api/v1/tenancies/T000017").startswith('{"reference"'),
}


def told(page: str) -> str:
    """What the page tells apart from what is marked as volatile and the footer's wording."""
    page = re.sub(r"<(\w+)[^>]* data-volatile[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    page = re.sub(r'<p class="footer-note">.*?</p>', "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_each_variation_of_the_web_half_is_looked_at() -> None:
    assert set(LOOKS) == set(HERE) - {"slower-2-percent"}


@pytest.mark.parametrize("variation", LOOKS)
def test_a_variation_can_be_seen(make_site: MakeSite, variation: str) -> None:
    look = LOOKS[variation]
    assert look(make_site()) != look(make_site(variation=variation))


@pytest.mark.parametrize("variation", HERE)
def test_a_variation_changes_nothing_that_a_user_is_told(make_site: MakeSite, variation: str) -> None:
    plain, varied = make_site().as_user(OFFICER), make_site(variation=variation).as_user(OFFICER)
    for path in PAGES:
        assert told(plain.get(path).text) == told(varied.get(path).text), path


def test_a_json_answer_in_another_order_says_the_same(make_site: MakeSite) -> None:
    path = "/api/v1/accounts/A000017/transactions"
    answers = [
        make_site(variation=variation).as_user(OFFICER).get(path).get_json()
        for variation in ("", "json-key-order")
    ]
    assert answers[0] == answers[1]


def test_a_reworded_footer_is_declared_in_the_release_notes(make_site: MakeSite) -> None:
    assert "The footer of every page is worded anew" in seen(
        make_site(variation="reworded-footer"), "/release-notes"
    )


@pytest.mark.parametrize("version", ["8.1", "8.2.0", "8.2.1"])
def test_faults_that_8_1_has_of_its_own_are_in_every_release(make_site: MakeSite, version: str) -> None:
    site = make_site(version)
    assert "<h4" in seen(site, "/repairs")
    assert "<h2 class" not in seen(site, "/repairs")
    assert "SameSite" not in site.stranger().sign_in(OFFICER).headers["Set-Cookie"]
    assert ">Recieved<" in seen(site, "/accounts/A000017")
    of_web = {fault.id for fault in PRE_EXISTING if fault.lives_in == "web"}
    assert of_web == {"pre-heading-order", "pre-cookie-no-samesite", "pre-label-misspelt"}
