"""Makes text that a system under test may have chosen safe to show: no control codes, no endless strings.

Escaping for HTML, XML or Markdown is each report's own business; this is what all of them need first.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

TITLE_LIMIT = 240
TEXT_LIMIT = 1_000
DETAIL_LIMIT = 4_000

# Terminal sequences: CSI (ESC [ … letter), OSC and friends (ESC ] … BEL or ESC \), and two-byte escapes.
_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
# Control characters, direction overrides (which make text read other than it is), byte-order marks and
# lone surrogates (which no file can hold). Tab and line feed are kept here; `one_line` folds them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")


def block(text: str, limit: int = DETAIL_LIMIT) -> str:
    """Text of several lines, without control codes, cut at `limit` characters and saying so."""
    # Cut before cleaning: a string of 50 MB must not be searched through for nothing.
    head = text[: limit * 4].replace("\r\n", "\n").replace("\r", "\n")
    safe = _UNSAFE.sub("", _ANSI.sub("", head)).strip()
    if len(safe) > limit or len(text) > limit * 4:
        left_out = max(len(text) - limit, len(safe) - limit)
        return f"{safe[:limit].rstrip()} … ({left_out:,} more characters are not shown)"
    return safe


def one_line(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text as one line: control codes removed, white space folded, cut at `limit` characters with `…`."""
    head = text[: limit * 4].replace("\r", "\n")
    safe = _SPACES.sub(" ", _UNSAFE.sub("", _ANSI.sub("", head))).strip()
    if len(safe) > limit:
        return f"{safe[: limit - 1].rstrip()}…"
    return f"{safe}…" if len(text) > limit * 4 else safe


def safe_path(path: str) -> str:
    """A path that stays inside the run folder, normalised to `/`; empty when it does not.

    Absolute paths, drive letters, `..` and control characters make it unsafe.
    """
    if not path or len(path) > 1_000 or _UNSAFE.search(path) or "\n" in path or "\t" in path:
        return ""
    slashed = path.replace("\\", "/")
    candidate = PurePosixPath(slashed)
    is_odd = "//" in slashed or ".." in candidate.parts or ":" in candidate.parts[0]
    if candidate.is_absolute() or is_odd:
        return ""
    return str(candidate)
