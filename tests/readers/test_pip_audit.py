"""A package that was not looked up is not a sound one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gonogo.model import CheckStatus
from gonogo.model.errors import EvidenceError
from gonogo.readers.pip_audit import read_pip_audit

RECORDED = Path(__file__).parents[1] / "recorded" / "pip-audit" / "2.10.1"


def report(*packages: dict[str, object]) -> bytes:
    return json.dumps({"dependencies": packages, "fixes": []}).encode()


def jinja(version: str, *faults: str) -> dict[str, object]:
    vulns = [{"id": fault, "fix_versions": ["2.11.3"], "aliases": ["CVE-2020-28493"]} for fault in faults]
    return {"name": "jinja2", "version": version, "vulns": vulns}


def test_no_known_vulnerabilities_of_packages_nobody_could_look_up_is_no_evidence() -> None:
    scan = read_pip_audit((RECORDED / "skipped.json").read_bytes())
    assert scan.check.status is CheckStatus.BROKEN
    assert "2 of 2 packages could not be looked up (jinja2, requests)" in scan.check.message


def test_one_package_that_was_left_out_breaks_the_whole() -> None:
    scan = read_pip_audit(report(jinja("3.1.6"), {"name": "other", "skip_reason": "not found"}))
    assert scan.check.status is CheckStatus.BROKEN
    assert scan.findings == ()


def test_packages_that_were_looked_up_are_evidence_whatever_was_found() -> None:
    assert read_pip_audit(report(jinja("3.1.6"))).check.status is CheckStatus.PASSED
    scan = read_pip_audit(report(jinja("2.11.2", "PYSEC-2021-66")))
    assert scan.check.status is CheckStatus.PASSED
    (finding,) = scan.findings
    assert (finding.rule, finding.where, finding.check) == (
        "pip-audit:PYSEC-2021-66",
        "jinja2",
        scan.check.key,
    )
    assert finding.remedy == "It is mended in 2.11.3."


def test_another_version_with_the_same_fault_is_the_same_finding() -> None:
    old, new = (read_pip_audit(report(jinja(version, "PYSEC-2021-66"))) for version in ("2.11.1", "2.11.2"))
    assert [f.key for f in old.findings] == [f.key for f in new.findings]


def test_nothing_named_is_empty_and_no_report_is_an_error() -> None:
    assert read_pip_audit(report()).check.status is CheckStatus.EMPTY
    with pytest.raises(EvidenceError):
        read_pip_audit(b"No known vulnerabilities found")
