"""Finds an OWASP ZAP that is installed on this machine.

A ZAP that runs already is named by its address in the configuration and is no business of this
module. ZAP is not installed for anyone: it comes with its own installer and its own rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gonogo.setup.machine import Machine, Tool, this_machine

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
