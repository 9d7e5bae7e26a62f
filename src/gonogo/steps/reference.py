"""Writes the list of all sentences: `python -m gonogo.steps.reference > docs/reference/steps.md`."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator

from gonogo.steps.all import MODULES
from gonogo.steps.sentence import SENTENCES

_VALUE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_HEAD = """\
# Sentences for UAT scenarios

Every sentence that a scenario can use without programming. It may stand after Given, When, Then, And and But
alike. A pack knows them all by one line in `features/steps/all.py`:

```python
from gonogo.steps.all import *
```

and one in `features/environment.py`:

```python
from gonogo.steps.environment import *
```

## How to read them

- What stands between `<` and `>` is yours to fill in. Quotation marks belong to the sentence.
- `<amount>` is money or a number: `£1,234.56`, `-£3.00`, `£20.00 CR`, `12`. Amounts are compared exactly,
  to the penny; a credit is negative.
- `<role>` is a test user of gonogo.toml: `[users."rent officer"]` is `a rent officer`.
- `<kind>` is one of: {kinds}.
- What a scenario noted can be used in any later sentence: `I note "Balance" as "before"`, then `{{before}}`.
  `{{unique}}` is a word that no run has used before, `{{today}}` today's date.
  `{{{{name}}}}` is the text `{{name}}` itself.
- Capital letters and white space never matter in the texts of pages, tables and files.
- A sentence waits for what it expects, as long as the page is still at work, at most `step_timeout_s`.
- *(with a table)* and *(with text)*: the table, or the text in `\"\"\"`, stands below the sentence.

A sentence that does not come true says what was expected, what was seen, and where; a picture of the page,
its text and its HTML are kept. A sentence that cannot be carried out at all (an unknown role, a label that
the page has twice) makes its scenario *broken*, which is no evidence either way.
"""


def reference() -> str:
    """The whole page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def readable(pattern: str) -> str:
    """A sentence as a person reads it: `I open "{page:text}"` → `I open "<page>"`."""

    def place(match: re.Match[str]) -> str:
        name, kind = match[1], match[2]
        return f"<{kind}>" if kind in ("amount", "role", "kind", "method") else f"<{name}>"

    return _VALUE.sub(place, pattern)


def _lines() -> Iterator[str]:
    from gonogo.steps.finding import KINDS

    yield _HEAD.format(kinds=", ".join(KINDS))
    for module in MODULES:
        title, _, rest = (inspect.getdoc(module) or "").partition("\n")
        yield f"## {title.rstrip('.')}\n"
        if rest.strip():
            yield f"{rest.strip()}\n"
        for sentence in SENTENCES:
            if sentence.function.__module__ == module.__name__:
                takes = f" *(with {_article(sentence.takes)})*" if sentence.takes else ""
                summary = " ".join(sentence.summary.split())
                yield f"- `{readable(sentence.pattern)}`{takes}  \n  {summary}"
        yield ""


def _article(takes: str) -> str:
    return takes.replace("table", "a table")


if __name__ == "__main__":
    sys.stdout.write(reference())
