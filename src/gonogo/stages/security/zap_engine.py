"""OWASP ZAP through its API: a running one by address, or one of our own for the length of the stage."""

from __future__ import annotations

import json
import math
import re
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gonogo.config.stage_options.security import ZapOptions
from gonogo.model import ToolUsed, to_json
from gonogo.model.errors import GonogoError, ToolError
from gonogo.readers.zap import read_alerts, read_progress, scan_state
from gonogo.readers.zap_rules import ZapLock, missing_rules, read_lock
from gonogo.stages.security.engine import ScanOrder, ScanResult
from gonogo.stages.security.plans import filled_plan, plan_notes, plan_problems
from gonogo.stages.security.zap_client import ZapClient
from gonogo.stages.security.zap_daemon import ZapDaemon, ZapEnded
from gonogo.stages.security.zap_plan import plan_as_run

BETWEEN_S = 1.0
STALL_S = 180.0
"""Seconds without a request after which a scan that is not done will never be."""


class _OutOfTimeError(Exception):
    """The scan's time limit has passed, or nothing moves any more."""


class ZapEngine:
    """See `gonogo.stages.security.engine.Engine`. Sides take turns: a ZAP has but one proxy to go through."""

    def __init__(
        self,
        client: ZapClient,
        options: ZapOptions,
        daemon: ZapDaemon | None = None,
        start_again: Callable[[], tuple[ZapDaemon, ZapClient]] | None = None,
    ) -> None:
        """Ask ZAP what it is and what rules it has.

        Args:
            client: speaks to it.
            options: what it must bring along.
            daemon: the ZAP of our own, when it is one.
            start_again: starts another one of the same kind when that one has ended by itself.

        Raises:
            ToolError, EvidenceError: it does not answer, or not like a ZAP.
        """
        self._client = client
        self._options = options
        self._daemon = daemon
        self._start_again = start_again
        self._one_at_a_time = threading.Lock()
        self._lock = self._read_lock()

    @property
    def tool(self) -> ToolUsed:
        """ZAP, with a digest of its rules, their strengths, and its add-ons."""
        return ToolUsed(name="zap", version=self._lock.version, lock=self._lock.digest)

    def close(self) -> None:
        """End the ZAP that was started for this stage; one that ran before goes on."""
        if self._daemon is not None:
            self._daemon.end(self._client)

    def scan(self, order: ScanOrder) -> ScanResult:
        """Spider the places, attack them, read the alerts, and prove all of it."""
        (order.raw / "zap-lock.json").write_bytes(to_json(self._lock))
        lacking = missing_rules(
            self._lock,
            active_min=self._options.active_rules_min,
            passive_min=self._options.passive_rules_min,
        )
        if lacking:
            return ScanResult(problems=(lacking,))
        with self._one_at_a_time:
            try:
                return self._scan(order)
            except GonogoError:
                if self._start_again is None or not self._has_ended():
                    raise
            # Half a scan is no scan: once more from the beginning, by a ZAP that knows nothing of the first.
            if self._daemon is not None:
                self._daemon.kill()  # it is dead; this takes its folder away
            self._daemon, self._client = self._start_again()
            again = self._scan(order)
            note = "ZAP ended by itself half-way, so the whole scan was made a second time."
            return replace(again, notes=(*again.notes, note))

    def _has_ended(self) -> bool:
        try:
            if self._daemon is not None:
                self._daemon.check()
        except ZapEnded:
            return True
        return False

    def _scan(self, order: ScanOrder) -> ScanResult:
        deadline_s = time.monotonic() + order.time_limit_s
        guard = order.guard
        problems: list[str] = []
        remarks: tuple[str, ...] = ()
        is_timed_out = False
        try:
            self._write_plan(order)
            context_id = self._prepare(order)
            self._client.look_passively()
            self._client.go_through("127.0.0.1", guard.port, "gonogo", guard.secret)
            self._crawl(order, deadline_s)
            failed, remarks = self._run_plan(order, deadline_s)
            problems += failed
            problems += self._attack(order, context_id, deadline_s)
            self._wait(order, deadline_s, self._is_passive_done)
        except _OutOfTimeError as over:
            is_timed_out = True
            problems.append(str(over))
            self._client.stop_all()
        except GonogoError:
            if self._daemon is None or not order.stop.is_requested:  # our own is ended at once then
                self._leave_quietly()
            raise
        if self._read_lock().digest != self._lock.digest:
            problems.append("ZAP's rules changed while it scanned")
        alerts = self._client.alerts(order.origin)
        self._client.go_direct()
        (order.raw / "zap-alerts.json").write_bytes(order.scrub(json.dumps(alerts, indent=1).encode()))
        readable = json.loads(order.scrub(json.dumps(alerts).encode()))
        rules = f"{len(self._lock.active)} active and {len(self._lock.passive)} passive rules"
        return ScanResult(
            findings=read_alerts(readable, origin=order.origin, templates=order.templates),
            problems=tuple(problems),
            is_timed_out=is_timed_out,
            notes=(f"ZAP {self._lock.version} with {rules}.", *remarks),
        )

    def _prepare(self, order: ScanOrder) -> str:
        origin = re.escape(order.origin)
        return self._client.prepare(
            context=f"gonogo-{order.guard.port}",
            pattern=f"{origin}(/.*)?",
            skipped=f"{origin}{re.escape(order.places)}.*",
        )

    def _write_plan(self, order: ScanOrder) -> None:
        """The plan by which others can do the same; not for a look at a few findings."""
        if order.rules:
            return
        plan = plan_as_run(
            order.origin,
            order.targets,
            self._lock,
            refused_paths=order.refused_paths,
            minutes=math.ceil(order.time_limit_s / 60),
            has_own_plan=bool(order.plan),
        )
        (order.raw / "zap-plan.yaml").write_bytes(order.scrub(plan.encode()))

    def _crawl(self, order: ScanOrder, deadline_s: float) -> None:
        """Let the spider find the places. Raises ToolError when it asked for nothing: the rest would be idle."""
        number = self._client.start_spider(order.origin + order.places, f"gonogo-{order.guard.port}")
        self._wait(order, deadline_s, lambda: scan_state(self._client.spider_scans(), number) == "FINISHED")
        self._wait(order, deadline_s, self._is_passive_done)
        if order.guard.requests:
            return
        if self._client.can_reach(order.origin + order.places):
            raise ToolError("ZAP's spider asked for nothing.", remedy="See what ZAP logged.")
        raise ToolError(
            f"ZAP at {self._client.address} cannot reach the guard at 127.0.0.1:{order.guard.port}, its only way "
            "to the target; a ZAP in a container must share this machine's network (--network host).",
            remedy="Start ZAP on this machine, or its container with --network host.",
        )

    def _run_plan(self, order: ScanOrder, deadline_s: float) -> tuple[list[str], tuple[str, ...]]:
        """Run the team's own plan, when there is one. Returns its problems, and remarks for the report."""
        if not order.plan:
            return [], ()
        before = order.guard.requests
        # In the folder of a ZAP of our own, because that is all its container sees of this machine.
        folder = self._daemon.folder if self._daemon is not None else None
        with tempfile.TemporaryDirectory(prefix="gonogo-zap-plan-", dir=folder) as name:
            file = Path(name) / "zap.yaml"
            file.write_text(filled_plan(order.plan, order.origin), encoding="utf-8")
            number = self._client.run_plan(str(file))
            self._wait(order, deadline_s, lambda: bool(self._client.plan_progress(number)["finished"]))
            said = self._client.plan_progress(number)
        return plan_problems(said, requests=order.guard.requests - before), plan_notes(said)

    def _attack(self, order: ScanOrder, context_id: str, deadline_s: float) -> list[str]:
        before = order.guard.requests
        number = self._client.start_attack(f"{order.origin}/", context_id, self._options.policy)
        self._wait(order, deadline_s, lambda: scan_state(self._client.attacks(), number) == "FINISHED")
        progress = read_progress(self._client.attack_progress(number))
        problems = []
        if progress.unfinished:
            problems.append(f"rules did not finish ({', '.join(progress.unfinished[:5])})")
        if not progress.completed:
            problems.append("not one active rule was completed")
        if order.guard.requests == before:
            problems.append("the active scan sent nothing")
        return problems

    def _is_passive_done(self) -> bool:
        # Twice, because the queue is empty for a moment between two answers.
        return self._client.passive_left() == 0 and self._client.passive_left() == 0

    def _wait(self, order: ScanOrder, deadline_s: float, is_done: Callable[[], bool]) -> None:
        requests, moved_s = order.guard.requests, time.monotonic()
        while True:
            order.tick()
            if self._daemon is not None:
                self._daemon.check()
            if is_done():
                return
            now_s = time.monotonic()
            if order.guard.requests != requests:
                requests, moved_s = order.guard.requests, now_s
            if now_s > deadline_s:
                raise _OutOfTimeError(f"ZAP was stopped after the {order.time_limit_s:.0f} s allowed")
            if now_s - moved_s > STALL_S:
                raise _OutOfTimeError(f"ZAP was stopped: it had sent nothing for {STALL_S:.0f} s")
            order.stop.wait(BETWEEN_S)

    def _read_lock(self) -> ZapLock:
        client = self._client
        return read_lock(
            client.active_rules(self._options.policy),
            client.passive_rules(),
            version=client.version(),  # asked each time: a ZAP that runs by itself may have been replaced
            add_ons=client.add_ons(),
            policy=self._options.policy,
        )

    def _leave_quietly(self) -> None:
        """Stop what runs in a ZAP that goes on living; that it may be dead already is no news."""
        try:
            self._client.stop_all()
            self._client.go_direct()
        except GonogoError:
            return
