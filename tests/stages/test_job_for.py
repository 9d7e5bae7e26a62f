"""What a stage tells the tools under it about one side."""

from __future__ import annotations

from pathlib import Path

from gonogo.clock import SystemClock
from gonogo.events import Events
from gonogo.model import Api, Identity, Side, StageSettings, Target, Upgrade
from gonogo.processes import Stop
from gonogo.stages.base import Project, Services, SideContext, job_for


def test_headers_of_the_interfaces_name_the_address_of_each_side() -> None:
    def target(side: Side) -> Target:
        return Target(side=side, version="1", url="http://127.0.0.1:{port}")

    upgrade = Upgrade(
        system="Desk",
        change_ref="",
        baseline=target(Side.BASELINE),
        candidate=target(Side.CANDIDATE),
        identity=Identity(path="/", pattern="(.)"),
        stages=(),
        criteria=(),
        api=Api(headers={"Origin": "{url}", "X-Requested-With": "rest"}),
    )
    project = Project(root=Path("desk"), upgrade=upgrade, python="python")
    services = Services(clock=SystemClock(), events=Events(), stop=Stop(), browser=None)
    context = SideContext(
        side=Side.CANDIDATE,
        target=upgrade.candidate,
        url="http://127.0.0.1:8123",
        folder=Path("uat.candidate"),
    )
    job = job_for(context, project, StageSettings(stage="uat"), services)
    assert job.api is not None
    assert job.api.headers == {"Origin": "http://127.0.0.1:8123", "X-Requested-With": "rest"}
