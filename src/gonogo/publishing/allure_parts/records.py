"""Allure's result files as records: what is read, what is kept, what is written.

Fields that are not named here are dropped on reading, among them `descriptionHtml`: a description in HTML
could hold whatever the system under test sent.
"""

from __future__ import annotations

import msgspec


class StatusDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why a result is not passed. `known` and `muted` mark what does not count against the upgrade."""

    message: str | None = None
    trace: str | None = None
    known: bool = False
    muted: bool = False
    flaky: bool = False


class Attachment(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A file beside the results."""

    name: str | None = None
    source: str | None = None
    type: str | None = None


class Parameter(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A named value of a result."""

    name: str | None = None
    value: str | None = None


class Label(msgspec.Struct, kw_only=True):
    """A named property by which results are grouped."""

    name: str
    value: str = ""


class Link(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A link shown with a result."""

    name: str | None = None
    url: str | None = None
    type: str | None = None


class Step(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One step, with steps of its own; fixtures have the same shape."""

    name: str | None = None
    status: str | None = None
    statusDetails: StatusDetails | None = None  # noqa: N815 - the format's own name
    start: int | None = None
    stop: int | None = None
    steps: list[Step] | None = None
    attachments: list[Attachment] | None = None
    parameters: list[Parameter] | None = None


class Result(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One test result."""

    uuid: str = ""
    name: str | None = None
    fullName: str | None = None  # noqa: N815
    historyId: str | None = None  # noqa: N815
    testCaseId: str | None = None  # noqa: N815
    status: str | None = None
    statusDetails: StatusDetails | None = None  # noqa: N815
    stage: str = "finished"
    description: str | None = None
    start: int | None = None
    stop: int | None = None
    steps: list[Step] | None = None
    attachments: list[Attachment] | None = None
    parameters: list[Parameter] | None = None
    labels: list[Label] | None = None
    links: list[Link] | None = None


class Container(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Fixtures of some results."""

    uuid: str = ""
    name: str | None = None
    children: list[str] | None = None
    befores: list[Step] | None = None
    afters: list[Step] | None = None
    start: int | None = None
    stop: int | None = None


class Category(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A group of results by status and message."""

    name: str
    matchedStatuses: list[str]  # noqa: N815
    messageRegex: str | None = None  # noqa: N815
