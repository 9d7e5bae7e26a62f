"""What a person would enter into a form that is not known beforehand, so that a sound system takes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import html as lxml_html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TEXT = "Entered by gonogo"
DAY = "2026-11-20"
"""A day long after any test data began; a form that wants another one refuses it, and is not tried then."""

_BY_TYPE = {
    "number": "1",
    "range": "1",
    "date": DAY,
    "datetime-local": f"{DAY}T10:00",
    "month": DAY[:7],
    "time": "10:00",
    "week": "2026-W47",
    "email": "gonogo@example.org",
    "tel": "01632 960001",
    "url": "https://example.org/",
    "color": "#000000",
}
_BY_NAME = (
    (re.compile(r"amount|price|total|cost|sum\b", re.IGNORECASE), "1.00"),
    (re.compile(r"date|day\b|_on$", re.IGNORECASE), DAY),
    (re.compile(r"e-?mail", re.IGNORECASE), "gonogo@example.org"),
    (re.compile(r"phone|mobile|tel\b", re.IGNORECASE), "01632 960001"),
    (re.compile(r"post_?code", re.IGNORECASE), "ZZ99 9ZZ"),
)
_BY_KEYBOARD = {"decimal": "1.00", "numeric": "1", "email": "gonogo@example.org", "tel": "01632 960001"}


def filled_fields(form: str) -> dict[str, str]:
    """Every field of a form with a value it is likely to accept; hidden ones and those filled in as they are.

    A list gives its first entry that says something, radio buttons the first, boxes are ticked. Buttons
    and files are left out.

    Args:
        form: the HTML of one form.
    """
    fields: dict[str, str] = {}
    for field in lxml_html.fragment_fromstring(form).xpath(
        ".//input[@name] | .//select[@name] | .//textarea[@name]"
    ):
        name, kind = str(field.get("name")), (field.get("type") or "text").lower()
        if kind in ("submit", "button", "reset", "image", "file"):
            continue
        if field.tag == "select":
            fields[name] = _chosen(field)
        elif kind in ("radio", "checkbox"):
            fields.setdefault(name, str(field.get("value") or "on"))
        elif field.tag == "textarea":
            fields[name] = (field.text or "").strip() or TEXT
        else:
            fields[name] = str(field.get("value") or "") or _entered(field, name, kind)
    return fields


def _chosen(field: HtmlElement) -> str:
    options = field.xpath(".//option[not(@disabled)]")
    values = [str(option.get("value", option.text_content().strip())) for option in options]
    chosen = [value for option, value in zip(options, values, strict=True) if "selected" in option.attrib]
    return next((value for value in (*chosen, *values) if value), "")


def _entered(field: HtmlElement, name: str, kind: str) -> str:
    if kind == "hidden":
        return ""
    if kind in _BY_TYPE:
        return str(field.get("min") or _BY_TYPE[kind])
    keyboard = (field.get("inputmode") or "").lower()
    named = next((value for pattern, value in _BY_NAME if pattern.search(name)), TEXT)
    return _BY_KEYBOARD.get(keyboard, named)
