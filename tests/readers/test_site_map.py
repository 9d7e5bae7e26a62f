"""Links and forms, one of each kind."""

from __future__ import annotations

from gonogo.readers.site_map import hidden_values, link_place, places_on, places_page, scripts_on

ORIGIN = "http://127.0.0.1:8000"
PAGE = f"""
<nav><a href="/">Home</a><a href="tenancies?page=2&q=">Next</a><a href="/tenancies/T000001">One</a>
<a href="/tenancies/T000002">Two</a><a href="{ORIGIN}/repairs#top">Repairs</a>
<a href="http://elsewhere.example.org/x">Out</a>
<a href="http://127.0.0.1:8001/">Other port</a>
<a href="//127.0.0.1:8000.example.org/">Look-alike</a>
<a href="http://a@127.0.0.1:8000/">User</a>
<a href="mailto:a@example.org">Mail</a><a href="javascript:go()">Script</a>
<a href="/static/a.css">Style</a></nav>
<form action="/search"><input name="q"><select name="status"></select></form>
<form method="post" action="/letters/new" onsubmit="x()">
<input type="hidden" name="csrf_token" value="abcdef0123456789">
<textarea name="body"></textarea><script>stop()</script><a href="letters?choose=1">(list)</a>
<button name="go">Send</button></form>
<form method="post" action="/signin"><input type="password" name="p"></form>
<form method="post" action="http://elsewhere.example.org/"><input name="x"></form>
"""


def patterns() -> list[str]:
    return [place.pattern for place in places_on(PAGE, "/start/", ORIGIN)]


def test_places_on_the_origin_are_found_once_each() -> None:
    assert patterns() == [
        "GET /",
        "GET /start/tenancies?page,q",
        "GET /tenancies/T{n}",
        "GET /repairs",
        "GET /start/letters?choose",
        "GET /search?q,status",
        "POST /letters/new?body,go",
    ]


def test_forms_that_ask_for_a_password_are_left_alone() -> None:
    assert not any("signin" in pattern for pattern in patterns())


def test_the_page_of_places_repeats_forms_with_their_tokens_and_without_scripts() -> None:
    text = places_page(places_on(PAGE, "/", ORIGIN), ORIGIN).decode()
    assert f'action="{ORIGIN}/letters/new"' in text
    assert "abcdef0123456789" in text
    assert "<script" not in text
    assert "onsubmit" not in text
    assert f'href="{ORIGIN}/tenancies/T000001"' in text


def test_links_inside_forms_are_listed_where_they_lead_and_not_left_to_be_resolved_elsewhere() -> None:
    text = places_page(places_on(PAGE, "/start/", ORIGIN), ORIGIN).decode()
    assert f'href="{ORIGIN}/start/letters?choose=1"' in text
    assert 'href="letters?choose=1"' not in text


def test_the_page_of_places_does_not_depend_on_the_order_they_were_found_in() -> None:
    places = places_on(PAGE, "/", ORIGIN)
    assert places_page(places, ORIGIN) == places_page(reversed(places), ORIGIN)


def test_hidden_tokens_are_known_so_that_they_can_be_scrubbed() -> None:
    assert hidden_values(places_on(PAGE, "/", ORIGIN)) == {"abcdef0123456789"}


def test_what_is_no_page_leads_nowhere() -> None:
    assert places_on("", "/", ORIGIN) == ()
    assert places_on("<?xml version='1.0' encoding='utf-8'?><a/>", "/", ORIGIN) == ()


def test_a_link_keeps_its_query_and_a_base_element_counts() -> None:
    assert link_place("/a?b=1").target == "/a?b=1"
    based = places_on("<base href='/deep/'><a href='x'>x</a>", "/", ORIGIN)
    assert [place.path for place in based] == ["/deep/x"]


def test_scripts_of_the_target_itself_are_listed_once_without_their_queries() -> None:
    page = '<script src="/a.js?v=2"></script><script src="a.js"></script><script src="//cdn.example.org/b.js"></script>'
    assert scripts_on(page, "/", ORIGIN) == ("/a.js",)
    assert scripts_on("", "/", ORIGIN) == ()
