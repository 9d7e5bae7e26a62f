"""What ZAP's API answers is believed only in the shape it should have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.stages.security.fake_zap import KEY, fake_zap

from gonogo.model.errors import EvidenceError, ToolError
from gonogo.stages.security.zap_client import ZapClient

ORIGIN = "http://127.0.0.1:8101"
ACTIONS: tuple[Callable[[ZapClient], object], ...] = (
    lambda zap: zap.prepare(context="ours", pattern="x", skipped="y"),
    lambda zap: zap.look_passively(),
    lambda zap: zap.go_through("127.0.0.1", 9, "gonogo", "word"),
    lambda zap: zap.go_direct(),
    lambda zap: zap.start_spider(ORIGIN, "ours"),
    lambda zap: zap.start_attack(ORIGIN, "1", ""),
    lambda zap: zap.stop_all(),
)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_that_is_not_carried_out_is_an_error(action: Callable[[ZapClient], object]) -> None:
    with fake_zap("refuses") as zap, pytest.raises(ToolError, match="it said 'FAIL'"):
        action(ZapClient(zap.url, KEY))


def test_alerts_are_read_to_the_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gonogo.stages.security.zap_client.ALERTS_A_PAGE", 2)
    with fake_zap() as zap:
        zap.alerts = [{"pluginId": str(number)} for number in range(5)]
        assert ZapClient(zap.url, KEY).alerts(ORIGIN) == zap.alerts
        assert zap.calls == ["alert/view/alerts"] * 3


def test_a_page_that_is_no_list_of_alerts_is_an_error() -> None:
    with fake_zap("text-as-alerts") as zap, pytest.raises(EvidenceError, match="does_not_exist"):
        ZapClient(zap.url, KEY).alerts(ORIGIN)


@pytest.mark.parametrize(("fault", "expected"), [([], True), (["other-network"], False)])
def test_whether_zap_gets_to_an_address_is_asked_of_zap(fault: list[str], expected: bool) -> None:
    with fake_zap(*fault) as zap:
        assert ZapClient(zap.url, KEY).can_reach(f"{ORIGIN}/") is expected
