"""What a client without a browser has to send to sign in."""

from __future__ import annotations

import pytest

from gonogo.model import SignIn, SignInForm
from gonogo.model.errors import ToolError
from gonogo.readers.sign_in_form import read_sign_in_form

PAGE = """
<form action="/search"><input name="q"><button>Find</button></form>
<form method="post" action="session?x=1">
  <input type="hidden" name="csrf" value="t&amp;1"><input type="hidden" value="no name">
  <input type="checkbox" name="remember" value="yes">
  <label>User <input name="login"></label><label>Pass <input type="password" name="secret"></label>
</form>
"""


def fill(page: str, how: SignIn) -> tuple[str, dict[str, str]]:
    form = read_sign_in_form(page, how, username="jo", password="pw")
    return form.path, form.fields


def test_the_form_with_a_password_field_is_filled_in_and_its_hidden_fields_are_sent() -> None:
    path, fields = fill(PAGE, SignIn(path="/account/in"))
    assert path == "/account/session?x=1"
    assert fields == {"csrf": "t&1", "login": "jo", "secret": "pw"}


def test_what_is_declared_wins_over_what_is_found() -> None:
    how = SignIn(
        path="/in",
        form=SignInForm(
            action="/enter", username_field="u", password_field="secret", fields={"csrf": "x", "go": "1"}
        ),
    )
    assert fill(PAGE, how) == ("/enter", {"csrf": "x", "go": "1", "u": "jo", "secret": "pw"})


def test_a_form_without_an_action_posts_to_its_own_page() -> None:
    page = '<form><input name="u"><input type="password" name="p"></form>'
    assert fill(page, SignIn(path="/in"))[0] == "/in"


@pytest.mark.parametrize("page", ["", "<p>Closed for maintenance</p>", "<form><input name=q></form>"])
def test_a_page_without_a_sign_in_form_says_so(page: str) -> None:
    with pytest.raises(ToolError, match=r"/in shows no sign-in form"):
        fill(page, SignIn(path="/in"))


def test_a_form_without_a_text_field_says_what_to_declare() -> None:
    with pytest.raises(ToolError) as raised:
        fill('<form><input type="password" name="p"></form>', SignIn(path="/in"))
    assert "username_field" in raised.value.remedy
