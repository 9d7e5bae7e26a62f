"""Fixture `axe`: what axe-core finds on a page, recorded finding by finding.

It does not fail the test. What is new on the upgrade, what is mended and what was there all along is said by
the comparison; a page of an old system is seldom without findings, and none of those is the upgrade's doing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from gonogo.model import Discipline, Finding, Severity
from gonogo.pytest_plugin.errors import CannotCheckError
from gonogo.pytest_plugin.evidence import Evidence, Pack

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""WCAG 2.2 AA, which the law asks for, and what axe recommends besides (at most medium)."""

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "serious": Severity.HIGH,
    "moderate": Severity.MEDIUM,
    "minor": Severity.LOW,
}
_PLACES_MOST = 20

_RUN = """async ([tags, exclude]) => {
    const result = await axe.run({exclude: exclude.map(selector => [selector])},
        {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
    return {engine: result.testEngine.version, passes: result.passes.length, violations: result.violations};
}"""


class Axe:
    """Runs axe-core on pages of one test."""

    def __init__(self, pack: Pack, evidence: Evidence) -> None:
        self._pack = pack
        self._evidence = evidence

    def check(
        self, page: Page, name: str, *, tags: Sequence[str] = (), exclude: Sequence[str] = ()
    ) -> list[Finding]:
        """Look at the page as it is now and record each rule that it breaks.

        Args:
            page: the page.
            name: what it is called in the findings' keys, such as `Rent account`.
            tags: axe's rule tags; else the stage's `axe_tags` option.
            exclude: CSS selectors of parts that are not looked at.

        Returns:
            The findings, most severe first.

        Raises:
            CannotCheckError: axe applied no rule at all, or the page was checked under this name already.
        """
        self._pack.claim(f"regression:axe:{name}", self._evidence.key)
        chosen = list(tags or self._pack.job.options.get("axe_tags") or TAGS)
        if not page.evaluate("() => typeof axe === 'object'"):
            page.evaluate(_source())
        present = [selector for selector in exclude if page.locator(selector).count()]
        result: dict[str, Any] = page.evaluate(_RUN, [chosen, present])
        if not result["passes"] and not result["violations"]:
            raise CannotCheckError(f"axe had no rule for {name}: is the page empty, or are the tags wrong?")
        content = json.dumps(result, indent=1, sort_keys=True, ensure_ascii=False).encode()
        artefact, _ = self._pack.keep("axe", name, ".json", content)
        self._evidence.artefacts.append(artefact)
        self._evidence.captures += 1
        found = [_finding(name, page, violation, self._evidence.key) for violation in result["violations"]]
        for finding in found:
            self._pack.recorder.write(finding)
        return sorted(found, key=lambda finding: (finding.severity.rank, finding.key))


def _finding(name: str, page: Page, violation: dict[str, Any], check: str) -> Finding:
    nodes = violation["nodes"]
    places = [" ".join(map(str, node["target"])) for node in nodes]
    shown = "\n".join(
        f"{place}: {' '.join(str(node['html']).split())[:200]}"
        for place, node in zip(places[:_PLACES_MOST], nodes, strict=False)
    )
    more = f"\nand {len(places) - _PLACES_MOST} more places" if len(places) > _PLACES_MOST else ""
    return Finding(
        key=f"regression:axe:{name}:{violation['id']}",
        rule=f"axe:{violation['id']}",
        severity=SEVERITIES.get(violation.get("impact") or "", Severity.LOW),
        title=f"{violation['help']} ({name})",
        where=f"{urlsplit(page.url).path} {places[0] if places else ''}".strip(),
        detail=f"{violation['description']}.\n{shown}{more}",
        remedy=violation.get("helpUrl", ""),
        count=len(nodes),
        is_count_exact=True,
        discipline=Discipline.ACCESSIBILITY,
        check=check,
    )


@cache
def _source() -> str:
    return files("gonogo").joinpath("vendor/axe/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def axe(pack: Pack, evidence: Evidence) -> Axe:
    """`axe.check(page, "Rent account")`: record what axe-core finds on the page."""
    return Axe(pack, evidence)
