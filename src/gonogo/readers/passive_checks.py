"""What breaks the rules on answers: one check for each kind of thing in an answer that can be at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from gonogo.model import Severity
from gonogo.readers.answers import Answer, Seen
from gonogo.readers.fingerprints import route_of
from gonogo.readers.libraries import known_faults
from gonogo.readers.site_map import TOKEN_NAME

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ERROR_SHOWN = re.compile(
    r"Traceback \(most recent call last\)|ORA-\d{5}:|java\.lang\.\w+Exception|at [\w.$]+\([\w.]+\.java:\d+\)"
    r"|Microsoft OLE DB Provider|SQLSTATE\[|sqlite3\.\w+Error|System\.\w+Exception:|Werkzeug Debugger"
)
_VERSION = re.compile(r"\d+\.\d+")


def header_faults(answer: Answer) -> Iterator[Seen]:
    """What the rules that need no body find in an answer."""
    for check in _HEADER_CHECKS:
        yield from check(answer)


def body_faults(answer: Answer) -> tuple[Seen, ...]:
    """What the rules that need the body find in it, so that the body need not be kept."""
    return tuple(seen for check in _BODY_CHECKS for seen in check(answer))


def _policy(answer: Answer) -> Iterator[Seen]:
    if not answer.is_page:
        return
    policy = answer.header("content-security-policy")
    if policy is None:
        yield Seen("10038", "content-security-policy", "The header is missing.")
    else:
        yield from _weak_policy(policy)
    if answer.header("x-frame-options") is None and "frame-ancestors" not in (policy or ""):
        yield Seen(
            "10020", "x-frame-options", "X-Frame-Options is missing, and no frame-ancestors stands for it."
        )
    if answer.header("permissions-policy") is None:
        yield Seen("10063", "permissions-policy", "The header is missing.")


def _referrer(answer: Answer) -> Iterator[Seen]:
    is_said = answer.header("referrer-policy") is not None or _has_meta_referrer(answer.body)
    if answer.is_page and not is_said:
        yield Seen("referrer-policy", "referrer-policy", "The header is missing.")


def _weak_policy(policy: str) -> Iterator[Seen]:
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        words = part.split()
        if words:
            directives.setdefault(words[0].lower(), [word.lower() for word in words[1:]])
    scripts = directives.get("script-src", directives.get("default-src"))
    if scripts is None:
        yield Seen("10055", "script-src", "Neither script-src nor default-src is given.")
        return
    is_strict = any(word.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")) for word in scripts)
    for word in ("*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "data:"):
        if word in scripts and not (word == "'unsafe-inline'" and is_strict):
            yield Seen("10055", f"script-src {word}", f"script-src allows {word}.")


def _types(answer: Answer) -> Iterator[Seen]:
    has_body = answer.status < 300 and answer.header("content-type") is not None
    if has_body and (answer.header("x-content-type-options") or "").strip().lower() != "nosniff":
        yield Seen("10021", "x-content-type-options", "X-Content-Type-Options: nosniff is missing.")
    if answer.is_secure and answer.header("strict-transport-security") is None:
        yield Seen("10035", "strict-transport-security", "The header is missing.")
    if (answer.header("access-control-allow-origin") or "").strip() == "*":
        yield Seen("10098", "access-control-allow-origin", "Access-Control-Allow-Origin is *.")


def _banners(answer: Answer) -> Iterator[Seen]:
    if _VERSION.search(answer.header("server") or ""):
        yield Seen("10036", "server", "The Server header holds a version number.")
    if answer.header("x-powered-by") is not None:
        yield Seen("10037", "x-powered-by", "The header is there.")


def _cookies(answer: Answer) -> Iterator[Seen]:
    for line in (value for name, value in answer.headers if name == "set-cookie"):
        try:
            jar = SimpleCookie(line)
        except CookieError:
            continue
        for name, cookie in jar.items():
            if not cookie.value or cookie["max-age"] == "0":
                continue  # a cookie that is being taken away
            if not cookie["httponly"]:
                yield Seen("10010", name, f"The cookie {name} has no HttpOnly.")
            if answer.is_secure and not cookie["secure"]:
                yield Seen("10011", name, f"The cookie {name} has no Secure.")
            if cookie["samesite"].lower() not in ("lax", "strict"):
                yield Seen("10054", name, f"The cookie {name} has no SameSite=Lax or Strict.")


def _contents(answer: Answer) -> Iterator[Seen]:
    document = _document(answer)
    if document is None:
        return
    for source in document.xpath("//script/@src"):
        parts = urlsplit(str(source))
        if answer.is_secure and parts.scheme == "http":
            yield Seen("10040", "script", f"A script is loaded from http://{parts.netloc}.")
        if parts.netloc not in ("", answer.netloc):
            # A host is data here, not the target's: naming it is what makes the finding useful.
            yield Seen("10017", parts.netloc, f"A script is loaded from {parts.netloc}.")
        for known in known_faults(parts.path):
            yield Seen("10003", known.library, known.detail, known.severity)
    for script in document.xpath("//script[@src][not(@integrity)]"):
        netloc = urlsplit(str(script.get("src"))).netloc
        if netloc not in ("", answer.netloc):
            yield Seen("90003", netloc, f"A script from {netloc} has no integrity attribute.")
    parts_loaded = document.xpath(
        "//img/@src | //link[@rel='stylesheet']/@href | //iframe/@src | //form/@action"
    )
    if answer.is_secure and any(str(address).startswith("http://") for address in parts_loaded):
        yield Seen("10040", "part", "A picture, style sheet, frame or form uses http.", Severity.LOW)


def _scripts(answer: Answer) -> Iterator[Seen]:
    kind = answer.header("content-type") or ""
    if answer.status == 200 and ("javascript" in kind or answer.path.endswith((".js", ".mjs"))):
        for known in known_faults(answer.path, answer.body):
            yield Seen("10003", known.library, known.detail, known.severity)


def _forms(answer: Answer) -> Iterator[Seen]:
    document = _document(answer)
    if document is None:
        return
    for form in document.xpath("//form"):
        fields = [str(name) for name in form.xpath(".//input[@type='hidden']/@name")]
        if (form.get("method") or "get").lower() == "post" and not any(map(TOKEN_NAME.search, fields)):
            action = route_of(urlsplit(form.get("action") or answer.path).path or answer.path)
            yield Seen("10202", action, f"The form that posts to {action} has no hidden token.")


def _insides(answer: Answer) -> Iterator[Seen]:
    shown = _ERROR_SHOWN.search(answer.body)
    if shown:
        yield Seen("90022", "", f"The page holds {shown[0][:40]!r}.")
    if answer.is_page and re.search(r"<title>(Index of /|Directory listing for )", answer.body):
        yield Seen("10033", "", "The page is a list of files.")


_HEADER_CHECKS: tuple[Callable[[Answer], Iterator[Seen]], ...] = (_policy, _types, _banners, _cookies)
_BODY_CHECKS: tuple[Callable[[Answer], Iterator[Seen]], ...] = (
    _referrer, _contents, _scripts, _forms, _insides,
)  # fmt: skip
"""Rules that look at the page itself; `body_faults` applies them where the body is at hand."""


def _document(answer: Answer) -> HtmlElement | None:
    if not answer.is_page or not answer.body.strip():
        return None
    try:
        return lxml_html.document_fromstring(answer.body)
    except (etree.ParserError, ValueError):
        return None


def _has_meta_referrer(body: str) -> bool:
    return bool(re.search(r"<meta[^>]+name=[\"']?referrer[\"'> ]", body, re.IGNORECASE))
