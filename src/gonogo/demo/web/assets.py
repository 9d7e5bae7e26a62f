"""Style sheets, scripts and pictures: each is served under an address that carries a hash of its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources

from gonogo.demo.releases import Build

_MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_NAMES = ("meridian.css", "meridian.js", "favicon.svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as a browser gets it."""

    address: str
    media_type: str
    content: bytes


class Assets:
    """The assets of one build, by plain name and by the last part of their address."""

    def __init__(self, build: Build) -> None:
        self._by_name: dict[str, Asset] = {}
        self._by_file: dict[str, Asset] = {}
        for name in _NAMES:
            stem, _, ending = name.rpartition(".")
            content = _content(name, build)
            file = f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{ending}"
            asset = Asset(address=f"/assets/{file}", media_type=_MEDIA_TYPES[ending], content=content)
            self._by_name[name] = asset
            if name != "meridian.js" or not build.has("missing-page-script"):
                self._by_file[file] = asset

    def address(self, name: str) -> str:
        """The address of an asset by its plain name, such as `meridian.css`. Raises KeyError."""
        return self._by_name[name].address

    def find(self, file: str) -> Asset | None:
        """The asset served under that file name, hash included."""
        return self._by_file.get(file)


def _faulty_rules(build: Build) -> tuple[tuple[bool, str], ...]:
    """Rules that spoil the style sheet, each with whether this build has it."""
    return (
        (build.has("visual-banner-tall"), "\n.banner .wrap { min-height: 108px; }\n"),
        (build.has("visual-balance-hidden"), "\n#balance { color: #fff; }\n"),
        (build.has("visual-amounts-left"), "\nth.number, td.number { text-align: left; }\n"),
        (
            build.has("visual-narrow-cut"),
            "\n@media (max-width: 760px) { .table-scroll { overflow: hidden; } }\n",
        ),
        (build.has("accessibility-contrast"), "\n:root { --ink-soft: #aab4bb; }\n"),
    )


def _content(name: str, build: Build) -> bytes:
    folder = resources.files("gonogo.demo.web") / "static"
    parts = [(folder / name).read_bytes()]
    if name == "meridian.css" and build.has("visual-ledger-overlap"):
        parts.append((folder / "ledger-columns.css").read_bytes())
    if name == "meridian.css":
        parts += [rule.encode("ascii") for is_built_in, rule in _faulty_rules(build) if is_built_in]
    if build.varies("asset-hashes"):
        parts.append(b"" if name.endswith(".svg") else b"\n/* packed anew */\n")
    return b"".join(parts)
