"""The repository names no place of the machine it was written on, and no place to download from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HOME_PATH = re.compile(
    r"/root/|/home/(?!runner\b|user\b|you\b)[a-z][\w-]*/|/Users/(?!you\b)\w+/|C:\\Users\\(?!you\b)\w+"
)
LOCKS = ("*.lock", "*lock.json", "requirements/*.txt", "src/gonogo/setup/locks/*.txt")


def tracked(*patterns: str) -> list[Path]:
    """The files git keeps, or would keep; skips the test where this is no git checkout."""
    ran = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if ran.returncode:
        pytest.skip("not a git checkout, so what belongs to the repository cannot be told")
    names = sorted({name for name in ran.stdout.decode().split("\0") if name})
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Every line of the text files that the pattern is found in."""
    found = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a workbook
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
            for number, line in enumerate(text.splitlines(), start=1)
            if pattern.search(line)
        ]
    return found


def test_no_file_names_a_home_folder() -> None:
    files = [path for path in tracked() if path != Path(__file__)]
    found = lines_with(HOME_PATH, files)
    assert not found, "\n".join(found)


def test_no_file_names_the_place_this_checkout_lies() -> None:
    found = lines_with(re.compile(re.escape(f"{ROOT}/")), tracked())
    assert not found, "\n".join(found)


def test_lock_files_carry_checksums_and_no_addresses() -> None:
    locks = tracked(*LOCKS)
    assert {path.name for path in locks} >= {"dev.txt", "wapiti.txt", "package-lock.json"}
    found = lines_with(re.compile(r'://|"resolved"'), locks)
    assert not found, "\n".join(found)
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text or '"integrity": "sha512-' in text, lock.name
