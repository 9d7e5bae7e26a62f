"""Who may do what: three roles, and one table of permissions."""

from __future__ import annotations

from enum import StrEnum

from gonogo.demo.releases import Build


class Role(StrEnum):
    """The three roles of staff."""

    RENT_OFFICER = "rent_officer"
    REPAIRS_CLERK = "repairs_clerk"
    HOUSING_MANAGER = "housing_manager"


ROLE_NAMES = {
    Role.RENT_OFFICER: "Rent officer",
    Role.REPAIRS_CLERK: "Repairs clerk",
    Role.HOUSING_MANAGER: "Housing manager",
}


class Permission(StrEnum):
    """What a role may be allowed to do; pages and API calls name the one they need."""

    TENANCY_VIEW = "tenancy.view"
    ACCOUNT_VIEW = "account.view"
    ACCOUNT_POST = "account.post"  # take a payment
    ACCOUNT_ADJUST = "account.adjust"  # post an adjustment or a refund
    ARREARS_VIEW = "arrears.view"
    PLAN_MANAGE = "plan.manage"  # 8.2: payment plans
    REPAIR_VIEW = "repair.view"
    REPAIR_EDIT = "repair.edit"
    LETTER_VIEW = "letter.view"
    LETTER_WRITE = "letter.write"
    REPORT_RENT = "report.rent"
    REPORT_REPAIRS = "report.repairs"
    USER_ADMIN = "user.admin"
    AUDIT_VIEW = "audit.view"
    PAYMENTS_IMPORT = "payments.import"  # the XML interface


_EVERYONE = frozenset(
    {Permission.TENANCY_VIEW, Permission.ACCOUNT_VIEW, Permission.REPAIR_VIEW, Permission.LETTER_VIEW}
)

_GRANTS: dict[str, frozenset[Permission]] = {
    Role.RENT_OFFICER: _EVERYONE
    | {
        Permission.ACCOUNT_POST,
        Permission.ACCOUNT_ADJUST,
        Permission.ARREARS_VIEW,
        Permission.PLAN_MANAGE,
        Permission.LETTER_WRITE,
        Permission.REPORT_RENT,
        Permission.PAYMENTS_IMPORT,
    },
    Role.REPAIRS_CLERK: _EVERYONE | {Permission.REPAIR_EDIT, Permission.REPORT_REPAIRS},
    Role.HOUSING_MANAGER: frozenset(Permission),
}


def allowed(build: Build, role: str, permission: Permission) -> bool:
    """Whether the role has the permission in this build; an unknown role has none."""
    if (
        permission is Permission.ACCOUNT_ADJUST
        and role == Role.REPAIRS_CLERK
        and build.has("access-clerk-adjusts-rent")
    ):
        return True
    return permission in _GRANTS.get(role, frozenset())


def permissions_of(build: Build, role: str) -> frozenset[Permission]:
    """Every permission that the role has in this build."""
    return frozenset(permission for permission in Permission if allowed(build, role, permission))
