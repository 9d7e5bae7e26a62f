"""When each stage runs: stages of equal order side by side, exclusive ones strictly alone."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from gonogo.model import ReasonCode, Side, StageStatus
from gonogo.model.errors import GonogoError, Interrupted
from gonogo.stages.base import SideContext, Stage, StageOutcome

Outcomes = Mapping[Side, StageOutcome]
Work = Callable[[], Outcomes]


def batches(stages: Sequence[Stage]) -> tuple[tuple[Stage, ...], ...]:
    """The stages in the groups they run in, in order. An exclusive stage is a group of its own."""
    groups: list[list[Stage]] = []
    for stage in sorted(stages, key=lambda s: s.order):
        last = groups[-1] if groups else None
        joins = last is not None and last[0].order == stage.order and not last[0].is_exclusive
        if last is not None and joins and not stage.is_exclusive:
            last.append(stage)
        else:
            groups.append([stage])
    return tuple(tuple(group) for group in groups)


def run_together(
    work: Mapping[str, Work], contexts: Mapping[str, tuple[SideContext, ...]]
) -> dict[str, Outcomes]:
    """Run stages side by side, each in a thread; one that fails never stops another.

    Args:
        work: stage name → what runs it.
        contexts: stage name → its sides, for the outcome of one that fails.

    Returns:
        Outcomes for every stage; a stage that raised is ERRORED or INTERRUPTED on each side.
    """
    results: dict[str, Outcomes] = {}
    with ThreadPoolExecutor(max_workers=max(1, len(work)), thread_name_prefix="stage") as pool:
        futures: dict[Future[Outcomes], str] = {pool.submit(job): name for name, job in work.items()}
        pending = set(futures)
        while pending:
            # A short wait, so that the main thread can take a signal in between.
            done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                name = futures[future]
                results[name] = _outcomes(future, contexts[name])
    return results


def _outcomes(future: Future[Outcomes], contexts: tuple[SideContext, ...]) -> Outcomes:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, Interrupted):
        return {c.side: _failed(StageStatus.INTERRUPTED, "The run was stopped.") for c in contexts}
    if isinstance(error, GonogoError):
        return {
            c.side: _failed(StageStatus.ERRORED, f"{error.message} {error.remedy}".strip()) for c in contexts
        }
    # A defect of ours: evidence already gathered is kept, the verdict says that this stage does not count.
    text = "".join(traceback.format_exception(error))
    for context in contexts:
        context.raw.mkdir(parents=True, exist_ok=True)
        (context.raw / "internal-error.txt").write_text(text, encoding="utf-8")
    reason = f"gonogo itself failed ({type(error).__name__}: {error}); see raw/internal-error.txt."
    return {c.side: _failed(StageStatus.ERRORED, reason) for c in contexts}


def _failed(status: StageStatus, reason: str) -> StageOutcome:
    code = ReasonCode.STAGE_INTERRUPTED if status is StageStatus.INTERRUPTED else ReasonCode.STAGE_ERRORED
    return StageOutcome(status=status, reason=reason, reason_code=code)
