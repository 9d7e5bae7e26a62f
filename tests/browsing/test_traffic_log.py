"""The log of what clients were answered: one line a kind, nothing of anybody's, and never in the way."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from gonogo.browsing import TrafficLog
from gonogo.model import Privacy
from gonogo.privacy.recognising import Recogniser
from gonogo.readers.passive import read_passive
from gonogo.readers.traffic import FILE, RecordedAnswer, read_traffic

SITE = "https://housing.example"
FORM = '<form method="post" action="/keep"><input name="text"></form>'


@pytest.fixture
def client(tmp_path: Path) -> httpx.Client:
    """A client of a small site, whose answers are logged below `tmp_path`."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        headers = [("content-type", "text/html; charset=utf-8")]
        if path == "/basket":
            headers.append(("set-cookie", "basket=0f1e2d3c4b5a69788796; Path=/"))
        if path == "/failing":
            return httpx.Response(500, text="Traceback (most recent call last)", headers=headers)
        return httpx.Response(200, text=FORM if path == "/form" else f"<p>{path}</p>", headers=headers)

    log = TrafficLog(tmp_path / "raw", SITE, Recogniser(Privacy(), (), ()))
    return httpx.Client(
        transport=httpx.MockTransport(answer), base_url=SITE, event_hooks={"response": [log.keep_response]}
    )


def logged(tmp_path: Path) -> dict[str, RecordedAnswer]:
    traffic = read_traffic((tmp_path / "raw" / FILE).read_bytes())
    assert traffic.unreadable == 0
    return {f"{each.method} {each.path} {each.status}": each for each in traffic.answers}


def test_a_thousand_records_of_one_kind_are_one_line(client: httpx.Client, tmp_path: Path) -> None:
    for number in range(40):
        client.get(f"/accounts/A{number:04}?page={number}")
    assert list(logged(tmp_path)) == ["GET /accounts/A0000 200"]
    assert logged(tmp_path)["GET /accounts/A0000 200"].names == ("page",)


def test_what_differs_is_a_line_of_its_own_and_what_bodies_show_is_kept_without_them(
    client: httpx.Client, tmp_path: Path
) -> None:
    for path in ("/", "/basket", "/form", "/failing"):
        client.get(path)
    client.post("/form")
    seen = logged(tmp_path)
    assert sorted(seen) == [
        *("GET / 200", "GET /basket 200", "GET /failing 500", "GET /form 200", "POST /form 200")
    ]
    rules = {f"{f.rule} {f.where}" for f in read_passive(each.answer for each in seen.values())}
    assert {"zap:10010 /basket", "zap:10011 /basket", "zap:10202 /form", "zap:90022 /failing"} <= rules
    assert b"0f1e2d" not in (tmp_path / "raw" / FILE).read_bytes()


def test_a_second_look_at_the_same_writes_nothing(client: httpx.Client, tmp_path: Path) -> None:
    paths = ("/", "/basket", "/form", "/failing", "/form?again=1")
    for path in paths:
        client.get(path)
    written = (tmp_path / "raw" / FILE).read_bytes()
    for path in paths * 3:
        client.get(path)
    assert (tmp_path / "raw" / FILE).read_bytes() == written
    assert len(written.splitlines()) == len(paths)


def test_personal_data_and_other_sites_are_not_logged(client: httpx.Client, tmp_path: Path) -> None:
    client.get("/people/agnes.canary@council-canary.gov.uk?ni=AB123456C&AB123456C=1&q=x")
    client.get("https://elsewhere.example/")
    assert list(logged(tmp_path)) == ["GET /people/{personal} 200"]
    written = (tmp_path / "raw" / FILE).read_bytes().lower()
    assert not any(word in written for word in (b"agnes", b"ab123456c", b"elsewhere"))


def test_what_cannot_be_written_disturbs_nobody(client: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    assert client.get("/").status_code == 200
    assert client.get("/form").status_code == 200


def test_an_address_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    log = TrafficLog(tmp_path, "https://Housing.Example:443/app", None)
    assert log.place_of("https://housing.example/app/") is not None
    assert log.place_of("http://housing.example/app/") is None
    assert log.place_of("https://housing.example:8443/app/") is None
    assert log.place_of("https://housing.example.evil/app/") is None
