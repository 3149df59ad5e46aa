"""`dothi ingest`: the door of devices, without Django."""

import asyncio
import contextlib
import signal
import socket
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

from dothi.config.commands.broker import database, obey_signals, spare_what_stays

NAME = "ingest"
HELP = "Take readings of devices by MQTT 3.1.1, on DOTHI_DSN or on a PostgreSQL of its own."


def add_arguments(parser: ArgumentParser) -> None:
    """Take the port."""
    parser.add_argument("--port", type=int, required=True, help="port of loopback")


def run(args: Namespace) -> int:
    """Serve until told to stop; 1 when it cannot start."""
    from dothi.config.supervisor import lock, ports, postgres

    obey_signals()
    try:
        listener = ports.listen(args.port)
        with database("ingest") as dsn:
            print(f"Devices are taken at mqtt://127.0.0.1:{listener.getsockname()[1]}", flush=True)
            _serve(listener, dsn)
    except (lock.Held, ports.Occupied, postgres.Failed) as trouble:
        print(f"Ingest cannot start: {trouble}", flush=True)
        return 1
    return 0


def _serve(listener: socket.socket, dsn: str) -> None:
    import uvloop

    from dothi.telemetry.edge.server import Doors, serve
    from dothi.telemetry.edge.taking import Taking
    from dothi.telemetry.store.devices import Devices
    from dothi.telemetry.store.writer import Writer

    async def serving() -> None:
        _leave_on_signals()
        spare_what_stays()
        await serve(Doors(Devices(dsn), Writer(dsn, _now), Taking(_now)), listener, dsn)

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
