"""Two thousand random changes to a run folder, of every sort: each is found, and the file is named."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pikepdf
import pytest
from tests.bundles import AT, Bundle, failed

from gonogo.clock import SystemClock
from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest, verify
from gonogo.model import Side, SignOffRole
from gonogo.publishing.base import publish_all
from gonogo.publishing.ctrf import CtrfReport
from gonogo.publishing.junit import JunitReport
from gonogo.publishing.report import HtmlReport
from gonogo.publishing.sarif import SarifReport
from gonogo.publishing.summary import SummaryReport
from gonogo.signing.binding import bind_document
from gonogo.signing.certificates import open_certificate
from gonogo.signing.document import sign_document
from gonogo.signing.keys import open_key
from gonogo.signing.signoff import START, Condition, Entry, SignOffDecision, append
from gonogo.store import RunFolder

MUTATIONS = 2_000
ROLES = ("Head of Housing", "Finance lead", "Head of Housing")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A run folder as a gate leaves it and people then signed it, with files of every kind."""
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))
    bundle = Bundle()
    bundle.upgrade = msgspec.structs.replace(
        bundle.upgrade, signoff_roles=tuple(SignOffRole(role=role) for role in ROLES[:2])
    )
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance"))
    for stage, side in (("uat", Side.BASELINE), ("uat", Side.CANDIDATE), ("load", Side.CANDIDATE)):
        bundle.files[stage, side] = _raw_files()
    made = bundle.write(tmp_path / "reports")
    verdict, dossier = judge_folder(made, generated_at=AT)
    publishers = (HtmlReport(), JunitReport(), SummaryReport(), CtrfReport(), SarifReport())
    assert not [done.problem for done in publish_all(dossier, publishers) if done.problem]
    (made.path / "published" / "newest.html").symlink_to("report.html")
    attest(made, dossier.upgrade, dossier.comparison, verdict, AT)
    for role in ROLES:
        append(made.path, _entry(role, made), open_key(role.lower().replace(" ", "-")))
    certificate = open_certificate("Meridian Borough Council", SystemClock().now())
    document = sign_document(tagged_pdf(), certificate, reason="A test")
    bind_document(made.path, document, open_key("finance-lead"))
    assert verify(made) == ()
    return made


def tagged_pdf() -> bytes:
    """The smallest document that has what a tagged signature needs: a page, a structure, numbers to parents."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(200, 200))
    page.obj.StructParents = 0
    root = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document, K=pikepdf.Array(), P=pikepdf.Dictionary()
        )
    )
    document.Root.StructTreeRoot = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.StructTreeRoot,
            K=root,
            ParentTree=pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Array([root])])),
        )
    )
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _raw_files() -> dict[str, bytes]:
    """Raw output as tools leave it: large, small, empty, binary, deep, with spaces and accents in names."""
    return {
        "trace.zip": random.Random(7).randbytes(20_000),
        "empty.log": b"",
        "one": b"x",
        "deep/er still/é/page.html": b"<p>10.00</p>\n" * 40,
        "deep/results.jsonl": b'{"key": "uat:rents:See a balance", "status": "passed"}\n' * 30,
    }


def _entry(role: str, folder: RunFolder) -> Entry:
    verdict = folder.read_verdict()
    return Entry(
        previous=START,
        role=role,
        name="A. Shah",
        decision=SignOffDecision.ACCEPT_WITH_CONDITIONS,
        conditions=(Condition(text="Reconcile each Monday", owner="A. Shah", due="2027-04-30"),),
        at=AT,
        candidate=verdict.upgrade.to_version,
        covers=verdict.digests,
    )


Undo = Callable[[], object]


class Vandal:
    """Changes one thing in a run folder; each way returns what undoes it, None where it has nothing to do."""

    def __init__(self, run: Path, outside: Path, pick: random.Random) -> None:
        self.run, self.outside, self.pick = run, outside, pick
        self.touched: set[Path] = set()
        self.ways = (
            *(self.flip, self.flip, self.insert, self.cut_out, self.truncate, self.swap_lines),
            *(self.double_a_line, self.rename, self.remove, self.link, self.add, self.add_a_link),
        )

    def flip(self, path: Path) -> Undo | None:
        data = path.read_bytes()
        if not data:
            return None
        at = self.pick.randrange(len(data))
        flipped = bytes([data[at] ^ self.pick.randrange(1, 256)])
        return self.rewrite(path, data[:at] + flipped + data[at + 1 :])

    def insert(self, path: Path) -> Undo | None:
        data = path.read_bytes()
        at = self.pick.randrange(len(data) + 1)
        again = data[at : at + 40] or b"y"
        new = self.pick.choice((b" ", b"\n", b"\r", b"\x00", b"x", again, self.pick.randbytes(9)))
        return self.rewrite(path, data[:at] + new + data[at:])

    def cut_out(self, path: Path) -> Undo | None:
        data = path.read_bytes()
        if not data:
            return None
        at = self.pick.randrange(len(data))
        return self.rewrite(path, data[:at] + data[at + self.pick.choice((1, 1, 2, 50)) :])

    def truncate(self, path: Path) -> Undo | None:
        data = path.read_bytes()
        if not data:
            return None
        ends_of_lines = [place + 1 for place, byte in enumerate(data[:-1]) if byte == 10]
        return self.rewrite(
            path, data[: self.pick.choice([self.pick.randrange(len(data)), 0, *ends_of_lines[-3:]])]
        )

    def swap_lines(self, path: Path) -> Undo | None:
        lines = path.read_bytes().splitlines(keepends=True)
        if len(set(lines)) < 2:
            return None
        one = self.pick.randrange(len(lines))
        other = next(place for place, line in enumerate(lines) if line != lines[one])
        lines[one], lines[other] = lines[other], lines[one]
        return self.rewrite(path, b"".join(lines))

    def double_a_line(self, path: Path) -> Undo | None:
        lines = path.read_bytes().splitlines(keepends=True)
        return self.rewrite(path, b"".join([*lines, self.pick.choice(lines)])) if lines else None

    def rename(self, path: Path) -> Undo:
        name = path.name
        target = path.with_name(self.pick.choice((f"{name}.partial", f"{name}~", f".{name}", f"{name} ")))
        path.rename(target)
        self.touched = {path, target}
        return lambda: target.rename(path)

    def remove(self, path: Path) -> Undo:
        before = path.read_bytes()
        path.unlink()
        self.touched = {path}
        return lambda: path.write_bytes(before)

    def link(self, path: Path) -> Undo:
        """The same bytes, but kept elsewhere, where they can be changed later."""
        before = path.read_bytes()
        self.outside.write_bytes(before)
        path.unlink()
        path.symlink_to(self.outside)
        self.touched = {path}

        def undo() -> None:
            path.unlink()
            path.write_bytes(before)

        return undo

    def add(self, path: Path) -> Undo:
        target = path.with_name(
            f"{self.pick.randrange(1000)}{self.pick.choice(('', '.partial', '.json', '.new'))}"
        )
        target.write_bytes(self.pick.choice((b"", b"{}\n", path.read_bytes())))
        self.touched = {target}
        return target.unlink

    def add_a_link(self, path: Path) -> Undo:
        target = path.with_name(f"link-{self.pick.randrange(1000)}")
        target.symlink_to(self.pick.choice((path.name, "/dev/null", "nowhere", "..")))
        self.touched = {target}
        return target.unlink

    def rewrite(self, path: Path, after: bytes) -> Undo | None:
        before = path.read_bytes()
        if after == before:
            return None
        path.write_bytes(after)
        self.touched = {path}
        return lambda: path.write_bytes(before)


def _state(run: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(run.rglob("*")):
        if path.is_symlink():
            found[path.relative_to(run).as_posix()] = b"-> " + str(path.readlink()).encode()
        elif path.is_file():
            found[path.relative_to(run).as_posix()] = path.read_bytes()
    return found


@pytest.mark.slow
def test_two_thousand_random_changes_are_each_found_and_named(folder: RunFolder, tmp_path: Path) -> None:
    pick = random.Random(20261122)
    vandal = Vandal(folder.path, tmp_path / "elsewhere", pick)
    before = _state(folder.path)
    files = [folder.path / name for name in before if not (folder.path / name).is_symlink()]
    done: Counter[str] = Counter()
    missed = []
    while sum(done.values()) < MUTATIONS:
        path, way = files[sum(done.values()) % len(files)], pick.choice(vandal.ways)
        if not (undo := way(path)):
            continue
        done[way.__name__] += 1
        changed = {each.relative_to(folder.path).as_posix() for each in vandal.touched}
        problems = verify(folder)
        undo()
        if not any(name in problem for name in changed for problem in problems):
            missed.append((way.__name__, sorted(changed), problems))
    assert missed == []
    assert set(done) == {way.__name__ for way in vandal.ways}
    assert _state(folder.path) == before
    assert verify(folder) == ()
