"""The XML interface.

Schemas are XSD files, named by a path of the system (`/interfaces/payments/schema.xsd`) or by a file of the
project. In XPath, elements are written without name space: `//payment[1]/@status`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gonogo.steps.amounts import read_amount, write_amount
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.interfaces import Answer, call, read_xml
from gonogo.steps.sentence import sentence
from gonogo.steps.sentences.apis import the_answer
from gonogo.steps.sheet import quoted

if TYPE_CHECKING:
    from lxml.etree import _Element

    from gonogo.steps.scenario_desk import Desk


@sentence('I send the XML to "{path:text}"', takes="text")
def send_xml(desk: Desk, path: str) -> None:
    """Send (POST) the XML below the sentence, as the role the API is called as."""
    _send(desk, path, desk.text.strip().encode())


@sentence('I send the XML file "{file:text}" to "{path:text}"')
def send_file(desk: Desk, file: str, path: str) -> None:
    """Send (POST) a file of the project; `{noted names}` in it are replaced."""
    text = desk.worker.project_file(file).read_text(encoding="utf-8")
    _send(desk, path, desk.fill(text, is_strict=False).encode())


@sentence('the XML answer matches the schema "{schema:text}"')
def check_schema(desk: Desk, schema: str) -> None:
    """The answer is valid by an XSD schema."""
    answer = the_answer(desk)
    _check_valid(desk, answer.xml, schema, "a valid answer", answer)


@sentence('the XML I sent matches the schema "{schema:text}"')
def check_sent(desk: Desk, schema: str) -> None:
    """What the scenario sent is itself valid, so that a refusal is not its own fault."""
    if desk.xml is None:
        raise CannotCheck("No XML was sent in this scenario before this step.")
    sent: SentXml = desk.xml
    _check_valid(
        desk, read_xml(sent.data, "valid XML to send", sent.where), schema, "valid XML to send", sent
    )


@sentence('the XML "{xpath:text}" is "{value:text}"')
def check_xpath(desk: Desk, xpath: str, value: str) -> None:
    """The text of the one element or attribute that the XPath finds."""
    seen = _one(desk, xpath)
    if seen != value:
        raise NotAsExpected(f'"{xpath}" to be "{value}"', f'it is "{seen}"', the_answer(desk).where)


@sentence('the XML "{xpath:text}" is {amount:amount}')
def check_xpath_amount(desk: Desk, xpath: str, amount: str) -> None:
    """The amount in the one element or attribute that the XPath finds, exact."""
    seen = _one(desk, xpath)
    if read_amount(seen) != read_amount(amount):
        raise NotAsExpected(f'"{xpath}" to be {amount}', f'it is "{seen}"', the_answer(desk).where)


@sentence('the XML has {count:d} "{xpath:text}"')
def check_xpath_count(desk: Desk, count: int, xpath: str) -> None:
    """How many elements or attributes the XPath finds."""
    seen = len(_all(desk, xpath))
    if seen != count:
        raise NotAsExpected(f'{count} "{xpath}"', f"there are {seen}", the_answer(desk).where)


@sentence('the XML "{xpath:text}" add up to {amount:amount}')
def check_xpath_total(desk: Desk, xpath: str, amount: str) -> None:
    """The exact sum of the amounts that the XPath finds."""
    texts = _all(desk, xpath)
    amounts = [read_amount(text) for text in texts]
    if None in amounts:
        raise NotAsExpected(f'amounts at "{xpath}"', f"they are {quoted(texts[:5])}", the_answer(desk).where)
    total = sum((a for a in amounts if a is not None), Decimal(0))
    if total != read_amount(amount):
        raise NotAsExpected(
            f'"{xpath}" to add up to {amount}',
            f"they add up to {write_amount(total, amount)}",
            the_answer(desk).where,
        )


class SentXml:
    """XML as it was sent; the evidence shows it beside the answer."""

    def __init__(self, data: bytes, where: str) -> None:
        self.data = data
        self.where = where

    def in_full(self) -> str:
        """The text."""
        return self.data.decode("utf-8", errors="replace")


def _send(desk: Desk, path: str, data: bytes) -> None:
    desk.xml = SentXml(data, f"POST {path}")
    call(desk, "POST", path, body=data, content_type="application/xml")


def _check_valid(desk: Desk, element: _Element, schema: str, what: str, about: Answer | SentXml) -> None:
    from lxml import etree

    if schema.startswith("/"):
        kept = desk.answer
        data = call(desk, "GET", schema).body
        desk.answer = kept
        desk.was_at(about.where)
    else:
        data = desk.worker.project_file(schema).read_bytes()
    try:
        rules = etree.XMLSchema(read_xml(data, "a schema", schema))
    except etree.XMLSchemaParseError as error:
        raise NotAsExpected(f'"{schema}" to be a schema', f"it is not: {error}", schema) from None
    if not rules.validate(element):
        first = rules.error_log[0]
        raise NotAsExpected(what, f"line {first.line} is not: {first.message}", about.where)


def _all(desk: Desk, xpath: str) -> list[str]:
    from lxml import etree

    root = _without_name_spaces(the_answer(desk).xml)
    try:
        found: Any = root.getroottree().xpath(xpath)
    except etree.XPathError as error:
        raise CannotCheck(f'"{xpath}" is not an XPath: {error}.') from None
    if not isinstance(found, list):
        found = [f"{found:g}" if isinstance(found, float) else found]
    return [str(one) if isinstance(one, str) else "".join(one.itertext()).strip() for one in found]


def _one(desk: Desk, xpath: str) -> str:
    found = _all(desk, xpath)
    if len(found) != 1:
        raise NotAsExpected(f'one "{xpath}"', f"there are {len(found)}", the_answer(desk).where)
    return found[0]


def _without_name_spaces(element: _Element) -> _Element:
    """A copy whose names have no name space, so that a person can write an XPath."""
    from copy import deepcopy

    from lxml import etree

    root = deepcopy(element)
    for one in root.iter():
        if isinstance(one.tag, str):
            one.tag = etree.QName(one).localname
            for name in [n for n in one.attrib if n.startswith("{")]:
                one.attrib[etree.QName(name).localname] = one.attrib.pop(name)
    etree.cleanup_namespaces(root)
    return root
