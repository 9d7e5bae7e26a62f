"""Every fault that a build of Meridian Housing can have, in one table.

`Build.has(fault_id)` is asked at the place of the fault, so each id appears once here and at least once in
the module named by `lives_in`. Release 8.2.0 was published with those marked `in_8_2_0`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

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


_DISCIPLINES: tuple[Discipline, ...] = get_args(Discipline)
_VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)

# id, visibility, module; "8.2.0" when that release had it; "upgrade" when it acts in the upgrade
_TABLE = """
functional-letters-500                blatant   web                       8.2.0
    The correspondence page fails with an error for rent officers
functional-postcode-search            ordinary  services.search
    A search for a postcode finds nothing
functional-status-filter              ordinary  services.search
    The search finds ended tenancies although only current ones were asked for
functional-transfer-not-posted        ordinary  services.postings
    A payment by bank transfer is confirmed and never posted
functional-completion-lost            ordinary  services.repairs
    A repair that is completed stays assigned
functional-page-skips-row             subtle    services.listing
    The second page of a list leaves out the row between the pages
functional-second-reminder-text       ordinary  services.correspondence
    The second arrears reminder has the text of the first
functional-password-unchanged         ordinary  services.users
    A change of password is confirmed and not kept
visual-ledger-overlap                 blatant   web                       8.2.0
    On the rent account page the ledger table runs under the summary panel
visual-banner-tall                    ordinary  web
    The banner is twice as tall, so every page begins further down
visual-balance-hidden                 ordinary  web
    The balance on the rent account page cannot be seen
visual-amounts-left                   subtle    web
    Amounts in tables are aligned to the left
visual-narrow-cut                     subtle    web
    On a narrow screen wide tables are cut off and cannot be scrolled
accessibility-search-unlabelled       ordinary  web                       8.2.0
    The search box has lost its label
accessibility-contrast                ordinary  web
    Hints and captions are too pale to read
accessibility-no-language             ordinary  web
    Pages do not say in which language they are written
accessibility-no-title                ordinary  web
    Pages have no title
accessibility-button-unnamed          ordinary  web
    The search button is a picture without a name
data-joint-tenant-lost                ordinary  db.data_8200              8.2.0 upgrade
    The upgrade keeps only the first of two joint tenants when they share a surname
data-priority-merged                  ordinary  db.data_8200              upgrade
    The upgrade makes routine repairs of urgent ones
data-phone-zero-lost                  ordinary  db.data_8200              upgrade
    The upgrade takes the leading zero off telephone numbers
data-accent-lost                      subtle    db.data_8200              upgrade
    The upgrade turns accented letters in names into question marks
data-tenancy-reopened                 subtle    db.data_8200              upgrade
    The upgrade makes the tenancy that ended last a current one again
data-letter-cut                       ordinary  db.data_8200              upgrade
    The upgrade cuts letters off after 255 characters
money-second-account-total            ordinary  services.charges          8.2.0
    The weekly total of a tenancy leaves out the service charges of its second account
money-penny-lost                      subtle    db.data_8200              upgrade
    The upgrade takes one penny off one service charge of one account
money-fifth-charge-lost               ordinary  db.data_8200              upgrade
    The upgrade keeps only four weekly charges of an account
money-credit-charges                  blatant   services.postings
    An adjustment that should credit an account charges it
money-arrears-total-page              ordinary  services.arrears
    The total of the arrears list is that of the page shown
money-home-counts-closed              ordinary  services.home_page
    The total arrears on the first page include closed accounts
money-running-balance                 subtle    services.ledgers
    Balances in the ledger are wrong within a day that has two transactions
money-odd-pence-lost                  ordinary  services.postings
    A payment is posted without its last digit: £12.34 becomes £12.30
interface-api-balance-renamed         ordinary  web                       8.2.0
    The account in the JSON API calls its balance 'current_balance_pence', not 'balance_pence'
interface-ack-status-word             ordinary  interfaces.payments
    The XML acknowledgement says 'ok' where it said 'posted'
interface-ack-pence                   subtle    interfaces.payments
    The XML acknowledgement states the total in pence, not in pounds
interface-duplicate-posted            ordinary  interfaces.payments
    A payment that is sent twice is posted twice
interface-api-uk-dates                ordinary  web
    Transactions in the JSON API write dates as 20/11/2026, not as 2026-11-20
interface-api-total-missing           ordinary  web
    Lists in the JSON API no longer say how many items there are
interface-api-pence-text              subtle    web
    A tenancy in the JSON API has its weekly rent as text, not as a number
interface-api-error-shape             subtle    web
    Errors in the JSON API are a sentence, not an object with a code
batch-drops-row                       ordinary  batch.rent_debit          8.2.0
    The nightly rent debit leaves out one account and still says that it succeeded
batch-charges-twice                   ordinary  batch.rent_debit
    Running the rent debit again for a date charges everybody again
batch-control-counts-rejects          subtle    batch.rent_debit
    The control count includes the accounts that were rejected
batch-charges-closed                  ordinary  batch.rent_debit
    The nightly rent debit charges closed accounts as well
batch-no-control-file                 blatant   batch.rent_debit
    The nightly rent debit writes no control totals
report-rent-roll-column               ordinary  reports.rent_roll         8.2.0
    The rent roll calls its column 'Weekly charge' where it was 'Weekly rent'
report-rent-roll-semicolons           blatant   reports.rent_roll
    The rent roll is separated by semicolons, so it opens in one column
report-arrears-last-row               subtle    reports.arrears
    The arrears workbook leaves out its last account
report-statement-no-balance           ordinary  reports.statement
    The rent statement lacks the closing balance
report-repairs-column-order           ordinary  reports.repairs
    The repairs report has Status before Priority
access-clerk-adjusts-rent             ordinary  services.permissions      8.2.0
    A repairs clerk may post adjustments to a rent account
access-officer-writes-off             ordinary  services.permissions
    A rent officer may write off debts
access-clerk-opens-accounts           ordinary  services.permissions
    A repairs clerk may open rent accounts
access-manager-without-logs           ordinary  services.permissions
    The housing manager may no longer read the logs
access-leaver-signs-in                ordinary  services.users
    A user who was deactivated can still sign in
access-api-unchecked                  ordinary  web
    The JSON API shows rent accounts to repairs clerks
performance-search-n-plus-one         ordinary  services.search           8.2.0
    The rent search asks the database again for every row that it found
performance-ledger-row-by-row         ordinary  services.ledgers
    The ledger asks the database for the balance of every line
performance-home-adds-ledgers         ordinary  services.home_page
    The first page adds up every ledger to show the total arrears
performance-sign-in-hash              ordinary  services.users
    Signing in takes many times as long
performance-index-lost                subtle    db.data_8200              upgrade
    The upgrade loses the index over the ledger
security-no-csp                       ordinary  web                       8.2.0
    Pages no longer send a Content-Security-Policy
security-search-xss                   ordinary  web                       8.2.0
    The search page repeats the search term as HTML
security-search-sql                   ordinary  services.search
    The search term is pasted into the query, so that a quotation mark breaks it
security-no-lockout                   ordinary  services.users
    Wrong passwords can be tried without end
security-cookie-readable              ordinary  web
    Scripts can read the session cookie
security-forms-unprotected            ordinary  web
    Forms are accepted without the token that keeps other sites out
security-open-redirect                ordinary  web
    Signing in leads on to any other site that a link names
security-sniffing-allowed             subtle    web
    Answers no longer forbid the browser to guess their type
missing-page-accessibility-statement  ordinary  web                       8.2.0
    The accessibility statement linked from every page is not found
missing-page-help                     ordinary  web
    The help page is not found
missing-page-raise-repair             blatant   web
    The page to raise a repair is not found
missing-page-script                   ordinary  web
    The script of every page is not found
language-letter-placeholder           ordinary  services.correspondence   8.2.0
    Arrears letters show the placeholder '{balance}' where the amount should stand
language-letter-pound-sign            ordinary  services.correspondence
    Letters show 'Â£' where the pound sign should stand
language-menu-misspelt                subtle    web
    The menu says 'Tenencies'
language-heading-key                  ordinary  web
    The arrears page is headed 'arrears.heading'
time-repair-raised-utc                subtle    services.repairs          8.2.0
    The time at which a repair was raised is shown an hour early in summer
time-summer-ends-late                 subtle    services.repairs
    Times of repairs are shown in summer time until the end of October
time-job-started-utc                  subtle    services.batch_history
    The start of batch jobs is shown an hour early in summer
time-due-a-day-late                   ordinary  services.repairs
    A new repair is due a day later than its priority says
time-due-today-overdue                subtle    services.repairs
    Repairs that are due today count as overdue
time-repairs-report-us-dates          ordinary  reports.repairs
    The repairs report writes the month before the day
time-ledger-us-dates                  ordinary  web
    The ledger writes dates with the month first
session-survives-sign-out             subtle    web                       8.2.0
    After signing out, the old session cookie still opens pages
session-key-kept                      subtle    web
    The session keeps its key when somebody signs in
session-ends-after-payment            ordinary  web
    Taking a payment signs the user out
"""


def _read(table: str) -> tuple[Fault, ...]:
    """The faults of the table: a line of facts, then a line with the title."""
    lines = table.strip().splitlines()
    faults = []
    for facts, title in zip(lines[::2], lines[1::2], strict=True):
        identifier, visibility, lives_in, *marks = facts.split()
        faults.append(
            Fault(
                id=identifier,
                title=title.strip(),
                discipline=next(name for name in _DISCIPLINES if identifier.startswith(f"{name}-")),
                visibility=next(name for name in _VISIBILITIES if name == visibility),
                in_8_2_0="8.2.0" in marks,
                lives_in=lives_in,
                needs_upgrade="upgrade" in marks,
            )
        )
    return tuple(faults)


FAULTS: tuple[Fault, ...] = _read(_TABLE)

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
