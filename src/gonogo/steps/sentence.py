"""How a sentence of the library is made: `@sentence('I open "{page:text}"')`.

A sentence may stand after Given, When, Then and And alike. Its function is called with the scenario's desk
and the values in the sentence, `{noted names}` in them already replaced.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from behave import register_type, step

from gonogo.steps import desk as desk_of
from gonogo.steps.amounts import PATTERN as AMOUNT
from gonogo.steps.finding import KINDS

Function = Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence. `group` is the title of the module it is written in; `takes` is what stands below it."""

    pattern: str
    group: str
    summary: str
    takes: str
    function: Function


SENTENCES: list[Sentence] = []
"""Every sentence of the library, in the order the modules were loaded."""


def _pattern(pattern: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Give a converter its pattern, typed (parse's own decorator is not)."""

    def make(function: Callable[[str], str]) -> Callable[[str], str]:
        function.pattern = pattern  # type: ignore[attr-defined]
        return function

    return make


@_pattern(r'[^"]*')
def _text(text: str) -> str:
    """Anything between quotation marks."""
    return text


@_pattern(AMOUNT)
def _amount(text: str) -> str:
    """Money or a number; kept as written, so that messages can repeat it."""
    return text


@_pattern(r"[^\"]+?")
def _role(text: str) -> str:
    """A role, with or without an article."""
    return text


@_pattern("|".join(KINDS))
def _kind(text: str) -> str:
    """A kind of thing on a page."""
    return text


@_pattern(r"GET|POST|PUT|PATCH|DELETE")
def _method(text: str) -> str:
    """An HTTP method."""
    return text


register_type(text=_text, amount=_amount, role=_role, kind=_kind, method=_method)


def sentence(pattern: str, *, takes: str = "") -> Callable[[Function], Function]:
    """Make a function the meaning of a sentence.

    Args:
        pattern: the sentence in behave's parse format. Types: `text` (between quotation marks), `amount`,
            `role`, `kind`, `method`, and `d` for a whole number.
        takes: what may stand below the sentence: `table`, `text`, or nothing.
    """

    def make(function: Function) -> Function:
        @functools.wraps(function)
        def run(context: Any, **values: Any) -> None:
            desk = desk_of(context)
            desk.text = desk.fill(context.text or "", is_strict=False)
            desk.headings = tuple(context.table.headings) if context.table else ()
            desk.rows = tuple(
                {heading: desk.fill(cell) for heading, cell in row.items()} for row in context.table or ()
            )
            filled = {n: desk.fill(v) if isinstance(v, str) else v for n, v in values.items()}
            function(desk, **filled)

        step(pattern)(run)
        SENTENCES.append(
            Sentence(
                pattern=pattern,
                group=(function.__globals__.get("__doc__") or "").partition(".\n")[0].partition("\n")[0],
                summary=(function.__doc__ or "").strip().partition("\n\n")[0],
                takes=takes,
                function=function,
            )
        )
        return function

    return make
