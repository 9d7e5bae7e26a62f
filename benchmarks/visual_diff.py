"""How long it takes to compare two pictures of a page, against odiff, the quickest tool of its kind.

The pictures are the demo's rent account in a window of 1280 by 720: as it is, with one figure changed, with one
row coloured, with the whole page restyled, and moved down by a pixel. odiff is used at its best: its server is
started once and asked through a pipe. It can only be asked to write a difference picture as well; the arms
"odiff" name a place where nothing can be written, so that it compares and then gives up, and are the stricter
ones to be measured against. The arms "picture" do the whole of it on both sides.
"""
# ruff: noqa: INP001 - scripts, not a package

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.arms import Arm, Bar, Benchmark, Sample
from benchmarks.demo_system import Bench, context_of, up

from gonogo.browsing import capture, context_options, launch, sign_in
from gonogo.comparing.images import compare_images, diff_picture
from gonogo.model import Side
from gonogo.model.errors import ToolError
from gonogo.processes import clean_environment, run
from gonogo.stages.base import job_for

ODIFF = "odiff-bin@4.5.0"
REPEATS = 40
CHANGED_FACTOR, IDENTICAL_FACTOR = 2.0, 0.05

PAGE = "/accounts/A000012"
ROLE = "rent officer"
CHANGES = {
    "figure": "() => { document.querySelector('#ledger tbody td:last-child').textContent = '£132.41'; }",
    "row": "() => { document.querySelector('#ledger tbody tr').classList.add('b'); "
    "for (const cell of document.querySelectorAll('#ledger tbody tr:first-child td')) "
    "cell.style.backgroundColor = '#ffc0cb'; }",
    "restyled": "() => { document.body.style.color = '#553311'; document.body.style.letterSpacing = '0.4px'; }",
    "moved": "() => { document.querySelector('main').style.marginTop = '1px'; }",
}
"""What is done to the page between the two pictures of a pair. None touches the picture itself."""


def benchmark(bench: Bench) -> Benchmark:
    """Arms for each pair, ours and odiff's, taking turns.

    Raises:
        GonogoError: the pictures cannot be taken here.
    """
    pictures = take_pictures(bench)
    base = pictures / "base.png"
    pairs = {"identical": pictures / "same.png", **{name: pictures / f"{name}.png" for name in CHANGES}}
    arms = [
        Arm(name=f"{name}, ours", title=f"compare {base.stem} and {name}", run=_ours(base, other, name))
        for name, other in pairs.items()
    ]
    arms.append(
        Arm(
            name="figure with picture, ours",
            title="compare, and draw the difference",
            run=_ours_with_picture(base, pairs["figure"]),
        )
    )
    bars = [
        Bar(arm="identical, ours", against="identical, odiff", factor=IDENTICAL_FACTOR),
        Bar(arm="figure, ours", against="figure, odiff", factor=CHANGED_FACTOR),
        Bar(arm="row, ours", against="row, odiff", factor=CHANGED_FACTOR),
    ]
    try:
        odiff = Odiff(find_odiff(bench))
    except ToolError as error:
        names = [f"{name}, odiff" for name in pairs]
        skipped = dict.fromkeys([*names, "figure with picture, odiff"], error.message)
        return _benchmark(arms, bars, skipped, bench)
    for name, other in pairs.items():
        arms.append(
            Arm(
                name=f"{name}, odiff",
                title="odiff's server, nothing written",
                run=odiff.arm(
                    base, other, is_different=name != "identical", output=pictures / "none" / "x.png"
                ),
            )
        )
    arms.append(
        Arm(
            name="figure with picture, odiff",
            title="odiff's server, the difference written",
            run=odiff.arm(base, pairs["figure"], is_different=True, output=pictures / "odiff.png"),
        )
    )
    return _benchmark(arms, bars, {}, bench)


def _benchmark(arms: list[Arm], bars: list[Bar], skipped: dict[str, str], bench: Bench) -> Benchmark:
    return Benchmark(
        name="visual",
        title="Two pictures of a page compared, 1280 by 720",
        arms=tuple(arms),
        bars=tuple(bars),
        repeats=2 if bench.is_small else REPEATS,
        unit="ms",
        skipped=skipped,
        is_partial=bench.is_small,
    )


def take_pictures(bench: Bench) -> Path:
    """Pictures of one page of the release in use: as it is, twice, and after each change.

    Raises:
        GonogoError: the release does not start, or the role is not let in.
    """
    from playwright.sync_api import sync_playwright

    folder = bench.folder / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in bench.secrets.items():
        os.environ.setdefault(name, value)
    with up(bench, bench.folder, (Side.BASELINE,)) as running, sync_playwright() as playwright:
        context = context_of(bench, running[0], "regression", bench.folder)
        job = job_for(context, bench.project, bench.settings("regression"), bench.services)
        browser = launch(playwright, job)
        page = browser.new_page(**context_options(job))
        sign_in(page, job, ROLE)
        page.goto(PAGE)
        capture(page, folder / "base.png", full_page=False)
        shutil.copyfile(folder / "base.png", folder / "same.png")
        for name, change in CHANGES.items():
            page.goto(PAGE)
            page.evaluate(change)
            capture(page, folder / f"{name}.png", full_page=False)
        browser.close()
    return folder


def _ours(base: Path, other: Path, name: str) -> Callable[[], Sample]:
    def compare() -> Sample:
        began_s = time.perf_counter()
        change = compare_images(base.read_bytes(), other.read_bytes())
        took_s = time.perf_counter() - began_s
        # Moved by a pixel is no difference; that is what costs the search.
        expected = name not in ("identical", "moved")
        problem = (
            "" if change.is_different is expected else f"{name} was called {change.summary or 'the same'}"
        )
        return Sample(took_s=took_s, did={"pairs": 1}, problems=(problem,) if problem else ())

    return compare


def _ours_with_picture(base: Path, other: Path) -> Callable[[], Sample]:
    target = base.with_name("ours.png")

    def compare() -> Sample:
        began_s = time.perf_counter()
        before, after = base.read_bytes(), other.read_bytes()
        is_different = compare_images(before, after).is_different
        target.write_bytes(diff_picture(before, after))
        took_s = time.perf_counter() - began_s
        return Sample(
            took_s=took_s, did={"pairs": 1}, problems=() if is_different else ("no difference seen",)
        )

    return compare


def find_odiff(bench: Bench) -> Path:
    """The odiff program: one on the search path, else installed by npm into the scratch folder.

    Raises:
        ToolError: neither is possible; says why.
    """
    found = shutil.which("odiff")
    if found:
        return Path(found)
    npm = shutil.which("npm")
    if npm is None:
        raise ToolError("there is no odiff, and no npm to install it with")
    folder = bench.folder / "odiff"
    folder.mkdir(parents=True, exist_ok=True)
    done = run(
        [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", ODIFF],
        cwd=folder, environment=clean_environment({}), log=folder / "npm.log", timeout_s=120.0,
        stop=bench.services.stop,
    )  # fmt: skip
    programs = [path for path in folder.glob("node_modules/@odiff/*/odiff*") if path.suffix in ("", ".exe")]
    if done.return_code != 0 or not programs:
        raise ToolError("odiff could not be installed from the npm registry")
    return programs[0]


class Odiff:
    """odiff's server: one process, asked a line at a time."""

    def __init__(self, program: Path) -> None:
        try:
            self._process = subprocess.Popen(
                [program, "--server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
        except OSError as error:
            raise ToolError(f"odiff could not be started: {error.strerror}") from error
        atexit.register(self.close)
        if "ready" not in self._answer():
            raise ToolError("odiff's server did not say that it is ready")

    def arm(self, base: Path, other: Path, *, is_different: bool, output: Path) -> Callable[[], Sample]:
        """Ask about one pair."""
        asked = {
            "requestId": 1,
            "base": str(base),
            "compare": str(other),
            "output": str(output),
            "options": {},
        }
        line = json.dumps(asked) + "\n"

        def compare() -> Sample:
            began_s = time.perf_counter()
            self._ask(line)
            answer = json.loads(self._answer() or "{}")
            took_s = time.perf_counter() - began_s
            # Where it may write nothing, it says so after comparing, and only of pictures that differ.
            saw_difference = answer.get("match") is False or "save diff" in answer.get("error", "")
            problem = "" if saw_difference is is_different else f"odiff said {answer}"
            return Sample(took_s=took_s, did={"pairs": 1}, problems=(problem,) if problem else ())

        return compare

    def _ask(self, line: str) -> None:
        if self._process.stdin is None:
            raise ToolError("odiff's server takes no questions")
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def _answer(self) -> str:
        return "" if self._process.stdout is None else self._process.stdout.readline()

    def close(self) -> None:
        """End it. Safe to call twice."""
        with suppress(OSError):
            self._process.terminate()
        self._process.wait()
