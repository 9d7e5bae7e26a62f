"""What the services do, on 8.1 and on 8.2.1 alike."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from tests.demo.data.conftest import PASSWORD, Open

from gonogo.demo.db.session import Database
from gonogo.demo.services import (
    batch_history,
    correspondence,
    home_page,
    payment_plans,
    rent_accounts,
    repairs,
    tenancies,
    users,
)
from gonogo.demo.services.search import search
from gonogo.demo.services.work import InvalidError, NotFoundError, RefusedError

BOTH = pytest.mark.parametrize("version", ["8.1", "8.2.1"])


def _everything(database: Database) -> list[object]:
    """What users of 8.1 can read: lists, records and figures."""
    seen: list[object] = []
    with database.work("mpatel") as work:
        seen += [search(work, page=page) for page in range(1, 23)]
        for row in search(work, per_page=600).rows[::7]:
            tenancy = tenancies.get_tenancy(work, row.reference)
            seen.append(tenancy)
            seen += [rent_accounts.get_account(work, account.reference) for account in tenancy.accounts]
        seen.append(rent_accounts.arrears(work, per_page=1000))
        seen += repairs.list_repairs(work, status="", per_page=1000).rows
        seen += [repairs.get_repair(work, f"R{number:06d}") for number in range(1, 421, 20)]
        seen += correspondence.list_letters(work, per_page=1000).rows
        seen += [correspondence.draft(work, "T000100", key) for key in correspondence.TEMPLATE_NAMES]
        seen.append(home_page.figures(work))
        seen.append([home_page.work_queue(work, role) for role in ("rent_officer", "repairs_clerk")])
        seen.append(batch_history.list_runs(work))
        seen.append(users.list_users(work))
    return seen


def test_8_2_1_shows_users_what_8_1_showed(open_build: Open) -> None:
    assert _everything(open_build("8.2.1")) == _everything(open_build("8.1"))


@BOTH
@pytest.mark.parametrize(
    ("term", "finds"),
    [
        ("T000050", "T000050"),
        ("A000050", "T000050"),
        ("  olwen   webb ", "T000050"),
        ("flat 1, wilkinson", "T000050"),
        ("EM3 7FG", "T000050"),
        ("em37fg", "T000050"),
    ],
)
def test_a_search_finds_by_name_reference_address_and_postcode(
    open_build: Open, version: str, term: str, finds: str
) -> None:
    with open_build(version).work() as work:
        found = search(work, term, per_page=600)
    assert finds in [row.reference for row in found.rows]
    assert found.total == len(found.rows) < 100


def test_a_search_takes_signs_of_the_database_language_as_text(open_build: Open) -> None:
    with open_build().work() as work:
        assert [search(work, term).total for term in ("%", "_", "'; DROP TABLE tenancy; --")] == [0, 0, 0]
        assert search(work, "O'Connor").total > 0


def test_pages_of_a_search_cover_everything_once(open_build: Open) -> None:
    with open_build().work() as work:
        pages = [search(work, page=page) for page in range(1, 23)]
        beyond = search(work, page=23)
        ended = search(work, status="ended", per_page=600)
    references = [row.reference for page in pages for row in page.rows]
    assert len(references) == len(set(references)) == 530 == pages[0].total == beyond.total
    assert beyond.rows == ()
    assert ended.total == 18
    assert all(row.ended_on is not None for row in ended.rows)


@BOTH
def test_a_payment_changes_the_balance_by_its_amount(open_build: Open, version: str) -> None:
    database = open_build(version)
    with database.work("jhughes") as work:
        before = rent_accounts.get_account(work, "A000050")
        row = rent_accounts.take_payment(work, "A000050", 5_001, method="Card", note="0017")
        after = rent_accounts.get_account(work, "A000050")
        newest = rent_accounts.ledger(work, "A000050").rows[0]
    assert after.balance_pence == before.balance_pence - 5_001 == row.balance_pence
    assert (after.last_payment_on, after.last_payment_pence) == (date(2026, 11, 20), 5_001)
    assert newest == row
    assert newest.description == "Card payment: 0017"


@pytest.mark.parametrize(
    ("amount", "method", "field", "message"),
    [
        (0, "Card", "amount", "Amount must be more than zero"),
        (-5, "Card", "amount", "Amount must be more than zero"),
        (1_000_001, "Card", "amount", "Amount must be £10,000.00 or less"),
        (100, "Cheque", "method", "Select a payment method"),
    ],
)
def test_a_wrong_payment_is_refused(
    open_build: Open, amount: int, method: str, field: str, message: str
) -> None:
    with open_build().work("jhughes") as work, pytest.raises(InvalidError, match=message) as refused:
        rent_accounts.take_payment(work, "A000050", amount, method=method)
    assert refused.value.field == field


def test_no_more_than_the_debt_is_written_off(open_build: Open) -> None:
    with open_build().work("mpatel") as work:
        owed = rent_accounts.arrears(work).rows[0]
        with pytest.raises(InvalidError, match=r"more than is owed \(£"):
            rent_accounts.write_off(work, owed.reference, owed.balance_pence + 1, note="deceased")
        assert (
            rent_accounts.write_off(work, owed.reference, owed.balance_pence, note="deceased").balance_pence
            == 0
        )
        with pytest.raises(InvalidError, match="Enter a reason"):
            rent_accounts.post_adjustment(work, owed.reference, 100, note=" ")


def test_payments_at_the_same_moment_are_all_kept(open_build: Open) -> None:
    database = open_build()

    def pay() -> None:
        for _ in range(10):
            with database.work("jhughes") as work:
                rent_accounts.take_payment(work, "A000060", 7, method="Cash")

    with database.work() as work:
        before = rent_accounts.get_account(work, "A000060").balance_pence
    threads = [threading.Thread(target=pay) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.work() as work:
        account = rent_accounts.get_account(work, "A000060")
        newest = rent_accounts.ledger(work, "A000060").rows[0]
    assert account.balance_pence == newest.balance_pence == before - 6 * 10 * 7


def test_a_filtered_ledger_keeps_the_balances_of_the_whole(open_build: Open) -> None:
    with open_build().work() as work:
        whole = {row.id: row for row in rent_accounts.ledger(work, "T000050", per_page=1000).rows}
        part = rent_accounts.ledger(
            work, "T000050", kind="payment", since=date(2026, 9, 1), until=date(2026, 10, 31)
        )
    assert [row.posted_on for row in part.rows] == [date(2026, 10, 15), date(2026, 9, 15)]
    assert all(whole[row.id] == row for row in part.rows)
    assert part.total == 2


def test_arrears_are_sorted_and_their_total_is_over_all_pages(open_build: Open) -> None:
    with open_build().work() as work:
        everything = rent_accounts.arrears(work, per_page=None)
        page = rent_accounts.arrears(work, page=2)
    balances = [row.balance_pence for row in everything.rows]
    assert balances == sorted(balances, reverse=True)
    assert page.rows == everything.rows[25:50]
    assert page.total_pence == everything.total_pence == sum(balances)


@BOTH
def test_a_repair_goes_from_raised_to_completed(open_build: Open, version: str) -> None:
    with open_build(version).work("lwalsh") as work:
        raised = repairs.raise_repair(
            work, "T000050", trade="Plumbing", priority="Urgent", description="Tap drips"
        )
        repairs.assign(work, raised.reference, "Council works team")
        done = repairs.complete(work, raised.reference, "New washer")
        view = repairs.get_repair(work, raised.reference)
        with pytest.raises(InvalidError, match="cannot be changed, it is completed"):
            repairs.cancel(work, raised.reference, "no longer needed")
    assert (raised.reference, raised.priority, raised.due_on) == ("R000421", "Urgent", date(2026, 11, 27))
    assert (done.status, done.completed_on) == ("completed", date(2026, 11, 20))
    assert [note.text for note in view.notes] == ["Assigned to Council works team", "New washer"]


def test_a_repair_is_raised_for_a_current_tenancy_only(open_build: Open) -> None:
    with open_build().work("lwalsh") as work:
        for reference in ("T000530", "T999999"):
            with pytest.raises(InvalidError, match="There is no current tenancy with this reference"):
                repairs.raise_repair(
                    work, reference, trade="Locks", priority="Routine", description="Key lost"
                )


def test_times_of_repairs_are_those_of_a_clock_in_the_united_kingdom(open_build: Open) -> None:
    database = open_build()
    with database.work() as work:
        rows = repairs.list_repairs(work, status="", per_page=1000).rows
        raised = work.session.connection().exec_driver_sql("SELECT reference, raised_at FROM repair").all()
    utc = {reference: str(moment)[:16] for reference, moment in raised}
    hours = {(row.raised_at.month, row.raised_at.hour - int(utc[row.reference][11:13])) for row in rows}
    assert {(7, 1), (11, 0), (2, 0)} <= hours
    assert not {(7, 0), (11, 1)} & hours


def test_open_repairs_are_measured_against_their_targets_in_8_2(open_build: Open) -> None:
    with open_build().work() as work:
        page = repairs.targets(work, per_page=1000)
        figures = home_page.figures(work)
    assert page.total == figures.open_repairs == len(page.rows)
    assert sum(row.days_left < 0 for row in page.rows) == figures.overdue_repairs > 0
    with open_build("8.1").work() as work, pytest.raises(RefusedError):
        repairs.targets(work)


def test_a_payment_plan_is_set_up_once_and_cancelled(open_build: Open) -> None:
    with open_build().work("jhughes") as work:
        owing = rent_accounts.arrears(work).rows[3]
        terms = {"instalment_pence": 1_000, "frequency": "Weekly", "starts_on": date(2026, 11, 27)}
        plan = payment_plans.set_up_plan(work, owing.reference, **terms)  # type: ignore[arg-type]
        assert plan.instalments == -(-owing.balance_pence // 1_000)
        assert payment_plans.active_plan(work, owing.tenancy_reference) == plan
        with pytest.raises(InvalidError, match="already has a plan"):
            payment_plans.set_up_plan(work, owing.reference, **terms)  # type: ignore[arg-type]
        assert payment_plans.cancel_plan(work, owing.reference).status == "Cancelled"
        with pytest.raises(NotFoundError):
            payment_plans.cancel_plan(work, owing.reference)
    with open_build("8.1").work() as work, pytest.raises(RefusedError):
        payment_plans.list_plans(work)


def test_a_letter_is_sent_as_it_was_written(open_build: Open) -> None:
    with open_build().work("jhughes") as work:
        draft = correspondence.draft(work, "T000050", "arrears-1")
        letter = correspondence.send_letter(
            work, "T000050", template="arrears-1", subject=draft.subject, body=draft.body
        )
        assert correspondence.get_letter(work, "L000161") == letter
        assert correspondence.list_letters(work).rows[0] == letter.row
    assert "A000050 is £3.00 in arrears on 20 November 2026" in letter.body
    assert letter.row.author == "Jack Hughes"
    assert "{" not in letter.body


def test_signing_in_locks_after_five_wrong_tries_and_is_unlocked_by_a_manager(open_build: Open) -> None:
    database = open_build()
    with database.work() as work:
        assert users.sign_in(work, "jhughes", PASSWORD) == "ok"
        assert users.sign_in(work, "sleaver", PASSWORD) == "inactive"
        assert users.sign_in(work, "nobody", PASSWORD) == "wrong"
        tries = [users.sign_in(work, "pnair", "guess") for _ in range(5)]
        assert tries == ["wrong"] * 4 + ["locked"]
        assert users.sign_in(work, "pnair", PASSWORD) == "locked"
    with database.work("mpatel") as work:
        assert not users.unlock(work, "pnair").locked
        assert users.sign_in(work, "pnair", PASSWORD) == "ok"


def test_users_are_added_changed_and_deactivated_but_not_by_themselves(open_build: Open) -> None:
    with open_build().work("mpatel") as work:
        users.add_user(
            work, username="newone", full_name="New One", role="rent_officer", password="long enough"
        )
        assert users.sign_in(work, "newone", "long enough") == "ok"
        assert users.change_role(work, "newone", "repairs_clerk").role == "repairs_clerk"
        assert not users.set_active(work, "newone", active=False).active
        for wrong in (
            {"username": "New One"},
            {"username": "newone"},
            {"role": "king"},
            {"password": "short"},
        ):
            wish = {"username": "other", "full_name": "O", "role": "rent_officer", "password": "long enough"}
            with pytest.raises(InvalidError) as refused:
                users.add_user(work, **{**wish, **wrong})
            assert refused.value.field in wrong
        with pytest.raises(InvalidError, match="your own account"):
            users.set_active(work, "mpatel", active=False)
        users.change_password(work, current=PASSWORD, new="another long one")
        assert users.sign_in(work, "mpatel", "another long one") == "ok"


def test_a_piece_of_work_that_fails_leaves_nothing_behind(open_build: Open) -> None:
    database = open_build()

    def pay_two() -> None:
        with database.work("jhughes") as work:
            rent_accounts.take_payment(work, "A000050", 5_000, method="Card")
            rent_accounts.take_payment(work, "A999999", 5_000, method="Card")

    with pytest.raises(NotFoundError):
        pay_two()
    with database.work() as work:
        assert rent_accounts.get_account(work, "A000050").last_payment_on == date(2026, 11, 15)
