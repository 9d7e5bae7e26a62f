"""Personal data that a vendor system shows everywhere reaches the run folder nowhere, and compares all the same."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from urllib.parse import quote, quote_plus

import pytest
from PIL import Image
from tests.privacy.vendor import CANARIES

from gonogo.cli.session import browser_to_use
from gonogo.clock import SystemClock
from gonogo.config.criteria import criteria_for, identity_criterion
from gonogo.engine.definition import Gate
from gonogo.engine.gate import run_gate
from gonogo.events import Events
from gonogo.model import Change, Identity, Privacy, Side, StageSettings, Target, Upgrade
from gonogo.processes import Stop
from gonogo.publishing.ctrf import CtrfReport
from gonogo.publishing.junit import JunitReport
from gonogo.publishing.report import HtmlReport
from gonogo.readers.traffic import FILE, read_traffic
from gonogo.stages.base import Project
from gonogo.stages.regression import RegressionStage
from gonogo.store import RunFolder

VENDOR = str(Path(__file__).with_name("vendor.py"))
PACK = """
    import sqlite3
    from pathlib import Path
    from gonogo.job import current_job

    def test_page(page, snapshot):
        page.goto("/people/agnes.canary%40council-canary.gov.uk/AB123456C")
        page.goto("/?who=agnes.canary%40council-canary.gov.uk&post=AL1+3JE")
        snapshot.page(page, "Account")
        snapshot.text(page, "Words of agnes.canary@council-canary.gov.uk")

    def test_rows(snapshot):
        with sqlite3.connect(Path(current_job().home) / "vendor.db") as database:
            database.row_factory = sqlite3.Row
            rows = [dict(row) for row in database.execute("select * from people")]
        snapshot.table(rows, "People", key="id")

    def test_sheet(api, snapshot, request):
        content = api.get("/sheet").content
        snapshot.table(content, "Sheet")
        job = current_job()
        (Path(job.evidence) / "statement AB123456C.xlsx").write_bytes(content)

    def test_json(api, snapshot):
        answer = api.get("/json")
        print(dict(answer.headers))
        snapshot.json(answer.content, "Answer")

    def test_that_fails(page):
        page.goto("/")
        assert page.locator("#personal").inner_text() == "nobody", dict(page.goto("/").headers)
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, dict[str, Change]]:
    """One run of the gate against the vendor system, with a real browser."""
    root = tmp_path_factory.mktemp("project")
    (root / "suites").mkdir()
    (root / "suites" / "test_pack.py").write_text(dedent(PACK), encoding="utf-8")
    (root / "names.txt").write_text("# who must not appear\nAgnes Canary-Smith\n", encoding="utf-8")
    targets = [
        Target(
            side=side,
            version=version,
            url="http://127.0.0.1:{port}",
            start=("{python}", VENDOR, "{port}", version, "{home}"),
            environment={"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        for side, version in ((Side.BASELINE, "1"), (Side.CANDIDATE, "2"))
    ]
    options = RegressionStage.options_model().model_dump(mode="json")
    upgrade = Upgrade(
        system="Canary",
        change_ref="",
        baseline=targets[0],
        candidate=targets[1],
        identity=Identity(path="/", pattern=r"Version\s+(\d)"),
        stages=(StageSettings(stage="regression", timeout_s=120, options=options),),
        criteria=(identity_criterion(), *criteria_for("regression", None)),
        privacy=Privacy(names_file="names.txt"),
    )
    gate = Gate(
        project=Project(root=root, upgrade=upgrade, python=sys.executable),
        stages={"regression": RegressionStage()},
        clock=SystemClock(),
        events=Events(),
        stop=Stop(),
        browser=browser_to_use(),
        publishers=(HtmlReport(), JunitReport(), CtrfReport()),
        workers=1,
    )
    before = set(Path(tempfile.gettempdir()).glob("gonogo-*"))
    folder = RunFolder.create(root / "reports", "run")
    done = run_gate(gate, folder)
    left = {
        path
        for path in Path(tempfile.gettempdir()).glob("gonogo-*")
        if (path / "regression.baseline").exists()
    }
    assert left <= before
    return folder, {each.title: each.change for each in done.dossier.comparison.differences}


def forms(value: str) -> set[bytes]:
    """A value as tools write it."""
    compact = value.replace(" ", "")
    texts = {value, value.upper(), value.lower(), compact, compact.lower(), quote(value), quote_plus(value)}
    texts |= {quote(value, safe=""), html.escape(value), json.dumps(value)[1:-1], value.replace("@", "&#64;")}
    texts.add(value.lower().replace("@", "-").replace(".", "-"))
    encoded = {base64.b64encode(value.encode())[: len(value) // 3 * 4]}
    return {text.encode() for text in texts} | encoded | {value.encode("utf-16-le")}


def everything(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, its name, and what is packed in it."""
    yield f"name of {name}", name.encode()
    yield name, data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from everything(f"{name}!{member}", archive.read(member))
    elif data.startswith(b"\x1f\x8b"):
        yield from everything(f"{name}!", gzip.decompress(data))


def colours(picture: Image.Image) -> set[object]:
    return {colour for _, colour in picture.getcolors(maxcolors=100_000) or []}


@pytest.mark.slow
def test_no_canary_reaches_the_run_folder(result: tuple[RunFolder, dict[str, Change]]) -> None:
    folder, _ = result
    sought = {kind: forms(value) for kind, value in CANARIES.items()}
    sought["as a number"] = {b"9434765919"}
    found, looked_at = [], 0
    for path in sorted(folder.path.rglob("*")):
        if path.is_file():
            for name, data in everything(path.relative_to(folder.path).as_posix(), path.read_bytes()):
                looked_at += 1
                found += [(name, kind) for kind, ways in sought.items() if any(way in data for way in ways)]
    assert found == [], found
    assert looked_at > 60


@pytest.mark.slow
def test_what_was_answered_is_recorded_and_holds_nothing_that_had_to_be_taken_out(
    result: tuple[RunFolder, dict[str, Change]],
) -> None:
    folder, _ = result
    for side in (Side.BASELINE, Side.CANDIDATE):
        written = (folder.stage_folder("regression", side) / "raw" / FILE).read_bytes()
        seen = {(each.path, each.names) for each in read_traffic(written).answers}
        assert {("/people/{personal}/{personal}", ()), ("/", ("post", "who")), ("/json", ())} <= seen
        assert b"[email-" not in written  # never written, so nothing was to be replaced


@pytest.mark.slow
def test_what_was_there_is_told_and_kept_apart_from_the_rest(
    result: tuple[RunFolder, dict[str, Change]],
) -> None:
    folder, _ = result
    runs = {(run.header.stage, run.header.side): run for run in folder.read_runs()}
    notes = " ".join(runs["regression", Side.BASELINE].header.notes)
    assert "Personal data was taken out before this was kept:" in notes
    raw = folder.stage_folder("regression", Side.BASELINE) / "raw"
    words = next(raw.glob("snapshots/words-of-*.txt")).read_text(encoding="utf-8")
    assert "Reference 00042917" in words
    log = (folder.stage_folder("identity", Side.BASELINE) / "raw" / "target.log").read_text(encoding="utf-8")
    assert "[email-" in log
    assert list(raw.rglob("trace*.zip"))
    assert list(raw.rglob("statement *.xlsx"))
    assert all(not run.problems for run in runs.values())


@pytest.mark.slow
def test_equal_values_stay_equal_and_a_changed_one_is_found(
    result: tuple[RunFolder, dict[str, Change]],
) -> None:
    _, changes = result
    assert changes["People"] is Change.REGRESSED
    assert changes["Sheet"] is Change.STILL_PASSING
    assert changes["Answer"] is Change.STILL_PASSING
    assert changes["Account"] is Change.REGRESSED  # the version it shows differs, and is not masked


@pytest.mark.slow
def test_the_pictures_are_masked_where_the_data_is_and_nowhere_else(
    result: tuple[RunFolder, dict[str, Change]],
) -> None:
    folder, _ = result
    pictures = list((folder.path / "runs").rglob("*.png"))
    assert len(pictures) >= 4  # a capture on each side, and what the failing test showed
    for path in pictures:
        picture = Image.open(path).convert("RGB")
        covered = colours(picture.crop((24, 102, 400, 120)))
        assert covered == {(128, 128, 128)}, path.name
        shown = colours(picture.crop((24, 60, 240, 82)))
        assert (0, 0, 0) in shown, path.name
        drawing = colours(picture.crop((20, 300, 400, 330)))
        assert drawing == {(255, 255, 255)}, path.name
