"""``python -m gonogo.setup [browser|allure|wapiti|pango|zap|all]``: finds or installs, and says what it did."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from gonogo.setup import (
    Outcome,
    install_allure,
    install_browser,
    install_pango,
    install_wapiti,
    install_zap,
    this_machine,
)

INSTALLERS: dict[str, Callable[..., Outcome]] = {
    "browser": install_browser,
    "allure": install_allure,
    "wapiti": install_wapiti,
    "pango": install_pango,
    "zap": install_zap,
}
ONLY_WHEN_ASKED = frozenset({"zap"})
"""Too large to be brought along by `all`."""
REQUIRED = "browser"


def main(arguments: Sequence[str] | None = None) -> int:
    """Finds or installs the tools asked for, one line each on standard output.

    Returns:
        0 when what was asked for by name is there, and with ``all`` when a browser is: what else
        is missing is said, and costs a stage or a report. 2 otherwise.
    """
    parser = argparse.ArgumentParser(
        prog="python -m gonogo.setup",
        description="Finds the tools a run needs, installs those that are missing, and says what it did.",
    )
    parser.add_argument(
        "tools",
        nargs="*",
        choices=[*INSTALLERS, "all"],
        default="all",
        metavar="TOOL",
        help=f"{', '.join(INSTALLERS)}, or all but zap (when none is named)",
    )
    asked = parser.parse_args(arguments).tools
    is_all = asked == "all" or "all" in asked
    usual = [name for name in INSTALLERS if name not in ONLY_WHEN_ASKED or name in asked]
    names = usual if is_all else list(asked)
    needed = {REQUIRED} if is_all else set(names)
    machine = this_machine()
    missing = set()
    for name in names:
        outcome = INSTALLERS[name](machine, say=_story)
        mark = "found  " if outcome.tool else "missing"
        print(f"{mark} {name}: {outcome.message}", flush=True)  # noqa: T201 -- this module's answer
        if outcome.tool is None:
            missing.add(name)
    return 2 if missing & needed else 0


def _story(step: str) -> None:
    print(f"        {step} …", file=sys.stderr, flush=True)  # noqa: T201 -- this module's story


if __name__ == "__main__":
    sys.exit(main())
