"""Each fault of the data half shows where its title says, and nothing of it without the fault.

Every probe looks at one thing as a user, an interface or a report shows it. What it sees in a build without
faults is `without`, what it sees in the single-fault build `with_fault`.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from tests.demo.data.conftest import PASSWORD, Open, home_of
from tests.demo.data.test_payments_interface import file, payment
from tests.demo.data.test_reports import sheet, statement_text, table

import gonogo.demo
from gonogo.demo.batch import rent_debit
from gonogo.demo.db.session import Database
from gonogo.demo.faults import FAULTS, PRE_EXISTING
from gonogo.demo.interfaces.payments import receive
from gonogo.demo.releases import make_build
from gonogo.demo.reports import build_report
from gonogo.demo.services import (
    audit,
    batch_history,
    correspondence,
    home_page,
    rent_accounts,
    repairs,
    tenancies,
    users,
)
from gonogo.demo.services.passwords import ITERATIONS
from gonogo.demo.services.permissions import Permission, allowed
from gonogo.demo.services.search import search
from gonogo.demo.services.work import Work
from gonogo.demo.variations import VARIATIONS

MONDAY = date(2026, 11, 23)


class Probe(NamedTuple):
    """What to look at, and what is seen without and with the fault."""

    look: Callable[[Work], object]
    without: object
    with_fault: object


def statements(work: Work, act: Callable[[Work], object]) -> list[str]:
    """The statements that the database was asked while something was done."""
    asked: list[str] = []
    engine = work.session.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        act(work)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked


def scalar(query: str) -> Callable[[Work], object]:
    """A probe that asks the database."""
    return lambda work: work.session.connection().exec_driver_sql(query).scalar_one()


def in_transaction(work: Work, reference: str, amount: int, method: str = "Card") -> int:
    """How much a payment takes off the balance."""
    before = rent_accounts.get_account(work, reference).balance_pence
    rent_accounts.take_payment(work, reference, amount, method=method)
    return before - rent_accounts.get_account(work, reference).balance_pence


def completed(work: Work) -> str:
    """The status of a repair after it was completed."""
    reference = repairs.list_repairs(work, status="assigned").rows[0].reference
    return repairs.complete(work, reference).status


def rows_between_pages(work: Work) -> int:
    """How many repairs are on neither of the first two pages."""
    pages = [repairs.list_repairs(work, status="", page=page).rows for page in (1, 2)]
    first = repairs.list_repairs(work, status="", per_page=50).rows
    return len(set(first) - set(pages[0]) - set(pages[1]))


def adjusted(work: Work) -> int:
    """What crediting £5.00 does to a balance."""
    before = rent_accounts.get_account(work, "A000050").balance_pence
    rent_accounts.post_adjustment(work, "A000050", -500, note="goodwill")
    return rent_accounts.get_account(work, "A000050").balance_pence - before


def second_accounts_wrong(work: Work) -> bool:
    """Whether the search, the tenancy and the account agree with the sum of the accounts' charges."""
    rows = [row for row in search(work, per_page=600).rows if len(row.account_references) == 2]
    views = [tenancies.get_tenancy(work, row.reference) for row in rows]
    sums = [sum(account.weekly_charge_pence for account in view.accounts) for view in views]
    shown = [view.weekly_total_pence for view in views]
    assert shown == [row.weekly_charge_pence for row in rows]
    return shown != sums


def running_balance_wrong(work: Work) -> bool:
    """Whether any balance in a ledger is not the one before it plus the amount."""
    ledgers = [rent_accounts.ledger(work, f"A{n:06d}", per_page=1000).rows[::-1] for n in range(100, 120)]
    return any(
        after.balance_pence != before.balance_pence + after.amount_pence
        for rows in ledgers
        for before, after in pairwise(rows)
    )


def acknowledgement(work: Work) -> str:
    """Status and total of an accepted payment."""
    root = etree.fromstring(receive(work, file(payment())).xml)
    return f"{root.findtext('.//{*}status')} {root.find('{*}totals').get('amount')}"


def sent_twice(work: Work) -> str:
    """What comes of a payment that is sent again."""
    receive(work, file(payment()))
    return receive(work, file(payment())).outcomes[0].status


def charged_closed(work: Work) -> bool:
    """Whether an account that is closed is in the file of charges."""
    closed = work.session.connection().exec_driver_sql(
        "SELECT reference FROM rent_account WHERE status = 'closed'"
    )
    return bool({row[0] for row in closed} & set(batch(work)["accounts"]))


def batch(work: Work, times: int = 1) -> dict[str, Any]:
    """Runs the rent debit in a copy of the installation; its control totals and what the ledger got."""
    with tempfile.TemporaryDirectory() as folder:
        engine = work.session.get_bind()
        home = Path(str(engine.engine.url.database)).parent
        copy = Path(shutil.copytree(home, Path(folder) / "home"))
        database = Database(copy, work.build)
        try:
            done = rent_debit.run(database, copy, MONDAY, copy / "out")
            for _ in range(times - 1):
                rent_debit.run(database, copy, MONDAY, copy / "out")
            control = copy / "out" / "rent-debit-2026-11-23.ctl"
            text = control.read_text(encoding="ascii") if control.exists() else ""
            with database.work() as after:
                query = "SELECT COUNT(*) FROM ledger_entry WHERE source = 'rent-debit 2026-11-23'"
                posted = scalar(query)(after)
        finally:
            database.dispose()
    count = re.search(r"count=(\d+)", text)
    return {
        "count": int(count[1]) if count else None,
        "posted": posted,
        "accounts": [posting.reference for posting in done.postings],
    }


def may(role: str, permission: Permission) -> Callable[[Work], object]:
    """A probe of the table of permissions."""
    return lambda work: allowed(work.build, role, permission)


def tries(work: Work) -> list[str]:
    """What six wrong passwords in a row are answered."""
    return [users.sign_in(work, "pnair", "guess") for _ in range(6)]


def new_password_works(work: Work) -> bool:
    """Whether a password that was changed opens the door."""
    users.change_password(work, current=PASSWORD, new="quite another one")
    return users.sign_in(work, work.actor, "quite another one") == "ok"


def searching_for_a_quotation_mark(work: Work) -> str:
    """What a search for O'Connor comes to."""
    try:
        return "found" if search(work, "O'Connor").total else "nothing"
    except OperationalError:
        work.session.rollback()
        return "error"


def raised_due(work: Work) -> date:
    """When an urgent repair raised today is due."""
    row = repairs.raise_repair(work, "T000050", trade="Locks", priority="Urgent", description="Lock stiff")
    return row.due_on


def report_dates(work: Work) -> str:
    """The date on which the first repair was raised, as the report writes it."""
    return table(work, "repairs.csv")[1][8][:10]


def hours_added(month: int, first_day: int) -> Callable[[Work], object]:
    """How many hours the screen shows later than UTC, for repairs raised in part of a month."""

    def look(work: Work) -> set[int]:
        query = "SELECT reference, raised_at FROM repair"
        asked = work.session.connection().exec_driver_sql(query).all()
        utc = {reference: str(moment) for reference, moment in asked}
        return {
            (row.raised_at.hour - int(utc[row.reference][11:13])) % 24
            for row in repairs.list_repairs(work, status="", per_page=1000).rows
            if str(utc[row.reference])[5:7] == f"{month:02d}"
            and int(str(utc[row.reference])[8:10]) >= first_day
        }

    return look


def hashed_rounds(work: Work) -> int:
    """How many rounds of hashing a sign-in costs, in multiples of the usual."""
    import gonogo.demo.services.passwords as module

    rounds: list[int] = []
    genuine = module._digest

    def counting(password: str, salt: str, iterations: int) -> str:
        rounds.append(iterations)
        return genuine(password, salt, iterations)

    module._digest = counting
    try:
        users.sign_in(work, "jhughes", PASSWORD)
    finally:
        module._digest = genuine
    return sum(rounds) // ITERATIONS


def plan_of_ledger(work: Work) -> bool:
    """Whether the ledger of one account is found by an index."""
    query = "EXPLAIN QUERY PLAN SELECT * FROM ledger_entry WHERE account_id = 50 ORDER BY posted_on"
    return "ix_ledger" in str(work.session.connection().exec_driver_sql(query).all())


def audited(work: Work) -> int:
    """The number of the next row of the audit log."""
    audit.record(work, "test", "test")
    return audit.recent(work, limit=1)[0].id


PROBES: dict[str, Probe] = {
    "functional-postcode-search": Probe(lambda w: search(w, "EM3 7FG").total > 0, True, False),
    "functional-status-filter": Probe(lambda w: search(w, status="ended").total, 18, 530),
    "functional-transfer-not-posted": Probe(
        lambda w: in_transaction(w, "A000050", 1_000, "Bank transfer"), 1_000, 0
    ),
    "functional-completion-lost": Probe(completed, "completed", "assigned"),
    "functional-page-skips-row": Probe(rows_between_pages, 0, 1),
    "functional-second-reminder-text": Probe(
        lambda w: "Second reminder" in correspondence.draft(w, "T000050", "arrears-2").subject, True, False
    ),
    "functional-password-unchanged": Probe(new_password_works, True, False),
    "data-joint-tenant-lost": Probe(
        scalar("SELECT COUNT(*) FROM tenancy WHERE tenant_name LIKE '%&%'"), 130, 60
    ),
    "data-priority-merged": Probe(
        lambda w: repairs.list_repairs(w, status="", priority="Urgent").total > 0, True, False
    ),
    "data-phone-zero-lost": Probe(lambda w: tenancies.get_tenancy(w, "T000050").phone[0], "0", "1"),
    "data-accent-lost": Probe(lambda w: search(w, "Zo?").total > 0, False, True),
    "data-tenancy-reopened": Probe(lambda w: search(w, status="current").total, 512, 513),
    "data-letter-cut": Probe(
        lambda w: "Yours sincerely" in correspondence.get_letter(w, "L000001").body, True, False
    ),
    "money-second-account-total": Probe(second_accounts_wrong, False, True),
    "money-penny-lost": Probe(scalar("SELECT SUM(weekly_pence) FROM account_charge"), 0, -1),
    "money-fifth-charge-lost": Probe(scalar("SELECT MAX(position) FROM account_charge"), 7, 4),
    "money-credit-charges": Probe(adjusted, -500, 500),
    "money-arrears-total-page": Probe(
        lambda w: rent_accounts.arrears(w).total_pence == rent_accounts.arrears(w, per_page=None).total_pence,
        True,
        False,
    ),
    "money-home-counts-closed": Probe(
        lambda w: home_page.figures(w).total_arrears_pence == rent_accounts.arrears(w).total_pence,
        True,
        False,
    ),
    "money-running-balance": Probe(running_balance_wrong, False, True),
    "money-odd-pence-lost": Probe(lambda w: in_transaction(w, "A000050", 1_234), 1_234, 1_230),
    "interface-ack-status-word": Probe(acknowledgement, "posted 12.34", "ok 12.34"),
    "interface-ack-pence": Probe(acknowledgement, "posted 12.34", "posted 1234"),
    "interface-duplicate-posted": Probe(sent_twice, "duplicate", "posted"),
    "batch-drops-row": Probe(lambda w: batch(w)["count"], 554, 553),
    "batch-charges-twice": Probe(lambda w: batch(w, times=2)["posted"], 554, 1108),
    "batch-control-counts-rejects": Probe(lambda w: batch(w)["count"], 554, 556),
    "batch-charges-closed": Probe(charged_closed, False, True),
    "batch-no-control-file": Probe(lambda w: batch(w)["count"] is None, False, True),
    "report-rent-roll-column": Probe(
        lambda w: table(w, "rent-roll.csv")[0][6], "Weekly rent", "Weekly charge"
    ),
    "report-rent-roll-semicolons": Probe(
        lambda w: build_report(w, "rent-roll.csv").content.decode("utf-8-sig")[7], ",", ";"
    ),
    "report-arrears-last-row": Probe(
        lambda w: rent_accounts.arrears(w).total - len(sheet(w, "Arrears")[1:]), 0, 1
    ),
    "report-statement-no-balance": Probe(
        lambda w: "Balance on 20 November 2026" in statement_text(w, "T000050"), True, False
    ),
    "report-repairs-column-order": Probe(
        lambda w: table(w, "repairs.csv")[0][6:8], ["Priority", "Status"], ["Status", "Priority"]
    ),
    "access-clerk-adjusts-rent": Probe(may("repairs_clerk", Permission.ADJUSTMENT_POST), False, True),
    "access-officer-writes-off": Probe(may("rent_officer", Permission.WRITEOFF_POST), False, True),
    "access-clerk-opens-accounts": Probe(may("repairs_clerk", Permission.ACCOUNT_VIEW), False, True),
    "access-manager-without-logs": Probe(may("housing_manager", Permission.LOG_VIEW), True, False),
    "access-leaver-signs-in": Probe(lambda w: users.sign_in(w, "sleaver", PASSWORD), "inactive", "ok"),
    "performance-search-n-plus-one": Probe(lambda w: len(statements(w, search)) > 20, False, True),
    "performance-ledger-row-by-row": Probe(
        lambda w: len(statements(w, lambda w: rent_accounts.ledger(w, "A000100"))) > 20, False, True
    ),
    "performance-home-adds-ledgers": Probe(
        lambda w: any("ledger_entry" in asked for asked in statements(w, home_page.figures)), False, True
    ),
    "performance-sign-in-hash": Probe(hashed_rounds, 1, 61),
    "performance-index-lost": Probe(plan_of_ledger, True, False),
    "security-search-sql": Probe(searching_for_a_quotation_mark, "found", "error"),
    "security-no-lockout": Probe(tries, ["wrong"] * 4 + ["locked"] * 2, ["wrong"] * 6),
    "language-letter-placeholder": Probe(
        lambda w: "{balance}" in correspondence.draft(w, "T000050", "arrears-1").body, False, True
    ),
    "language-letter-pound-sign": Probe(
        lambda w: "Â£3.00" in correspondence.draft(w, "T000050", "arrears-1").body, False, True
    ),
    "time-repair-raised-utc": Probe(hours_added(7, 1), {1}, {0}),
    "time-summer-ends-late": Probe(hours_added(10, 26), {0}, {1}),
    "time-job-started-utc": Probe(lambda w: batch_history.list_runs(w).rows[-1].started_at.hour, 2, 1),
    "time-due-a-day-late": Probe(raised_due, date(2026, 11, 27), date(2026, 11, 28)),
    "time-due-today-overdue": Probe(
        lambda w: any(row.overdue and row.due_on == w.today for row in repairs.all_repairs(w)), False, True
    ),
    "time-repairs-report-us-dates": Probe(report_dates, "03/02/2026", "02/03/2026"),
}
DATA_HALF = [fault for fault in FAULTS if fault.lives_in != "web" and not fault.lives_in.startswith("web.")]


@pytest.mark.parametrize("fault", DATA_HALF, ids=lambda fault: str(fault.id))
def test_a_fault_shows_with_it_and_not_without_it(open_build: Open, fault: Any) -> None:
    probe = PROBES[fault.id]
    seen = []
    for database in (open_build("8.2.1"), open_build("8.2.1", fault.id)):
        with database.work("jhughes") as work:
            seen.append(probe.look(work))
            work.session.rollback()
    if fault.id == "money-penny-lost":
        seen = [0, int(str(seen[1])) - int(str(seen[0]))]
    assert seen == [probe.without, probe.with_fault]


def test_every_probe_is_of_a_fault_in_the_table() -> None:
    assert set(PROBES) == {fault.id for fault in DATA_HALF}


def test_8_2_0_shows_every_fault_that_it_was_published_with(open_build: Open) -> None:
    database = open_build("8.2.0")
    for fault in (fault for fault in DATA_HALF if fault.in_8_2_0):
        with database.work("jhughes") as work:
            assert PROBES[fault.id].look(work) == PROBES[fault.id].with_fault, fault.id
            work.session.rollback()


def test_each_fault_and_variation_is_asked_for_in_the_module_that_the_table_names() -> None:
    package = Path(gonogo.demo.__file__).parent
    faults = [(f.id, f.lives_in, "has") for f in FAULTS] + [(f.id, f.lives_in, "has") for f in PRE_EXISTING]
    for identifier, lives_in, verb in faults + [(v.id, v.lives_in, "varies") for v in VARIATIONS]:
        place = package / lives_in.replace(".", "/")
        files = (
            [*place.rglob("*.py"), *place.rglob("*.html")] if place.is_dir() else [place.with_suffix(".py")]
        )
        asked = re.compile(rf"""\b{verb}\(["']{identifier}["']\)""")
        assert any(asked.search(found.read_text(encoding="utf-8")) for found in files), identifier


def test_ids_are_unique_and_begin_with_their_discipline() -> None:
    ids = [fault.id for fault in FAULTS] + [fault.id for fault in PRE_EXISTING] + [v.id for v in VARIATIONS]
    assert len(ids) == len(set(ids))
    assert all(fault.id.startswith(f"{fault.discipline}-") for fault in FAULTS)


def test_no_release_but_8_2_0_has_faults_of_its_own() -> None:
    assert not make_build("8.1").faults
    assert not make_build("8.2.1").faults
    assert len(make_build("8.2.0").faults) >= 11
    assert make_build("8.1").has("pre-arrears-summary-rounding")


def _csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("variation", [v.id for v in VARIATIONS if v.lives_in != "web"])
def test_a_variation_changes_no_record_and_no_figure(open_build: Open, variation: str) -> None:
    seen = []
    for database in (open_build(), open_build(variation=variation)):
        with database.work("jhughes") as work:
            tenancies_found = sorted(search(work, per_page=600).rows, key=lambda row: row.reference)
            letters = sorted(
                correspondence.list_letters(work, per_page=600).rows, key=lambda row: row.reference
            )
            seen.append(
                [
                    tenancies_found,
                    letters,
                    rent_accounts.arrears(work, per_page=None),
                    repairs.all_repairs(work),
                    statement_text(work, "T000050"),
                    sheet(work, "Arrears"),
                    etree.tostring(
                        etree.fromstring(
                            receive(work, file(payment())).xml, etree.XMLParser(remove_blank_text=True)
                        )
                    ),
                    batch(work)["accounts"],
                ]
            )
            work.session.rollback()
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("variation", "look"),
    [
        ("equal-rows-order", lambda work: [row.reference for row in search(work, "John Smith").rows]),
        ("audit-row-ids", audited),
        ("pdf-metadata", lambda work: build_report(work, "statement.pdf", "T000050").content),
        ("xlsx-properties", lambda work: build_report(work, "arrears.xlsx").content),
        ("xml-layout", lambda work: receive(work, file(payment())).xml),
    ],
)
def test_a_variation_of_the_data_half_can_be_seen(
    open_build: Open, variation: str, look: Callable[[Work], object]
) -> None:
    seen = []
    for database in (open_build(), open_build(variation=variation)):
        with database.work("jhughes") as work:
            seen.append(look(work))
            work.session.rollback()
    assert seen[0] != seen[1]


def test_the_batch_log_names_a_random_run_with_that_variation(open_build: Open, tmp_path: Path) -> None:
    logs = []
    for database in (open_build(), open_build(variation="batch-run-id")):
        rent_debit.run(database, home_of(database), MONDAY, tmp_path)
        logs.append((home_of(database) / "logs" / "batch.log").read_text(encoding="utf-8"))
    assert "rent-debit 2026-11-23 finished" in logs[0]
    assert re.search(r"rent-debit [0-9a-f]{8} finished", logs[1])
