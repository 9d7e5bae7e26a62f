"""Test cases → scenarios in feature files. Pure: which sentences are known is asked beforehand.

A case becomes an automatic scenario when every step of it is a known sentence and something is expected; else
it is `@manual`, in the team's own words. Its reference stays as the tag `@id:…`, by which a second import finds
it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gonogo.manual.phrases import candidates
from gonogo.manual.scripts import Case

MARK = "# Taken over from a workbook by `gonogo import`; edit it as you like."
_ID = re.compile(r"@id:([A-Za-z0-9._-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One step of a case: the keyword it stands under, and its words."""

    keyword: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One case as a scenario. `known` of its `steps` steps are sentences of the library."""

    case: Case
    text: str
    is_manual: bool
    known: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What one feature file gets: all of it when it is new, what is appended when it is ours already."""

    file: str
    text: str
    is_new: bool


def phrases(case: Case) -> tuple[Phrase, ...]:
    """The steps of a case in their order."""
    return tuple(_phrases(case))


def _phrases(case: Case) -> Iterator[Phrase]:
    for text in case.before:
        yield Phrase(keyword="Given", text=text)
    for step in case.steps:
        for text in step.actions:
            yield Phrase(keyword="When", text=text)
        for text in step.expected:
            yield Phrase(keyword="Then", text=text)


def questions(cases: Iterable[Case]) -> tuple[Phrase, ...]:
    """Every sentence whose meaning has to be asked, each once."""
    asked = (
        Phrase(keyword=phrase.keyword, text=text)
        for case in cases
        for phrase in phrases(case)
        for text in candidates(phrase.text)
    )
    return tuple(dict.fromkeys(asked))


def as_scenario(case: Case, known: Mapping[Phrase, bool]) -> Imported:
    """The case as a scenario.

    Args:
        case: one test case.
        known: for every question, whether the pack has a sentence for it.
    """
    steps = [(phrase, _sentence(phrase, known)) for phrase in phrases(case)]
    count = sum(sentence is not None for _, sentence in steps)
    expects = any(phrase.keyword == "Then" for phrase, _ in steps)
    is_manual = count < len(steps) or not expects
    tags = [f"@id:{case.id}"]
    if case.priority is not None:
        tags.insert(0, f"@{case.priority.value}")
    if is_manual:
        tags.insert(0, "@manual")
    lines = [f"  {' '.join(tags)}", f"  Scenario: {case.title}"]
    last = ""
    for phrase, sentence in steps:
        keyword = "And" if phrase.keyword == last else phrase.keyword
        words = phrase.text if is_manual or sentence is None else sentence
        lines.append(f"    {keyword} {words}")
        last = phrase.keyword
    return Imported(
        case=case, text="\n".join(lines) + "\n", is_manual=is_manual, known=count, steps=len(steps)
    )


def known_ids(features: Mapping[str, str]) -> frozenset[str]:
    """Every `@id:` tag in the feature files (name → text) there are."""
    return frozenset(found for text in features.values() for found in _ID.findall(text))


def additions(
    scenarios: Iterable[Imported], features: Mapping[str, str], default_area: str
) -> tuple[Addition, ...]:
    """What is to be written: one file for each business area.

    Args:
        scenarios: those that are not there yet.
        features: name → text of the feature files in the target folder.
        default_area: the area of cases that name none.
    """
    by_area: dict[str, list[Imported]] = {}
    for scenario in scenarios:
        by_area.setdefault(scenario.case.area or default_area, []).append(scenario)
    return tuple(_addition(area, found, features) for area, found in by_area.items())


def _addition(area: str, scenarios: list[Imported], features: Mapping[str, str]) -> Addition:
    stem = re.sub(r"[^a-z0-9]+", "_", area.casefold()).strip("_")[:60] or "imported"
    name = f"{stem}.feature"
    if name in features and MARK not in features[name]:
        # Somebody wrote that file: its feature's tags would become those of our scenarios.
        name = f"{stem}_imported.feature"
    body = "\n".join(scenario.text for scenario in scenarios)
    if name in features:
        return Addition(file=name, text=f"\n{body}", is_new=False)
    return Addition(file=name, text=f"{MARK}\nFeature: {area}\n\n{body}", is_new=True)


def _sentence(phrase: Phrase, known: Mapping[Phrase, bool]) -> str | None:
    """The first of the phrase's candidates that the pack knows."""
    for text in candidates(phrase.text):
        if known.get(Phrase(keyword=phrase.keyword, text=text)):
            return text
    return None
