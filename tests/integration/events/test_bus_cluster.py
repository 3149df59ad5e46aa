"""A cluster of three NATS servers that loses its leader loses no event, and doubles none."""

import asyncio
import contextlib
import json
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.js import JetStreamContext

from dothi.config.supervisor import postgres
from dothi.foundation.events.publisher import STREAM, run
from tests.support.buses import PROGRAM
from tests.support.ledgers import AT, Ledger
from tests.support.outbox import emit
from tests.support.servers import die_with_parent, free_port

PATIENCE_S = 180


class Servers:
    """Three servers that know each other, by their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in ("a", "b", "c")}
        routes = {name: free_port() for name in self.ports}
        self.routes = [f"nats://127.0.0.1:{port}" for port in routes.values()]
        self._running = {name: self._start(name, routes[name]) for name in self.ports}

    @property
    def url(self) -> str:
        """Return the addresses of all, as a setting has them."""
        return ",".join(f"nats://127.0.0.1:{port}" for port in self.ports.values())

    def _start(self, name: str, route: int) -> subprocess.Popen[bytes]:
        told = {
            "listen": f"127.0.0.1:{self.ports[name]}", "server_name": name,
            "jetstream": {"store_dir": str(self.folder / name)},
            "cluster": {"name": "city", "listen": f"127.0.0.1:{route}", "routes": self.routes},
        }  # fmt: skip
        path = self.folder / f"{name}.conf"
        path.write_text(json.dumps(told))
        return subprocess.Popen(
            [str(PROGRAM), "-c", str(path)], stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - as the other servers of the tests
        )  # fmt: skip

    def kill(self, name: str) -> None:
        """Kill one as a power cut would."""
        self._running[name].kill()
        self._running[name].wait()

    def end(self) -> None:
        """End all."""
        for name in self._running:
            self.kill(name)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """Three servers of this test's own."""
    running = Servers(tmp_path)
    yield running
    running.end()


@contextlib.asynccontextmanager
async def _publishing(ledger: Ledger, url: str, told: list[str]) -> AsyncIterator[None]:
    """Run the publisher while the block lasts; what it says goes into `told`."""
    stop = asyncio.Event()
    work = asyncio.create_task(
        run(
            dsn=ledger.cluster.dsn("dothi_publish", ledger.name), nats_url=url, source="urn:dothi:test",
            clock=lambda: AT, stop=stop, tell=told.append, copies=3,
        )
    )  # fmt: skip
    try:
        yield
    finally:
        stop.set()
        await work


async def _state(stream: JetStreamContext) -> Any:
    """Return what the stream says of itself, None while nobody leads it."""
    with contextlib.suppress(nats.errors.Error, nats.js.errors.Error):
        return await stream.stream_info(STREAM)
    return None


async def _until(stream: JetStreamContext, holds: Callable[[Any], bool], told: list[str]) -> Any:
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        state = await _state(stream)
        if state and holds(state):
            return state
        assert asyncio.get_running_loop().time() < deadline, (
            f"{told} {state and (state.state, state.cluster)}"
        )
        await asyncio.sleep(0.1)


async def _stored(stream: JetStreamContext, many: int) -> Sequence[str]:
    """Return the ids of all events; asked again where the dead server was to keep the reader."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            return await _read(stream, many)
        except nats.errors.Error:
            assert asyncio.get_running_loop().time() < deadline, "nobody reads what is stored"
            await asyncio.sleep(0.1)


async def _read(stream: JetStreamContext, many: int) -> Sequence[str]:
    subscription = await stream.subscribe("vn.dothi.>", ordered_consumer=True)
    return [json.loads((await subscription.next_msg(timeout=20)).data)["id"] for _ in range(many)]


class TestCluster:
    def test_that_loses_its_leader_keeps_every_event_once_and_in_order(
        self, cluster: postgres.Cluster, fresh_database: str, servers: Servers
    ) -> None:
        ledger = Ledger(cluster, fresh_database)

        async def story() -> tuple[list[str], Sequence[str]]:
            connection = await nats.connect(
                servers.url.split(","), max_reconnect_attempts=-1, reconnect_time_wait=0.2, error_cb=_ignore
            )
            stream, written, told = connection.jetstream(timeout=2), list[str](), list[str]()
            async with _publishing(ledger, servers.url, told):
                written += await asyncio.to_thread(emit, ledger, 300)
                state = await _until(
                    stream, lambda now: now.state.messages >= 300 and now.cluster.leader, told
                )
                assert state.config.num_replicas == 3
                written += await asyncio.to_thread(emit, ledger, 300)
                servers.kill(state.cluster.leader)
                written += await asyncio.to_thread(emit, ledger, 300)
                await _until(stream, lambda now: now.state.messages >= len(written), told)
                stored = await _stored(stream, len(written))
                state = await _until(stream, lambda _: True, told)
                assert state.state.messages == len(written)
            await connection.close()
            return written, stored

        written, stored = asyncio.run(story())
        assert stored == written


async def _ignore(_error: Exception) -> None:
    """Leave errors of the connection to whoever waits for an answer."""
