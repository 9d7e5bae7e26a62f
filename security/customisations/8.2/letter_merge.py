"""Merges letters from Meridian Housing with the council's own letterheads and prepares them for the post room.

Meridian exports the day's letters as JSON. Each is put into the letterhead of its team, turned into PDF
by LibreOffice, and the PDFs of one street are put next to each other so that the post room can bag them.
Letters about payment plans, new in Meridian 8.2, go to the income team's own printer at once.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from string import Template

LOG = logging.getLogger("letter_merge")
WORK_FOLDER = "/tmp/letter_merge"
OFFICE = "soffice"
TEAM_OF_TEMPLATE = {
    "Rent arrears: first reminder": "income",
    "Rent arrears: second reminder": "income",
    "Repair appointment": "repairs",
    "Rent increase notice": "income",
    "Payment plan agreed": "income",
    "Payment plan missed": "income",
    "Blank letter": "housing",
}
PRINTED_AT_ONCE = ("Payment plan agreed", "Payment plan missed")


@dataclass(frozen=True)
class Letter:
    """One letter as exported."""

    reference: str
    template: str
    tenant: str
    address: tuple[str, ...]
    postcode: str
    subject: str
    body: str

    @property
    def street(self) -> str:
        """The street, for bagging."""
        return self.address[0].lstrip("0123456789 ") if self.address else ""


def read_export(path: Path) -> list[Letter]:
    """The day's letters; a letter without an address is left out and logged."""
    letters = []
    for item in json.loads(path.read_text(encoding="utf-8"))["letters"]:
        letter = Letter(
            reference=item["reference"],
            template=item.get("template", "Blank letter"),
            tenant=item["tenant"],
            address=tuple(line for line in item.get("address", ()) if line.strip()),
            postcode=item.get("postcode", ""),
            subject=item["subject"],
            body=item["body"],
        )
        if not letter.address or not letter.postcode:
            LOG.warning("%s has no address and was left out", letter.reference)
            continue
        letters.append(letter)
    return letters


def letterhead(folder: Path, team: str) -> Template:
    """The letterhead of a team, or the council's general one."""
    own = folder / f"{team}.fodt"
    return Template((own if own.is_file() else folder / "general.fodt").read_text(encoding="utf-8"))


def escaped(text: str) -> str:
    """Text as the letterhead, an XML file, can hold it."""
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, name)
    return text.replace("\n", "<text:line-break/>")


def merge(letter: Letter, letterheads: Path, into: Path) -> Path:
    """Write the merged letter; returns its file."""
    head = letterhead(letterheads, TEAM_OF_TEMPLATE.get(letter.template, "housing"))
    text = head.safe_substitute(
        reference=escaped(letter.reference),
        tenant=escaped(letter.tenant),
        address=escaped("\n".join((*letter.address, letter.postcode))),
        subject=escaped(letter.subject),
        body=escaped(letter.body),
    )
    file = into / f"{letter.reference}.fodt"
    file.write_text(text, encoding="utf-8")
    return file


def as_pdf(files: list[Path], folder: Path) -> None:
    """Turn merged letters into PDF, all in one go: starting LibreOffice takes longer than converting."""
    command = [OFFICE, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, files)], check=True, timeout=600)


def print_at_once(letter: Letter, folder: Path, queue: str) -> None:
    """Send a letter to the income team's printer."""
    file = folder / f"{letter.reference}.pdf"
    subprocess.run(f"lp -d {queue} -t '{letter.subject}' {file}", shell=True, check=True, timeout=60)


def by_street(letters: list[Letter]) -> dict[str, list[Letter]]:
    """Letters in the order the post room bags them: by postcode area, then street."""
    streets: dict[str, list[Letter]] = defaultdict(list)
    for letter in sorted(letters, key=lambda one: (one.postcode.split(" ")[0], one.street, one.reference)):
        streets[f"{letter.postcode.split(' ')[0]} {letter.street}"].append(letter)
    return dict(streets)


def write_manifest(letters: list[Letter], path: Path) -> None:
    """What the post room signs: how many letters for each street."""
    lines = [f"{len(found):>5}  {street}" for street, found in by_street(letters).items()]
    path.write_text("\n".join([*lines, f"{len(letters):>5}  TOTAL", ""]), encoding="utf-8")


def main() -> int:
    """0 when every letter is ready, 1 when some were left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--export", type=Path, required=True)
    parser.add_argument("--letterheads", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--printer", default="INCOME-01")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    work = Path(WORK_FOLDER)
    work.mkdir(exist_ok=True)
    exported = json.loads(asked.export.read_text(encoding="utf-8"))["letters"]
    letters = read_export(asked.export)
    merged = [merge(letter, asked.letterheads, work) for letter in letters]
    if merged:
        as_pdf(merged, asked.out)
    for letter in letters:
        if letter.template in PRINTED_AT_ONCE:
            print_at_once(letter, asked.out, asked.printer)
    write_manifest(letters, asked.out / "manifest.txt")
    for file in merged:
        file.unlink()
    return 0 if len(letters) == len(exported) else 1


if __name__ == "__main__":
    sys.exit(main())
