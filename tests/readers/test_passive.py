"""What answers give away by themselves."""

from __future__ import annotations

import pytest

from gonogo.model import Severity
from gonogo.readers.answers import Answer
from gonogo.readers.passive import read_passive
from gonogo.readers.passive_rules import RULE_IDS

GOOD = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", "default-src 'self'; frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("permissions-policy", "camera=()"),
    ("referrer-policy", "same-origin"),
)


def page(
    path: str = "/", body: str = "<p>ok</p>", *, without: str = "", status: int = 200, **more: str
) -> Answer:
    headers = [(name, value) for name, value in GOOD if name != without.replace("_", "-")]
    headers = [(n, v) for n, v in headers if n.replace("-", "_") not in more]
    headers += [(name.replace("_", "-"), value) for name, value in more.items()]
    return Answer(
        method="GET",
        path=path,
        status=status,
        headers=tuple(headers),
        is_secure=False,
        netloc="a:1",
        body=body,
    )


def secure(answer: Answer) -> Answer:
    return Answer(
        method=answer.method,
        path=answer.path,
        status=answer.status,
        headers=answer.headers,
        is_secure=True,
        netloc=answer.netloc,
        body=answer.body,
    )


def rules(*answers: Answer) -> set[str]:
    return {finding.rule for finding in read_passive(answers)}


def test_a_page_with_everything_in_order_gives_no_finding() -> None:
    assert rules(page()) == set()


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (page(without="content-security-policy", x_frame_options="DENY"), "zap:10038"),
        (page(content_security_policy="default-src 'self'"), "zap:10020"),
        (page(without="x-content-type-options"), "zap:10021"),
        (page(without="permissions-policy"), "zap:10063"),
        (page(without="referrer-policy"), "zap:referrer-policy"),
        (page(content_security_policy="script-src * 'unsafe-inline'; frame-ancestors 'none'"), "zap:10055"),
        (page(content_security_policy="img-src 'self'; frame-ancestors 'none'"), "zap:10055"),
        (page(server="Apache/2.4.1"), "zap:10036"),
        (page(x_powered_by="PHP"), "zap:10037"),
        (page(access_control_allow_origin="*"), "zap:10098"),
        (page(set_cookie="sid=1; SameSite=Lax"), "zap:10010"),
        (page(set_cookie="sid=1; HttpOnly"), "zap:10054"),
        (page(set_cookie="sid=1; HttpOnly; SameSite=None"), "zap:10054"),
        (secure(page(set_cookie="sid=1; HttpOnly; SameSite=Lax")), "zap:10011"),
        (secure(page()), "zap:10035"),
        (secure(page(body="<img src='http://a/x.png'>")), "zap:10040"),
        (page(body="<script src='//cdn.example.org/x.js' integrity='sha384-x'></script>"), "zap:10017"),
        (page(body="<script src='https://cdn.example.org/x.js'></script>"), "zap:90003"),
        (page(body="<form method='post' action='/pay'><input name='amount'></form>"), "zap:10202"),
        (page(body="<pre>Traceback (most recent call last)</pre>"), "zap:90022"),
        (page(body="<html><title>Index of /files</title></html>"), "zap:10033"),
    ],
)
def test_each_fault_has_its_rule(answer: Answer, rule: str) -> None:
    assert rule in rules(answer)
    assert rule.removeprefix("zap:") in RULE_IDS


@pytest.mark.parametrize(
    "answer",
    [
        page(set_cookie="sid=1; HttpOnly; SameSite=Strict"),
        page(set_cookie="sid=; Max-Age=0"),
        page(server="waitress"),
        page(body="<script src='/app.js'></script>"),
        page(body="<script src='http://a:1/app.js'></script>"),
        page(body="<form method='post'><input type='hidden' name='csrf_token' value='x'></form>"),
        page(body="<form><input name='q'></form>"),
        page(content_security_policy="script-src 'nonce-x' 'unsafe-inline'; frame-ancestors 'none'"),
        page(without="referrer-policy", body="<meta name='referrer' content='same-origin'>"),
    ],
)
def test_what_is_in_order_is_left_alone(answer: Answer) -> None:
    assert rules(answer) == set()


def test_pages_that_were_not_found_are_not_judged_as_pages() -> None:
    assert "zap:10038" not in rules(page(without="content-security-policy", status=404))


def test_a_site_wide_fault_is_one_finding_with_a_count() -> None:
    answers = [page(path, without="content-security-policy") for path in ("/", "/a", "/b/1", "/b/2")]
    found = [f for f in read_passive(answers) if f.rule == "zap:10038"]
    assert [(f.count, f.is_count_exact, f.severity) for f in found] == [(3, False, Severity.MEDIUM)]


def test_a_fault_of_one_page_is_a_finding_of_that_page() -> None:
    form = "<form method='post' action='/pay'></form>"
    found = read_passive([page("/a", form), page("/b", form), page("/b", form)])
    assert sorted(f.where for f in found if f.rule == "zap:10202") == ["/a", "/b"]


def test_two_cookies_are_two_findings() -> None:
    found = read_passive([page(set_cookie="a=1; HttpOnly"), page(set_cookie="b=1; HttpOnly")])
    assert len({f.key for f in found if f.rule == "zap:10054"}) == 2


def test_order_and_host_do_not_matter() -> None:
    answers = [page("/", without="referrer-policy"), page("/a", "<form method='post'></form>")]
    moved = [
        Answer(
            method=a.method,
            path=a.path,
            status=a.status,
            headers=a.headers,
            is_secure=a.is_secure,
            netloc="b:2",
            body=a.body,
        )
        for a in reversed(answers)
    ]
    assert [f.key for f in read_passive(answers)] == [f.key for f in read_passive(moved)]


def test_cookie_values_never_reach_a_finding() -> None:
    found = read_passive([page(set_cookie="sid=verysecretvalue")])
    assert not any("verysecretvalue" in f.detail + f.title + f.where for f in found)
