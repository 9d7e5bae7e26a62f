"""The command line of Meridian Housing: install, upgrade, serve, run jobs, take in payments."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gonogo.demo.faults import FAULTS, PRE_EXISTING
from gonogo.demo.home import HomeError, read_build, write_build
from gonogo.demo.releases import PRODUCT, RELEASES, Build, BuildError, make_build
from gonogo.demo.services.work import MeridianError
from gonogo.demo.variations import VARIATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

EXIT_DONE = 0
EXIT_USAGE = 2
EXIT_FAILED = 3
PASSWORD_VARIABLE = "MERIDIAN_FIRST_PASSWORD"  # noqa: S105 (the name of a variable)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: 0 when done, 2 when it cannot be done as asked, 3 when it failed on the way."""
    asked = _parser().parse_args(arguments)
    try:
        code: int = asked.command(asked)
    except (HomeError, BuildError) as error:
        return _complain(str(error), EXIT_USAGE)
    except MeridianError as error:
        return _complain(str(error), EXIT_FAILED)
    except OSError as error:
        return _complain(f"{error.filename or 'the system'}: {error.strerror}", EXIT_FAILED)
    return code


def _complain(message: str, code: int) -> int:
    sys.stderr.write(f"meridian: {message}\n")
    return code


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gonogo.demo", description=PRODUCT)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    install = commands.add_parser("install", help="create a database with sample data")
    install.add_argument("--release", required=True, choices=list(RELEASES))
    _add_home(install)
    install.set_defaults(command=_install)

    upgrade = commands.add_parser("upgrade", help="upgrade an installation of 8.1 in place")
    _add_home(upgrade)
    upgrade.add_argument("--to", required=True, choices=[v for v in RELEASES if v != "8.1"])
    _add_build_options(upgrade)
    upgrade.set_defaults(command=_upgrade)

    serve = commands.add_parser("serve", help="serve the web application")
    _add_home(serve)
    serve.add_argument("--release", choices=list(RELEASES), help="default: the release that is installed")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, required=True, help="0 takes any free port")
    _add_build_options(serve)
    serve.set_defaults(command=_serve)

    batch = commands.add_parser("batch", help="run a nightly job")
    batch.add_argument("job", choices=["rent-debit"])
    _add_home(batch)
    batch.add_argument("--date", type=_date, required=True, help="the Monday to charge for, as 2026-11-23")
    batch.add_argument("--out", type=Path, required=True, help="folder for the output and control files")
    _add_build_options(batch)
    batch.set_defaults(command=_batch)

    payments = commands.add_parser("payments", help="take in a file of payments")
    payments.add_argument("action", choices=["import"])
    payments.add_argument("file", type=Path)
    _add_home(payments)
    payments.set_defaults(command=_payments)

    commands.add_parser("faults", help="list the faults a build can have").set_defaults(command=_faults)
    commands.add_parser("variations", help="list the harmless variations").set_defaults(command=_variations)
    return parser


def _add_home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", type=Path, required=True, help="folder of the installation")


def _add_build_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fault", action="append", metavar="ID", help="build 8.2.1 with this fault; may be repeated"
    )
    parser.add_argument("--variation", action="append", metavar="ID", help="a harmless variation")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-23") from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _install(asked: argparse.Namespace) -> int:
    from gonogo.demo.installation import install

    password = os.environ.get(PASSWORD_VARIABLE, "")
    chosen = password or secrets.token_urlsafe(12)
    install(asked.home, asked.release, chosen)
    _say(f"{PRODUCT} {asked.release} installed in {asked.home}")
    if not password:
        _say(f"The first password of every user is {chosen} (set {PASSWORD_VARIABLE} to choose it)")
    return EXIT_DONE


def _upgrade(asked: argparse.Namespace) -> int:
    from gonogo.demo.installation import UpgradeError, upgrade

    build = make_build(asked.to, tuple(asked.fault or ()), tuple(asked.variation or ()))
    try:
        upgrade(asked.home, build)
    except UpgradeError as error:
        return _complain(str(error), EXIT_FAILED)
    _say(f"{asked.home} upgraded to {PRODUCT} {asked.to}")
    return EXIT_DONE


def _agreed_build(home: Path, asked: argparse.Namespace) -> Build:
    """The build on record, with the faults and variations asked for when any are; then they go on record.

    So server, batch and upgrade of one installation run the same build, however each was started.
    """
    recorded = read_build(home)
    release = getattr(asked, "release", None) or recorded.release.version
    if release != recorded.release.version:
        raise HomeError(
            f"{home} is at release {recorded.release.version}, not {release}; "
            f"serve {recorded.release.version}, or upgrade first: upgrade --home {home} --to {release}"
        )
    if asked.fault is None and asked.variation is None:
        return recorded
    late = [f.id for f in FAULTS if f.needs_upgrade and f.id in set(asked.fault or ()) - recorded.faults]
    if late:
        raise HomeError(
            f"fault {late[0]!r} acts while the database is upgraded; start from 8.1 with: "
            f"upgrade --home {home} --to {release} --fault {late[0]}"
        )
    own = make_build(release).faults
    build = make_build(
        release,
        tuple(recorded.faults - own if asked.fault is None else asked.fault),
        tuple(recorded.variations if asked.variation is None else asked.variation),
    )
    write_build(home, build)
    return build


def _serve(asked: argparse.Namespace) -> int:
    from gonogo.demo.web import Server, create_app
    from gonogo.demo.web.strain import VARIABLE, StrainError, read_plan

    build = _agreed_build(asked.home, asked)
    wish = os.environ.get(VARIABLE, "")
    try:
        strain = read_plan(wish) if wish else None
    except StrainError as error:
        return _complain(str(error), EXIT_USAGE)
    try:
        _try_port(asked.host, asked.port)
    except OSError as error:
        return _complain(
            f"cannot listen on {asked.host}:{asked.port}: {error.strerror}; "
            "stop what uses the port, or choose another with --port",
            EXIT_USAGE,
        )
    server = Server(create_app(asked.home, build, strain), host=asked.host, port=asked.port)
    signal.signal(signal.SIGTERM, _stop)
    if strain is not None:
        _say(f"under strain: {wish}")
    _say(f"{PRODUCT} {build.release.version} listening on {server.address}")
    server.run()
    return EXIT_DONE


def _try_port(host: str, port: int) -> None:
    """Raises OSError when the port cannot be listened on, before anything else has been opened."""
    with socket.socket() as trial:
        if os.name == "posix":
            # as the server does it: a port whose last connections are still closing down is free
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((host, port))


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """The server answers an exit by finishing what it has begun."""
    raise SystemExit(EXIT_DONE)


def _batch(asked: argparse.Namespace) -> int:
    from gonogo.demo.batch import rent_debit
    from gonogo.demo.db.session import Database

    database = Database(asked.home, _agreed_build(asked.home, asked))
    try:
        done = rent_debit.run(database, asked.home, asked.date, asked.out)
    finally:
        database.dispose()
    _say(f"count={len(done.posted)} total_pence={done.total_pence} rejects={done.reject_count}")
    if done.repeated:
        _say(f"{asked.date.isoformat()} had been charged before; nothing was posted now")
    return EXIT_DONE


def _payments(asked: argparse.Namespace) -> int:
    from gonogo.demo.applog import log_line
    from gonogo.demo.db.session import Database
    from gonogo.demo.interfaces.payments import BadPaymentFileError, receive

    database = Database(asked.home, read_build(asked.home))
    try:
        with database.work("payments") as work:
            answer = receive(work, asked.file.read_bytes())
    except BadPaymentFileError as error:
        log_line(asked.home, "payments", f"{asked.file.name} refused: {error}")
        sys.stdout.write(error.xml.decode("utf-8") + "\n")
        return _complain(f"{asked.file}: {error}", EXIT_FAILED)
    finally:
        database.dispose()
    log_line(asked.home, "payments", f"{asked.file.name} accepted: {len(answer.outcomes)} payments")
    sys.stdout.write(answer.xml.decode("utf-8") + "\n")
    return EXIT_DONE


def _faults(_asked: argparse.Namespace) -> int:
    for fault in FAULTS:
        in_8_2_0 = "8.2.0" if fault.in_8_2_0 else "-"
        _say(f"{fault.id}\t{fault.discipline}\t{fault.visibility}\t{in_8_2_0}\t{fault.title}")
    for old in PRE_EXISTING:
        _say(f"{old.id}\t{old.discipline}\t-\t{old.since}\t{old.title}")
    return EXIT_DONE


def _variations(_asked: argparse.Namespace) -> int:
    for variation in VARIATIONS:
        _say(f"{variation.id}\t{variation.title}")
    return EXIT_DONE
