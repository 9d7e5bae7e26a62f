"""What ZAP was told to do, as a plan of its Automation Framework, so that others can do the same without us.

The scan itself is driven through ZAP's API, because a plan ends in success when it did nothing. The plan is for
afterwards: a security officer opens it in ZAP's desktop or runs it in a pipeline. It holds no secret: the session
comes from the environment, and so does the token that forms carry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus, urlsplit

from gonogo.readers.site_map import Place, form_fields
from gonogo.readers.zap_rules import ZapLock, ZapRule

CONTEXT = POLICY = "gonogo"
TOKEN = "GONOGO_FORM_TOKEN"  # noqa: S105 (a name, not a secret)

_HEADER = """\
# What gonogo had ZAP {version} do, as a plan of ZAP's Automation Framework (needs the add-ons of zap-lock.json).
#   zap.sh -cmd -autorun "$PWD/zap-plan.yaml" -config alert.systemicLimit=0
# It attacks {origin}: run it only with the owner's permission.
#
# Not in it, and to be given by the environment:
#   ZAP_AUTH_HEADER=Cookie ZAP_AUTH_HEADER_VALUE=...   a signed-in session, as the browser sends it
#   ZAP_AUTH_HEADER_SITE={host}
#   {token}=...                            the token of that session's forms, where they have one
# Not in it, because a plan cannot: the proxy that let nothing else through, the watch over session and target, and
# the proof that it was a scan. A plan that did nothing ends in success.{own}
"""
_OWN = "\n# The team's own plan, security/zap.yaml, was run besides."


def plan_as_run(
    origin: str,
    places: Iterable[Place],
    lock: ZapLock,
    *,
    refused_paths: Sequence[str],
    minutes: int,
    has_own_plan: bool = False,
) -> str:
    """The plan, as YAML.

    Args:
        origin: scheme, host and port of the target.
        places: what was attacked.
        lock: the rules that were on, with their strengths and thresholds.
        refused_paths: regular expressions of what was never touched.
        minutes: what the scan may take.
        has_own_plan: whether the team's own plan was run as well.
    """
    header = _HEADER.format(
        version=lock.version,
        origin=origin,
        host=urlsplit(origin).netloc,
        token=TOKEN,
        own=_OWN if has_own_plan else "",
    )
    context = {
        "name": CONTEXT,
        "urls": [origin],
        "includePaths": [f"{re.escape(origin)}(/.*)?"],
        "excludePaths": [_excluding(pattern, origin) for pattern in refused_paths],
    }
    env = {
        "contexts": [context],
        "vars": {TOKEN: "unknown"},
        "parameters": {"failOnError": True, "failOnWarning": False, "progressToStdout": True},
    }
    jobs = [
        _passive_rules(lock.passive),
        {"type": "requestor", "requests": [_request(place, origin) for place in _sorted(places)]},
        {
            "type": "spider",
            "parameters": {
                "context": CONTEXT,
                "url": f"{origin}/",
                "maxDepth": 1,
                "processForm": True,
                "postForm": True,
            },
        },
        {"type": "passiveScan-wait", "parameters": {"maxDuration": minutes}},
        *_active_jobs(lock, minutes),
        {"type": "passiveScan-wait", "parameters": {"maxDuration": minutes}},
    ]
    return header + "\n".join(_yaml({"env": env, "jobs": jobs})) + "\n"


def _passive_rules(rules: Sequence[ZapRule]) -> dict[str, Any]:
    listed = [{"id": _id(rule), "name": rule.name, "threshold": _word(rule.threshold)} for rule in rules]
    return {
        "type": "passiveScan-config",
        "parameters": {"maxAlertsPerRule": 0, "scanOnlyInScope": True, "disableAllRules": True},
        "rules": listed,
    }


def _active_jobs(lock: ZapLock, minutes: int) -> list[dict[str, Any]]:
    """The attack: by the policy that was named, or by one that lists exactly the rules that were on."""
    attack = {
        "type": "activeScan",
        "parameters": {
            "context": CONTEXT,
            "policy": lock.policy or POLICY,
            "maxScanDurationInMins": minutes,
        },
    }
    if lock.policy:
        return [attack]
    rules = [
        {
            "id": _id(rule),
            "name": rule.name,
            "strength": _word(rule.strength),
            "threshold": _word(rule.threshold),
        }
        for rule in lock.active
    ]
    policy = {
        "type": "activeScan-policy",
        "parameters": {"name": POLICY},
        "policyDefinition": {"defaultStrength": "Medium", "defaultThreshold": "Off", "rules": rules},
    }
    return [policy, attack]


def _request(place: Place, origin: str) -> dict[str, Any]:
    request: dict[str, Any] = {"url": origin + place.target, "method": place.method}
    if place.form and place.method == "POST":
        fields, tokens = form_fields(place.form)
        request["headers"] = ["Content-Type:application/x-www-form-urlencoded"]
        request["data"] = "&".join(
            f"{quote_plus(name)}={f'${{{TOKEN}}}' if name in tokens else quote_plus(value)}"
            for name, value in fields.items()
        )
    return request


def _sorted(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: place.pattern)


def _excluding(pattern: str, origin: str) -> str:
    """A refused path as ZAP takes it: an expression of whole addresses, in Java's dialect."""
    tail = pattern.removeprefix("^")
    before = "" if pattern.startswith("^") else "/.*" if "\\?" in pattern else "/[^?]*"
    return f"(?i){re.escape(origin)}{before}(?:{tail}).*"


def _id(rule: ZapRule) -> int | str:
    return int(rule.id) if rule.id.isdigit() else rule.id


def _word(setting: str) -> str:
    """ZAP's API shouts (`HIGH`), its plans do not; `DEFAULT` is Medium in a policy that says nothing else."""
    return "Medium" if setting in ("", "DEFAULT") else setting.capitalize()


def _yaml(value: Any, indent: str = "") -> list[str]:
    """Lines of YAML. Every text is in double quotes, as JSON writes it, which YAML reads the same."""
    lines: list[str] = []
    pairs = value.items() if isinstance(value, Mapping) else [("-", item) for item in value]
    for name, inner in pairs:
        label = "- " if name == "-" else f"{name}: "
        if not isinstance(inner, Mapping | list):
            lines.append(f"{indent}{label}{json.dumps(inner)}")
        elif not inner:
            lines.append(f"{indent}{label}{'{}' if isinstance(inner, Mapping) else '[]'}")
        elif name == "-":
            nested = _yaml(inner, indent + "  ")
            lines += [f"{indent}- {nested[0].strip()}", *nested[1:]]
        else:
            lines += [f"{indent}{label.rstrip()}", *_yaml(inner, indent + "  ")]
    return lines
