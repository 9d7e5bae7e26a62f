"""The first page: figures and the work queue."""

from __future__ import annotations

from flask import Blueprint, Response

from gonogo.demo.services import home_page
from gonogo.demo.web.access import Access, needs
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@needs(Access.SIGNED_IN)
def show() -> Response:
    """Figures over everything current, and what the reader should do next."""
    who = visit()
    work = who.work()
    role = who.user.row.role if who.user else ""
    return page(
        "home.html",
        section="/",
        today=work.today,
        figures=home_page.figures(work),
        tasks=home_page.work_queue(work, role),
    )
