"""Headers that every answer carries, and those that tell a browser what a page may do."""

from __future__ import annotations

import hashlib

from flask import Response

from gonogo.demo.releases import Build

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_SAFE_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


def add_headers(response: Response, build: Build) -> None:
    """Adds the security headers, forbids storing what is not an asset, and shows the header variation."""
    headers = response.headers
    if not build.has("security-no-csp"):
        headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    for name, value in _SAFE_HEADERS:
        headers[name] = value
    if build.has("security-sniffing-allowed"):
        del headers["X-Content-Type-Options"]
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if build.varies("http-headers"):
        _vary(response)


def _vary(response: Response) -> None:
    """Another server name, a weak entity tag, and the same headers the other way round."""
    if not response.direct_passthrough and not response.is_streamed:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:16], weak=True)
    pairs = list(response.headers)
    response.headers.clear()
    for name, value in reversed(pairs):
        response.headers.add(name, value)
    response.headers["Server"] = "Meridian-Front/2.4"
