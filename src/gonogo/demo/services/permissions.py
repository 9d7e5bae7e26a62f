"""Who may do what: three roles, and one table of permissions."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gonogo.demo.releases import Build


class Role(StrEnum):
    """The three roles of staff; the value is what the database holds."""

    RENT_OFFICER = "rent_officer"
    REPAIRS_CLERK = "repairs_clerk"
    HOUSING_MANAGER = "housing_manager"


ROLE_NAMES: dict[str, str] = {
    Role.RENT_OFFICER: "Rent officer",
    Role.REPAIRS_CLERK: "Repairs clerk",
    Role.HOUSING_MANAGER: "Housing manager",
}


class Permission(StrEnum):
    """What a role may be allowed to do; pages and API calls name the one they need."""

    TENANCY_VIEW = "tenancy.view"
    ACCOUNT_VIEW = "account.view"
    PAYMENT_TAKE = "payment.take"
    ADJUSTMENT_POST = "adjustment.post"
    WRITEOFF_POST = "writeoff.post"
    ARREARS_VIEW = "arrears.view"
    PLAN_MANAGE = "plan.manage"
    REPAIR_VIEW = "repair.view"
    REPAIR_RAISE = "repair.raise"
    REPAIR_MANAGE = "repair.manage"
    LETTER_VIEW = "letter.view"
    LETTER_WRITE = "letter.write"
    REPORT_RENTS = "report.rents"
    REPORT_REPAIRS = "report.repairs"
    PAYMENT_IMPORT = "payment.import"
    BATCH_VIEW = "batch.view"
    USER_ADMIN = "user.admin"
    LOG_VIEW = "log.view"


PERMISSION_DESCRIPTIONS: dict[Permission, str] = {
    Permission.TENANCY_VIEW: "Search for tenancies and open them",
    Permission.ACCOUNT_VIEW: "Open rent accounts and their ledgers",
    Permission.PAYMENT_TAKE: "Take payments",
    Permission.ADJUSTMENT_POST: "Post adjustments to rent accounts",
    Permission.WRITEOFF_POST: "Write off debts",
    Permission.ARREARS_VIEW: "See the list of arrears",
    Permission.PLAN_MANAGE: "Set up and cancel payment plans",
    Permission.REPAIR_VIEW: "See repairs",
    Permission.REPAIR_RAISE: "Raise repairs",
    Permission.REPAIR_MANAGE: "Assign, complete and cancel repairs",
    Permission.LETTER_VIEW: "Read letters",
    Permission.LETTER_WRITE: "Write letters",
    Permission.REPORT_RENTS: "Download rent reports",
    Permission.REPORT_REPAIRS: "Download the repairs report",
    Permission.PAYMENT_IMPORT: "Send payments through the XML interface",
    Permission.BATCH_VIEW: "See the history of batch jobs",
    Permission.USER_ADMIN: "Manage users and see the access audit",
    Permission.LOG_VIEW: "Read the logs",
}

_OFFICER = frozenset(
    {
        Permission.TENANCY_VIEW,
        Permission.ACCOUNT_VIEW,
        Permission.PAYMENT_TAKE,
        Permission.ADJUSTMENT_POST,
        Permission.ARREARS_VIEW,
        Permission.PLAN_MANAGE,
        Permission.REPAIR_VIEW,
        Permission.REPAIR_RAISE,
        Permission.LETTER_VIEW,
        Permission.LETTER_WRITE,
        Permission.REPORT_RENTS,
        Permission.REPORT_REPAIRS,
        Permission.PAYMENT_IMPORT,
        Permission.BATCH_VIEW,
    }
)
_CLERK = frozenset(
    {
        Permission.TENANCY_VIEW,
        Permission.REPAIR_VIEW,
        Permission.REPAIR_RAISE,
        Permission.REPAIR_MANAGE,
        Permission.LETTER_VIEW,
        Permission.REPORT_REPAIRS,
    }
)


def permissions_in(build: Build) -> tuple[Permission, ...]:
    """The permissions that exist in this release, in the order of the access audit; plans came with 8.2."""
    return tuple(p for p in Permission if p is not Permission.PLAN_MANAGE or build.release.has_payment_plans)


def allowed(build: Build, role: str, permission: Permission) -> bool:
    """Whether the role has the permission in this build; an unknown role has none."""
    if permission not in permissions_in(build):
        return False
    return permission in _granted(build).get(role, frozenset())


@cache
def _granted(build: Build) -> dict[str, frozenset[Permission]]:
    """The table of permissions as this build has it."""
    officer, clerk, manager = set(_OFFICER), set(_CLERK), set(Permission)
    if build.has("access-clerk-adjusts-rent"):
        clerk.add(Permission.ADJUSTMENT_POST)
    if build.has("access-clerk-opens-accounts"):
        clerk.add(Permission.ACCOUNT_VIEW)
    if build.has("access-officer-writes-off"):
        officer.add(Permission.WRITEOFF_POST)
    if build.has("access-manager-without-logs"):
        manager.remove(Permission.LOG_VIEW)
    return {
        Role.RENT_OFFICER: frozenset(officer),
        Role.REPAIRS_CLERK: frozenset(clerk),
        Role.HOUSING_MANAGER: frozenset(manager),
    }


def permissions_of(build: Build, role: str) -> frozenset[Permission]:
    """Every permission that the role has in this build."""
    return frozenset(permission for permission in Permission if allowed(build, role, permission))
