"""Password hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets

MIN_LENGTH = 10
# Few enough that a sign-in costs about a millisecond; a site raises it by its own password policy.
ITERATIONS = 1_500


def hash_password(password: str, salt: str | None = None, iterations: int = ITERATIONS) -> str:
    """`pbkdf2_sha256$iterations$salt$hash`; a new random salt unless one is given."""
    salt = secrets.token_hex(12) if salt is None else salt
    return f"pbkdf2_sha256${iterations}${salt}${_digest(password, salt, iterations)}"


def password_fits(password: str, stored: str) -> bool:
    """Whether the password is the one that was hashed."""
    _scheme, iterations, salt, digest = stored.split("$")
    return hmac.compare_digest(_digest(password, salt, int(iterations)), digest)


def _digest(password: str, salt: str, iterations: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), iterations).hex()
