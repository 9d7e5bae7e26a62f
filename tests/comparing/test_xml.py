"""XML: canonical, then path by path."""

from __future__ import annotations

import pytest

from gonogo.comparing.xml import compare_xml

BASE = b"""<?xml version="1.0"?>
<ack xmlns="urn:example:payments" id="A1" status="accepted">
  <payment reference="P1" amount="12.50"/>
  <payment reference="P2" amount="3.00">late</payment>
</ack>"""


def test_layout_prefixes_comments_and_order_of_attributes_do_not_matter() -> None:
    other = (
        b'<p:ack status="accepted" id="A1" xmlns:p="urn:example:payments"><!-- made by 8.2 -->'
        b'<p:payment amount="12.50" reference="P1"></p:payment>'
        b'<p:payment amount="3.00" reference="P2">late</p:payment></p:ack>'
    )
    assert not compare_xml(BASE, other).is_different


@pytest.mark.parametrize(
    ("old", "new", "summary"),
    [
        (b"12.50", b"12.51", "/ack/payment[1]/@amount: “12.50” became “12.51”"),
        (b"late", b"early", "/ack/payment[2]: “late” became “early”"),
        (b' status="accepted"', b"", "attribute /ack/@status is missing"),
        (b'id="A1"', b'id="A1" more="1"', "attribute /ack/@more is new"),
        (b'<payment reference="P1" amount="12.50"/>', b"", "element /ack/payment[1] is missing"),
    ],
)
def test_a_change_is_told_with_its_path(old: bytes, new: bytes, summary: str) -> None:
    change = compare_xml(BASE, BASE.replace(old, new))
    assert change.is_different
    assert summary in f"{change.summary}\n{change.detail}"


def test_a_renamed_element_is_a_difference() -> None:
    change = compare_xml(b"<a><b/></a>", b"<a><c/></a>")
    assert change.summary == "element /a/b is missing; and 1 more difference"


def test_elements_in_another_order_are_a_difference() -> None:
    assert (
        compare_xml(b"<a><b/><c/></a>", b"<a><c/><b/></a>").summary
        == "the elements in /a come in another order"
    )


def test_another_namespace_is_a_difference() -> None:
    assert compare_xml(BASE, BASE.replace(b"urn:example:payments", b"urn:example:payments:2")).is_different


@pytest.mark.parametrize(
    "path", ["/ack/payment/@amount", "/ack/payment[1]/@amount", "/ack/**/@amount", "/*/*/@amount"]
)
def test_volatile_paths_may_differ(path: str) -> None:
    assert not compare_xml(BASE, BASE.replace(b"12.50", b"99.99"), volatile=(path,)).is_different


def test_a_volatile_path_hides_nothing_else() -> None:
    assert compare_xml(BASE, BASE.replace(b"12.50", b"1"), volatile=("/ack/payment[2]/@amount",)).is_different


def test_broken_xml_and_html_are_differences() -> None:
    assert "not well-formed XML" in compare_xml(BASE, b"<ack><payment></ack>").summary
    assert "but HTML" in compare_xml(BASE, b"<html><p>Sorry<br></html>").summary


def test_entities_are_refused_and_not_expanded() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><ack>&y;&y;</ack>'
    change = compare_xml(BASE, bomb)
    assert change.is_different
    assert change.summary == "the candidate's document declares a document type, which is not accepted"
