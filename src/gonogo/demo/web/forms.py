"""Reading a form: values, and for each wrong field the sentence that says what to do."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from gonogo.demo.money import parse_pounds, pounds
from gonogo.demo.services.work import InvalidError

MAX_AMOUNT_PENCE = 1_000_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Form:
    """The fields of one submitted form.

    Each reading method returns the value, or an empty value after it has noted an error. A view reads all its
    fields and then asks `ok`. `errors` keeps the order of reading, which is the order on the page.

    Example:
        form = Form(request.form)
        amount = form.money("amount")
        method = form.choice("method", METHODS, "Select a payment method")
        if form.ok: ...
    """

    def __init__(
        self, values: Mapping[str, str] | None = None, defaults: Mapping[str, str] | None = None
    ) -> None:
        self._values: Mapping[str, str] = values if values is not None else {}
        self._defaults: Mapping[str, str] = defaults if defaults is not None else {}
        self.errors: dict[str, str] = {}

    @property
    def ok(self) -> bool:
        """Whether nothing was wrong with the fields read so far."""
        return not self.errors

    def value(self, name: str) -> str:
        """The text to show in the field: what was sent, else the default."""
        return self._values.get(name, self._defaults.get(name, ""))

    def error(self, name: str, message: str) -> None:
        """Note an error; the first one of a field stays."""
        self.errors.setdefault(name, message)

    def refuse(self, wrong: InvalidError, fields: Collection[str]) -> None:
        """Note what a service refused, at the field it names, or at the first of `fields`."""
        self.error(wrong.field if wrong.field in fields else next(iter(fields)), str(wrong))

    def text(self, name: str, missing: str, *, limit: int = 500, label: str = "Text") -> str:
        """Trimmed text that must not be empty nor longer than `limit` characters."""
        found = self._values.get(name, "").replace("\r\n", "\n").strip()
        if not found:
            self.error(name, missing)
        elif len(found) > limit:
            self.error(name, f"{label} must be {limit:,} characters or fewer")
        elif any(ord(letter) < 32 and letter not in "\n\t" for letter in found):
            self.error(name, "Remove characters that cannot be printed")
        else:
            return found
        return ""

    def optional(self, name: str, *, limit: int = 500, label: str = "Text") -> str:
        """Trimmed text that may be empty."""
        return self.text(name, "", limit=limit, label=label) if self._values.get(name, "").strip() else ""

    def choice(self, name: str, allowed: Collection[str], missing: str) -> str:
        """One of the allowed values."""
        found = self._values.get(name, "")
        if found in allowed:
            return found
        self.error(name, missing)
        return ""

    def money(self, name: str, *, most_pence: int = MAX_AMOUNT_PENCE) -> int:
        """An amount in pence, more than nothing; pounds and pence were typed."""
        try:
            pence = parse_pounds(self._values.get(name, ""))
        except ValueError:
            self.error(name, "Enter an amount in pounds and pence, such as 125.50")
            return 0
        if pence <= 0:
            self.error(name, "Amount must be more than zero")
        elif pence > most_pence:
            self.error(name, f"Amount must be {pounds(most_pence)} or less")
        else:
            return pence
        return 0


def read_day(text: str | None) -> date | None:
    """The date written as 2026-11-09, or None for anything else."""
    if not text or not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
