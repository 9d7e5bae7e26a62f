"""What a client without a browser has to send to sign in, read from the sign-in page's HTML.

The load test, the scanner and the API session use it. Hidden fields (CSRF tokens, return addresses) are
always picked up; what `[sign_in.form]` does not name is found by the form's structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import html as lxml_html

from gonogo.model import Record, SignIn
from gonogo.model.errors import ToolError

if TYPE_CHECKING:
    from lxml.html import FormElement, HtmlElement


class FormToSend(Record, frozen=True, kw_only=True):
    """A filled-in form: `path` (with query, without host) and the fields of a URL-encoded POST.

    `fields` holds a password: it is never written anywhere.
    """

    path: str
    fields: dict[str, str]


def read_sign_in_form(page: str, how: SignIn, *, username: str, password: str) -> FormToSend:
    """Fill in the sign-in form of a page.

    Args:
        page: the HTML that `how.path` answered.
        how: the declared way to sign in.
        username: name of the test account.
        password: its password.

    Raises:
        ToolError: the page has no form with a password field, or the form has no field for the user name.
    """
    form = _form(page, how)
    inputs: list[HtmlElement] = list(form.iterfind(".//input"))
    fields = {str(field.get("name")): str(field.get("value") or "") for field in inputs if _is_sent(field)}
    fields.update(how.form.fields)
    fields[how.form.username_field or _username_name(inputs, how)] = username
    fields[how.form.password_field or _password_name(inputs)] = password
    action = how.form.action or urljoin(how.path, str(form.get("action") or how.path))
    return FormToSend(path=action, fields=fields)


def _form(page: str, how: SignIn) -> FormElement:
    document = lxml_html.document_fromstring(page) if page.strip() else None
    for form in () if document is None else document.forms:
        names = {field.get("name") for field in form.iterfind(".//input")}
        if how.form.password_field in names or form.xpath('.//input[@type="password"]'):
            return form
    raise ToolError(
        f"{how.path} shows no sign-in form: no form on it has a password field.",
        remedy="Set path in [sign_in] to the page that has the form.",
    )


def _is_sent(field: HtmlElement) -> bool:
    return field.get("type", "text").lower() == "hidden" and bool(field.get("name"))


def _username_name(inputs: list[HtmlElement], how: SignIn) -> str:
    for field in inputs:
        if field.get("type", "text").lower() in ("text", "email", "") and field.get("name"):
            return str(field.get("name"))
    raise ToolError(
        f"The sign-in form of {how.path} has no text field for the user name.",
        remedy="Name it: username_field in [sign_in.form].",
    )


def _password_name(inputs: list[HtmlElement]) -> str:
    named = [f for f in inputs if f.get("type", "").lower() == "password" and f.get("name")]
    if not named:
        raise ToolError(
            "The password field of the sign-in form has no name.",
            remedy="Name it: password_field in [sign_in.form].",
        )
    return str(named[0].get("name"))
