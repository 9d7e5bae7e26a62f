"""Carries the data of schema 8100 over into the tables of schema 8200.

8.1 kept a tenancy's people in one name, an account's service charges packed in one text and a repair's
priority as a figure. Everything here runs before the old columns are dropped, in the transaction of the
migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, text, update

from gonogo.demo.db.models import (
    AccountCharge,
    Letter,
    Repair,
    RepairPriority,
    Tenancy,
    TenancyParty,
    legacy_charges,
)
from gonogo.demo.money import parse_pounds
from gonogo.demo.services.charges import unpack_charges
from gonogo.demo.services.repairs import CODES_81, CODES_82, TARGET_DAYS
from gonogo.demo.services.tenancies import Party, join_names, sort_name, split_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gonogo.demo.releases import Build


class CarryOverError(RuntimeError):
    """The data that came over does not agree with the data that was there; the upgrade is undone."""


def carry_over(connection: Connection, build: Build) -> None:
    """Fills the new tables and checks them.

    Raises:
        CarryOverError: accounts or tenancies are missing afterwards.
    """
    accounts = _charge_lines(connection, build)
    tenancies = _parties(connection, build)
    _contacts(connection, build)
    _letters(connection, build)
    _priorities(connection, build)
    if build.has("data-tenancy-reopened"):
        last = select(func.max(Tenancy.ended_on)).scalar_subquery()
        connection.execute(update(Tenancy).where(Tenancy.ended_on == last).values(ended_on=None))
    if build.has("performance-index-lost"):
        connection.execute(text("DROP INDEX ix_ledger_account_date"))
    _check(connection, accounts, tenancies)


def _charge_lines(connection: Connection, build: Build) -> int:
    """One row for each weekly charge; returns how many accounts have any."""
    columns = legacy_charges.c
    query = select(columns.id, columns.kind, columns.net_rent_pence, columns.service_charges)
    lines: list[dict[str, object]] = []
    accounts = 0
    read_amount = _truncated_pence if build.has("money-penny-lost") else parse_pounds
    for account_id, kind, rent, packed in connection.execute(query.order_by(columns.id)):
        rent_code = "GAR" if kind == "garage" else "RNT"
        charges = unpack_charges(rent_code, rent, packed, read_amount)
        if build.has("money-fifth-charge-lost"):
            charges = charges[:4]
        accounts += bool(charges)
        lines += [
            {"account_id": account_id, "position": position, "code": code, "weekly_pence": pence}
            for position, (code, pence) in enumerate(charges, 1)
        ]
    connection.execute(insert(AccountCharge), lines)
    return accounts


def _truncated_pence(amount: str) -> int:
    """Pence by way of a binary fraction: right for 2.50, a penny short for 4.35."""
    return int(float(amount) * 100)


def _parties(connection: Connection, build: Build) -> int:
    """One row for each person, and the letter name put together again; returns how many tenancies."""
    query = select(Tenancy.id, Tenancy.tenant_name).order_by(Tenancy.id)
    rows: list[dict[str, object]] = []
    tenancies = connection.execute(query).all()
    for tenancy_id, tenant_name in tenancies:
        parties = split_name(tenant_name)
        if build.has("data-joint-tenant-lost"):
            parties = _one_for_each_surname(parties)
        if build.has("data-accent-lost"):
            parties = split_name(join_names(parties).encode("ascii", errors="replace").decode("ascii"))
        rows += [
            {
                "tenancy_id": tenancy_id,
                "position": position,
                "title": party.title,
                "forenames": party.forenames,
                "surname": party.surname,
            }
            for position, party in enumerate(parties, 1)
        ]
        joined = join_names(parties)
        if joined != tenant_name:
            connection.execute(
                update(Tenancy)
                .where(Tenancy.id == tenancy_id)
                .values(tenant_name=joined, sort_name=sort_name(parties))
            )
    connection.execute(insert(TenancyParty), rows)
    return len(tenancies)


def _one_for_each_surname(parties: tuple[Party, ...]) -> tuple[Party, ...]:
    by_surname: dict[str, Party] = {}
    for party in parties:
        by_surname.setdefault(party.surname, party)
    return tuple(by_surname.values())


def _contacts(connection: Connection, build: Build) -> None:
    """8.2 expects telephone numbers without surplus blanks."""
    for tenancy_id, phone in connection.execute(select(Tenancy.id, Tenancy.phone)).all():
        tidy = " ".join(phone.split())
        if build.has("data-phone-zero-lost"):
            tidy = tidy.lstrip("0")
        if tidy != phone:
            connection.execute(update(Tenancy).where(Tenancy.id == tenancy_id).values(phone=tidy))


def _letters(connection: Connection, build: Build) -> None:
    """8.2 expects line feeds alone between the lines of a letter."""
    for letter_id, body in connection.execute(select(Letter.id, Letter.body)).all():
        tidy = body.replace("\r\n", "\n")
        if build.has("data-letter-cut"):
            tidy = tidy[:255]
        if tidy != body:
            connection.execute(update(Letter).where(Letter.id == letter_id).values(body=tidy))


def _priorities(connection: Connection, build: Build) -> None:
    connection.execute(
        insert(RepairPriority),
        [{"code": code, "name": name, "target_days": TARGET_DAYS[name]} for name, code in CODES_82.items()],
    )
    new_codes = dict(CODES_82)
    if build.has("data-priority-merged"):
        new_codes["Urgent"] = new_codes["Routine"]
    for name, code in CODES_81.items():
        connection.execute(update(Repair).where(Repair.priority == code).values(priority=new_codes[name]))


def _check(connection: Connection, accounts: int, tenancies: int) -> None:
    """Every account and tenancy must have come over."""
    came = (
        ("rent accounts with charges", AccountCharge.account_id, accounts),
        ("tenancies with tenants", TenancyParty.tenancy_id, tenancies),
    )
    for what, column, expected in came:
        found = connection.scalar(select(func.count(column.distinct())))
        if found != expected:
            raise CarryOverError(f"{what}: {found} came over, {expected} were there")
