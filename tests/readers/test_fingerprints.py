"""The same finding keeps its identity; another finding never borrows it."""

from __future__ import annotations

import pytest

from gonogo.readers.fingerprints import Source, code_fingerprints, query_names, route_of, web_fingerprints


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/tenancies", "/tenancies"),
        ("/tenancies/T000123", "/tenancies/T{n}"),
        ("/issue42", "/issue{n}"),
        ("/x/0b9f9c1e-6f0c-4f3a-9d1a-1c2d3e4f5a6b", "/x/{uuid}"),
        ("/x/deadbeefdeadbeef01", "/x/{hex}"),
        ("/x/aZ3kf93kslw02kfj29dkwl39", "/x/{token}"),
        ("/static/app-3f9a8b7c6d.js", "/static/app-{hash}.js"),
        ("/page;jsessionid=ABC123", "/page"),
        ("/a%20b/7", "/a b/{n}"),
        ("", "/"),
    ],
)
def test_a_route_is_the_path_without_its_data(path: str, route: str) -> None:
    assert route_of(path) == route


def test_a_route_the_team_gives_wins_over_guessing() -> None:
    templates = ("/admin/users/{user}", "/accounts/{account}/payment")
    assert route_of("/admin/users/jhughes", templates) == "/admin/users/{user}"
    assert route_of("/accounts/A000017/payment", templates) == "/accounts/{account}/payment"
    assert route_of("/admin/users/jhughes/role", templates) == "/admin/users/jhughes/role"


def test_parameter_names_count_and_volatile_ones_do_not() -> None:
    assert query_names("status=All&q=&q=2&_=1699&csrf_token=x") == ("q", "status")


def test_the_default_identity_ignores_the_other_parameters_of_the_request() -> None:
    one = web_fingerprints(rule="zap:40012", method="get", route="/t", who="Q", names=("q",))
    two = web_fingerprints(rule="zap:40012", method="GET", route="/t", who="q", names=("page", "q"))
    assert one["L2"] == two["L2"]
    assert one["L1"] != two["L1"]


@pytest.mark.parametrize(
    "change", [{"rule": "zap:40014"}, {"method": "POST"}, {"route": "/u"}, {"who": "page"}]
)
def test_another_rule_method_route_or_parameter_is_another_finding(change: dict[str, str]) -> None:
    asked = {"rule": "zap:40012", "method": "GET", "route": "/t", "who": "q"}
    assert web_fingerprints(**asked)["L2"] != web_fingerprints(**{**asked, **change})["L2"]


def test_a_site_wide_identity_ignores_the_page() -> None:
    one = web_fingerprints(rule="zap:10038", method="GET", route="/", who="csp")
    two = web_fingerprints(rule="zap:10038", method="GET", route="/arrears", who="csp")
    assert one["L3"] == two["L3"]
    assert one["L2"] != two["L2"]


CODE = """
class Loader:
    @staticmethod
    def read(text, how=eval("1")):
        if eval(text):
            value = eval(
                text
            )
        return value
"""


def test_a_statement_is_known_by_what_it_says_and_where_it_stands() -> None:
    source = Source(CODE)
    assert source.definition(7) == "Loader.read"
    assert source.statement(7) == "value=eval(text)"


def test_a_compound_statement_is_its_head_alone() -> None:
    source = Source(CODE)
    assert source.statement(5) == "ifeval(text):"
    assert source.statement(4) == '@staticmethoddefread(text,how=eval("1")):'


def test_a_moved_and_reformatted_line_is_the_same_finding() -> None:
    before = Source("def f(a):\n    return eval(a)\n")
    after = Source("import os\n\n\ndef f(a, b=1):\n    # why\n    return eval(\n        a)\n")
    one = code_fingerprints(rule="bandit:B307", path="f.py", source=before, line=2, ordinal=0)
    two = code_fingerprints(rule="bandit:B307", path="f.py", source=after, line=6, ordinal=0)
    assert one == two


@pytest.mark.parametrize(
    "text",
    [
        'f(a, "b", [1, 2])  # why',
        "f(a, 'b', [1, 2])",
        'f(\n    a,\n    "b",\n    [\n        1,  # one\n        2,\n    ],\n)',
    ],
)
def test_what_a_formatter_changes_is_no_change(text: str) -> None:
    assert Source(text + "\n").statement(1) == 'f(a,"b",[1,2])'


def test_what_stands_on_one_line_with_its_block_is_told_apart() -> None:
    source = Source("with é as f: eval(f)\nx = 'é'; y = eval('é')\n")
    assert source.statement(1) == "withéasf:" or source.statement(1) == "eval(f)"
    assert source.statement(2) in {'x="é"', 'y=eval("é")'}


def test_a_second_equal_statement_is_a_finding_of_its_own() -> None:
    source = Source("def f(a):\n    eval(a)\n    eval(a)\n")
    one = code_fingerprints(rule="bandit:B307", path="f.py", source=source, line=2, ordinal=0)
    two = code_fingerprints(rule="bandit:B307", path="f.py", source=source, line=3, ordinal=1)
    assert one["L2"] != two["L2"]


def test_a_moved_file_is_recognised_by_the_loosest_level_only() -> None:
    source = Source("eval(input())\n")
    one = code_fingerprints(rule="bandit:B307", path="a.py", source=source, line=1, ordinal=0)
    two = code_fingerprints(rule="bandit:B307", path="b/a.py", source=source, line=1, ordinal=0)
    assert one["L3"] == two["L3"]
    assert one["L2"] != two["L2"]


def test_a_file_that_is_no_python_still_has_lines() -> None:
    source = Source("print 'old'\n  eval( x )\n")
    assert source.statement(2) == "eval(x)"
    assert source.definition(2) == "<module>"
    assert source.statement(99) == ""
