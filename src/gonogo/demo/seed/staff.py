"""The members of staff of the sample data."""

from __future__ import annotations

from datetime import datetime, timedelta

from gonogo.demo.services.passwords import hash_password

Row = dict[str, object]

_STAFF = (
    # user name, name, role, active
    ("jhughes", "Jack Hughes", "rent_officer", True),
    ("pnair", "Priya Nair", "rent_officer", True),
    ("lwalsh", "Lena Walsh", "repairs_clerk", True),
    ("tgrant", "Tom Grant", "repairs_clerk", True),
    ("mpatel", "Meera Patel", "housing_manager", True),
    ("dfrost", "Dan Frost", "housing_manager", True),
    ("sleaver", "Sam Leaver", "rent_officer", False),
    ("aoyelaran", "Ade Oyelaran", "rent_officer", True),
    ("cmorris", "Cerys Morris", "rent_officer", True),
    ("hbanks", "Holly Banks", "repairs_clerk", True),
    ("kzaman", "Kamal Zaman", "repairs_clerk", True),
    ("rdoyle", "Ruth Doyle", "repairs_clerk", False),
    ("bquinn", "Bridget Quinn", "housing_manager", False),
)
OFFICER_NAMES = tuple(name for _, name, role, active in _STAFF if role == "rent_officer" and active)
CLERK_NAMES = tuple(username for username, _, role, active in _STAFF if role == "repairs_clerk" and active)


def staff_rows(password: str) -> list[Row]:
    """A row of `user_account` for each; everybody starts with the same password."""
    last_day = datetime(2026, 11, 19, 8, 30)  # noqa: DTZ001 (naive UTC, as everywhere in the database)
    return [
        {
            "id": number,
            "username": username,
            "full_name": full_name,
            "role": role,
            # the same installation twice gives the same rows; a changed password gets a random salt
            "password_hash": hash_password(password, salt=f"first-{username}"),
            "active": active,
            "failed_tries": 0,
            "last_sign_in_at": last_day + timedelta(minutes=7 * number, days=0 if active else -120),
        }
        for number, (username, full_name, role, active) in enumerate(_STAFF, 1)
    ]
