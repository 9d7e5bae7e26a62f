"""Sample data: tenants, accounts, repairs and letters of an invented landlord, always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from gonogo.demo.db.models import (
    AuditEvent,
    Base,
    BatchRun,
    LedgerEntry,
    Letter,
    PaymentMessage,
    Property,
    RentAccount,
    Repair,
    RepairNote,
    SystemSetting,
    Tenancy,
    User,
    legacy_charges,
)
from gonogo.demo.seed.casework import audit_rows, letter_rows, repair_rows
from gonogo.demo.seed.homes import account_row, make_homes
from gonogo.demo.seed.ledgers import batch_rows, fill_ledgers, message_rows
from gonogo.demo.seed.staff import staff_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LEGACY = ("net_rent_pence", "service_charges")


def seed_database(connection: Connection, password: str) -> None:
    """Fills the empty tables of schema 8100; every user's password is the one given."""
    homes = make_homes()
    entries = fill_ledgers(homes.accounts)
    accounts = [account_row(account) for account in homes.accounts]
    repairs, notes = repair_rows(homes)
    letters = letter_rows(homes)
    tables: list[tuple[type[Base], list[dict[str, Any]]]] = [
        (
            SystemSetting,
            [{"name": "release", "value": "8.1"}, {"name": "landlord", "value": "Eastmere Homes"}],
        ),
        (User, staff_rows(password)),
        (Property, homes.properties),
        (Tenancy, homes.tenancies),
        (RentAccount, [{k: v for k, v in row.items() if k not in _LEGACY} for row in accounts]),
        (LedgerEntry, entries),
        (Repair, repairs),
        (RepairNote, notes),
        (Letter, letters),
        (AuditEvent, audit_rows(letters, repairs)),
        (BatchRun, batch_rows(entries)),
        (PaymentMessage, message_rows(homes.accounts)),
    ]
    for table, rows in tables:
        connection.execute(insert(table), rows)
    for row in accounts:
        connection.execute(
            legacy_charges.update().where(legacy_charges.c.id == row["id"]),
            {name: row[name] for name in _LEGACY},
        )
