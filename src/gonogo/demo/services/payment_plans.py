"""Payment plans (8.2): clearing arrears by instalments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.work import Work

FREQUENCIES = ("Weekly", "Fortnightly", "Monthly")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A payment plan of an account; `instalments` is how many it takes to clear the arrears."""

    reference: str  # P000001
    account_reference: str
    tenancy_reference: str
    tenant_name: str
    instalment_pence: int
    frequency: str
    arrears_pence: int
    instalments: int
    starts_on: date
    status: str  # Active, Completed, Cancelled
    agreed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """One page of plans, newest first."""

    rows: tuple[PlanRow, ...]
    total: int


def list_plans(work: Work, *, page: int = 1, per_page: int = 25) -> PlanPage:
    """All plans. Raises RefusedError on a release without payment plans."""
    raise NotImplementedError


def active_plan(work: Work, reference: str) -> PlanRow | None:
    """The account's active plan, if it has one. Raises NotFoundError; RefusedError on a release without payment plans."""
    raise NotImplementedError


def set_up_plan(
    work: Work, reference: str, *, instalment_pence: int, frequency: str, starts_on: date
) -> PlanRow:
    """A new active plan over the present arrears.

    Raises NotFoundError; RefusedError on a release without payment plans; InvalidError: field 'amount' "There are no arrears to
    pay off", "Instalment must be at least £1.00", "Instalment must not be more than the arrears (£x.xx)"; 'frequency'
    "Select a frequency"; 'start' "First payment must be today or later"; 'amount' "This account already has a plan".
    """
    raise NotImplementedError


def cancel_plan(work: Work, reference: str) -> PlanRow:
    """Cancels the account's active plan. Raises NotFoundError when it has none; RefusedError as above."""
    raise NotImplementedError
