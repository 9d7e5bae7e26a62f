"""Lays the report's content out as one HTML page: autoescaped, no script, one style sheet named by hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    select_autoescape,
)
from markupsafe import Markup

from gonogo.model.errors import ProjectError
from gonogo.publishing.base import Dossier
from gonogo.publishing.sections.appendix import CheckRow
from gonogo.publishing.sections.glossary import glossary
from gonogo.publishing.sections.recommendation import touched_sentence
from gonogo.publishing.sections.signatures import SignedPage
from gonogo.publishing.view import ReportView, report_view
from gonogo.publishing.wording import counted, number

TEMPLATES = "templates"
ROWS_ON_PAPER = 150
"""Rows of the appendix in the PDF: laying out pages takes a second for each hundred or so."""


def html_page(dossier: Dossier, *, is_for_print: bool = False, signed: SignedPage | None = None) -> str:
    """The report as one HTML document. Same dossier, same text.

    Args:
        dossier: what is reported.
        is_for_print: made for the PDF: no technical detail, nothing folded, no link to a file beside it.
        signed: the signatures, for the document that is signed; None leaves room to sign by hand.

    Raises:
        ProjectError: a template of the team's own cannot be used.
    """
    view = report_view(dossier)
    return render(view, templates=dossier.settings.templates, is_for_print=is_for_print, signed=signed)


def render_document(template: str, given: Mapping[str, object]) -> str:
    """Another page of the package, in the report's style and as free of script.

    Args:
        template: its file name.
        given: what it shows, cleaned; the template escapes.
    """
    style, style_hash = _style_and_hash()
    return (
        _environment(None)
        .get_template(template)
        .render({**given, "style": style, "style_hash": style_hash, "is_for_print": False})
    )


def render(
    view: ReportView, *, templates: Path | None, is_for_print: bool, signed: SignedPage | None = None
) -> str:
    """The view laid out by the templates; the glossary holds only terms that the page uses."""
    style, style_hash = _style_and_hash()
    given = {
        "view": view,
        "style": style,
        "style_hash": style_hash,
        "is_for_print": is_for_print,
        "signed": signed,
        "checks": _on_paper(view.checks) if is_for_print else view.checks,
        "touched": touched_sentence(view.recommendation.touched),
        "glossary_place": Markup(_GLOSSARY_PLACE),  # noqa: S704 - our own constant
    }
    environment = _environment(templates)
    try:
        page = environment.get_template("report.html.j2").render(given)
        terms = environment.get_template("glossary.html.j2").render(glossary=glossary(page))
    except TemplateSyntaxError as error:
        raise _unusable(f"{error.name}, line {error.lineno}: {error.message}") from error
    except TemplateError as error:
        raise _unusable(str(error)) from error
    return page.replace(_GLOSSARY_PLACE, terms)


def _on_paper(rows: tuple[CheckRow, ...]) -> tuple[CheckRow, ...]:
    """What is not the same on both versions; the page, which costs no paper, lists the rest too."""
    return tuple(row for row in rows if row.is_different)[:ROWS_ON_PAPER]


# Text from outside cannot hold this: its "<" is escaped.
_GLOSSARY_PLACE = "<!-- glossary -->"


def _unusable(found: str) -> ProjectError:
    return ProjectError(
        f"A report template cannot be used: {found}.",
        remedy="Correct the template under reports/templates, or remove it to use the package's own.",
    )


@cache
def _style_and_hash() -> tuple[Markup, str]:
    """The style sheet, and its digest as a content security policy names it."""
    style = files("gonogo.publishing").joinpath(TEMPLATES, "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return Markup(style), f"sha256-{digest}"  # noqa: S704 - the package's own, the same for every report


@cache
def _environment(templates: Path | None) -> Environment:
    own = [FileSystemLoader(str(templates))] if templates is not None and templates.is_dir() else []
    environment = Environment(
        loader=ChoiceLoader([*own, PackageLoader("gonogo.publishing", TEMPLATES)]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(counted=counted, number=number)
    return environment
