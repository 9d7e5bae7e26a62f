"""``make lock``: writes every lock file afresh, and the vendored axe-core with them.

Lock files carry checksums but no download addresses: where packages come from is each machine's
own affair (``pip config``, ``npm config``). Needs ``uv`` and ``npm`` on the search path.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ROOT / "src" / "gonogo" / "setup" / "locks"
AXE = ROOT / "src" / "gonogo" / "vendor" / "axe"
AXE_VERSION = "4.14.1"
AXE_FILES = ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt")


def main() -> None:
    """Writes the Python locks, the npm locks and axe-core."""
    lock_python(ROOT / "requirements" / "dev.txt", "pyproject.toml", "--group", "dev")
    lock_python(LOCKS / "wapiti.txt", "requirements/wapiti.in")
    for generation in ("allure3", "allure2"):
        lock_npm(LOCKS / generation)
    vendor_axe()


def lock_python(target: Path, *sources: str) -> None:
    """Resolves ``sources`` for every Python from 3.11 and every platform, with all checksums."""
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade", "--quiet"]
    options += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock"]
    inside = target.relative_to(ROOT)
    subprocess.run(["uv", "pip", "compile", *options, "-o", str(inside), *sources], cwd=ROOT, check=True)
    refuse_addresses(target)


def lock_npm(folder: Path) -> None:
    """Resolves the ``package.json`` of a folder; strips the links to its authors' sponsors pages."""
    lock = folder / "package-lock.json"
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(folder / "package.json", scratch)
        options = ["--package-lock-only", "--omit-lockfile-registry-resolved", "--ignore-scripts"]
        subprocess.run(["npm", "install", *options, "--no-audit", "--no-fund"], cwd=scratch, check=True)
        resolved = json.loads((Path(scratch) / "package-lock.json").read_text(encoding="utf-8"))
    for package in resolved["packages"].values():
        require_checksum(package)
        for unneeded in ("funding", "deprecated"):
            package.pop(unneeded, None)
    lock.write_text(json.dumps(resolved, indent=2) + "\n", encoding="utf-8")
    refuse_addresses(lock)


def require_checksum(package: dict[str, Any]) -> None:
    """Stops when a package other than the root could be installed unchecked."""
    if "version" in package and "integrity" not in package:
        raise SystemExit(f"no checksum for a package of version {package['version']}")


def refuse_addresses(lock: Path) -> None:
    """Stops when a lock file names a place to download from."""
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        if "://" in line or '"resolved"' in line:
            raise SystemExit(f"{lock.relative_to(ROOT)}:{number} carries an address: {line.strip()}")


def vendor_axe() -> None:
    """Takes the minified axe-core and its licences out of the npm package."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", "--silent", f"axe-core@{AXE_VERSION}"], cwd=scratch, check=True)
        archive = Path(scratch) / f"axe-core-{AXE_VERSION}.tgz"
        AXE.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as package:
            for name in AXE_FILES:
                member = package.extractfile(f"package/{name}")
                if member is None:
                    raise SystemExit(f"axe-core {AXE_VERSION} has no {name}")
                (AXE / name).write_bytes(member.read())
    digest = hashlib.sha256((AXE / "axe.min.js").read_bytes()).hexdigest()
    (AXE / "SHA256SUMS").write_text(f"{digest}  axe.min.js\n", encoding="utf-8")


if __name__ == "__main__":
    main()
