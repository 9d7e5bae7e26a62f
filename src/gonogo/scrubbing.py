"""Takes secrets out of files before they become evidence.

Tools under us write what they like: a browser trace holds what was typed, a log holds a header. Before a
stage's folder is sealed every file is searched for the run's secret values, as they are and as tools
escape them, also inside zip files, and they are replaced.
"""

from __future__ import annotations

import base64
import html
import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

REPLACEMENT = b"[secret]"
SHORTEST = 4
"""Shorter values are not searched for: they match anything. The configuration refuses them."""


def variants(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Every byte form a secret may stand in: plain, URL-, HTML-, JSON-escaped and base64; longest first."""
    found: set[bytes] = set()
    for secret in secrets:
        if len(secret) < SHORTEST:
            continue
        texts = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret)}
        texts.update(json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
        found.update(text.encode() for text in texts)
        # Inside a longer base64 text only the whole groups of three bytes look alike, so padding is cut off.
        found.add(base64.b64encode(secret.encode()).rstrip(b"="))
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def scrub_bytes(data: bytes, forms: tuple[bytes, ...]) -> bytes:
    """The data without any of the forms."""
    for form in forms:
        if form in data:
            data = data.replace(form, REPLACEMENT)
    return data


def scrub_folder(folder: Path, forms: tuple[bytes, ...]) -> tuple[str, ...]:
    """Scrub every file below a folder in place.

    Returns:
        Paths (relative, `/`) of the files that held a secret, sorted.

    Raises:
        OSError: a file cannot be read or written.
    """
    changed = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or not forms:
            continue
        before = path.read_bytes()
        after = _scrub_zip(before, forms) if zipfile.is_zipfile(path) else scrub_bytes(before, forms)
        if after != before:
            path.write_bytes(after)
            changed.append(path.relative_to(folder).as_posix())
    return tuple(changed)


def _scrub_zip(data: bytes, forms: tuple[bytes, ...]) -> bytes:
    """The zip with scrubbed members; the very same bytes when nothing was found."""
    target = io.BytesIO()
    is_changed = False
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as source,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            for member in source.infolist():
                before = source.read(member)
                after = scrub_bytes(before, forms)
                is_changed = is_changed or after != before
                out.writestr(member, after)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        # Not a zip after all, encrypted, or an unknown method: treat it as plain bytes.
        return scrub_bytes(data, forms)
    return target.getvalue() if is_changed else data
