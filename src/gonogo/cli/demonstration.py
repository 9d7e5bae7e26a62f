"""`gonogo demo`: the whole job against the vendor system that ships with gonogo."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from gonogo.cli.console import next_step, say
from gonogo.config.loading import policy_digest
from gonogo.demo.faults import FAULT_IDS
from gonogo.demo.variations import VARIATION_IDS, VARIATIONS
from gonogo.model import ExitCode, ExpectedChange
from gonogo.model.errors import UsageError
from gonogo.setup import pack_folder
from gonogo.stages.base import Project

PASSWORD_VARIABLE = "MERIDIAN_PASSWORD"  # noqa: S105 - the name of a variable
BUILDS_OF = "8.2.1"
"""The release that single-fault builds and harmless variations are built of."""
EXPECTED = {"8.2.0": ExitCode.NO_GO, "8.2.1": ExitCode.GO}
"""Release → the verdict it should get: 8.2.0 is the faulty first delivery, 8.2.1 the vendor's fix."""


def with_build(project: Project, faults: Sequence[str], variations: Sequence[str]) -> Project:
    """The project with a candidate that is built with these faults and variations.

    The vendor's upgrade command takes them; the server and the batch jobs read what was installed.

    Raises:
        UsageError: there is no fault or variation of that name.
    """
    known = {"--fault": FAULT_IDS, "--variation": VARIATION_IDS}
    added: list[str] = []
    for option, names in (("--fault", faults), ("--variation", variations)):
        for name in names:
            if name not in known[option]:
                raise UsageError(
                    f"There is no build with {option} {name}.",
                    remedy=f"Known ones: python -m gonogo.demo {option[2:]}s",
                )
            added += [option, name]
    candidate = project.upgrade.candidate
    prepare = tuple(
        (*command, *added) if "gonogo.demo" in command and "upgrade" in command else command
        for command in candidate.prepare
    )
    upgrade = msgspec.structs.replace(
        project.upgrade,
        candidate=msgspec.structs.replace(candidate, prepare=prepare),
        expected_changes=(*project.upgrade.expected_changes, *_documented(variations)),
    )
    upgrade = msgspec.structs.replace(upgrade, policy_digest=policy_digest(upgrade))
    return Project(root=project.root, upgrade=upgrade, python=project.python)


def _documented(variations: Sequence[str]) -> tuple[ExpectedChange, ...]:
    """What a team that read the release notes would accept beforehand, and no more than they announce."""
    return tuple(
        ExpectedChange(
            key="regression:snapshot:*",
            reason=f"Release notes: {variation.documented}",
            accepted_by="Application owner",
            within=(variation.region,),
        )
        for variation in VARIATIONS
        if variation.id in variations and variation.documented
    )


def demonstrate(
    candidate: str,
    reports: Path,
    stages: list[str],
    faults: list[str],
    variations: list[str],
    *,
    load: Callable[[Path, Mapping[str, str]], Project],
    select: Callable[[Project, list[str]], Project],
    execute: Callable[[Project, Path], ExitCode],
) -> int:
    """Run the demo and say whether the verdict is the one it should be.

    Returns:
        0 when it is. The verdict's own code when it is not, or when only part of the job was asked for
        (some stages, or a single-fault build), for which no verdict is promised.

    Raises:
        UsageError: there is no such release.
    """
    if candidate not in EXPECTED:
        raise UsageError(
            f"The demo has no release {candidate!r} to test as an upgrade.",
            remedy=f"Releases: {', '.join(EXPECTED)}.",
        )
    # The demo's accounts exist for this run only, so their password is made up for it.
    os.environ.setdefault(PASSWORD_VARIABLE, secrets.token_urlsafe(12))
    if faults or variations:
        candidate = BUILDS_OF
    project = select(load(pack_folder(), {"candidate.version": candidate}), stages)
    code = execute(with_build(project, faults, variations), reports)
    if stages or faults or variations:
        return int(code)
    expected = EXPECTED[candidate]
    if code is not expected:
        say(f"This is not the verdict release {candidate} should get ({expected.name}).")
        return int(code) or int(ExitCode.INTERNAL_ERROR)
    say(f"This is the verdict release {candidate} should get ({expected.name}).")
    if candidate == "8.2.0":
        next_step("gonogo demo --candidate 8.2.1, the vendor's corrected release")
    return int(ExitCode.GO)
