"""`summary.md`: the verdict for a pipeline's step summary, a merge request or a chat.

Text that a system under test may have chosen is escaped so that it is neither Markdown, nor HTML, nor a
mention of somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gonogo.model import Publication, Side
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Cause, Standing, headline, with_standing
from gonogo.publishing.cleaning import one_line
from gonogo.publishing.evidence import index_of
from gonogo.publishing.sections.calibration import calibration_sentences
from gonogo.publishing.sections.criteria import criterion_rows
from gonogo.publishing.sections.glance import glance
from gonogo.publishing.sections.problems import importance
from gonogo.publishing.sections.recommendation import (
    REASONS_ON_TERMINAL,
    recommendation,
    system_and_version,
    touched_sentence,
    worse_causes,
)
from gonogo.publishing.wording import DECISIONS, DISCIPLINES, counted, day_and_time, listed, side_name

FILE_NAME = "summary.md"
LARGEST_BYTES = 200 * 1024
DIFFERENCES_SHOWN = 20
CRITERIA_SHOWN = 60
_CELL = 240

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>!|~@&$^]|(?:^|(?<=\s))[#+=-](?=\s|$|[#+=-]))")


class SummaryReport:
    """Writes `summary.md`."""

    name = "summary"

    def publish(self, dossier: Dossier) -> Publication:
        """Write the file. Raises OSError when it cannot be written."""
        (dossier.published / FILE_NAME).write_bytes(summary(dossier).encode("utf-8"))
        return Publication(publisher=self.name, files=(FILE_NAME,))


def summary(dossier: Dossier) -> str:
    """The summary as GitHub-flavoured Markdown, at most `LARGEST_BYTES` long in UTF-8."""
    found = recommendation(dossier, most_reasons=REASONS_ON_TERMINAL)
    causes = worse_causes(dossier)
    parts = [
        f"# {DECISIONS[dossier.verdict.decision]}: {escaped(system_and_version(dossier))}",
        f"**{escaped(found.sentence)}**",
        "\n".join(f"{place}. {escaped(reason)}" for place, reason in enumerate(found.reasons, start=1)),
        escaped(touched_sentence(found.touched)),
        "\n".join(f"- {escaped(ask)}" for ask in found.asks),
        "## What had to hold",
        _criteria(dossier),
        "## At a glance",
        _glance(dossier),
        *_problems(causes),
        _both_ways(dossier),
        " ".join(escaped(sentence) for sentence in calibration_sentences(dossier)),
        _footer(dossier),
    ]
    return _capped("\n\n".join(part for part in parts if part) + "\n")


def escaped(text: str) -> str:
    """Text as Markdown shows it unchanged: no formatting, HTML, mention or automatic link comes of it."""
    shown = _MARKDOWN.sub(lambda match: _ENTITIES.get(match[1], f"\\{match[1]}"), one_line(text))
    # an address becomes a link by itself, which a backslash does not stop
    return shown.replace("://", "&#58;//").replace("www.", "www&#46;")


_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;"}


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines.extend(f"| {' | '.join(escaped(one_line(cell, _CELL)) for cell in row)} |" for row in rows)
    return "\n".join(lines)


def _criteria(dossier: Dossier) -> str:
    rows = criterion_rows(dossier, ())
    if not rows:
        return "No criterion was judged."
    table = _table(
        ("Result", "What had to hold", "Weight", "Numbers"),
        (
            (f"{row.symbol} {row.outcome}", row.statement, row.importance, row.reason)
            for row in rows[:CRITERIA_SHOWN]
        ),
    )
    more = len(rows) - CRITERIA_SHOWN
    note = f"\n\n{counted(more, 'further criterion', 'further criteria')} in the report." if more > 0 else ""
    return table + note


def _glance(dossier: Dossier) -> str:
    return _table(
        ("Question", "Result", "Done", "Met", "Not met", "Not run", "Change from today"),
        (
            (
                row.heading,
                f"{row.symbol} {row.outcome}",
                f"{row.done} of {row.planned}",
                str(row.met),
                str(row.not_met),
                str(row.not_run),
                row.change,
            )
            for row in glance(dossier, index_of(dossier))
        ),
    )


def _problems(causes: Sequence[Cause]) -> tuple[str, ...]:
    if not causes:
        return ()
    rows = (
        (
            headline(cause.lead),
            importance(cause.lead),
            listed([DISCIPLINES[each] for each in cause.disciplines]),
            str(len(cause.effects)),
        )
        for cause in causes[:DIFFERENCES_SHOWN]
    )
    table = _table(("What is worse", "Weight", "Kind", "Further effects"), rows)
    more = len(causes) - DIFFERENCES_SHOWN
    note = f"{counted(more, 'further problem')} in the report." if more > 0 else ""
    return ("## Problems still open", table, note)


def _both_ways(dossier: Dossier) -> str:
    differences = dossier.comparison.differences
    already = len(with_standing(differences, Standing.ALREADY))
    better = len(with_standing(differences, Standing.BETTER))
    expected = len(with_standing(differences, Standing.EXPECTED))
    return (
        f"{counted(already, 'fault')} already there today, {counted(better, 'fault')} mended, "
        f"{counted(expected, 'expected change')}."
    )


def _footer(dossier: Dossier) -> str:
    names = [one_line(side_name(side, dossier.upgrade), _CELL) for side in (Side.BASELINE, Side.CANDIDATE)]
    return (
        f"Compared: {escaped(names[0])} with {escaped(names[1])}. Run {escaped(dossier.run_id)}, "
        f"{day_and_time(dossier.generated_at)}. Policy {escaped(dossier.verdict.digests.policy)}."
    )


def _capped(text: str) -> str:
    data = text.encode("utf-8")
    if len(data) <= LARGEST_BYTES:
        return text
    note = "\n\nThe rest is in the report.\n"
    kept = data[: LARGEST_BYTES - len(note.encode("utf-8"))].decode("utf-8", errors="ignore")
    return kept.rpartition("\n")[0] + note
