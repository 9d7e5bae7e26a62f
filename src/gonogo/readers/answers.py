"""What a site answered, as the rules on answers read it, wherever it was recorded."""

from __future__ import annotations

from typing import NamedTuple

from gonogo.model import Record, Severity


class Seen(NamedTuple):
    """One rule broken by one answer; `who` is the header, cookie or element at fault."""

    rule: str
    who: str
    detail: str = ""
    severity: Severity | None = None


class Answer(Record, frozen=True, kw_only=True):
    """One recorded answer.

    Attributes:
        path: of the request, without query.
        headers: names in lower case, in the order received; a name may come twice.
        is_secure: whether it came over https.
        netloc: the target's own host and port; what is loaded from there comes from no other site.
        body: its text; empty for what is no text.
        faults: what the rules on bodies found while there was a body; None when it is still at hand.
    """

    method: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    is_secure: bool
    netloc: str = ""
    body: str = ""
    faults: tuple[Seen, ...] | None = None

    def header(self, name: str) -> str | None:
        """The values of a header, joined with commas; None when it is not there."""
        values = [value for key, value in self.headers if key == name]
        return ", ".join(values) if values else None

    @property
    def is_page(self) -> bool:
        """Whether it is an HTML page that was found."""
        return self.status < 300 and (self.header("content-type") or "").startswith("text/html")


class Sighting(NamedTuple):
    """An answer of one kind: what was asked for, by method and route, and its status."""

    method: str
    route: str
    status: int
