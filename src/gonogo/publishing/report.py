"""`report.html`: the page a head of service reads and signs."""

from __future__ import annotations

from gonogo.model import Publication
from gonogo.publishing.base import Dossier
from gonogo.publishing.page import html_page

FILE_NAME = "report.html"


class HtmlReport:
    """Writes `report.html`: one file without script, readable from disk, by keyboard, on paper, at 320 px."""

    name = "html_report"

    def publish(self, dossier: Dossier) -> Publication:
        """Write the page.

        Raises:
            OSError: it could not be written.
            ProjectError: a template of the team's own cannot be used.
        """
        page = html_page(dossier)
        (dossier.published / FILE_NAME).write_text(page, encoding="utf-8", newline="\n")
        return Publication(publisher=self.name, files=(FILE_NAME,))
