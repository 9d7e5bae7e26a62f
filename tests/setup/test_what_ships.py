"""The lock files, the vendored files and the wheel are what they say they are."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
AXE = ROOT / "src" / "gonogo" / "vendor" / "axe"


def pinned(lock: Path) -> dict[str, set[Version]]:
    """The versions that a lock file names for each distribution."""
    found: dict[str, set[Version]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name), set()).add(Version(version))
    return found


def test_every_dependency_is_locked_to_a_version_it_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = pinned(ROOT / "requirements" / "dev.txt")
    assert len(wanted) > 30
    for line in wanted:
        requirement = Requirement(line)
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{line} is not in the lock: run make lock"
        assert all(requirement.specifier.contains(version) for version in versions), (line, versions)


def test_every_locked_package_has_a_checksum() -> None:
    for lock in (ROOT / "requirements" / "dev.txt", ROOT / "src/gonogo/setup/locks/wapiti.txt"):
        blocks = re.split(r"\n(?=[\w.-]+==)", lock.read_text(encoding="utf-8"))[1:]
        assert len(blocks) > 30
        assert all("--hash=sha256:" in block for block in blocks)


def test_wapiti_is_locked_for_the_oldest_python_and_the_newest() -> None:
    versions = pinned(ROOT / "src/gonogo/setup/locks/wapiti.txt")["wapiti3"]
    assert Version("3.2.3") in versions
    assert any(version >= Version("3.3") for version in versions)


def test_axe_is_the_file_its_checksum_names() -> None:
    stated, name = (AXE / "SHA256SUMS").read_text(encoding="utf-8").split()
    content = (AXE / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == stated
    assert b"axe v4.14.1" in content[:200]
    assert "Mozilla Public License" in (AXE / "LICENSE").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def build_hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("inside", "is_kept"),
    [
        ("gonogo.toml", True),
        ("features/steps/housing.py", True),
        ("features/__pycache__/housing.cpython-311.pyc", False),
        ("reports/README.md", True),
        ("reports/templates/report.html", True),
        ("reports/2026-11-22T10-00-00/verdict.json", False),
        ("reports/latest", False),
    ],
)
def test_run_folders_and_leavings_stay_out_of_the_wheel(
    build_hook: ModuleType, inside: str, is_kept: bool
) -> None:
    assert build_hook._is_kept(inside) is is_kept


def test_no_wheel_is_built_without_its_packs(build_hook: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "gonogo.toml").touch()
    hook = object.__new__(build_hook.PacksHook)
    hook.__dict__["_BuildHookInterface__root"] = str(tmp_path)
    hook.__dict__["_BuildHookInterface__target_name"] = "wheel"
    with pytest.raises(FileNotFoundError, match="suites, features, load, security, reports"):
        hook.initialize("standard", {"force_include": {}})


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built once."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("gonogo-*.whl")
    return built


def pip(command: str, *arguments: str | Path) -> None:
    """Runs pip without touching anything but what it is told to write; its last words on failure."""
    ran = subprocess.run(
        [sys.executable, "-m", "pip", command, "--quiet", "--no-deps", *map(str, arguments)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


@pytest.mark.slow
def test_the_wheel_carries_the_packs_the_locks_and_the_licences(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "gonogo/py.typed",
        "gonogo/_packs/gonogo.toml",
        "gonogo/_packs/conftest.py",
        "gonogo/setup/locks/wapiti.txt",
        "gonogo/setup/locks/allure3/package-lock.json",
        "gonogo/vendor/axe/axe.min.js",
        "gonogo/vendor/axe/LICENSE",
    } <= names
    for pack in ("suites", "features", "load", "security"):
        assert any(name.startswith(f"gonogo/_packs/{pack}/") for name in names), pack
    assert not [name for name in names if name.endswith(".pyc") or "/verdict.json" in name]


@pytest.mark.slow
def test_an_installed_wheel_finds_its_own_packs_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip("install", "--target", site, wheel)
    ran = subprocess.run(
        [sys.executable, "-c", "from gonogo.setup import pack_folder; print(pack_folder())"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert ran.stdout.strip() == str(site / "gonogo" / "_packs"), ran.stderr
