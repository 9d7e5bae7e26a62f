"""Every fault that a build of Meridian Housing can have, in one table.

`Build.has(fault_id)` is asked at the place of the fault, so each id appears once here and at least once in
the module named by `lives_in`. Release 8.2.0 was published with those marked `in_8_2_0`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Discipline = Literal[
    "functional",
    "visual",
    "accessibility",
    "data",
    "money",
    "interface",
    "batch",
    "report",
    "access",
    "performance",
    "security",
    "missing-page",
    "language",
    "time",
    "session",
]
Visibility = Literal["blatant", "ordinary", "subtle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in the product.

    Attributes:
        id: the name by which a build asks for it; starts with the discipline.
        title: what a person sees.
        discipline: the kind of test that should catch it.
        visibility: how much of the product shows it.
        in_8_2_0: whether release 8.2.0 was published with it.
        lives_in: the module, below this package, that asks for it.
        needs_upgrade: the fault acts while the database is upgraded, not while it is served.
    """

    id: str
    title: str
    discipline: Discipline
    visibility: Visibility
    in_8_2_0: bool = False
    lives_in: str
    needs_upgrade: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreExistingFault:
    """A fault that 8.1 already has and that no later release has mended."""

    id: str
    title: str
    discipline: Discipline
    since: str = "8.1"
    lives_in: str


FAULTS: tuple[Fault, ...] = (
    # --- data half ----------------------------------------------------------------------
    Fault(
        id="money-second-account-total",
        title="The weekly total of a tenancy leaves out the service charges of its second account",
        discipline="money",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="services.charges",
    ),
    Fault(
        id="data-joint-tenant-lost",
        title="The upgrade keeps only the first of two joint tenants when they share a surname",
        discipline="data",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="db.data_8200",
        needs_upgrade=True,
    ),
    Fault(
        id="performance-search-n-plus-one",
        title="The rent search asks the database again for every row that it found",
        discipline="performance",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="services.search",
    ),
    Fault(
        id="batch-drops-row",
        title="The nightly rent debit leaves out one account and still says that it succeeded",
        discipline="batch",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="batch.rent_debit",
    ),
    Fault(
        id="report-rent-roll-column",
        title="The rent roll calls its column 'Weekly charge' where it was 'Weekly rent'",
        discipline="report",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="reports.rent_roll",
    ),
    Fault(
        id="access-clerk-adjusts-rent",
        title="A repairs clerk may post adjustments to a rent account",
        discipline="access",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="services.permissions",
    ),
    Fault(
        id="time-repair-raised-utc",
        title="The time at which a repair was raised is shown an hour early in summer",
        discipline="time",
        visibility="subtle",
        in_8_2_0=True,
        lives_in="services.repairs",
    ),
    Fault(
        id="language-letter-placeholder",
        title="Arrears letters show the placeholder '{balance}' where the amount should stand",
        discipline="language",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="services.correspondence",
    ),
    # --- web half ----------------------------------------------------------------------
    Fault(
        id="functional-letters-500",
        title="The correspondence page fails with an error for rent officers",
        discipline="functional",
        visibility="blatant",
        in_8_2_0=True,
        lives_in="web",
    ),
    Fault(
        id="visual-ledger-overlap",
        title="On the rent account page the ledger table runs under the summary panel",
        discipline="visual",
        visibility="blatant",
        in_8_2_0=True,
        lives_in="web",
    ),
    Fault(
        id="accessibility-search-unlabelled",
        title="The search box has lost its label",
        discipline="accessibility",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="web",
    ),
    Fault(
        id="security-no-csp",
        title="Pages no longer send a Content-Security-Policy",
        discipline="security",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="web",
    ),
    Fault(
        id="security-search-xss",
        title="The search page repeats the search term as HTML",
        discipline="security",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="web",
    ),
    Fault(
        id="interface-api-balance-renamed",
        title="The account in the JSON API calls its balance 'current_balance_pence', not 'balance_pence'",
        discipline="interface",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="web",
    ),
    Fault(
        id="missing-page-accessibility-statement",
        title="The accessibility statement linked from every page is not found",
        discipline="missing-page",
        visibility="ordinary",
        in_8_2_0=True,
        lives_in="web",
    ),
    Fault(
        id="session-survives-sign-out",
        title="After signing out, the old session cookie still opens pages",
        discipline="session",
        visibility="subtle",
        in_8_2_0=True,
        lives_in="web",
    ),
)

PRE_EXISTING: tuple[PreExistingFault, ...] = (
    # --- data half ----------------------------------------------------------------------
    PreExistingFault(
        id="pre-arrears-summary-rounding",
        title="The summary sheet of the arrears report adds rounded pounds, so it can differ from the total",
        discipline="report",
        lives_in="reports.arrears",
    ),
    # --- web half ----------------------------------------------------------------------
    PreExistingFault(
        id="pre-heading-order",
        title="The repairs page skips a heading level",
        discipline="accessibility",
        lives_in="web",
    ),
    PreExistingFault(
        id="pre-cookie-no-samesite",
        title="The session cookie is sent without a SameSite attribute",
        discipline="security",
        lives_in="web",
    ),
    PreExistingFault(
        id="pre-label-misspelt",
        title="The ledger's heading says 'Recieved'",
        discipline="language",
        lives_in="web",
    ),
)

FAULT_IDS: frozenset[str] = frozenset(fault.id for fault in FAULTS)
PRE_EXISTING_IDS: frozenset[str] = frozenset(fault.id for fault in PRE_EXISTING)
