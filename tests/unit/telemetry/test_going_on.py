"""Who was not read from for want of room is read from again, one after the other."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dothi.telemetry.edge.connection import Connection
from dothi.telemetry.edge.server import Doors
from dothi.telemetry.edge.taking import Taking
from dothi.telemetry.store.devices import Devices
from dothi.telemetry.store.writer import Writer
from dothi.telemetry.tending import Tending


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Tank(Writer):
    """A writer with as much room as the test says."""

    is_full: bool = True

    @property
    def full(self) -> bool:
        return self.is_full


def with_held(act: Callable[[Doors, Tank, list[Connection]], Awaitable[None]], count: int = 3) -> None:
    """Act upon doors whose connections are not read from, for nothing more is taken."""

    async def run() -> None:
        tank = Tank("", clock)
        doors = Doors(Devices("", clock), tank, Taking(clock), Tending("", clock))
        pairs = [socket.socketpair() for _ in range(count)]
        loop = asyncio.get_running_loop()
        connections = [(await loop.create_connection(doors.connection, sock=own))[1] for own, _ in pairs]
        for one in connections:
            one.go_on()
        assert doors.told()["held"] == count
        await act(doors, tank, connections)
        for one, (_, other) in zip(connections, pairs, strict=True):
            one.end()
            other.close()
        await asyncio.sleep(0)

    asyncio.run(run())


def read_from(connections: list[Connection]) -> int:
    return sum(not one.holding for one in connections)


class TestRoom:
    def test_is_given_to_one_connection_in_a_turn(self) -> None:
        async def act(doors: Doors, tank: Tank, connections: list[Connection]) -> None:
            tank.is_full = False
            tank.keeper.on_copy()
            for count in (1, 2, 3):
                assert read_from(connections) == count
                await asyncio.sleep(0)
            assert doors.told()["held"] == 0

        with_held(act)

    def test_that_is_gone_again_leaves_the_others_for_the_next_time(self) -> None:
        async def act(doors: Doors, tank: Tank, connections: list[Connection]) -> None:
            tank.is_full = False
            tank.on_room()
            tank.is_full = True
            await asyncio.sleep(0)
            assert (read_from(connections), doors.told()["held"]) == (1, 2)
            tank.is_full = False
            tank.on_room()
            await asyncio.sleep(0)
            assert read_from(connections) == 3

        with_held(act)

    def test_is_kept_for_nobody_who_left_meanwhile(self) -> None:
        async def act(doors: Doors, tank: Tank, connections: list[Connection]) -> None:
            tank.is_full = False
            tank.on_room()
            for one in connections:
                one.end()
            await asyncio.sleep(0)
            assert doors.told()["held"] == 0

        with_held(act)
