import os
from pathlib import Path

from gonogo.steps.errors import NotAsExpected


def before_all(context):
    log = context.config.userdata.get("gonogo_results")
    if log:
        with Path(log).with_name("before_all.txt").open("a") as file:
            file.write(f"{os.getpid()}\n")


def before_scenario(context, scenario):
    if "hook-breaks" in scenario.tags:
        raise RuntimeError("the set-up went wrong")
    if "hook-says-no" in scenario.tags:
        raise NotAsExpected("to be let in", "the page refused", "POST /signin")


def after_scenario(context, scenario):
    if "clean-up-breaks" in scenario.tags:
        raise RuntimeError("the clean-up went wrong")
    if "leaves-evidence" in scenario.tags:
        scenario.gonogo_where = "GET /rents/17"
        scenario.gonogo_artefacts = ["raw/evidence/x/page.png"]
