"""What is kept of recorded answers: what the rules need, and nothing that is anybody's."""

from __future__ import annotations

import pytest

from gonogo.model import to_line
from gonogo.readers.answers import Answer, Seen
from gonogo.readers.fingerprints import keyless_path, route_of
from gonogo.readers.passive import read_passive
from gonogo.readers.passive_checks import body_faults
from gonogo.readers.traffic import RecordedAnswer, kept_headers, read_traffic, record_of, visited


def answer(path: str = "/arrears", status: int = 200, **headers: str) -> Answer:
    given = {"content-type": "text/html; charset=utf-8", **headers}
    return Answer(
        method="GET",
        path=path,
        status=status,
        headers=tuple((name.replace("_", "-"), value) for name, value in given.items()),
        is_secure=False,
    )


def kept(path: str = "/arrears", query: str = "", **headers: str) -> RecordedAnswer:
    return record_of(answer(path, 200, **headers), query, (), lambda text: "agnes" in text.lower())


def test_values_of_cookies_and_queries_are_not_kept() -> None:
    record = kept(query="q=Agnes+Canary&page=2&ts=17", set_cookie="sid=0123456789abcdef; Path=/; Max-Age=99")
    assert record.names == ("page", "q")
    assert ("set-cookie", "sid=removed") in record.headers
    assert b"0123456789" not in to_line(record)
    assert b"Canary" not in to_line(record)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sid=a; HttpOnly; secure; samesite=LAX", "sid=removed; HttpOnly; Secure; SameSite=Lax"),
        ("sid=; Max-Age=0; HttpOnly", "sid=; HttpOnly; Max-Age=0"),
        ("sid=gone; Max-Age=0", "sid=removed; Max-Age=0"),
        ("theme=dark; Domain=example.org; Expires=Fri, 20 Nov 2026 09:00:00 GMT", "theme=removed"),
    ],
)
def test_a_cookie_keeps_its_name_and_what_protects_it(line: str, expected: str) -> None:
    assert kept_headers([("Set-Cookie", line)]) == (("set-cookie", expected),)


def test_only_headers_that_a_rule_looks_at_are_kept() -> None:
    record = kept(x_signed_in_as="agnes", etag="abc", date="now", location="/a?token=1", server="nginx/1.27")
    assert record.headers == (("content-type", "text/html"), ("server", "nginx/1.27"))


def test_what_is_random_in_a_policy_is_not_kept_and_judged_the_same() -> None:
    policies = [f"script-src 'self' 'nonce-{key}' 'unsafe-inline'; report-uri /r?{key}" for key in "ab"]
    records = {kept(content_security_policy=policy) for policy in policies}
    assert len(records) == 1
    (record,) = records
    before = read_passive([answer(content_security_policy=policies[0])])
    after = read_passive([record.answer])
    assert {f.key for f in before if "referrer" not in f.rule} == {f.key for f in after}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/accounts/A1017", "/accounts/A1017"),
        ("/reset/9f86d081884c7d659a2feaa0c55ad015", "/reset/{hex}"),
        ("/link/AbCdEfGhIjKlMnOpQrStUvWxYz0123", "/link/{token}"),
        ("/start;jsessionid=8A7B6C5D", "/start"),
        ("/people/agnes%40example.net/notes", "/people/{personal}/notes"),
    ],
)
def test_a_path_keeps_no_key_and_nothing_personal(path: str, expected: str) -> None:
    assert kept(path).path == expected


@pytest.mark.parametrize("path", ["/a/A17/b", "/reset/9f86d081884c7d659a2feaa0c55ad015", "/a%20b/17"])
def test_the_route_of_what_is_kept_is_the_route_of_the_path(path: str) -> None:
    assert route_of(keyless_path(path)) == route_of(path)
    assert route_of(keyless_path(path), ["/a/{account}/b"]) == route_of(path, ["/a/{account}/b"])


def test_a_recorded_answer_gives_the_findings_of_the_answer_itself() -> None:
    whole = Answer(
        method="POST",
        path="/letters/17",
        status=200,
        headers=(("content-type", "text/html"), ("set-cookie", "sid=1"), ("server", "Apache/2.4")),
        is_secure=True,
        netloc="housing.example",
        body='<form method="post" action="/letters/17"></form><script src="https://cdn.example/jquery-1.7.js"></script>',
    )
    record = record_of(whole, "", body_faults(whole), lambda _: False)
    found = {f.key: (f.rule, f.where, f.severity) for f in read_passive([whole])}
    assert len(found) > 8
    assert {f.key: (f.rule, f.where, f.severity) for f in read_passive([record.answer])} == found
    both = read_passive([whole, record.answer])
    assert {f.key: f.count for f in both} == dict.fromkeys(found, 1)


def test_lines_come_back_each_once_and_what_is_damaged_is_counted() -> None:
    one, two = kept("/a"), record_of(answer("/b"), "", (Seen("10202", "/b", "No token."),), lambda _: False)
    data = to_line(two) + to_line(one) + to_line(two) + b'{"schema": "gonogo.traffic/1", "met'
    traffic = read_traffic(data)
    assert (set(traffic.answers), len(traffic.answers), traffic.unreadable) == ({one, two}, 2, 1)
    assert read_traffic(to_line(one) + to_line(two)).answers == traffic.answers


def test_pages_that_were_shown_can_be_asked_for_again_and_others_not() -> None:
    shown = [kept("/arrears", "q=Agnes&page=2"), kept("/a b"), kept("/data", content_type="application/json")]
    others = [
        kept("/people/agnes"),
        kept("/reset/9f86d081884c7d659a2feaa0c55ad015"),
        kept("/logo.png"),
        kept("/roll", content_type="text/csv"),
        record_of(answer("/gone", 404), "", (), lambda _: False),
        RecordedAnswer(method="POST", path="/notes", status=200, headers=(("content-type", "text/html"),)),
        RecordedAnswer(
            method="GET", path="/p/[email-abcdefghij]", status=200, headers=(("content-type", "text/html"),)
        ),
    ]
    assert visited([*shown, *others]) == ("/a%20b", "/arrears?page=&q=", "/data")
