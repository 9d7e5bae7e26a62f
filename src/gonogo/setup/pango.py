"""Finds Pango, the text library of the system that WeasyPrint lays out the sign-off PDF with."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

from gonogo.setup.debian import install_packages
from gonogo.setup.machine import Machine, Outcome, Tool, this_machine

LIBRARIES = {
    "linux": ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"),
    "darwin": ("libpango-1.0.dylib", "libpangoft2-1.0.dylib", "libharfbuzz-subset.0.dylib"),
    "win32": ("libpango-1.0-0.dll", "libpangoft2-1.0-0.dll", "libharfbuzz-subset-0.dll"),
}
DEBIAN_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
BY_HAND = {
    "linux": "install your distribution's Pango and HarfBuzz subset libraries "
    "(Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)",
    "darwin": "brew install pango",
    "win32": "install Pango by MSYS2 and set WEASYPRINT_DLL_DIRECTORIES, as WeasyPrint's first steps describe",
}


def find_pango(machine: Machine | None = None) -> Tool | None:
    """Pango, if every library that WeasyPrint loads can be loaded, else None."""
    machine = machine or this_machine()
    names = LIBRARIES.get(machine.platform, LIBRARIES["linux"])
    try:
        loaded = [ctypes.CDLL(name) for name in names]
    except OSError:
        return None
    loaded[0].pango_version_string.restype = ctypes.c_char_p
    version = loaded[0].pango_version_string().decode("ascii")
    return Tool(name="pango", path=Path(names[0]), version=version, how="a library of the system")


def install_pango(machine: Machine | None = None, say: Callable[[str], None] = lambda _: None) -> Outcome:
    """Finds Pango, else installs the distribution's packages where this user may.

    Nothing is raised when it cannot be had; the outcome says why and what to do.

    Args:
        machine: the machine to install on; this one when not given.
        say: is told each step that may take longer than a moment.
    """
    machine = machine or this_machine()
    found = find_pango(machine)
    if found:
        return Outcome(name="pango", tool=found, message=f"Pango {found.version} ({found.how})")
    say("pango: asking the distribution's package index")
    tried = install_packages(machine, DEBIAN_PACKAGES)
    found = find_pango(machine)
    if found:
        return Outcome(name="pango", tool=found, message=f"installed Pango {found.version}: {tried}")
    remedy = BY_HAND.get(machine.platform, BY_HAND["linux"])
    message = f"no Pango, so no sign-off PDF; the HTML report does without: {tried}. To mend it: {remedy}"
    return Outcome(name="pango", tool=None, message=message)
