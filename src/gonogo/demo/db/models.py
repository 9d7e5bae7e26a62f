"""The tables of Meridian Housing.

Money is integer pence: a debit (rent charged) is positive, a credit (money received) negative, so a positive
balance is arrears. Instants are naive UTC; `uk_time` turns them into what a clock in the United Kingdom
shows. `Base` holds what every release has. What schema 8200 added is in `Base82`; what it took away is in
`legacy_81`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Tables and columns that schema 8100 and schema 8200 share."""


class SystemSetting(Base):
    """One named fact about the installation, such as 'release'."""

    __tablename__ = "system_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class User(Base):
    """A member of staff who may sign in. Leavers stay, inactive, because the audit log names them."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    full_name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(160))
    active: Mapped[bool]
    failed_tries: Mapped[int]
    last_sign_in_at: Mapped[datetime | None]


class Property(Base):
    """A dwelling or a garage that the landlord lets."""

    __tablename__ = "property"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(12))  # House, Flat, Bungalow, Garage
    address: Mapped[str] = mapped_column(String(120))
    town: Mapped[str] = mapped_column(String(40))
    postcode: Mapped[str] = mapped_column(String(8))
    bedrooms: Mapped[int]
    estate: Mapped[str] = mapped_column(String(40))

    __table_args__ = (Index("ix_property_postcode", "postcode"),)


class Tenancy(Base):
    """An agreement to let one dwelling to one person or to joint tenants."""

    __tablename__ = "tenancy"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    tenant_name: Mapped[str] = mapped_column(String(120))  # as on letters: "Mrs Ann Smith & Mr Raj Smith"
    sort_name: Mapped[str] = mapped_column(String(120))  # upper case, surname first: "SMITH ANN/SMITH RAJ"
    kind: Mapped[str] = mapped_column(String(20))  # Secure, Introductory, Assured
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(120))

    __table_args__ = (Index("ix_tenancy_sort_name", "sort_name"), Index("ix_tenancy_property", "property_id"))


class RentAccount(Base):
    """The account on which one property of a tenancy (its dwelling, its garage) is charged and paid."""

    __tablename__ = "rent_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)  # the payment reference
    tenancy_id: Mapped[int] = mapped_column(ForeignKey("tenancy.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    kind: Mapped[str] = mapped_column(String(12))  # dwelling, garage
    status: Mapped[str] = mapped_column(String(12))  # active, closed
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    payment_method: Mapped[str] = mapped_column(String(20))
    arrears_stage: Mapped[int]  # 0 none, 1 reminder, 2 notice, 3 court
    balance_pence: Mapped[int]  # always the sum of the ledger

    __table_args__ = (
        Index("ix_rent_account_tenancy", "tenancy_id"),
        Index("ix_rent_account_balance", "status", "balance_pence"),
    )


class LedgerEntry(Base):
    """One line of a rent account's ledger; never changed once posted."""

    __tablename__ = "ledger_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("rent_account.id"))
    posted_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))  # rent, payment, benefit, adjustment, writeoff, refund
    description: Mapped[str] = mapped_column(String(80))
    amount_pence: Mapped[int]
    source: Mapped[str] = mapped_column(String(40))  # the batch, file or user that posted it

    __table_args__ = (Index("ix_ledger_account_date", "account_id", "posted_on", "id"),)


class Repair(Base):
    """A repair that a tenant asked for; `priority` is 1, 2 or 3 in 8.1, a `repair_priority` in 8.2."""

    __tablename__ = "repair"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    tenancy_id: Mapped[int] = mapped_column(ForeignKey("tenancy.id"))
    trade: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(String(200))
    priority: Mapped[str] = mapped_column(String(4))
    status: Mapped[str] = mapped_column(String(16))  # raised, assigned, completed, cancelled
    raised_at: Mapped[datetime]
    due_on: Mapped[date]
    contractor: Mapped[str] = mapped_column(String(40))  # empty until assigned
    completed_on: Mapped[date | None]
    cost_pence: Mapped[int]

    __table_args__ = (
        Index("ix_repair_status", "status", "raised_at"),
        Index("ix_repair_tenancy", "tenancy_id"),
    )


class RepairNote(Base):
    """What a member of staff wrote on a repair."""

    __tablename__ = "repair_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    repair_id: Mapped[int] = mapped_column(ForeignKey("repair.id"))
    written_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_repair_note_repair", "repair_id"),)


class Letter(Base):
    """A letter as it was sent to a tenant."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    tenancy_id: Mapped[int] = mapped_column(ForeignKey("tenancy.id"))
    template: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    written_on: Mapped[date]
    author: Mapped[str] = mapped_column(String(80))  # full name

    __table_args__ = (Index("ix_letter_tenancy", "tenancy_id"), Index("ix_letter_written", "written_on"))


class AuditEvent(Base):
    """Who did what, when. Rows are only ever added."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    username: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("ix_audit_subject", "subject"),)


class BatchRun(Base):
    """One run of a batch job for one business date; the pair is unique, so a job cannot charge twice."""

    __tablename__ = "batch_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(30))
    business_date: Mapped[date]
    started_at: Mapped[datetime]
    posted_count: Mapped[int]
    total_pence: Mapped[int]
    reject_count: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))  # Completed

    __table_args__ = (UniqueConstraint("job", "business_date"),)


class PaymentMessage(Base):
    """A payment received over the XML interface; the reference is unique, so none is posted twice."""

    __tablename__ = "payment_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)  # the sender's
    account_reference: Mapped[str] = mapped_column(String(12))
    amount_pence: Mapped[int]
    received_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(12))  # posted


class Base82(DeclarativeBase):
    """Tables that schema 8200 added. They refer to the tables of `Base` by number alone."""


class TenancyParty(Base82):
    """One person of a tenancy, split out of `tenancy.tenant_name` by the upgrade."""

    __tablename__ = "tenancy_party"

    id: Mapped[int] = mapped_column(primary_key=True)
    tenancy_id: Mapped[int] = mapped_column(index=True)
    position: Mapped[int]  # 1 is the first-named tenant
    title: Mapped[str] = mapped_column(String(10))
    forenames: Mapped[str] = mapped_column(String(60))
    surname: Mapped[str] = mapped_column(String(60))


class AccountCharge(Base82):
    """One weekly charge of a rent account, taken out of the packed columns of 8.1 by the upgrade."""

    __tablename__ = "account_charge"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(4))  # a key of services.charges.CHARGE_NAMES
    weekly_pence: Mapped[int]


class RepairPriority(Base82):
    """A repair priority and within how many days such a repair is due."""

    __tablename__ = "repair_priority"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    target_days: Mapped[int]


class PaymentPlan(Base82):
    """An agreement to clear arrears by instalments on top of the weekly charge."""

    __tablename__ = "payment_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    account_id: Mapped[int] = mapped_column(index=True)
    instalment_pence: Mapped[int]
    frequency: Mapped[str] = mapped_column(String(12))  # Weekly, Fortnightly, Monthly
    arrears_pence: Mapped[int]
    starts_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(12))  # Active, Completed, Cancelled
    agreed_by: Mapped[str] = mapped_column(String(40))


legacy_81 = MetaData()
"""What only schema 8100 holds: the weekly charge of an account, its service charges packed into one text."""

legacy_charges = Table(
    "rent_account",
    legacy_81,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("net_rent_pence", Integer, nullable=False, server_default="0"),
    Column("service_charges", String(120), nullable=False, server_default=""),  # "GRD=2.50;CLN=1.80"
)
