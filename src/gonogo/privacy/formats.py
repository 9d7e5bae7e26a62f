"""Redacts the files tools write, each in the way of its kind, and proves that nothing is left in them.

A file that still shows personal data when read in any other way, or that cannot be read at all, is withheld: not
written, and that is said. A picture is not looked into; what it shows was masked before it was taken.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from gonogo.model import PrivateKind
from gonogo.privacy.recognising import Recogniser
from gonogo.privacy.redacting import WORDS, Redactor, encoded_runs
from gonogo.privacy.spelling import views

LARGEST_UNPACKED = 256_000_000
"""Bytes an archive may unpack to, all its members together; a larger one is withheld unread."""
DEEPEST = 4
"""Archives within archives."""

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"wOF2", b"wOFF")
_PNG = _PICTURES[0]
_PNG_WORDS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
_PRINTED = re.compile(rb"[\x20-\x7e]{12,}")
_PRINTED_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){12,}")
_NUMBER_CELL = re.compile(r'<c\b([^<>]{0,300}?)(?: t="n")?>(<f>[^<]{0,2000}</f>)?<v>([^<]{0,64})</v></c>')
_FILM = re.compile(r"resources/page@[^/]*\.jpe?g$")
"""What a Playwright trace holds of the screen, several pictures a second, none of them masked."""
_SHARED_STRINGS = "xl/sharedStrings.xml"
_VIDEO = b"\x1aE\xdf\xa3"
_LINES_OF_JSON = (".jsonl", ".ndjson", ".trace", ".network")
_JSON_SUFFIXES = (".json", ".har", *_LINES_OF_JSON)


class Withheld(Exception):
    """The file cannot be kept; says why in plain words, and may bring something to keep in its place."""

    def __init__(self, reason: str, instead: bytes | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.instead = instead


@dataclass(frozen=True, slots=True)
class _Whole:
    """What the parts of one file share: how many bytes may still be unpacked, and what it is about."""

    left: list[int]
    about: str = ""
    """The words of the document that this is a part of."""

    def take(self, size: int) -> None:
        self.left[0] -= size
        if self.left[0] < 0:
            raise Withheld("it unpacks to more than can be searched")


def redacted(name: str, data: bytes, redactor: Redactor) -> bytes:
    """The file without personal data; the very same bytes when it holds none.

    Raises:
        Withheld: it cannot be kept.
    """
    return _redacted(name, data, redactor, depth=0, whole=_Whole([LARGEST_UNPACKED]))


def _redacted(name: str, data: bytes, redactor: Redactor, *, depth: int, whole: _Whole) -> bytes:
    if not data:
        return data
    if depth > DEEPEST:
        raise Withheld("it is packed too many times over")
    if data.startswith(b"PK\x03\x04"):
        return _zip(data, redactor, depth, whole)
    if data.startswith(b"\x1f\x8b"):
        return _gzip(name, data, redactor, depth, whole)
    if data.lstrip()[:5] == b"%PDF-":
        return _pdf(data, redactor)
    if data.startswith(_VIDEO):
        raise Withheld("it is a video of the screen, in which nothing can be masked")
    if data.startswith(_PICTURES):
        return _binary(data, _picture_words(data), redactor)
    decoded = _decoded(data)
    if decoded is None:
        return _binary(data, _printed(data), redactor)
    text, encoding, mark = decoded
    after = _text(name, text, redactor, about=whole.about)
    return data if after == text else mark + after.encode(encoding, "surrogateescape")


def _text(name: str, text: str, redactor: Redactor, *, about: str = "") -> str:
    is_json = name.lower().endswith(_JSON_SUFFIXES) or text.lstrip()[:1] in ("{", "[")
    if "<v>" in text and "<c " in text:
        text = _NUMBER_CELL.sub(lambda match: _cell(match, redactor, about), text)
    after = redactor.text(text, is_json=is_json, about=about)
    left = remains(after, redactor.recogniser, is_new=after != text)
    if (
        is_json
        and (left is not None or (after != text and not _is_json(name, after)))
        and _is_json(name, text)
    ):
        after = _string_by_string(name, text, redactor)
        left = remains(after, redactor.recogniser)
    if left is not None:
        raise Withheld(f"it holds {WORDS[left]} in a form that cannot be taken out")
    return after


def remains(text: str, recogniser: Recogniser, *, is_new: bool = True) -> PrivateKind | None:
    """What kind of personal data a text still shows, read in every way we know; None when it shows none.

    Args:
        text: of a whole file.
        recogniser: finds it.
        is_new: not a text in which nothing was found a moment ago, as it stands and inside base64.
    """
    for view in (*((text, *encoded_runs(text)) if is_new else ()), *views(text)):
        hits = recogniser.find(view)
        if hits:
            return hits[0].kind
    return None


def _is_json(name: str, text: str) -> bool:
    try:
        for line in _documents(name, text):
            msgspec.json.decode(line.encode("utf-8", "replace"))
    except msgspec.MsgspecError:
        return False
    return True


def _documents(name: str, text: str) -> list[str]:
    lines = text.splitlines() if name.lower().endswith(_LINES_OF_JSON) else [text]
    return [line for line in lines if line.strip()]


def _string_by_string(name: str, text: str, redactor: Redactor) -> str:
    """JSON of which each string is redacted by itself, and replaced whole where it still shows something."""
    written = []
    for line in _documents(name, text):
        value = _clear(msgspec.json.decode(line.encode("utf-8", "replace")), redactor)
        written.append(msgspec.json.encode(value).decode() + "\n")
    return "".join(written)


def _clear(value: Any, redactor: Redactor) -> Any:
    match value:
        case dict():
            return {_clear(key, redactor): _clear(held, redactor) for key, held in value.items()}
        case list():
            return [_clear(held, redactor) for held in value]
        case str():
            after = redactor.text(value)
            left = remains(after, redactor.recogniser)
            return after if left is None else redactor.token(left, value, value)
        case bool() | None:
            return value
        case _:
            after = redactor.text(str(value))
            return value if after == str(value) else after


def _cell(match: re.Match[str], redactor: Redactor, about: str) -> str:
    """A number in a spreadsheet becomes a text cell when it is replaced."""
    value = redactor.text(match[3], about=about)
    if value == match[3] or 't="' in match[1]:
        return match[0]
    return f'<c{match[1]} t="str">{match[2] or ""}<v>{value}</v></c>'


def _decoded(data: bytes) -> tuple[str, str, bytes] | None:
    """(text, encoding, byte-order mark) of a text file; None when it is none."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace"), encoding, mark
    if b"\x00" in data[:8_192]:
        return None
    try:
        return data.decode("utf-8"), "utf-8", b""
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1", b""


def _zip(data: bytes, redactor: Redactor, depth: int, whole: _Whole) -> bytes:
    target = io.BytesIO()
    is_changed = False
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as source,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            whole = replace(whole, about=_shared_words(source, whole))
            for member in source.infolist():
                if _FILM.match(member.filename):
                    is_changed = True
                    continue
                whole.take(member.file_size)
                before = source.read(member)
                after = _redacted(member.filename, before, redactor, depth=depth + 1, whole=whole)
                name = redactor.text(member.filename)
                is_changed = is_changed or after != before or name != member.filename
                member.filename = name
                out.writestr(member, after)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        raise Withheld("it is an archive that cannot be searched") from error
    return target.getvalue() if is_changed else data


def _shared_words(archive: zipfile.ZipFile, whole: _Whole) -> str:
    """The texts of a workbook, which stand apart from its numbers; of other archives what is known already."""
    if _SHARED_STRINGS not in archive.namelist():
        return whole.about
    whole.take(archive.getinfo(_SHARED_STRINGS).file_size)
    return archive.read(_SHARED_STRINGS).decode("utf-8", "replace")


def _gzip(name: str, data: bytes, redactor: Redactor, depth: int, whole: _Whole) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            before = packed.read(whole.left[0] + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Withheld("it is an archive that cannot be searched") from error
    whole.take(len(before))
    after = _redacted(name.removesuffix(".gz"), before, redactor, depth=depth + 1, whole=whole)
    return data if after == before else gzip.compress(after, mtime=0)


def _pdf(data: bytes, redactor: Redactor) -> bytes:
    """A PDF as it is, or withheld for its words: its pages cannot be changed without a trace of what was there."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        about = "\n".join(str(value) for value in (reader.metadata or {}).values())
        words = "\n\f\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise Withheld("it is a PDF that cannot be read") from error
    if remains(f"{about}\n{words}", redactor.recogniser) is None:
        return data
    text = _text("words.txt", f"{words}\n", redactor)
    raise Withheld(
        "it is a PDF with personal data; its words are kept instead", text.encode("utf-8", "replace")
    )


def _binary(data: bytes, words: str, redactor: Redactor) -> bytes:
    left = remains(words, redactor.recogniser)
    if left is not None:
        raise Withheld(f"it holds {WORDS[left]}, and cannot be changed without breaking it")
    return data


def _printed(data: bytes) -> str:
    runs = [match[0].decode("ascii") for match in _PRINTED.finditer(data)]
    runs += [match[0].decode("utf-16-le") for match in _PRINTED_WIDE.finditer(data)]
    return "\n".join(runs)


def _picture_words(data: bytes) -> str:
    """The words kept beside the pixels of a picture."""
    if not data.startswith(_PNG):
        return _printed(data[:65_536])
    words, place = [], len(_PNG)
    while place + 8 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        if kind in _PNG_WORDS:
            words.append(data[place + 8 : place + 8 + size].decode("latin-1").replace("\x00", "\n"))
        place += size + 12
    return "\n".join(words)
