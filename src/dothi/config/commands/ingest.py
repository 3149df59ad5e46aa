"""`dothi ingest`: the door of devices, without Django."""

import asyncio
import contextlib
import resource
import signal
import ssl
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dothi.config.commands.broker import database, obey_signals, spare_what_stays

if TYPE_CHECKING:
    from dothi.telemetry.edge.server import Listeners

NAME = "ingest"
HELP = "Take readings of devices by MQTT 3.1.1 and HTTP, on DOTHI_DSN or on a PostgreSQL of its own."


def add_arguments(parser: ArgumentParser) -> None:
    """Take the ports, and what TLS needs."""
    parser.add_argument("--port", type=int, required=True, help="port of loopback, for MQTT")
    parser.add_argument("--http", type=int, help="port of loopback, for HTTP")
    parser.add_argument("--tls", type=int, help="port of every address, for MQTT by TLS")
    parser.add_argument("--https", type=int, help="port of every address, for HTTP by TLS")
    parser.add_argument(
        "--certificate", type=Path, help="of these doors (PEM), with the chain to its authority"
    )
    parser.add_argument("--key", type=Path, help="of the certificate (PEM)")
    parser.add_argument("--client-ca", type=Path, help="authorities of the devices' certificates (PEM)")


def run(args: Namespace) -> int:
    """Serve until told to stop; 1 when it cannot start, 2 when TLS lacks something."""
    from dothi.config.supervisor import lock, ports, postgres

    _read_files(args)
    if (args.tls or args.https) and not (args.certificate and args.key):
        print("--tls and --https need --certificate and --key", flush=True)
        return 2
    obey_signals()
    _allow_connections()
    try:
        listeners = _listeners(args)
        with database("ingest") as dsn:
            print(f"Devices are taken at mqtt://127.0.0.1:{listeners.mqtt.getsockname()[1]}", flush=True)
            _serve(listeners, dsn)
    except (lock.Held, ports.Occupied, postgres.Failed, OSError) as trouble:
        print(f"Ingest cannot start: {trouble}", flush=True)
        return 1
    return 0


def _read_files(args: Namespace) -> None:
    """Take from the settings which files of TLS are not told."""
    from dothi.config.environment import environment

    settings = environment()
    for name in ("certificate", "key", "client_ca"):
        told = getattr(settings, f"devices_{name}_file")
        if told and not getattr(args, name):
            setattr(args, name, Path(told))


def _allow_connections() -> None:
    """Open as many connections as the machine allows, not the 1,024 of a usual shell."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _listeners(args: Namespace) -> "Listeners":
    from dothi.config.supervisor import ports
    from dothi.telemetry.edge.server import Listeners

    # Whoever waits for ingest waits for MQTT, so that comes last.
    http = ports.listen(args.http) if args.http else None
    return Listeners(ports.listen(args.port), http, args.tls, args.https, partial(_context, args))


def _context(args: Namespace) -> ssl.SSLContext:
    """Read certificate and key. Raises OSError, ssl.SSLError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(args.certificate, args.key)
    if args.client_ca:
        context.load_verify_locations(args.client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL  # a device without one says its token
    return context


def _serve(listeners: "Listeners", dsn: str) -> None:
    import uvloop

    from dothi.telemetry.edge.server import Doors, serve
    from dothi.telemetry.edge.taking import Taking
    from dothi.telemetry.store.devices import Devices
    from dothi.telemetry.store.writer import Writer
    from dothi.telemetry.tending import Tending

    async def serving() -> None:
        _leave_on_signals()
        spare_what_stays()
        doors = Doors(Devices(dsn, _now), Writer(dsn, _now), Taking(_now), Tending(dsn, _now))
        await serve(doors, listeners, dsn)

    with (
        contextlib.suppress(asyncio.CancelledError),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(serving())


def _leave_on_signals() -> None:
    """End the running task when told to, so that connections and the database end in good order."""
    task = asyncio.current_task()
    assert task
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def _now() -> datetime:
    return datetime.now(UTC)
