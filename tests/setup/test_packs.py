"""The packs are found in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.model.errors import ProjectError
from gonogo.setup import pack_folder


def test_an_installed_package_carries_its_packs(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "gonogo"
    (package / "_packs").mkdir(parents=True)
    (package / "_packs" / "gonogo.toml").touch()
    assert pack_folder(package) == package / "_packs"


def test_a_checkout_is_its_own_pack_folder(tmp_path: Path) -> None:
    package = tmp_path / "src" / "gonogo"
    package.mkdir(parents=True)
    (tmp_path / "gonogo.toml").touch()
    assert pack_folder(package) == tmp_path


def test_a_gonogo_toml_that_lies_about_elsewhere_is_not_taken_for_the_packs(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "gonogo"
    package.mkdir(parents=True)
    (tmp_path / "gonogo.toml").touch()
    with pytest.raises(ProjectError) as raised:
        pack_folder(package)
    assert "_packs" in raised.value.message
    assert "pip install" in raised.value.remedy
