"""What the security stage alone calls new: over one version scanned against itself, and over seeded faults.

    python -m benchmarks.security_alone same [--times 20] [--within-s 900]
    python -m benchmarks.security_alone faults [ID ...]

`same` scans the demo's good release against another installation of it: whatever is new then is a false alarm.
`faults` scans a build with each seeded fault against the version in use: the fault should be new, once. Without
names it takes every fault of security and of sessions. Every scan starts from fresh installations.

Ends with 0 when nothing was called new of one version, or when every fault was called new; else with 1.
"""
# ruff: noqa: INP001, T201 - a script, not a package; it prints

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
from benchmarks.demo_system import Bench, context_of, prepare, up

from gonogo.cli.demonstration import with_build
from gonogo.comparing.findings import compare_findings
from gonogo.demo.faults import FAULTS
from gonogo.model import Change, CheckResult, Difference, Finding, Severity, Side, Upgrade
from gonogo.processes import Stop
from gonogo.stages.base import Project, StageOutcome
from gonogo.stages.security import SecurityStage

DISCIPLINES = ("security", "session")


def main() -> int:
    """Run what was asked for, print a line for each scan, and say how it came out."""
    parser = argparse.ArgumentParser(description="What the security stage alone calls new.")
    what = parser.add_subparsers(dest="what", required=True)
    same = what.add_parser("same", help="scan one version against itself")
    same.add_argument("--times", type=int, default=20)
    same.add_argument("--within-s", type=float, default=900.0, help="start no further scan after so long")
    faults = what.add_parser("faults", help="scan builds with one seeded fault each")
    faults.add_argument("ids", nargs="*")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gonogo-security-") as folder:
        bench = prepare(Path(folder), Stop(), is_small=False)
        if asked.what == "same":
            return against_itself(bench, asked.times, asked.within_s)
        return over_faults(bench, asked.ids)


def against_itself(bench: Bench, times: int, within_s: float) -> int:
    """Scan the good release against itself, again and again."""
    upgrade = bench.project.upgrade
    again = msgspec.structs.replace(upgrade.candidate, side=Side.BASELINE)
    project = with_upgrade(bench.project, msgspec.structs.replace(upgrade, baseline=again))
    began_s, done, new = time.monotonic(), 0, 0
    while done < times and time.monotonic() - began_s < within_s:
        found = scan(bench, project)
        done += 1
        new += report(f"scan {done}", found)
    print(f"{done} scans of one version against itself: {new} findings called new.")
    return 0 if done == times and not new else 1


def over_faults(bench: Bench, ids: list[str]) -> int:
    """Scan a build with each fault against the version in use."""
    known = {fault.id: fault for fault in FAULTS}
    names = ids or [fault.id for fault in FAULTS if fault.discipline in DISCIPLINES]
    seen = 0
    for name in names:
        found = scan(bench, with_build(bench.project, [name], []))
        seen += bool(report(f"{name} ({known[name].discipline})", found))
    print(f"{seen} of {len(names)} faults were called new by the security stage alone.")
    return 0 if seen == len(names) else 1


def with_upgrade(project: Project, upgrade: Upgrade) -> Project:
    """The project with another upgrade."""
    return Project(root=project.root, upgrade=upgrade, python=project.python)


def scan(bench: Bench, project: Project) -> tuple[Mapping[Side, StageOutcome], float]:
    """Both sides freshly installed and scanned. Returns the outcomes, and how many seconds the stage took."""
    own = Bench(project=project, folder=bench.folder, services=bench.services, secrets=bench.secrets)
    settings, stage = own.settings("security"), SecurityStage()
    folder = own.new_folder()
    with up(own, folder) as running:
        contexts = tuple(context_of(own, target, "security", folder) for target in running)
        began_s = time.monotonic()
        outcomes = stage.run(project, settings, stage.plan(project, settings), contexts, own.services)
        return outcomes, time.monotonic() - began_s


def report(name: str, scanned: tuple[Mapping[Side, StageOutcome], float]) -> int:
    """Print what one scan came to. Returns how many findings it calls new, information left out."""
    outcomes, took_s = scanned
    new = [each for each in differences(outcomes) if each.change is Change.REGRESSED]
    new = [each for each in new if each.severity is not Severity.INFO]
    new = [
        each for each in new if not each.key.startswith("security:bandit:")
    ]  # the team's code, not the build
    statuses = {outcome.status.value for outcome in outcomes.values()}
    print(f"{name}: {', '.join(sorted(statuses))}, {took_s:.0f} s, {len(new)} new", flush=True)
    for outcome in outcomes.values():
        if outcome.reason:
            print(f"    {outcome.reason}")
    for each in new:
        print(f"    {each.severity}: {each.title} [{each.where}]", flush=True)
    return len(new)


def differences(outcomes: Mapping[Side, StageOutcome]) -> list[Difference]:
    """The findings of both sides, compared as the gate compares them."""
    findings, checks = {}, {}
    for side, outcome in outcomes.items():
        findings[side] = tuple(each for each in outcome.observations if isinstance(each, Finding))
        checks[side] = {each.key: each for each in outcome.observations if isinstance(each, CheckResult)}
    old, new = Side.BASELINE, Side.CANDIDATE
    return list(compare_findings("security", findings[old], findings[new], checks[old], checks[new]))


if __name__ == "__main__":
    sys.exit(main())
