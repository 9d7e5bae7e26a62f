"""Proves who the targets are, before and after: they answer, state their version, and are two systems."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import httpx

from gonogo.model import CheckResult, CheckStatus, Discipline, Identity, Priority, Side

_LOOPBACK = {"localhost": "127.0.0.1", "::1": "127.0.0.1", "[::1]": "127.0.0.1"}


def stated_version(url: str, identity: Identity) -> tuple[str, str]:
    """Ask a target which version it is.

    Returns:
        (version, problem): the version as stated, or an empty text and what went wrong.
    """
    address = urljoin(url + "/", identity.path.lstrip("/"))
    try:
        response = httpx.get(address, timeout=15.0, follow_redirects=True, trust_env=False)
    except httpx.HTTPError as error:
        return "", f"{identity.path} did not answer ({str(error) or type(error).__name__})"
    if origin(str(response.url)) != origin(url):
        return "", f"{identity.path} led to another address"
    if response.status_code >= 400:
        return "", f"{identity.path} answered with status {response.status_code}"
    text = html.unescape(re.sub(r"<[^>]*>", " ", response.text))
    for source in (text, re.sub(r"\s+", " ", text), response.text):
        match = re.search(identity.pattern, source)
        if match:
            return match[1].strip(), ""
    return "", f"{identity.path} shows nothing that matches {identity.pattern!r}"


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address; spellings of loopback are one host."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, _LOOPBACK.get(host, host), port


def examine(
    urls: Mapping[Side, str], claimed: Mapping[Side, str], identity: Identity, failures: Mapping[Side, str]
) -> dict[Side, list[CheckResult]]:
    """The identity checks that can be made before the tests.

    Args:
        urls: where each side answers; a side that could not be brought up is missing.
        claimed: the version each side is said to be.
        failures: why a side could not be brought up.
    """
    found: dict[Side, list[CheckResult]] = {}
    for side, version in claimed.items():
        if side not in urls:
            found[side] = [_result("answers", failures.get(side, "It is not up."))]
            continue
        stated, problem = stated_version(urls[side], identity)
        wrong = problem or (
            "" if stated == version else f"it states version {stated}, while {version} is claimed for it"
        )
        version_problem = f"The {side.value} does not prove its version: {wrong}." if wrong else ""
        found[side] = [_result("answers", ""), _result("states-version", version_problem)]
    same = _same(urls)
    for side, results in found.items():
        if side in urls and len(urls) > 1:
            results.append(_result("distinct", same))
    return found


def examine_data(urls: Mapping[Side, str], identity: Identity) -> dict[Side, list[CheckResult]]:
    """Whether both sides state the same data before the tests; nothing where that is not declared."""
    if not identity.data_path:
        return {}
    shown = Identity(path=identity.data_path, pattern=identity.data_pattern)
    stated = {side: stated_version(url, shown) for side, url in urls.items()}
    problem = next((problem for _, problem in stated.values() if problem), "")
    if problem:
        problem = f"It cannot be told whether both systems hold the same data: {problem}."
    elif len({value for value, _ in stated.values()}) > 1:
        told = ", ".join(f"{value!r} on the {side.value}" for side, (value, _) in sorted(stated.items()))
        problem = f"The two systems do not hold the same data: {told}."
    return {side: [_result("same-data", problem)] for side in urls}


def examine_again(side: Side, url: str, version: str, identity: Identity) -> CheckResult:
    """The identity check made after all tests: the same version is still there."""
    stated, problem = stated_version(url, identity)
    if problem:
        return _result("still-answers", f"The {side.value} stopped answering during the tests: {problem}.")
    if stated != version:
        return _result("still-answers", f"The {side.value} became version {stated} during the tests.")
    return _result("still-answers", "")


def _same(urls: Mapping[Side, str]) -> str:
    baseline, candidate = urls.get(Side.BASELINE), urls.get(Side.CANDIDATE)
    if baseline is None or candidate is None:
        return ""
    if origin(baseline) == origin(candidate) and urlsplit(baseline).path == urlsplit(candidate).path:
        return f"Today's version and the upgrade are the same system ({candidate}); nothing can be compared."
    return ""


_TITLES = {
    "answers": "The system answers at its address",
    "states-version": "The system states the version claimed for it",
    "distinct": "Today's version and the upgrade are two different systems",
    "same-data": "Both systems hold the same data before the tests",
    "still-answers": "The system still answers after all tests",
}


def _result(name: str, problem: str) -> CheckResult:
    return CheckResult(
        key=f"identity:{name}",
        status=CheckStatus.FAILED if problem else CheckStatus.PASSED,
        title=_TITLES[name],
        message=problem,
        priority=Priority.MUST,
        discipline=Discipline.IDENTITY,
    )
