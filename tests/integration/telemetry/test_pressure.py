"""The door by HTTP while the database is slow or full: refused, told when to come again, never forgotten."""

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from dothi.telemetry.edge.room import EACH
from tests.integration.telemetry.test_acknowledgment import stalled
from tests.integration.telemetry.test_database_gone import without_room
from tests.support.devices import TOKEN, Ingest, values
from tests.support.waiting import PATIENCE_S, until

MANY = 1_000
"""Readings of a message."""
GROWTH_KB = 150_000
"""What 64,000 readings under way may take, and the messages that are refused."""


@dataclass
class Sent:
    """The answers to messages, by their numbers."""

    answers: dict[int, httpx.Response] = field(default_factory=dict)

    @property
    def codes(self) -> Counter[int]:
        return Counter(one.status_code for one in self.answers.values())


@pytest.fixture
def place(door: Ingest) -> str:
    """The address of the door, once devices are known."""
    told = f"http://127.0.0.1:{door.http}"

    def known() -> bool:
        try:
            return httpx.post(f"{told}/devices/s1/readings", content="{", headers=BEARER).status_code == 422
        except httpx.TransportError:
            return False

    until(known)
    return told


BEARER = {"Authorization": f"Bearer {TOKEN.decode()}"}


def pack(number: int, many: int) -> str:
    begun = time.time() - 80_000 + number
    return (
        "[" + ",".join(f'{{"n":"pm25","v":{number},"t":{begun + n / MANY:.4f}}}' for n in range(many)) + "]"
    )


async def send(place: str, sent: Sent, numbers: range, devices: tuple[str, ...], many: int = 1) -> None:
    """Send messages at once, from devices in turn."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=place, timeout=2 * PATIENCE_S, limits=limits) as client:

        async def one(number: int) -> None:
            address = f"/devices/{devices[number % len(devices)]}/readings"
            sent.answers[number] = await client.post(address, content=pack(number, many), headers=BEARER)

        await asyncio.gather(*(one(number) for number in numbers))


async def comes(sent: Sent, code: int, count: int = 1) -> None:
    """Wait until so many answers have this code."""
    async with asyncio.timeout(PATIENCE_S):
        while sent.codes[code] < count:
            await asyncio.sleep(0.02)


def memory_kb(pid: int) -> int:
    """Return the most that a process ever had in memory."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


def again(answer: httpx.Response) -> bool:
    return bool(answer.headers.get("retry-after") == "1")


class TestSlowDatabase:
    def test_lets_a_device_have_its_share_and_no_more(self, dsn: str, place: str) -> None:
        async def act() -> Sent:
            sent = Sent()
            with stalled(dsn):
                task = asyncio.ensure_future(send(place, sent, range(EACH + 20), ("s1",)))
                await comes(sent, 429, 20)
            await task
            return sent

        sent = asyncio.run(act())
        assert sent.codes == {204: EACH, 429: 20}
        assert all(again(one) for one in sent.answers.values() if one.status_code == 429)
        assert values(dsn, "s1") == sorted(n for n, one in sent.answers.items() if one.status_code == 204)

    def test_is_answered_503_when_much_waits_and_fills_no_memory(
        self, dsn: str, door: Ingest, place: str
    ) -> None:
        before = memory_kb(door.process.pid)

        async def act() -> Sent:
            sent = Sent()
            with stalled(dsn):
                task = asyncio.ensure_future(send(place, sent, range(100), ("s1", "s2"), MANY))
                await comes(sent, 503)
            await task
            return sent

        sent = asyncio.run(act())
        assert set(sent.codes) == {204, 503}
        assert all(again(one) for one in sent.answers.values() if one.status_code == 503)
        assert memory_kb(door.process.pid) - before < GROWTH_KB
        told = Counter({n: MANY for n, one in sent.answers.items() if one.status_code == 204})
        assert Counter(values(dsn, "s1")) + Counter(values(dsn, "s2")) == told


class TestStoreFull:
    def test_is_answered_503_until_there_is_room(self, dsn: str, place: str) -> None:
        def post(number: int) -> httpx.Response:
            return httpx.post(
                f"{place}/devices/s1/readings", content=pack(number, 1), headers=BEARER, timeout=PATIENCE_S
            )

        with psycopg.connect(dsn, autocommit=True) as connection, without_room(connection):
            answers = [post(number) for number in range(3)]
            assert [one.status_code for one in answers] == [503] * 3
            assert all(again(one) for one in answers)
        until(lambda: post(4).status_code == 204)
        assert values(dsn, "s1") == [4]
