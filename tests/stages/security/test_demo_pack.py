"""The demo's own integration code: believable, and with exactly one new weakness in its new version."""

from __future__ import annotations

import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from gonogo.config.accepted import as_expected_changes, load_accepted, unused
from gonogo.model import CheckStatus, Finding, Severity
from gonogo.processes import Stop
from gonogo.stages.security.code import scan_code

ROOT = Path(__file__).parents[3]
CUSTOMISATIONS = Path("security") / "customisations"


def scanned(version: str, raw: Path) -> dict[str, Finding]:
    scan, tool = scan_code(
        ROOT,
        str(CUSTOMISATIONS / version),
        "security/bandit.toml",
        python=sys.executable,
        raw=raw,
        stop=Stop(),
    )
    assert scan.check.status is CheckStatus.PASSED
    assert tool is not None
    return {finding.key: finding for finding in scan.findings}


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Finding], dict[str, Finding]]:
    folder = tmp_path_factory.mktemp("bandit")
    return scanned("8.1", folder / "old"), scanned("8.2", folder / "new")


def test_the_new_version_has_one_new_finding_and_keeps_the_old_ones(
    findings: tuple[dict[str, Finding], dict[str, Finding]],
) -> None:
    before, after = findings
    assert len(before) == 11
    assert set(before) < set(after)
    new = [after[key] for key in after.keys() - before.keys()]
    assert [(f.rule, f.where, f.severity) for f in new] == [
        ("bandit:B602", "letter_merge.py, print_at_once", Severity.HIGH)
    ]


def test_the_new_finding_is_accepted_by_somebody_else_until_a_day(
    findings: tuple[dict[str, Finding], dict[str, Finding]],
) -> None:
    risks = load_accepted(ROOT)
    assert unused(risks, findings[1].values()) == ()
    changes = as_expected_changes(risks, date(2026, 11, 20))
    assert [change.key for change in changes] == [(findings[1].keys() - findings[0].keys()).pop()]
    assert as_expected_changes(risks, date(2027, 4, 1)) == ()


def loaded(version: str, name: str) -> ModuleType:
    spec = spec_from_file_location(f"pack_{name}", ROOT / CUSTOMISATIONS / version / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", ["8.1", "8.2"])
def test_the_payment_loader_takes_a_whole_file_and_rejects_a_cut_one(version: str, tmp_path: Path) -> None:
    loader = loaded(version, "payment_loader")
    paid = "P" + "T000017".ljust(18) + "00000012550" + "20261119" + "A TENANT".ljust(30) + "DD"
    back = "R" + "T000018".ljust(18) + "00000002000" + "20261119" + "B TENANT".ljust(30) + "BT"
    file = tmp_path / "PAY.txt"
    file.write_text(f"{paid}\n{back}\nT00000002000000000010550\n", encoding="latin-1")
    assert [payment.pence for payment in loader.read_file(file)] == [12550, -2000]
    assert b"<amount>125.50</amount>" in loader.batch_document(loader.read_file(file), "PAY-001")
    file.write_text(f"{paid}\nT00000002000000000010550\n", encoding="latin-1")
    with pytest.raises(loader.FileRejected, match="the trailer says 2 payments"):
        loader.read_file(file)


@pytest.mark.parametrize("version", ["8.1", "8.2"])
def test_the_sign_on_bridge_gives_roles_to_those_in_a_group_only(version: str) -> None:
    bridge = loaded(version, "sso_bridge")
    officer = bridge.Person(account="jhughes", name="Jack Hughes", groups=("GG-Housing-Meridian-Rents",))
    assert bridge.role_of(officer) == "Rent officer"
    with pytest.raises(bridge.NotAllowed, match="in no Meridian group"):
        bridge.role_of(bridge.Person(account="x", name="X", groups=("GG-Everybody",)))
