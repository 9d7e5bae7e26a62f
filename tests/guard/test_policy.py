"""What the guard lets through, by text alone."""

from __future__ import annotations

import pytest

from gonogo.guard import REFUSED_BY_DEFAULT, Origin, Policy, refused_path

POLICY = Policy(origins=(Origin.of("http://127.0.0.1:8000"), Origin.of("https://housing.example.org")))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://127.0.0.1:8000/a?b=http://x", "https://HOUSING.example.org/", "https://housing.example.org:443/"],
)  # fmt: skip
def test_the_exact_origins_may_be_reached(url: str) -> None:
    assert POLICY.refusal("GET", url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8001/",
        "https://127.0.0.1:8000/",
        "http://127.0.0.1/",
        "http://127.0.0.2:8000/",
        "http://localhost:8000/",
        "http://127.1:8000/",
        "http://0x7f000001:8000/",
        "http://2130706433:8000/",
        "http://0177.0.0.1:8000/",
        "http://127.0.0.1.:8000/",
        "http://[::1]:8000/",
        "http://[::ffff:127.0.0.1]:8000/",
        "http://127.0.0.1:8000@evil.example.org/",
        "http://user@127.0.0.1:8000/",
        "http://127.0.0.1:8000.evil.example.org/",
        "http://127.0.0.1:8000\\@evil.example.org/",
        "http://127.0.0.1%3A8000/",
        "http://127\u30020\u30020\u30021:8000/",
        "http://127.0.0.1:08000x/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "https://housing.example.org.:443/",
        "https://housing.ex\u0430mple.org/",
        "https://sub.housing.example.org/",
        "http://housing.example.org/",
        "ftp://127.0.0.1:8000/",
        "file:///etc/passwd",
        "//127.0.0.1:8000/",
        "/relative",
        "",
        "http:///path",
    ],
)
def test_every_other_spelling_and_place_is_refused(url: str) -> None:
    assert POLICY.refusal("GET", url) is not None


@pytest.mark.parametrize("method", ["CONNECT", "PROPFIND", "get\r\n", ""])
def test_odd_methods_are_refused(method: str) -> None:
    assert POLICY.refusal(method, "http://127.0.0.1:8000/") is not None


@pytest.mark.parametrize(
    "path",
    [
        "/signout",
        "/sign-out",
        "/user/LogOut",
        "/sign%6fut",
        "/sign%256fut",
        "//signout",
        "/a/../signout",
        "/profile/password",
        "/admin/users/jhughes/deactivate",
        "/repairs/7/delete",
        "/issue1?x=1&@action=logout",
        "/issue1?%40action=retire",
    ],
)
def test_paths_that_end_sessions_or_do_harm_are_refused_however_they_are_written(path: str) -> None:
    assert refused_path(f"http://127.0.0.1:8000{path}", REFUSED_BY_DEFAULT)


@pytest.mark.parametrize(
    "path", ["/tenancies", "/signin", "/letters/new", "/search?q=signout", "/designated"]
)
def test_ordinary_paths_pass_even_with_such_words_in_their_query(path: str) -> None:
    assert refused_path(f"http://127.0.0.1:8000{path}", REFUSED_BY_DEFAULT) == ""


def test_a_pattern_with_a_question_mark_looks_at_the_query() -> None:
    patterns = (r"\?.*@action=logout",)
    assert refused_path("http://a/issue?x=1&@action=logout", patterns)
    assert refused_path("http://a/issue?x=1&%40action=logout", patterns)
    assert not refused_path("http://a/issue?@action=export", patterns)


def test_an_origin_with_the_default_port_is_written_without_it() -> None:
    assert str(Origin.of("https://housing.example.org:443/x")) == "https://housing.example.org"
    assert Origin.of("http://[::1]:8000").netloc == "[::1]:8000"
