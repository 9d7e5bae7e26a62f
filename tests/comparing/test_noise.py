"""What varies in the version in use by itself is masked, in its place only; what differs beyond it is seen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageDraw
from tests.bundles import AT, SIDES, Bundle, passed, snapshot

from gonogo.comparing.noise import measured_noise
from gonogo.comparing.noise_images import DeclaredRegions, declared_regions
from gonogo.comparing.snapshots import compare_snapshots
from gonogo.engine.gate import judge_folder
from gonogo.model import (
    Blame,
    Change,
    Comparison,
    Decision,
    DeclaredNoise,
    Difference,
    ExpectedChange,
    Side,
    Snapshot,
    SnapshotForm,
    Verdict,
)
from gonogo.model.errors import EvidenceError

PAGE = "regression:pages:account"


def taken(form: SnapshotForm, **fields: object) -> Snapshot:
    shot = Snapshot(key="regression:snapshot:x", title="X", form=form, artefact="raw/x", sha256="")
    return msgspec.structs.replace(shot, **fields)


def differs(
    form: SnapshotForm, baseline: bytes, repeats: list[bytes], candidate: bytes, **fields: object
) -> bool:
    """Whether the candidate differs beyond what the baseline's repeats showed."""
    shot = taken(form, **fields)
    noise = measured_noise(shot, baseline, repeats)
    if noise is None:
        return compare_snapshots(shot, shot, baseline, candidate).is_different
    return compare_snapshots(shot, shot, noise.apply(baseline), noise.apply(candidate)).is_different


def text(*lines: str) -> bytes:
    return "\n".join(("Rents", *lines, "Help", "Sign out", "About", "Contact")).encode()


@pytest.mark.parametrize(
    ("baseline", "repeat", "candidate", "is_different"),
    [
        (text("Printed 10:00"), text("Printed 10:05"), text("Printed 10:09"), False),
        (text("Printed 10:00"), text("Printed 10:05"), text("Printed at 10:09"), True),
        (text("Printed 10:00"), text("Printed 10:05"), text(), True),
        (text("Balance £10 at 10:00"), text("Balance £10 at 10:05"), text("Balance £11 at 10:09"), True),
        (text("at 10:00", "x", "at 10:00"), text("at 10:01", "x", "at 10:00"), text("at 10:02", "x", "at 9"), True),
        (text("Offer", "one"), text("one"), text("one"), False),
        (text("one"), text("Offer", "one"), text("Offer", "one"), False),
        (text("one"), text("Offer", "one"), text("Fault", "one"), True),
        (text("a", "b", "c"), text("c", "a", "b"), text("b", "c", "a"), False),
        (text("a", "b", "c"), text("c", "a", "b"), text("b", "d", "a"), True),
        (text("Buy a house"), text("Rent our fine new flat"), text("Borrow from us today"), False),
    ],
    ids=[
        "a clock",
        "the words around a clock",
        "a line with a clock that is gone",
        "a figure beside a clock",
        "another line that looks like the clock",
        "a line that comes and goes, gone",
        "a line that comes and goes, come",
        "another line in its place",
        "lines in another order",
        "another line among those in another order",
        "a line of other words each time",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [SnapshotForm.TEXT, SnapshotForm.TREE])
def test_text_beyond_its_noise(
    form: SnapshotForm, baseline: bytes, repeat: bytes, candidate: bytes, is_different: bool
) -> None:
    assert differs(form, baseline, [repeat], candidate) is is_different


DOCUMENT = {"id": 7, "at": "10:00", "rows": [{"ref": "A", "due": 1.50}, {"ref": "B", "due": 2}], "note": "n"}


def document(**changes: object) -> bytes:
    made = {**DOCUMENT, **changes}
    return json.dumps({name: value for name, value in made.items() if value is not ...}).encode()


ROWS = [{"ref": "A", "due": 1.50}, {"ref": "B", "due": 2}]


@pytest.mark.parametrize(
    ("repeat", "candidate", "is_different"),
    [
        (document(at="10:01"), document(at="10:02"), False),
        (document(at="10:01"), document(at=None), True),
        (document(at="10:01"), document(at=...), True),
        (document(at="10:01"), document(at="10:02", id=8), True),
        (document(note=...), document(note=...), False),
        (document(rows=ROWS[::-1]), document(rows=ROWS[::-1]), False),
        (document(rows=ROWS[::-1]), document(rows=[{"ref": "B", "due": 2}, {"ref": "A", "due": 1.51}]), True),
        (document(id=9), document(id=11, rows=[{"ref": "A", "due": 1.5}, {"ref": "B", "due": 2.0}]), False),
    ],
    ids=[
        "a time",
        "a time that is empty now",
        "a time that is missing now",
        "another value beside a time",
        "a field that comes and goes",
        "entries in another order",
        "another amount among entries in another order",
        "numbers are still compared by value",
    ],
)
def test_json_beyond_its_noise(repeat: bytes, candidate: bytes, is_different: bool) -> None:
    assert differs(SnapshotForm.JSON, document(), [repeat], candidate) is is_different


def xml(at: str = "1", due: str = "5.00", rows: str = "<r>A</r><r>B</r>", extra: str = "") -> bytes:
    return f'<ack id="{at}"><due>{due}</due><rows>{rows}</rows>{extra}<a/><b/><c/></ack>'.encode()


@pytest.mark.parametrize(
    ("repeat", "candidate", "is_different"),
    [
        (xml(at="2"), xml(at="3"), False),
        (xml(at="2"), xml(at="3", due="5.01"), True),
        (xml(rows="<r>B</r><r>A</r>"), xml(rows="<r>B</r><r>A</r>"), False),
        (xml(rows="<r>B</r><r>A</r>"), xml(rows="<r>B</r><r>C</r>"), True),
        (xml(extra="<hint/>"), xml(extra="<hint/>"), False),
        (xml(extra="<hint/>"), xml(extra="<error/>"), True),
    ],
)
def test_xml_beyond_its_noise(repeat: bytes, candidate: bytes, is_different: bool) -> None:
    assert differs(SnapshotForm.XML, xml(), [repeat], candidate) is is_different


def table(*rows: str) -> bytes:
    return "\n".join(("ref,due,seen", *rows, "C,3,x", "D,4,x", "E,5,x")).encode()


@pytest.mark.parametrize("row_key", [(), ("ref",)])
@pytest.mark.parametrize(
    ("baseline", "repeat", "candidate", "is_different"),
    [
        (table("A,1,10:00"), table("A,1,10:01"), table("A,1,10:02"), False),
        (table("A,1,10:00"), table("A,1,10:01"), table("A,2,10:02"), True),
        (table("A,1,10:00"), table("A,1,10:01"), table(), True),
        (table("A,1,a", "B,2,b"), table("A,1,x", "B,2,b"), table("A,1,y", "B,2,c"), True),
        (table("A,1,a"), table(), table(), False),
    ],
    ids=["a time", "an amount beside it", "its row is gone", "the same in another row", "a row that comes and goes"],
)  # fmt: skip
def test_tables_beyond_their_noise(
    row_key: tuple[str, ...], baseline: bytes, repeat: bytes, candidate: bytes, is_different: bool
) -> None:
    assert differs(SnapshotForm.TABLE, baseline, [repeat], candidate, row_key=row_key) is is_different


def picture(advert: str = "red", total: str = "black", size: tuple[int, int] = (400, 300)) -> bytes:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 90, 60), fill=advert)
    draw.rectangle((200, 200, 300, 220), fill=total)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("repeat", "candidate", "is_different"),
    [
        (picture("blue"), picture("green"), False),
        (picture("blue"), picture("green", total="orange"), True),
        (picture("blue", size=(400, 320)), picture("green"), True),
    ],
    ids=["an advert", "a figure beside an advert", "a page of another length cannot be masked"],
)
def test_pictures_beyond_their_noise(repeat: bytes, candidate: bytes, is_different: bool) -> None:
    assert differs(SnapshotForm.IMAGE, picture(), [repeat], candidate) is is_different


def test_what_varies_almost_everywhere_is_not_masked() -> None:
    shot = taken(SnapshotForm.TEXT)
    assert measured_noise(shot, b"a\nb\nc\n", [b"x\ny\nc\n"]) is None


def test_places_are_told_in_words() -> None:
    noise = measured_noise(taken(SnapshotForm.TEXT), text("Printed 10:00"), [text("Printed 10:05")])
    assert noise is not None
    assert noise.places == ("line 2: Printed ⋯",)


# --- in a whole run --------------------------------------------------------------------------------------


def account(balance: str, printed: str) -> bytes:
    return f"name,value\nbalance,{balance}\nprinted,{printed}\ntenant,T1\n".encode()


def judged(
    tmp_path: Path,
    contents: dict[Side, list[bytes]],
    *declared: DeclaredNoise,
    expected: tuple[ExpectedChange, ...] = (),
) -> tuple[Verdict, Difference, Comparison]:
    """Judge a table that was captured with these contents: first pass, then each repeat."""
    bundle = Bundle()
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, noise=declared, expected_changes=expected)
    for side in SIDES:
        first, *again = contents[side]
        bundle.tables[side] = first
        bundle.set("regression", side, named(first))
        bundle.repeats["regression", side] = [(passed(PAGE), named(content)) for content in again]
        for number, content in enumerate(again, start=1):
            bundle.repeated_tables[side, number] = content
    verdict, dossier = judge_folder(bundle.write(tmp_path), generated_at=AT)
    found = dossier.comparison
    return verdict, next(d for d in found.differences if d.key == snapshot().key), found


def named(content: bytes) -> Snapshot:
    return msgspec.structs.replace(snapshot(content), row_key=("name",))


def test_a_difference_within_the_noise_is_none_and_the_mask_is_kept(tmp_path: Path) -> None:
    contents = {
        Side.BASELINE: [account("10.00", "9:00"), account("10.00", "9:01")],
        Side.CANDIDATE: [account("10.00", "9:02"), account("10.00", "9:03")],
    }
    verdict, difference, found = judged(tmp_path, contents)
    assert (difference.change, verdict.decision) == (Change.STILL_PASSING, Decision.GO)
    assert [(n.key, n.places) for n in found.noise] == [(snapshot().key, ("value in row printed",))]


def test_a_penny_beside_the_noise_is_the_upgrades(tmp_path: Path) -> None:
    contents = {
        Side.BASELINE: [account("10.00", "9:00"), account("10.00", "9:01")],
        Side.CANDIDATE: [account("10.01", "9:02"), account("10.01", "9:03")],
    }
    verdict, difference, _ = judged(tmp_path, contents)
    assert (difference.blame, verdict.decision) == (Blame.CANDIDATE, Decision.NO_GO)
    assert "10.01" in difference.detail
    assert "9:02" not in difference.detail


def test_declared_noise_needs_no_repeat(tmp_path: Path) -> None:
    contents = {
        Side.BASELINE: [b"name,value,printed\nbalance,10.00,9:00\n"],
        Side.CANDIDATE: [b"name,value,printed\nbalance,10.00,9:01\n"],
    }
    said = DeclaredNoise(
        key="regression:snapshot:bal*",
        ignore=("printed",),
        reason="the time of printing",
        declared_by="A. Shah",
    )
    assert judged(tmp_path / "without", contents)[1].change is Change.REGRESSED
    verdict, difference, found = judged(tmp_path / "with", contents, said)
    assert (difference.change, verdict.decision) == (Change.STILL_PASSING, Decision.GO)
    assert found.noise[0].reason == "the time of printing (declared by A. Shah)"


# --- documented changes, limited to where they are announced ---------------------------------------------


def accepted(*within: str, key: str = "regression:snapshot:*") -> ExpectedChange:
    return ExpectedChange(key=key, reason="Release notes, page 4", accepted_by="A. Shah", within=within)


@pytest.mark.parametrize(
    ("upgraded", "change", "is_accepted"),
    [
        (b"name,value,printed\nbalance,10.00,at 9 o'clock\n", accepted("printed"), True),
        (b"name,value,printed\nbalance,10.01,at 9 o'clock\n", accepted("printed"), False),
        (b"name,value,printed\nbalance,10.01,9:00\n", accepted("printed"), False),
        (b"name,value,printed\nbalance,10.00,at 9 o'clock\n", accepted("printed", key="regression:snapshot:z*"), False),
    ],
    ids=["only there", "there and elsewhere", "only elsewhere", "another page"],
)  # fmt: skip
def test_a_change_is_expected_in_the_places_that_were_accepted_only(
    tmp_path: Path, upgraded: bytes, change: ExpectedChange, is_accepted: bool
) -> None:
    contents = {
        Side.BASELINE: [b"name,value,printed\nbalance,10.00,9:00\n"],
        Side.CANDIDATE: [upgraded],
    }
    verdict, difference, found = judged(tmp_path, contents, expected=(change,))
    assert difference.change is Change.REGRESSED  # shown, whoever accepted it
    assert difference.expected == ("Release notes, page 4 (accepted by A. Shah)" if is_accepted else "")
    assert verdict.decision is (Decision.GO if is_accepted else Decision.NO_GO)
    assert not found.noise


def page(height: int, footer: str, figure: str = "£10.00") -> bytes:
    picture = Image.new("RGB", (300, height), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((20, 20), figure, fill="black")
    draw.text((20, height - 20), footer, fill="black")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("height", [120, 400])
def test_a_region_is_counted_from_the_lower_edge(height: int) -> None:
    footer = DeclaredRegions(regions=declared_regions(["0, -30, 300, 30"]))
    shot = taken(SnapshotForm.IMAGE)
    before, after = (footer.apply(page(height, words)) for words in ("Supplied by M", "Made by M"))
    assert not compare_snapshots(shot, shot, before, after).is_different
    other = footer.apply(page(height, "Made by M", figure="£70.00"))
    assert compare_snapshots(shot, shot, before, other).is_different


@pytest.mark.parametrize("pattern", ["0, 0, -5, 10", "footer", "1, 2, 3", "0, --5, 1, 1"])
def test_what_is_no_region_is_refused(pattern: str) -> None:
    with pytest.raises(EvidenceError, match="is no region of a picture"):
        declared_regions([pattern])
