"""How often the verdict was right, and how surely that is known."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.bundles import Bundle, failed

from gonogo.corpus.account import account_of, account_text
from gonogo.corpus.builds import Build, Kind, Visibility, reference, subset
from gonogo.corpus.results import BuildResult, Results, Seen, result_of
from gonogo.corpus.scoring import is_detected, rate, score
from gonogo.engine.gate import judge_folder
from gonogo.model import Blame, Change, Decision, Discipline, Side


def fault(name: str = "money-penny", visibility: Visibility = Visibility.ORDINARY) -> Build:
    return Build(id=name, kind=Kind.FAULT, title=name, discipline=Discipline.MONEY, visibility=visibility)


REFERENCE = reference([])
VARIATION = Build(id="clock", kind=Kind.VARIATION, title="The clock")


def seen(
    discipline: Discipline = Discipline.MONEY,
    blame: Blame = Blame.CANDIDATE,
    change: Change = Change.REGRESSED,
) -> Seen:
    return Seen(
        key=f"regression:{discipline}", stage="regression", discipline=discipline, change=change,
        blame=blame, title="A difference",
    )  # fmt: skip


def result(build: Build, decision: Decision | None, *found: Seen) -> BuildResult:
    return BuildResult(build=build, decision=decision, seen=found, problem="" if decision else "no browser")


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_those_of_clopper_and_pearson(count: int, of: int, low: float, high: float) -> None:
    found = rate("x", count, of)
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


def test_a_count_beyond_its_cases_is_refused() -> None:
    with pytest.raises(ValueError, match="3 is not a count out of 2"):
        rate("x", 3, 2)


def test_a_fault_is_detected_when_it_stops_the_upgrade_or_its_own_discipline_shows_it() -> None:
    assert is_detected(result(fault(), Decision.NO_GO, seen(Discipline.REPORT)))
    assert is_detected(result(fault(), Decision.GO, seen(Discipline.MONEY)))
    assert not is_detected(result(fault(), Decision.GO, seen(Discipline.REPORT)))
    assert not is_detected(result(fault(), Decision.GO))


def test_not_being_able_to_tell_is_no_detection() -> None:
    assert not is_detected(result(fault(), Decision.INCONCLUSIVE))
    assert not is_detected(
        result(fault(), Decision.INCONCLUSIVE, seen(blame=Blame.ENVIRONMENT, change=Change.NOT_COMPARABLE))
    )


def test_a_no_go_without_anything_held_against_the_upgrade_is_no_detection() -> None:
    assert not is_detected(result(fault(), Decision.NO_GO))


def test_misses_are_named_and_miss_the_bar() -> None:
    found = score(
        [result(REFERENCE, Decision.GO), result(fault(), Decision.GO), result(VARIATION, Decision.GO)]
    )
    assert found.misses == ("money-penny",)
    assert found.is_met is False


def test_a_difference_put_down_to_something_else_is_blamed_elsewhere() -> None:
    found = score([result(fault(), Decision.GO, seen(blame=Blame.FLAKE))])
    assert found.elsewhere == ("money-penny",)
    assert found.is_met is False


def test_a_harmless_variation_that_stops_the_upgrade_is_a_false_alarm() -> None:
    found = score([result(VARIATION, Decision.NO_GO, seen())])
    assert (found.false_alarms, found.blamed) == (("clock",), ("clock",))
    assert found.is_met is False


def test_all_bars_are_met_only_when_every_kind_of_build_was_there() -> None:
    faults = [result(fault(v.value, v), Decision.NO_GO, seen()) for v in Visibility]
    assert score([*faults, result(VARIATION, Decision.GO)]).is_met is True
    assert score(faults).is_met is None
    assert score([*faults, result(VARIATION, Decision.GO), result(fault("late"), None)]).is_met is None


def test_the_account_says_what_was_not_run_and_names_every_miss() -> None:
    scanned = Build(id="any", kind=Kind.FAULT, title="any", stages=("uat", "load"))
    text = account_text(
        account_of(
            [
                result(reference([scanned]), Decision.GO),
                result(fault("money-lost"), Decision.GO),
                result(VARIATION, Decision.NO_GO, seen()),
            ],
            "2026-11-22T10:00:00Z",
        )
    )
    assert "The load stage was not run for 2 of 2 builds." in text
    assert "Missed: 1\n  money-lost" in text
    assert "FALSE ALARM (money)" in text
    assert "0 of 1     0.0%  95% interval 0.0% to 97.5%" in text


def test_the_subset_is_chosen_by_place_alone() -> None:
    builds = [
        *(Build(id=f"f{n}", kind=Kind.FAULT, title="f") for n in range(20)),
        *(Build(id=f"v{n}", kind=Kind.VARIATION, title="v") for n in range(8)),
    ]
    assert [build.id for build in subset(builds)] == ["f10", "v0", "v7"]


def test_what_the_release_itself_differs_in_is_not_the_faults_doing(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance"))
    verdict, dossier = judge_folder(bundle.write(tmp_path, "one"), generated_at="")
    reference = result_of(REFERENCE, verdict, dossier.comparison, frozenset())
    assert reference.seen == ()
    assert len(reference.known) == 1
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:Filter the ledger"))
    verdict, dossier = judge_folder(bundle.write(tmp_path, "two"), generated_at="")
    found = result_of(fault(), verdict, dossier.comparison, frozenset(reference.known))
    assert [s.key for s in found.seen] == ["uat:rents:Filter the ledger"]


def test_a_result_serves_again_only_for_the_same_packs_and_harness(tmp_path: Path) -> None:
    kept = BuildResult(build=fault(), decision=Decision.NO_GO, made_with="sha256:one")
    Results(tmp_path, "sha256:one").keep(kept)
    assert Results(tmp_path, "sha256:one").find(fault()) == kept
    assert Results(tmp_path, "sha256:two").find(fault()) is None
    assert Results(tmp_path, "sha256:one").find(fault("other")) is None


def test_a_build_that_could_not_be_judged_is_run_again(tmp_path: Path) -> None:
    results = Results(tmp_path, "sha256:one")
    results.keep(BuildResult(build=fault(), problem="no browser", made_with="sha256:one"))
    assert results.find(fault()) is None


def test_the_release_serves_again_when_it_went_through_all_that_is_asked(tmp_path: Path) -> None:
    loaded = Build(id="slow", kind=Kind.FAULT, title="slow", stages=("uat", "regression", "load"))
    results = Results(tmp_path, "sha256:one")
    results.keep(BuildResult(build=reference([loaded]), decision=Decision.GO, made_with="sha256:one"))
    assert results.find(reference([fault()])) is not None
    results.keep(BuildResult(build=reference([fault()]), decision=Decision.GO, made_with="sha256:one"))
    assert results.find(reference([loaded])) is None
