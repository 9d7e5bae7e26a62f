"""Puts the published parts of ZAP together for the contract test, with the ordinary Maven client.

Only what is published there is used, as it is: the core, and four add-ons whose libraries are laid beside them
in the same archive. The core insists on an add-on that is not published, and the spider on another; each gets
an empty stand-in that holds a name and a version.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

CORE = "org.zaproxy:zap:2.17.0"
ADD_ONS = {"network": "0.25.0", "commonlib": "1.40.0", "spider": "0.6.0", "automation": "0.60.0"}
NOT_PUBLISHED = ("callhome", "database")
FETCH_S = 400

_PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>zap</artifactId><version>1</version><dependencies><dependency>
<groupId>{0}</groupId><artifactId>{1}</artifactId><version>{2}</version>
</dependency></dependencies></project>"""
_STAND_IN = """<zapaddon><name>{0}</name><version>99.0.0</version><status>release</status>
<not-before-version>2.17.0</not-before-version></zapaddon>"""


def assemble(folder: Path) -> Path:
    """ZAP's jar in an installation below `folder`; what is there already is used again.

    Raises:
        FileNotFoundError: there is no Maven on this machine.
        subprocess.SubprocessError: the registry cannot be reached.
    """
    jar = folder / "installed" / "zap-2.17.0.jar"
    if jar.is_file():
        return jar
    made = folder / "being-made"
    shutil.rmtree(made, ignore_errors=True)
    (made / "lib").mkdir(parents=True)
    (made / "plugin").mkdir()
    core = _fetched(folder / "core", CORE)
    for part in core:
        shutil.copy(part, made / part.name if part.name.startswith("zap-") else made / "lib" / part.name)
    known = {part.name for part in core}
    for name, version in ADD_ONS.items():
        parts = _fetched(folder / name, f"org.zaproxy.addon:{name}:{version}")
        _write_add_on(made / "plugin", name, [part for part in parts if part.name not in known])
    for name in NOT_PUBLISHED:
        with zipfile.ZipFile(made / "plugin" / f"{name}-release-99.0.0.zap", "w") as archive:
            archive.writestr("ZapAddOn.xml", _STAND_IN.format(name))
    made.rename(jar.parent)
    return jar


def _fetched(folder: Path, coordinates: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pom.xml").write_text(_PROJECT.format(*coordinates.split(":")), encoding="utf-8")
    command = [
        "mvn",
        "-q",
        "-B",
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        "-DoutputDirectory=jars",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=FETCH_S)
    return sorted((folder / "jars").glob("*.jar"))


def _write_add_on(plugins: Path, name: str, parts: list[Path]) -> None:
    """One archive: the add-on, the libraries it names as they are, and everything else it needs."""
    own = next(part for part in parts if part.name.startswith(f"{name}-"))
    with zipfile.ZipFile(own) as archive:
        about = archive.read("ZapAddOn.xml").decode()
    status, version = (str(re.findall(f"<{tag}>(.*?)</{tag}>", about)[0]) for tag in ("status", "version"))
    named = set(re.findall(r"<lib>libs/(.*?)</lib>", about))
    seen: set[str] = set()
    with zipfile.ZipFile(plugins / f"{name}-{status}-{version}.zap", "w", zipfile.ZIP_DEFLATED) as whole:
        for part in [own, *(other for other in parts if other != own)]:
            if part.name in named:
                whole.write(part, f"libs/{part.name}")
                continue
            with zipfile.ZipFile(part) as archive:
                for entry in archive.infolist():
                    is_sealed = entry.filename.startswith("META-INF/") and "services" not in entry.filename
                    if not entry.is_dir() and not is_sealed and entry.filename not in seen:
                        seen.add(entry.filename)
                        whole.writestr(entry.filename, archive.read(entry))
