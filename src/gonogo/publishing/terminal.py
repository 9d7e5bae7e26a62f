"""The verdict on a terminal: the decision, at most five reasons with numbers, where the report is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gonogo.model import Decision, Publication
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TEXT_LIMIT, one_line
from gonogo.publishing.report import FILE_NAME as REPORT
from gonogo.publishing.sections.conditions import accepted_lines, before_go_live
from gonogo.publishing.sections.recommendation import REASONS_ON_TERMINAL, recommendation, touched_sentence
from gonogo.publishing.wording import counted

if TYPE_CHECKING:
    from rich.text import Text

WIDTH = 100

WORDS = {
    Decision.GO: "GO",
    Decision.GO_WITH_CONDITIONS: "GO WITH CONDITIONS",
    Decision.NO_GO: "NO-GO",
    Decision.INCONCLUSIVE: "NOT ENOUGH EVIDENCE",
}
_STYLES = {
    Decision.GO: "bold green",
    Decision.GO_WITH_CONDITIONS: "bold yellow",
    Decision.NO_GO: "bold red",
    Decision.INCONCLUSIVE: "bold magenta",
}


def verdict_lines(
    dossier: Dossier, publications: Iterable[Publication] = (), *, width: int = WIDTH
) -> tuple[str, ...]:
    """The verdict as lines of plain text; the first is the decision.

    Args:
        dossier: what is told.
        publications: what was published; those with a problem are told of in a line each.
        width: longest line, in characters; paths are never broken.
    """
    found = recommendation(dossier, most_reasons=REASONS_ON_TERMINAL)
    lines = [WORDS[dossier.verdict.decision], *_wrapped(found.sentence, width), ""]
    for place, reason in enumerate(found.reasons, start=1):
        lines.extend(_wrapped(reason, width, first=f"  {place}. ", rest="     "))
    if found.unnamed:
        more = counted(found.unnamed, "further criterion", "further criteria")
        lines.extend(_wrapped(f"and {more}: see the report.", width, first="     ", rest="     "))
    if found.touched:
        lines.extend(["", *_wrapped(touched_sentence(found.touched), width)])
    for title, texts in (
        ("Accepted (waivers):", accepted_lines(dossier)),
        ("Before go-live:", before_go_live(dossier)),
    ):
        lines.extend(["", title] if texts else [])
        for text in texts:
            lines.extend(_wrapped(text, width, first="  - ", rest="    "))
    published = tuple(publications)
    problems = [each for each in published if each.problem]
    if problems:
        lines.append("")
    for each in problems:
        text = f"{each.publisher}: not published. {one_line(each.problem, TEXT_LIMIT)}"
        lines.extend(_wrapped(text, width, first="  ! ", rest="    "))
    report = dossier.published / REPORT
    is_written = not published or any(REPORT in each.files for each in published)
    lines.extend(["", f"Report: {one_line(str(report if is_written else dossier.folder), TEXT_LIMIT)}"])
    return tuple(lines)


def verdict_text(dossier: Dossier, publications: Iterable[Publication] = (), *, width: int = WIDTH) -> str:
    """The verdict as plain text, for logs and terminals without colour."""
    return "\n".join(verdict_lines(dossier, publications, width=width))


def verdict_rich(dossier: Dossier, publications: Iterable[Publication] = (), *, width: int = WIDTH) -> Text:
    """The verdict for a rich console: the same words, the decision in colour. No markup is interpreted."""
    from rich.text import Text

    first, *rest = verdict_lines(dossier, publications, width=width)
    return Text.assemble((first, _STYLES[dossier.verdict.decision]), "\n", "\n".join(rest))


def _wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        one_line(text, TEXT_LIMIT),
        width=max(40, width),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )
