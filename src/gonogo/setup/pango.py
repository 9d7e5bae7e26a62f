"""Finds Pango, the text library of the system that WeasyPrint lays out the sign-off PDF with."""

from __future__ import annotations

import ctypes
from pathlib import Path

from gonogo.setup.debian import install_packages
from gonogo.setup.installing import Recipe, Say, find_or_install, say_nothing
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
    "win32": "install Pango with MSYS2 and set WEASYPRINT_DLL_DIRECTORIES (see WeasyPrint, first steps)",
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


def install_pango(machine: Machine | None = None, say: Say = say_nothing) -> Outcome:
    """Finds Pango, else installs the distribution's packages where this user may.

    Nothing is raised when it cannot be had; the outcome says why and what to do.

    Args:
        machine: the machine to install on; this one when not given.
        say: is told each step that may take longer than a moment.
    """
    machine = machine or this_machine()
    recipe = Recipe(
        name="pango",
        find=find_pango,
        setting="",
        attempts=(_by_distribution,),
        cost="no Pango, so no sign-off PDF; the HTML report does without",
        by_hand=BY_HAND.get(machine.platform, BY_HAND["linux"]),
    )
    return find_or_install(recipe, machine, say)


def _by_distribution(machine: Machine, say: Say) -> str:
    say("pango: asking the distribution's package index")
    return install_packages(machine, DEBIAN_PACKAGES)
