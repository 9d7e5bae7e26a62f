"""Harmless ways in which one build of Meridian Housing may differ from another.

None of them changes what a user can do or what a record says; a test that objects to one cries wolf.
`Build.varies(variation_id)` is asked where it shows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One harmless difference: its id, what a person could notice, and the module that shows it.

    Attributes:
        documented: the sentence of the release notes that announces it; empty when they do not.
        region: where pictures of pages may change for it: left, top, width, height in pixels, a negative top
            counted from the lower edge.
    """

    id: str
    title: str
    lives_in: str
    documented: str = ""
    region: str = ""


VARIATIONS: tuple[Variation, ...] = (
    # --- web half ----------------------------------------------------------------------
    Variation(id="clock-text", title="The page footer shows the present time of day", lives_in="web"),
    Variation(
        id="random-ids", title="Elements and hidden fields carry random ids on every page", lives_in="web"
    ),
    Variation(id="build-number", title="The about page states another build number", lives_in="web"),
    Variation(
        id="asset-hashes", title="Style sheets and scripts have new hashes in their addresses", lives_in="web"
    ),
    Variation(id="slower-2-percent", title="Every page takes 2% longer", lives_in="web"),
    Variation(id="rotating-banner", title="An advertising banner changes from page to page", lives_in="web"),
    Variation(
        id="reworded-footer",
        title="The footer is worded anew, as the release notes declare",
        lives_in="web",
        documented="The footer of every page is worded anew.",
        region="0, -85, 1280, 85",
    ),
    Variation(id="extra-whitespace", title="The HTML has more blanks and empty lines", lives_in="web"),
    Variation(id="session-cookie-value", title="The session cookie's value is longer", lives_in="web"),
    Variation(
        id="http-headers",
        title="Server, ETag and Date headers differ and come in another order",
        lives_in="web",
    ),
    Variation(id="optional-api-field", title="The JSON API answers one more optional field", lives_in="web"),
    Variation(
        id="json-key-order", title="The JSON API orders the keys of an object otherwise", lives_in="web"
    ),
    # --- data half ----------------------------------------------------------------------
    Variation(
        id="equal-rows-order",
        title="Rows that sort equally come in another order",
        lives_in="services.search",
    ),
    Variation(
        id="audit-row-ids", title="Rows of the audit log have other numbers", lives_in="services.audit"
    ),
    Variation(id="log-format", title="Lines of the log file carry the thread as well", lives_in="web"),
    Variation(
        id="pdf-metadata",
        title="PDF files state another producer and document id",
        lives_in="reports.statement",
    ),
    Variation(
        id="xlsx-properties", title="Workbooks state another time of creation", lives_in="reports.arrears"
    ),
    Variation(id="xml-layout", title="XML acknowledgements are indented", lives_in="interfaces.payments"),
    Variation(id="batch-run-id", title="The batch log names a random run id", lives_in="batch.rent_debit"),
)

VARIATION_IDS: frozenset[str] = frozenset(variation.id for variation in VARIATIONS)
