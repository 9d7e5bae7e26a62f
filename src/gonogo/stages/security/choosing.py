"""Which scanner is used: the same one for every side, or none, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from gonogo.config.stage_options.security import EngineChoice, SecurityOptions, ZapOptions
from gonogo.model.errors import GonogoError, Interrupted
from gonogo.processes import Stop
from gonogo.setup import find_wapiti, find_zap
from gonogo.stages.security.engine import Engine
from gonogo.stages.security.wapiti_engine import WapitiEngine
from gonogo.stages.security.zap_client import ZapClient
from gonogo.stages.security.zap_daemon import ZapDaemon
from gonogo.stages.security.zap_engine import ZapEngine
from gonogo.stages.security.zap_starting import MakeLaunch, commanded, installed

INSTALL = "Run `gonogo doctor`: it says how to install one."
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def choose_engine(
    options: SecurityOptions, environment: Mapping[str, str], stop: Stop, root: Path
) -> tuple[Engine | None, str]:
    """The scanner for all sides.

    ZAP is taken when it is asked for, or when the choice is left to us and one is configured or
    installed; else wapiti. A ZAP that was asked for and does not work is never replaced by wapiti: the
    two find different things, and nobody would notice the change.

    Args:
        options: what is configured.
        environment: where the key of a running ZAP is.
        stop: ends waiting for ZAP to start.
        root: the project's folder, from where a command of its own is started.

    Returns:
        The scanner and an empty text, or None and why there is none.

    Raises:
        Interrupted: the run is to stop.
    """
    wanted, zap = options.web.engine, options.zap
    found = None if wanted is EngineChoice.WAPITI or zap.is_configured else find_zap()
    if wanted is EngineChoice.ZAP or (wanted is EngineChoice.AUTO and (zap.is_configured or found)):
        try:
            if zap.address:
                return _running_zap(zap, environment)
            if zap.command:
                return _started_zap(partial(commanded, zap.command, root), zap, stop), ""
            if found is None:
                return None, (
                    "There is no OWASP ZAP on this machine. Install it, or set address or command in "
                    "[stages.security.zap]."
                )
            return _started_zap(partial(installed, found, zap), zap, stop), ""
        except Interrupted:
            raise
        except GonogoError as error:
            return None, f"{error.message} {error.remedy}".strip()
    wapiti = find_wapiti()
    if wapiti is None:
        return None, f"There is no web scanner on this machine. {INSTALL}"
    return WapitiEngine(wapiti, options.web), ""


def _running_zap(options: ZapOptions, environment: Mapping[str, str]) -> tuple[Engine | None, str]:
    if urlsplit(options.address).hostname not in _LOOPBACK:
        return None, (
            f"The ZAP at {options.address} runs on another machine, from where the guard cannot be reached. "
            "Run ZAP on this machine."
        )
    variable = options.key.removeprefix("env:")
    key = environment.get(variable, "") if variable else ""
    if variable and not key:
        return None, f"The key of ZAP should be in the environment variable {variable}, which is not set."
    return ZapEngine(ZapClient(options.address, key), options), ""


def _started_zap(make: MakeLaunch, options: ZapOptions, stop: Stop) -> ZapEngine:
    start = partial(ZapDaemon.start, make, options, stop)
    daemon, client = start()
    try:
        return ZapEngine(client, options, daemon, start)
    except GonogoError:
        daemon.kill()
        raise
