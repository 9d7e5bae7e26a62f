"""Installs packages of Debian and its relatives, where this user may."""

from __future__ import annotations

from collections.abc import Sequence

from gonogo.setup.children import Ran, run
from gonogo.setup.machine import Machine

INSTALL_TIMEOUT_S = 900
UPDATE_TIMEOUT_S = 300


def install_packages(machine: Machine, packages: Sequence[str], *, any_one: bool = False) -> str:
    """Installs packages with apt-get and says what happened, in words; it raises nothing.

    Without root nothing is tried: the answer then is the command for someone who may. The package
    lists are only fetched when the first try finds none of the packages.

    Args:
        machine: the machine to install on.
        packages: names, best first.
        any_one: one of them is enough: each is tried until one installs. Otherwise all are needed.
    """
    apt_get = machine.which("apt-get")
    wanted = [[name] for name in packages] if any_one else [list(packages)]
    if apt_get is None:
        return "this system has no apt-get"
    if not machine.is_root:
        return f"only an administrator may run: apt-get install {' '.join(wanted[0])}"
    environment = {**machine.environment, "DEBIAN_FRONTEND": "noninteractive"}
    ran = Ran(exit_code=None, output="nothing tried")
    for lists_are_fresh in (False, True):
        if lists_are_fresh:
            ran = run([apt_get, "update", "-q"], environment=environment, timeout_s=UPDATE_TIMEOUT_S)
        for names in wanted:
            ran = run(
                [apt_get, "install", "-q", "-y", "--no-install-recommends", *names],
                environment=environment,
                timeout_s=INSTALL_TIMEOUT_S,
            )
            if ran.is_success:
                return f"the package {' '.join(names)} was installed"
    return f"apt-get could not install {' or '.join(packages)} ({ran.reason()})"
