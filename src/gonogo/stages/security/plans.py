"""The team's own plan for ZAP's Automation Framework, `security/zap.yaml`: read, filled in, run, and held to account.

By itself a plan that did nothing ends in success: a scan cut by its time, a site that answered 403 and a rule
set that is empty are remarks in a list. So errors are problems, and a plan that sent nothing through the guard
is none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from gonogo.model.errors import ConfigError

FILE = Path("security") / "zap.yaml"
URL = "{url}"
"""What the plan says where the address of the system belongs: it is run against both sides."""

_OWN_WAY_OUT = re.compile(r"^\s*(-\s*)?[\"']?(proxy|proxyHost|network)[\"']?\s*:", re.MULTILINE)


def read_plan(root: Path) -> str:
    """The plan's text; empty when the project has none.

    Raises:
        ConfigError: it cannot be read, names no `{url}`, or brings a proxy of its own, which would lead around
            the guard.
    """
    path = root / FILE
    if not path.is_file():
        return ""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{FILE.as_posix()} cannot be read: {error}.", remedy="Mend the file.") from error
    if URL not in text:
        raise ConfigError(
            f"{FILE.as_posix()} does not say {URL}, so it would scan one address whichever side it is run for.",
            remedy=f"Write {URL} where the address of the system belongs.",
        )
    if _OWN_WAY_OUT.search(text):
        raise ConfigError(
            f"{FILE.as_posix()} sets a proxy of its own, which would lead around the guard.",
            remedy="Take it out; ZAP is given the way through the guard.",
        )
    return text


def filled_plan(plan: str, origin: str) -> str:
    """The plan for one side."""
    return plan.replace(URL, origin)


def plan_problems(said: dict[str, Any], *, requests: int) -> list[str]:
    """Why a plan that has ended is no evidence; empty when it is.

    Args:
        said: ZAP's account of the plan: `error` and `warn`, each a list of sentences.
        requests: how many requests passed the guard while it ran.
    """
    errors = [str(text) for text in said.get("error") or []]
    problems = [f"the team's own plan failed ({'; '.join(errors[:3])[:300]})"] if errors else []
    return problems + ([] if requests else ["the team's own plan sent nothing"])


def plan_notes(said: dict[str, Any]) -> tuple[str, ...]:
    """What ZAP remarked on a plan, for the report."""
    remarks = [str(text) for text in said.get("warn") or []]
    notes = tuple(f"ZAP on the team's own plan: {text[:200]}" for text in remarks[:3])
    return (f"The team's own plan {FILE.as_posix()} was run.", *notes)
