"""Libraries with known faults are recognised by address and by their own words; sound versions are left alone."""

from __future__ import annotations

import pytest

from gonogo.model import Severity
from gonogo.readers.answers import Answer
from gonogo.readers.libraries import known_faults
from gonogo.readers.passive import read_passive


@pytest.mark.parametrize(
    ("address", "text", "library", "severity"),
    [
        ("/static/jquery-3.4.1.min.js", "", "jquery", Severity.MEDIUM),
        ("/npm/jquery@2.1.4/dist/jquery.min.js", "", "jquery", Severity.MEDIUM),
        ("/ajax/libs/jquery/1.8.3/jquery.js", "", "jquery", Severity.MEDIUM),
        ("/app.js", "/*! jQuery v3.3.1 | (c) JS Foundation", "jquery", Severity.MEDIUM),
        ("/app.js", "/*!\n * jQuery JavaScript Library v1.12.4", "jquery", Severity.MEDIUM),
        ("/ui.js", "/*! jQuery UI - v1.12.1 - 2016", "jquery-ui", Severity.MEDIUM),
        ("/b.js", "/*!\n  * Bootstrap v4.1.3 (https://getbootstrap.com/)", "bootstrap", Severity.MEDIUM),
        ("/lodash-4.17.4.js", "", "lodash", Severity.CRITICAL),
        ("/lodash-4.17.20.js", "", "lodash", Severity.HIGH),
        ("/m.js", "//! moment.js\n//! version : 2.24.0", "moment", Severity.HIGH),
        ("/chart.js/2.7.2/Chart.min.js", "", "chart.js", Severity.HIGH),
    ],
)
def test_a_version_with_known_faults_is_named(
    address: str, text: str, library: str, severity: Severity
) -> None:
    (known,) = known_faults(address, text)
    assert (known.library, known.severity) == (library, severity)
    assert "CVE-" in known.detail
    assert "mended in" in known.detail


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("/static/jquery-3.7.1.min.js", ""),
        ("/app.js", "/*! jQuery v3.5.0 */"),
        ("/app.js", "// needs jQuery"),
        ("/bootstrap-5.3.2.js", ""),
        ("/js/my-jquery-3.4.1-notes.js", ""),
        ("/jquery.dataTables-1.2.3.js", ""),
        ("/meridian.js", "const version = '1.0.0'"),
    ],
)
def test_what_is_mended_or_only_named_like_one_is_left_alone(address: str, text: str) -> None:
    assert known_faults(address, text) == ()


def answer(path: str, kind: str, body: str) -> Answer:
    headers = (("content-type", kind), ("x-content-type-options", "nosniff"))
    return Answer(method="GET", path=path, status=200, headers=headers, is_secure=False, body=body)


def test_one_library_is_one_finding_wherever_and_in_whatever_version_it_is_seen() -> None:
    def found(*answers: Answer) -> dict[str, str]:
        return {f.key: f.detail for f in read_passive(answers) if f.rule == "zap:10003"}

    old = found(answer("/js/jquery-2.1.4.js", "text/javascript", ""))
    new = found(
        answer("/js/vendor.js", "application/javascript", "/*! jQuery v3.4.1 */"),
        answer("/", "text/html", '<script src="/js/jquery-3.4.1.js"></script>'),
    )
    assert len(old) == 1
    assert set(old) == set(new)  # an upgrade that is not far enough mends nothing and brings nothing new
