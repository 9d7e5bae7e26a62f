"""ZAP's API answers → what it is made of: version, add-ons, rules; whether that is a scanner; and its lock.

Rules ship as add-ons on a clock of their own: a ZAP that updated itself between two scans is another scanner.
The lock names everything that decides what is found, for people; its digest is what two sides must share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from gonogo.model import Record
from gonogo.model.errors import EvidenceError

NOT_REAL_PASSIVE = frozenset({"50001", "50003", "60000", "60001"})
NOT_REAL_ACTIVE = frozenset({"50000"})
"""Rules that every ZAP has and that look for nothing: containers for scripts and statistics."""

MUST_HAVE_PASSIVE = frozenset({"10020", "10021", "10038", "10010", "10011", "10054"})
MUST_HAVE_ACTIVE = frozenset({"40012", "40014", "40018", "6", "7", "20019", "90020"})
"""Headers and cookies; XSS, SQL injection, path traversal, file inclusion, redirect, commands."""


class ZapAddOn(Record, frozen=True, kw_only=True):
    """An add-on that is installed."""

    id: str
    version: str


class ZapRule(Record, frozen=True, kw_only=True):
    """A rule that is on.

    Attributes:
        strength, threshold: as ZAP states them, `DEFAULT` for those of the policy; a passive rule has no
            strength.
    """

    id: str
    name: str = ""
    strength: str = ""
    threshold: str = ""


class ZapLock(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.zap-lock/1"):
    """What a ZAP is made of, as far as it decides what is found.

    Attributes:
        version: ZAP's own.
        policy: name of the scan policy; empty: ZAP's default.
        add_ons: those installed, by id.
        active, passive: the rules that would really run, by id.
        digest: of version, add-ons and rules with their strengths and thresholds; not of names or order.
    """

    version: str
    policy: str = ""
    add_ons: tuple[ZapAddOn, ...]
    active: tuple[ZapRule, ...]
    passive: tuple[ZapRule, ...]
    digest: str


def read_lock(active: Any, passive: Any, *, version: str, add_ons: Any, policy: str = "") -> ZapLock:
    """What a ZAP is made of.

    Args:
        active: the answer of `ascan/view/scanners`.
        passive: the answer of `pscan/view/scanners`.
        version: ZAP's own.
        add_ons: the answer of `autoupdate/view/installedAddons`.
        policy: name of the scan policy that was asked about.

    Raises:
        EvidenceError: an answer is not a list of rules.
    """
    installed = tuple(
        sorted(
            (
                ZapAddOn(id=str(row.get("id")), version=str(row.get("version")))
                for row in rows_of(add_ons, "add-ons")
            ),
            key=lambda add_on: (add_on.id, add_on.version),
        )
    )
    real_active = _rules(rows_of(active, "active rules"), NOT_REAL_ACTIVE)
    real_passive = _rules(rows_of(passive, "passive rules"), NOT_REAL_PASSIVE)
    return ZapLock(
        version=version,
        policy=policy,
        add_ons=installed,
        active=real_active,
        passive=real_passive,
        digest=_digest(version, installed, real_active, real_passive),
    )


def missing_rules(lock: ZapLock, *, active_min: int, passive_min: int) -> str:
    """Why a ZAP with these rules is no scanner; empty when it is one."""
    if not lock.active and not lock.passive:
        return "ZAP has no scan rules at all: its rule add-ons are not installed"
    for kind, rules, least, needed in (
        ("active", lock.active, active_min, MUST_HAVE_ACTIVE),
        ("passive", lock.passive, passive_min, MUST_HAVE_PASSIVE),
    ):
        absent = sorted(needed - {rule.id for rule in rules})
        if len(rules) < least:
            return f"ZAP has {len(rules)} {kind} rules; at least {least} are needed"
        if absent:
            return f"ZAP lacks {kind} rules that no scan may be without ({', '.join(absent)})"
    return ""


def rows_of(answer: Any, what: str) -> list[dict[str, Any]]:
    """An answer that should be a list of objects. Raises EvidenceError when it is something else."""
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise unlike(what, answer)
    return answer


def unlike(what: str, answer: Any) -> EvidenceError:
    """The error that ZAP's answer is not what was asked for."""
    return EvidenceError(
        f"ZAP was asked for {what} and said {str(answer)[:80]!r}.",
        remedy="Check that this is an OWASP ZAP 2.17 or newer with its add-ons.",
    )


def _digest(
    version: str, add_ons: tuple[ZapAddOn, ...], active: tuple[ZapRule, ...], passive: tuple[ZapRule, ...]
) -> str:
    told = [version]
    told += sorted(f"{add_on.id} {add_on.version}" for add_on in add_ons)
    told += sorted(
        f"{kind}:{rule.id}:{rule.strength}:{rule.threshold}"
        for kind, rules in (("active", active), ("passive", passive))
        for rule in rules
    )
    return "sha256:" + hashlib.sha256("\n".join(told).encode()).hexdigest()


def _rules(rows: list[dict[str, Any]], not_real: frozenset[str]) -> tuple[ZapRule, ...]:
    rules = [
        ZapRule(
            id=str(row.get("id")),
            name=str(row.get("name", "")),
            strength=str(row.get("attackStrength", "")),
            threshold=str(row.get("alertThreshold", "")),
        )
        for row in rows
        if _is_on(row, not_real)
    ]
    return tuple(sorted(rules, key=lambda rule: (len(rule.id), rule.id)))


def _is_on(rule: Mapping[str, Any], not_real: frozenset[str]) -> bool:
    return (
        str(rule.get("id")) not in not_real
        and str(rule.get("enabled", "true")).lower() == "true"
        and str(rule.get("alertThreshold", "")).upper() != "OFF"
        and str(rule.get("allDependenciesAvailable", "true")).lower() == "true"
    )
