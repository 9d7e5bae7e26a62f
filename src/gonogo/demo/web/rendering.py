"""Turning a template and its values into an answer."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime
from typing import ClassVar

from flask import Response
from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket

from gonogo.demo.money import pounds
from gonogo.demo.releases import PRODUCT, Build
from gonogo.demo.services.permissions import ROLE_NAMES, Permission
from gonogo.demo.uk_time import uk_long_date
from gonogo.demo.web.portal import portal, visit

LANDLORD = "Eastmere Homes"
_NAVIGATION: tuple[tuple[str, str, Permission | None], ...] = (
    ("/", "Home", None),
    ("/tenancies", "Tenancies", Permission.TENANCY_VIEW),
    ("/arrears", "Arrears", Permission.ARREARS_VIEW),
    ("/repairs", "Repairs", Permission.REPAIR_VIEW),
    ("/letters", "Letters", Permission.LETTER_VIEW),
    ("/reports", "Reports", None),
    ("/batch", "Batch jobs", Permission.BATCH_VIEW),
    ("/admin/users", "Users", Permission.USER_ADMIN),
    ("/admin/access", "Access audit", Permission.USER_ADMIN),
    ("/admin/logs", "Logs", Permission.LOG_VIEW),
)
_BANNERS = (
    "Meridian User Group: Leeds, 3 March",
    "New: Meridian Mobile for surveyors",
    "Training: ledger reconciliation, 2 days",
)
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BETWEEN_ELEMENTS = re.compile(r"(</(?:div|tr|li|dl|ul|table|header|nav|main|footer)>)\n")


class CompiledTemplates(BytecodeCache):
    """Templates compiled by this process: compiling them anew takes a tenth of a second a page."""

    _compiled: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the template's code when it was compiled before."""
        known = self._compiled.get(f"{bucket.key} {bucket.checksum}")
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the template's code."""
        self._compiled[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


def balance(pence: int) -> str:
    """A balance: what is owed to the landlord is plain, what the landlord owes is marked `CR`."""
    return f"{pounds(-pence)} CR" if pence < 0 else pounds(pence)


def count(number: int) -> str:
    """A whole number with thousands separated."""
    return f"{number:,}"


def short_date(day: date | None) -> str:
    """A date such as `9 Nov 2026`; nothing for no date."""
    return "" if day is None else f"{day.day} {_MONTHS[day.month]} {day.year}"


def moment(instant: datetime | None) -> str:
    """A date and time such as `9 Nov 2026, 14:05`; nothing for no time."""
    return "" if instant is None else f"{short_date(instant)}, {instant:%H:%M}"


def make_environment(build: Build) -> Environment:
    """The templates of a build, compiled once; every value is escaped and an unknown name is an error."""
    environment = Environment(
        loader=PackageLoader("gonogo.demo.web", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=CompiledTemplates(),
        cache_size=-1,
    )
    environment.filters.update(
        pounds=pounds,
        balance=balance,
        count=count,
        pairs=lambda values: [(value, value) for value in values],
        day=short_date,
        long_day=lambda day: "" if day is None else uk_long_date(day),
        moment=moment,
        role=lambda role: ROLE_NAMES.get(role, role),
    )
    environment.globals.update(
        product=PRODUCT,
        landlord=LANDLORD,
        build=build,
        release=build.release,
        P=Permission,
        random_id=_random_id,
    )
    return environment


def page(template: str, *, status: int = 200, section: str = "", **values: object) -> Response:
    """The answer made of a template.

    Args:
        template: its name below `templates`.
        status: the HTTP status.
        section: the address of the entry of the main navigation that is marked as current.
        values: what the template needs besides the frame's own.
    """
    who = visit()
    navigation = (
        [(path, name) for path, name, needed in _NAVIGATION if needed is None or who.may(needed)]
        if who.user
        else []
    )
    if who.build.has("language-menu-misspelt"):
        navigation = [(path, name.replace("Tenancies", "Tenencies")) for path, name in navigation]
    messages: list[str] = []
    if who.session is not None and who.session.messages:
        messages, who.session.messages = who.session.messages, []
    text = (
        portal()
        .templates.get_template(template)
        .render(
            values,
            asset=who.portal.assets.address,
            csrf_token=who.session.csrf_token if who.session else "",
            may=who.may,
            messages=messages,
            navigation=navigation,
            section=section,
            user=who.user.row if who.user else None,
            clock=f"{datetime.now().astimezone():%H:%M:%S}" if who.build.varies("clock-text") else "",
            banner=secrets.choice(_BANNERS) if who.build.varies("rotating-banner") else "",
        )
    )
    if who.build.varies("extra-whitespace"):
        text = _BETWEEN_ELEMENTS.sub(r"\1\n\n\n      ", text)
    return Response(text, status=status, mimetype="text/html")


def _random_id() -> str:
    return f"m{secrets.token_hex(6)}"
