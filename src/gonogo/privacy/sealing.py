"""Goes over a stage's folder before it is sealed: redacts every file and its name, withholds what cannot be."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from gonogo.model import Privacy, PrivateKind
from gonogo.model.errors import ConfigError
from gonogo.privacy.formats import Withheld, redacted
from gonogo.privacy.names import SHORTEST, read_names
from gonogo.privacy.recognising import Recogniser
from gonogo.privacy.redacting import WORDS, Redactor

TAKEN_OUT = "Personal data was taken out before this was kept"
WORDS_OF_A_PDF = ".words.txt"


@dataclass(slots=True)
class Cleared:
    """What became of a folder.

    Attributes:
        changed: files that held personal data and were kept without, as they are called now.
        withheld: files that were not kept, with the reason.
        counts: how many values of each kind were replaced.
    """

    changed: list[str] = field(default_factory=list)
    withheld: dict[str, str] = field(default_factory=dict)
    counts: Counter[PrivateKind] = field(default_factory=Counter)

    def notes(self) -> tuple[str, ...]:
        """What the header of the stage says about it; nothing when nothing was found."""
        said = []
        if self.counts:
            kinds = ", ".join(f"{count} {WORDS[kind]}" for kind, count in sorted(self.counts.items()))
            said.append(f"{TAKEN_OUT}: {kinds}.")
        said.extend(f"Withheld: {name}, because {reason}." for name, reason in sorted(self.withheld.items()))
        return tuple(said)


def recogniser_for(privacy: Privacy, root: Path, allowed: Iterable[str] = ()) -> Recogniser | None:
    """What recognises personal data in a project; None when it is switched off.

    Raises:
        ConfigError: the file of names cannot be read, or holds a name too short to look for.
    """
    if not privacy.kinds:
        return None
    names: tuple[str, ...] = ()
    if privacy.names_file:
        path = root / privacy.names_file
        try:
            names = read_names(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"The names in {privacy.names_file} ([privacy] names_file) cannot be read.",
                remedy="It is a text file in UTF-8 with one name a line.",
            ) from error
        if any(len(name) < SHORTEST for name in names):
            raise ConfigError(
                f"{privacy.names_file} lists a name of fewer than {SHORTEST} letters, which stands in other words.",
                remedy="Write it in full, with the surname.",
            )
    return Recogniser(privacy, names, allowed)


def clear_folder(folder: Path, redactor: Redactor) -> Cleared:
    """Redact every file below a folder in place, and the names of files and folders.

    Raises:
        OSError: a file cannot be read or written.
    """
    cleared = Cleared()
    before = Counter(redactor.counts)
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            data = path.read_bytes()
            after = redacted(path.name, data, redactor)
        except Withheld as withheld:
            _withhold(path, withheld)
            cleared.withheld[_named(name, redactor)] = withheld.reason
            continue
        if after != data:
            path.write_bytes(after)
            cleared.changed.append(_named(name, redactor))
    _replace_slugs(folder, redactor)
    _rename_all(folder, redactor)
    cleared.counts = redactor.counts - before
    return cleared


def _withhold(path: Path, withheld: Withheld) -> None:
    path.unlink()
    if withheld.instead is not None:
        path.with_name(path.name + WORDS_OF_A_PDF).write_bytes(withheld.instead)


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def _replace_slugs(folder: Path, redactor: Redactor) -> None:
    """Where a tool made a file name of an e-mail address, records name the file so: they get the token as well."""
    slugs = {slug.encode(): token.encode() for slug, token in redactor.slugs.items()}
    for path in _files(folder) if slugs else ():
        before = after = path.read_bytes()
        for slug, token in slugs.items():
            if slug in after and b"\x00" not in after[:8_192]:
                after = after.replace(slug, token)
        if after != before:
            path.write_bytes(after)


def _rename_all(folder: Path, redactor: Redactor) -> None:
    """Rename what needs it, deepest first."""
    for path in sorted(folder.rglob("*"), key=lambda each: len(each.parts), reverse=True):
        name = _named(path.name, redactor)
        if name != path.name:
            path.rename(path.with_name(name))
        elif path.is_symlink() and _named(os.fspath(path.readlink()), redactor) != os.fspath(path.readlink()):
            path.unlink()


def _named(name: str, redactor: Redactor) -> str:
    """A path with tokens for what is personal in it, also where a tool made a file name of an address."""
    parts = []
    for part in PurePosixPath(name).parts:
        kept = redactor.text(part)
        for slug, token in redactor.slugs.items():
            kept = kept.replace(slug, token)
        parts.append(kept)
    return "/".join(parts)
