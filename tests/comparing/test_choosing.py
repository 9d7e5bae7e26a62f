"""Which checks are repeated: some of every cause, the important ones first, as many as time allows."""

from __future__ import annotations

from tests.bundles import TABLE, Bundle, failed, passed, snapshot

from gonogo.comparing.choosing import Choice, choose_repeats
from gonogo.comparing.compare import compare_stage
from gonogo.model import (
    CheckResult,
    Observation,
    Plan,
    PlannedCheck,
    Priority,
    Side,
    StageHeader,
    StagePlan,
    StageRun,
    StageStatus,
)

NAMES = tuple(f"uat:rents:{name}" for name in ("a", "b", "c", "d", "e"))


def chosen(
    candidate: dict[str, CheckResult],
    *more: Observation,
    most: int = 40,
    time_limit_s: float = 300.0,
    priorities: dict[str, Priority] | None = None,
) -> Choice:
    checks = tuple(
        PlannedCheck(key=key, stage="uat", title=key, priority=(priorities or {}).get(key, Priority.MUST))
        for key in NAMES
    )
    plan = Plan(sides=(), stages=(StagePlan(stage="uat", checks=checks),))
    sides: dict[Side, list[Observation]] = {
        Side.BASELINE: [passed(key, duration_s=2.0) for key in NAMES],
        Side.CANDIDATE: [*(candidate.get(key, passed(key, duration_s=2.0)) for key in NAMES), *more],
    }
    runs = tuple(
        StageRun(
            header=StageHeader(stage="uat", side=side, status=StageStatus.COMPLETED), observations=tuple(seen)
        )
        for side, seen in sides.items()
    )
    found = compare_stage("uat", plan, runs, lambda *_: TABLE)
    return choose_repeats(found.differences, runs, most=most, time_limit_s=time_limit_s)


def fails(key: str, message: str) -> CheckResult:
    return passed(key, status=failed(key).status, message=message, duration_s=2.0)


def test_nothing_is_repeated_when_nothing_differs() -> None:
    assert chosen({}) == Choice()


def test_two_checks_stand_for_all_of_one_cause() -> None:
    choice = chosen({key: fails(key, "The page answered with status 503") for key in NAMES})
    assert (choice.keys, choice.left_out) == (NAMES[:2], NAMES[2:])


def test_every_cause_comes_before_the_second_check_of_any() -> None:
    words = dict(zip(NAMES, ("no heading", "no heading", "no heading", "no button", "no total"), strict=True))
    choice = chosen({key: fails(key, said) for key, said in words.items()}, most=4)
    assert choice.keys == (NAMES[0], NAMES[3], NAMES[4], NAMES[1])
    assert choice.left_out == (NAMES[2],)


def test_must_haves_come_first() -> None:
    words = dict(zip(NAMES, ("one", "two", "three", "four", "five"), strict=True))
    failing = {key: fails(key, said) for key, said in words.items()}
    choice = chosen(failing, most=2, priorities={NAMES[0]: Priority.COULD, NAMES[1]: Priority.SHOULD})
    assert choice.keys == NAMES[2:4]


def test_checks_that_would_take_too_long_are_left_out_but_never_all() -> None:
    words = dict(zip(NAMES, ("one", "two", "three", "four", "five"), strict=True))
    failing = {key: fails(key, said) for key, said in words.items()}
    assert chosen(failing, time_limit_s=9.0).keys == NAMES[:2]  # each took two seconds on each side
    assert chosen(failing, time_limit_s=1.0).keys == NAMES[:1]


def test_a_pass_at_the_second_try_is_repeated() -> None:
    assert chosen({NAMES[1]: passed(NAMES[1], attempts=2)}).keys == (NAMES[1],)


def test_a_snapshot_is_taken_again_by_its_check() -> None:
    bundle = Bundle()
    taken = snapshot(b"tenancy,balance\nT1,11.00\n")
    bundle.set("regression", Side.CANDIDATE, taken)
    runs = tuple(
        StageRun(
            header=StageHeader(stage="regression", side=side, status=StageStatus.COMPLETED),
            observations=tuple(bundle.observations["regression", side]),
        )
        for side in (Side.BASELINE, Side.CANDIDATE)
    )
    plan = Plan(sides=(), stages=(bundle.plans["regression"],))

    def read(_: str, side: Side, *__: object) -> bytes:
        return TABLE if side is Side.BASELINE else b"tenancy,balance\nT1,11.00\n"

    found = compare_stage("regression", plan, runs, read)
    choice = choose_repeats(found.differences, runs, most=5, time_limit_s=9.0)
    assert choice.keys == ("regression:pages:account",)
