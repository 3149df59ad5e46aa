"""`dothi broker`: the NGSI-LD context broker, without Django."""

import contextlib
import gc
import signal
import socket
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from dothi.config import encrypting

if TYPE_CHECKING:
    from dothi.config.environment import Environment
    from dothi.context.api.callers import Callers

NAME = "broker"
HELP = "Serve the live context of the city by NGSI-LD, on DOTHI_DSN or on a PostgreSQL of its own."


def add_arguments(parser: ArgumentParser) -> None:
    """Take the port, whether the doors are open, and whether devices of the same database feed it."""
    parser.add_argument("--port", type=int, required=True, help="port of loopback")
    parser.add_argument("--open", action="store_true", help="ask nobody who they are: for conformance runs")
    parser.add_argument("--feed", action="store_true", help="take up what devices of this node measure")
    encrypting.add_arguments(parser)


def run(args: Namespace) -> int:
    """Serve until told to stop; 1 when it cannot start."""
    from dothi.config.supervisor import lock, ports, postgres

    obey_signals()
    try:
        tls = encrypting.settings(args)
        listener = ports.listen(args.port, args.host)
        with database(NAME) as dsn:
            _serve(listener, dsn, tls, open_doors=args.open, feed=args.feed)
    except (lock.Held, ports.Occupied, postgres.Failed, ValueError) as trouble:
        print(f"The broker cannot start: {trouble}", flush=True)
        return 1
    return 0


@contextlib.contextmanager
def database(folder: str) -> Iterator[str]:
    """Yield the database of DOTHI_DSN, or one in var/`folder` that lives as long as the block."""
    from dothi.config.environment import Environment, environment
    from dothi.config.supervisor.layout import Layout
    from dothi.config.supervisor.node import default_var
    from dothi.config.supervisor.own_database import own_database

    settings = environment()
    if settings.dsn != Environment().dsn:
        yield settings.dsn
    else:
        with own_database(Layout(default_var(settings) / folder)) as dsn:
            yield dsn


def _serve(
    listener: socket.socket, dsn: str, tls: Mapping[str, Any], *, open_doors: bool, feed: bool
) -> None:
    import uvicorn

    from dothi.config.environment import environment
    from dothi.config.feeding import feeding
    from dothi.context.api.app import create_app
    from dothi.context.api.wire import Wire
    from dothi.context.operations.limits import Limits

    settings = environment()
    port = listener.getsockname()[1]
    if open_doors:
        print(f"!!! THE DOORS OF THIS BROKER ARE OPEN to everybody on this machine, port {port}", flush=True)
    app = create_app(
        dsn, _now, open_doors=open_doors, callers=_callers(settings),
        alias=f"{settings.node}-{port}" if open_doors else settings.node,  # several may run side by side
        hosts=frozenset(filter(None, settings.broker_hosts.split(","))),
        beside=feeding(dsn, _now, settings.node) if feed else (), address=settings.broker_url.rstrip("/"),
        limits=Limits(settings.broker_subscriptions, settings.broker_registrations),
    )  # fmt: skip
    print(f"The broker answers at {_address(listener, tls)}/ngsi-ld/v1/", flush=True)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, http=Wire, ws="none",
        timeout_graceful_shutdown=5, **tls,
    )  # fmt: skip
    spare_what_stays()
    uvicorn.Server(config).run(sockets=[listener])


def _address(listener: socket.socket, tls: Mapping[str, Any]) -> str:
    host, port = listener.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{host}:{port}"


def spare_what_stays() -> None:
    """
    Keep the collector of cycles from what is loaded: it took a tenth of an update, half of a reading.

    What is left is little, so all of it is looked through at every hundredth turn: connections and what hangs
    on them are cycles, and at every five thousandth turn ingest kept some 30 MiB of them within minutes. The
    second collection counts what is left, by which the collector knows when to begin.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.set_threshold(20_000, 10, 10)


def _callers(settings: "Environment") -> "Callers | None":
    """Return who is known: holders of tokens signed by the key of the settings, if there is one."""
    from joserfc.jwk import OKPKey

    from dothi.context.api.callers import Callers

    if not settings.broker_key_file:
        return None
    return Callers(OKPKey.import_key(Path(settings.broker_key_file).read_text()), settings.node, _now)


def _now() -> datetime:
    return datetime.now(UTC)


def obey_signals() -> None:
    """Leave in good order when told to: the server of the database, too, is to be stopped."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
