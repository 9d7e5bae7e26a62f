"""`noise.toml` is read strictly: a typo never widens a mask."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.config.noise import load_noise
from gonogo.model import DeclaredNoise
from gonogo.model.errors import ConfigError

ENTRY = """
[[noise]]
key = "regression:snapshot:Home*"
ignore = ['Offer: .+']
reason = "It changes daily."
declared_by = "A. Shah"
"""


def load(root: Path, text: str) -> tuple[DeclaredNoise, ...]:
    (root / "noise.toml").write_text(text, encoding="utf-8")
    return load_noise(root)


def test_a_project_without_the_file_declares_nothing(tmp_path: Path) -> None:
    assert load_noise(tmp_path) == ()


def test_an_entry_names_what_why_and_who(tmp_path: Path) -> None:
    assert load(tmp_path, ENTRY) == (
        DeclaredNoise(
            key="regression:snapshot:Home*",
            ignore=("Offer: .+",),
            reason="It changes daily.",
            declared_by="A. Shah",
        ),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[noise]", "cannot be read"),
        (ENTRY.replace("ignore", "ignored"), "ignore"),
        (ENTRY.replace('reason = "It changes daily."', ""), "reason"),
        (ENTRY.replace("Offer: .+", ".*"), "would ignore everything"),
        (ENTRY.replace("Offer: .+", "**"), "would ignore everything"),
        (ENTRY.replace(":snapshot:", ":"), "snapshots only"),
        (ENTRY.replace("['Offer: .+']", "[]"), "ignore"),
    ],
    ids=["no TOML", "a typo", "no reason", "everything", "every path", "not a snapshot", "nothing"],
)
def test_what_is_not_right_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"noise\.toml") as error:
        load(tmp_path, text)
    assert said in str(error.value)
