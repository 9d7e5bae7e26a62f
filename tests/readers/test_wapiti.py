"""wapiti's report and log, as recorded from 3.2.3."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.model import Severity
from gonogo.model.errors import EvidenceError
from gonogo.readers.wapiti import read_wapiti, read_wapiti_log

RECORDED = Path(__file__).parents[1] / "recorded" / "wapiti" / "3.2.3"
MODULES = ("xss", "sql", "redirect", "crlf", "permanentxss")


def test_a_clean_report_has_no_findings_and_says_what_it_visited() -> None:
    report = read_wapiti((RECORDED / "clean.json").read_bytes())
    assert report.version == "3.2.3"
    assert report.pages == 15
    assert report.findings == ()


def test_each_fault_is_one_finding_however_often_it_was_found() -> None:
    report = read_wapiti((RECORDED / "faulty.json").read_bytes())
    found = {(f.rule, f.where): f.severity for f in report.findings}
    assert found == {
        ("wapiti:reflected-cross-site-scripting", "GET /tenants, q"): Severity.HIGH,
        ("wapiti:reflected-cross-site-scripting", "GET /plans, q"): Severity.HIGH,
        ("wapiti:sql-injection", "GET /orders, sort"): Severity.CRITICAL,
        ("wapiti:open-redirect", "GET /go, to"): Severity.MEDIUM,
        ("wapiti:internal-server-error", "GET /go, to"): Severity.LOW,
    }
    assert len({f.key for f in report.findings}) == len(report.findings)


def test_keys_and_places_hold_no_host_and_no_port() -> None:
    data = (RECORDED / "faulty.json").read_bytes()
    moved = data.replace(b"127.0.0.1:8000", b"housing.example.org:8443")
    keys = [f.key for f in read_wapiti(data).findings]
    assert keys == [f.key for f in read_wapiti(moved).findings]
    assert not any("127.0.0.1" in f.key + f.where + f.title for f in read_wapiti(data).findings)


def test_a_finding_hangs_on_its_own_place_when_that_was_scanned() -> None:
    report = read_wapiti((RECORDED / "faulty.json").read_bytes(), routes=frozenset({"GET /go"}))
    checks = {f.where: f.check for f in report.findings}
    assert checks["GET /go, to"] == "security:route:GET /go"
    assert checks["GET /orders, sort"] == "security:web-scan"


def test_a_page_that_fails_on_a_quotation_mark_is_worse_than_one_that_fails_on_anything() -> None:
    data = (RECORDED / "faulty.json").read_bytes()

    def severity(report: bytes) -> Severity:
        found = {f.where: f for f in read_wapiti(report).findings if f.rule == "wapiti:internal-server-error"}
        return found["GET /go, to"].severity

    by_sql = data.replace(b'"module": "xss"', b'"module": "sql"')
    assert (severity(data), severity(by_sql)) == (Severity.LOW, Severity.MEDIUM)


def test_an_unknown_category_counts_as_serious() -> None:
    data = (RECORDED / "faulty.json").read_bytes().replace(b"Open Redirect", b"Quantum Injection")
    finding = next(f for f in read_wapiti(data).findings if f.rule == "wapiti:quantum-injection")
    assert finding.severity is Severity.HIGH


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"vulnerabilities": 3}'])
def test_what_is_no_report_of_wapitis_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(EvidenceError, match="wapiti's report cannot be read"):
        read_wapiti(data)


def test_the_log_of_a_whole_scan_names_every_module() -> None:
    log = read_wapiti_log((RECORDED / "clean.log").read_text(encoding="utf-8"))
    assert log.modules == MODULES
    assert log.is_finished
    assert (log.cut, log.broken, log.network_errors, log.exceptions) == ((), (), 0, 0)


def test_attacks_that_failed_in_wapiti_itself_are_counted() -> None:
    log = read_wapiti_log((RECORDED / "faulty.log").read_text(encoding="utf-8"))
    assert log.exceptions >= 1


# The wording is wapiti 3.2.3's own (controller/wapiti.py).
def test_the_log_gives_away_what_the_report_keeps_quiet() -> None:
    log = read_wapiti_log(
        "Max scan time was reached, stopping.\n"
        "[*] Launching module xss\n"
        "Max attack time was reached for module xss, stopping.\n"
        "[!] Module sql seems broken and will be skipped\n"
        "[!] Unable to find a module named crlff\n"
        "17 requests were skipped due to network issues\n"
    )
    assert log.cut == ("crawl", "xss")
    assert log.broken == ("crlff", "sql")
    assert log.network_errors == 17
    assert not log.is_finished


def test_a_log_that_says_nothing_proves_nothing() -> None:
    log = read_wapiti_log("")
    assert log.modules == ()
    assert not log.is_finished
