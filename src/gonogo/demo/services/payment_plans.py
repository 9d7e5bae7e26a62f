"""Payment plans (8.2): clearing arrears by instalments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A payment plan of an account; `instalments` is how many it takes to clear the arrears."""

    id: int
    account_reference: str
    tenant_name: str
    agreed_on: date
    instalment_pence: int
    frequency: str
    arrears_pence: int
    instalments: int
    status: str
    agreed_by: str


def list_plans(work: Work, *, account_reference: str | None = None) -> list[PlanRow]:
    """Plans of one account or of all, newest first. Empty on releases without payment plans. Raises NotFound."""
    raise NotImplementedError


def agree_plan(work: Work, account_reference: str, *, instalment_pence: int, frequency: str) -> PlanRow:
    """A new active plan over the present arrears.

    Raises NotFound; Invalid (no arrears, an active plan already, an instalment below £1 or above the arrears,
    a frequency other than weekly or monthly); Refused on a release without payment plans.
    """
    raise NotImplementedError
