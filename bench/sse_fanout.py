"""
`sse_fanout`: how long after a commit 1,000 screens of the operations center hear of it.

    python -m bench sse_fanout [--small]

Data    none; each commit tells, as ingest does with each batch of readings, that readings have come.
Value   p99 over screens and commits, in ms, from the return of the commit until the tick has been read.
Client  1,000 streams, each with a token of its own, read by this process (asyncio, bare sockets); five rounds
        of 20 commits, half a second apart, so that each is a tick of its own.
Server  `dothi live` with NATS and PostgreSQL beside it, on the same two cores.
Floor   the same commits, told by a bare asyncio server that listens to the same channel and writes the same
        bytes to as many sockets. Interleaved.
After   every screen has heard every tick. `--small`: 50 streams, one round of 3 commits.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from tests.support.live import Live
from tests.support.servers import die_with_parent, free_port, postgres_cluster

from bench.harness import ROUNDS, figure, interleave
from dothi.config.supervisor import postgres
from dothi.config.ticking import CHANNEL, TOPIC
from dothi.kernel.live_token import issue

DATABASE = "dothi_ticks_bench"
APART_S, PATIENCE_S = 0.5, 30.0
FLOOR = """
import asyncio, sys, asyncpg
port, dsn = int(sys.argv[1]), sys.argv[2]
writers = set()
async def joined(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    writers.add(writer)
    await reader.read()
    writers.discard(writer)
    writer.close()
def told(*_):
    for writer in writers:
        writer.write(b'event: tick\\ndata: {"kinds":["readings"]}\\n\\n')
async def main():
    connection = await asyncpg.connect(dsn)
    await connection.add_listener("telemetry_batch", told)
    async with await asyncio.start_server(joined, "127.0.0.1", port, backlog=2000) as server:
        await server.serve_forever()
asyncio.run(main())
"""


@dataclass
class Screens:
    """Open streams; each tick that one reads is kept with its instant."""

    heard: list[float] = field(default_factory=list)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def join(self, port: int, path: str) -> None:
        """Open one stream and go on reading it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        self._writers.append(writer)
        self._tasks.append(asyncio.create_task(self._read(reader)))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"event: tick"):
                self.heard.append(time.perf_counter())

    async def until(self, count: int) -> None:
        """Wait until so many ticks have been read. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.heard) < count:
                await asyncio.sleep(0.005)

    def close(self) -> None:
        """Close all streams."""
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.close()


async def measured(port: int, paths: list[str], dsn: str, commits: int) -> float:
    """Return the p99 in ms from commits to screens."""
    screens, delays = Screens(), []
    connection = await asyncpg.connect(dsn)
    for path in paths:
        await screens.join(port, path)
    await asyncio.sleep(2 * APART_S)
    screens.heard.clear()
    for _ in range(commits):
        await connection.execute("select pg_notify($1, '')", CHANNEL)
        committed = time.perf_counter()
        await screens.until(len(paths))
        delays += [(at - committed) * 1000 for at in screens.heard]
        screens.heard.clear()
        await asyncio.sleep(APART_S)
    screens.close()
    await connection.close()
    return sorted(delays)[int(len(delays) * 0.99)]


@contextlib.contextmanager
def bare(dsn: str) -> Iterator[int]:
    """Run the floor's server and yield its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", FLOOR, str(port), dsn], preexec_fn=die_with_parent)  # noqa: PLW1509
    time.sleep(1.5)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)


def main(arguments: list[str]) -> int:
    """Measure and print the figure."""
    parser = argparse.ArgumentParser(prog="python -m bench sse_fanout")
    parser.add_argument("--small", action="store_true")
    small = parser.parse_args(arguments).small
    streams, commits, rounds = (50, 3, 1) if small else (1_000, 20, ROUNDS)
    with tempfile.TemporaryDirectory() as folder, postgres_cluster() as cluster:
        postgres.create_database(cluster, DATABASE)
        dsn, live = cluster.dsn("dothi_live", DATABASE), Live()
        port, at = live.listener.getsockname()[1], datetime.now(UTC)
        paths = [f"/events?token={issue([f'person/{one}', TOPIC], live.key, at)}" for one in range(streams)]
        # The publisher of the fixture needs the outbox; ticks of readings need neither it nor NATS.
        with live.alone(dsn=dsn, folder=Path(folder)), bare(dsn) as floor_port:
            values, floors = interleave(
                lambda _: asyncio.run(measured(port, paths, dsn, commits)),
                lambda _: asyncio.run(measured(floor_port, paths, dsn, commits)),
                rounds,
            )
    note = f"p99 of {streams} screens, {commits} commits a round; floor: a bare server"
    print(figure("sse_fanout", values, floors, unit="ms", n=streams, note=note).line())
    return 0
