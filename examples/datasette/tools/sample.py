"""The council's open data: wards, suppliers and what was paid to them. The same rows every time."""

from __future__ import annotations

import sqlite3
from pathlib import Path

PAYMENTS = 2001
WARDS = ("Abbey", "Bridge", "Castle", "Docks", "Elm Park", "Ferry")
TRADES = ("Roofing", "Catering", "Transport", "Printing", "Grounds")
_TABLES = """
create table ward (id integer primary key, name text not null);
create table supplier (id integer primary key, name text not null, trade text not null);
create table payment (
    id integer primary key, paid_on text not null, supplier_id integer references supplier (id),
    ward_id integer references ward (id), amount_pence integer not null, purpose text not null
);
create view payment_by_ward as
    select ward.name as ward, count(*) as payments, sum(amount_pence) as total_pence
    from payment join ward on ward.id = payment.ward_id group by ward.name;
"""


def fill(path: Path) -> None:
    """Make the database. Suppliers 31 to 40 were taken out of the register, and payments still name them."""
    with sqlite3.connect(path) as database:
        database.executescript(_TABLES)
        database.executemany("insert into ward values (?, ?)", enumerate(WARDS, start=1))
        suppliers = ((n, f"{TRADES[n % 5]} Services {n} Ltd", TRADES[n % 5]) for n in range(1, 31))
        database.executemany("insert into supplier values (?, ?, ?)", suppliers)
        payments = (
            (
                number,
                f"2026-{number % 9 + 1:02}-{number % 28 + 1:02}",
                number * 7 % 40 + 1,
                number % len(WARDS) + 1,
                (number * 7919) % 90000 + 125,
                f"Invoice {number:05}",
            )
            for number in range(1, PAYMENTS + 1)
        )
        database.executemany("insert into payment values (?, ?, ?, ?, ?, ?)", payments)
