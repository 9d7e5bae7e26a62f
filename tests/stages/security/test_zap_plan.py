"""The plan that tells others what was run: whole, valid for ZAP's Automation Framework, without secrets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it comes with bandit

from gonogo.guard import REFUSED_BY_DEFAULT, refused_path
from gonogo.readers.site_map import Place, link_place, places_on
from gonogo.readers.zap_rules import ZapLock, ZapRule
from gonogo.stages.security.zap_plan import plan_as_run

ORIGIN = "http://127.0.0.1:8101"
SECRET = "tok-3f9a7c51b2d84e60"
PAGE = f"""<form method="post" action="/pay?to=bank"><input type="hidden" name="csrf_token" value="{SECRET}">
<input name="sum" value="12 & 5"></form>"""
FORM = places_on(PAGE, "/", ORIGIN)[0]
PLACES = (link_place("/tenants?q=a"), FORM, link_place("/"))
LOCK = ZapLock(
    version="2.17.0",
    add_ons=(),
    active=(
        ZapRule(id="40012", name='Cross: "Site"', strength="HIGH", threshold="LOW"),
        ZapRule(id="6", name="Path", strength="DEFAULT", threshold="DEFAULT"),
    ),
    passive=(ZapRule(id="10038", name="CSP", threshold="DEFAULT"),),
    digest="sha256:0",
)

# What the add-ons' own templates list: automation 0.60.0 and spider 0.6.0 as published, pscan by its documentation.
KNOWN = {
    "passiveScan-config": {
        "maxAlertsPerRule", "scanOnlyInScope", "maxBodySizeInBytesToScan", "enableTags", "disableAllRules",
    },
    "requestor": {"user"},
    "spider": {"context", "user", "url", "maxDuration", "maxDepth", "maxChildren", "postForm", "processForm"},
    "passiveScan-wait": {"maxDuration"},
    "activeScan-policy": {"name"},
    "activeScan": {
        "context", "user", "url", "policy", "maxRuleDurationInMins", "maxScanDurationInMins", "addQueryParam",
        "defaultPolicy", "delayInMs", "handleAntiCSRFTokens", "injectPluginIdInHeader", "scanHeadersAllRequests",
        "threadPerHost", "maxAlertsPerRule",
    },
}  # fmt: skip
BESIDES = {
    "requestor": {"requests"},
    "passiveScan-config": {"rules"},
    "activeScan-policy": {"policyDefinition"},
}


def made(
    places: Sequence[Place] = PLACES, lock: ZapLock = LOCK, refused: tuple[str, ...] = (), **more: Any
) -> tuple[str, dict[str, Any]]:
    text = plan_as_run(ORIGIN, places, lock, refused_paths=refused, minutes=10, **more)
    return text, yaml.safe_load(text)


def job(plan: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in plan["jobs"] if one["type"] == kind)


def test_it_does_what_was_done_in_that_order() -> None:
    _, plan = made()
    assert [one["type"] for one in plan["jobs"]] == [
        "passiveScan-config",
        "requestor",
        "spider",
        "passiveScan-wait",
        "activeScan-policy",
        "activeScan",
        "passiveScan-wait",
    ]
    (context,) = plan["env"]["contexts"]
    assert context["urls"] == [ORIGIN]
    assert [re.fullmatch(context["includePaths"][0], url) is not None for url in (
        ORIGIN, f"{ORIGIN}/tenants?q=1", f"{ORIGIN}5/", "http://127.0.0.1:81015/", "http://127x0x0x1:8101/",
    )] == [True, True, False, False, False]  # fmt: skip


@pytest.mark.parametrize("policy", ["", "QA CICD"])
def test_it_names_nothing_that_the_framework_does_not_know(policy: str) -> None:
    lock = ZapLock(**{name: getattr(LOCK, name) for name in LOCK.__struct_fields__} | {"policy": policy})
    _, plan = made(lock=lock)
    for one in plan["jobs"]:
        kind = one["type"]
        assert set(one.get("parameters", {})) <= KNOWN[kind]
        assert set(one) - {"type", "parameters"} == BESIDES.get(kind, set())
    contexts = {job(plan, kind)["parameters"]["context"] for kind in ("spider", "activeScan")}
    assert contexts == {plan["env"]["contexts"][0]["name"]}


def test_every_place_is_asked_for_as_it_is() -> None:
    _, plan = made()
    assert job(plan, "requestor")["requests"] == [
        {"url": f"{ORIGIN}/", "method": "GET"},
        {"url": f"{ORIGIN}/tenants?q=a", "method": "GET"},
        {
            "url": f"{ORIGIN}/pay?to=bank",
            "method": "POST",
            "headers": ["Content-Type:application/x-www-form-urlencoded"],
            "data": "csrf_token=${GONOGO_FORM_TOKEN}&sum=12+%26+5",
        },
    ]


def test_exactly_the_rules_that_were_on_are_on_with_their_strengths_and_thresholds() -> None:
    _, plan = made()
    definition = job(plan, "activeScan-policy")["policyDefinition"]
    assert definition["defaultThreshold"] == "Off"
    assert definition["rules"] == [
        {"id": 40012, "name": 'Cross: "Site"', "strength": "High", "threshold": "Low"},
        {"id": 6, "name": "Path", "strength": "Medium", "threshold": "Medium"},
    ]
    assert (
        job(plan, "activeScan")["parameters"]["policy"]
        == job(plan, "activeScan-policy")["parameters"]["name"]
    )
    passive = job(plan, "passiveScan-config")
    assert passive["parameters"]["disableAllRules"] is True
    assert passive["rules"] == [{"id": 10038, "name": "CSP", "threshold": "Medium"}]


def test_a_policy_that_was_named_is_named() -> None:
    lock = ZapLock(**{name: getattr(LOCK, name) for name in LOCK.__struct_fields__} | {"policy": "QA CICD"})
    _, plan = made(lock=lock)
    assert job(plan, "activeScan")["parameters"]["policy"] == "QA CICD"
    assert "activeScan-policy" not in [one["type"] for one in plan["jobs"]]


def test_it_holds_no_token_and_says_what_the_environment_gives() -> None:
    text, plan = made(has_own_plan=True)
    assert SECRET not in text
    assert plan["env"]["vars"] == {"GONOGO_FORM_TOKEN": "unknown"}
    for name in (
        "ZAP_AUTH_HEADER_VALUE",
        "ZAP_AUTH_HEADER_SITE=127.0.0.1:8101",
        "GONOGO_FORM_TOKEN=",
        "zap.yaml",
    ):
        assert name in text
    assert "zap.yaml" not in made()[0]


@pytest.mark.parametrize(
    "path",
    [
        "/", "/tenants", "/sign-out", "/a/logout", "/admin/import/x", "/x/admin/import", "/user/password/change",
        "/tenants?q=delete", "/form?@action=retire", "/undeleted", "/delete/5?back=1",
    ],
)  # fmt: skip
def test_what_the_guard_turns_away_is_left_out_by_the_plan_too(path: str) -> None:
    refused = (*REFUSED_BY_DEFAULT, "^/admin/import")
    _, plan = made(refused=refused)
    patterns = plan["env"]["contexts"][0]["excludePaths"]
    is_left_out = any(re.fullmatch(pattern, ORIGIN + path) for pattern in patterns)
    assert is_left_out == bool(refused_path(ORIGIN + path, refused))


def test_the_same_scan_gives_the_same_plan_whatever_the_order() -> None:
    assert made(places=PLACES[::-1])[0] == made()[0]
