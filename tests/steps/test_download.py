"""Downloaded files told by what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.steps.download import Download
from gonogo.steps.errors import NotAsExpected

BROKEN_OFF = b"""\
"id","title"
<html><head><title>An error has occurred</title></head>
<body><h1>An error has occurred</h1></body></html>
"""


def file(tmp_path: Path, content: bytes) -> Download:
    path = tmp_path / "query.csv"
    path.write_bytes(content)
    return Download(name="query.csv", path=path, where="GET /issue")


def test_an_export_is_told_by_its_content(tmp_path: Path) -> None:
    assert file(tmp_path, b'"id","title"\n"1","<b>Printer</b>"\n').kind == "CSV"


def test_an_export_that_breaks_off_into_an_error_page_is_a_web_page(tmp_path: Path) -> None:
    broken = file(tmp_path, BROKEN_OFF)
    assert broken.kind == "HTML"
    with pytest.raises(NotAsExpected, match="it is a web page"):
        broken.sheet()
