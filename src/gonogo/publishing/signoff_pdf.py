"""`signoff.pdf`: the report as a tagged PDF (PDF/UA-1), not yet signed. Same dossier, same bytes."""

from __future__ import annotations

from gonogo.model import Publication
from gonogo.publishing.base import Dossier
from gonogo.publishing.page import html_page

FILE_NAME = "signoff.pdf"
VARIANT = "pdf/ua-1"

NO_PANGO = (
    "The text library Pango is missing, so there is no PDF to sign; report.html holds the same. "
    "Run `gonogo doctor` for the one command that installs it."
)


class SignoffPdf:
    """Writes `signoff.pdf` from the same templates as `report.html`."""

    name = "signoff_pdf"

    def publish(self, dossier: Dossier) -> Publication:
        """Lay the report out and write it. Without Pango there is none, and it says so.

        Raises:
            OSError: it could not be written.
            ProjectError: a template of the team's own cannot be used.
        """
        from gonogo.setup import find_pango

        if find_pango() is None:
            return Publication(publisher=self.name, problem=NO_PANGO)
        (dossier.published / FILE_NAME).write_bytes(pdf(html_page(dossier, is_for_print=True)))
        return Publication(publisher=self.name, files=(FILE_NAME,))


def pdf(page: str) -> bytes:
    """An HTML page as a tagged PDF. Nothing is fetched but what the page holds itself (`data:` addresses)."""
    # imported here: it takes a third of a second, and needs libraries of the system
    from weasyprint import HTML, URLFetcher

    fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    written = HTML(string=page, url_fetcher=fetcher).write_pdf(pdf_variant=VARIANT)
    if not isinstance(written, bytes):
        raise TypeError("WeasyPrint returned no PDF")
    return written
