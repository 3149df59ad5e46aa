"""No bytes and no message, however strange, make ingest fail, hold it up, or leave odd readings behind."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psycopg
import pytest

from dothi.telemetry.store.devices import provide
from dothi.telemetry.store.writer import create_tables
from dothi.telemetry.types import LARGEST
from tests.support.devices import TOKEN, Ingest, Sensor, ingest, sensor
from tests.support.firing import Answer, Request, fire, thrown
from tests.support.hostile import Watch, bent, resident_mib, spoiled, word, written
from tests.support.packets import connect, field, packet
from tests.support.payloads import GOOD, PROFILES, SENML
from tests.support.waiting import until

MESSAGES, STREAMS, LANES = 480, 120, 64
"""Messages wait for their commit: many lanes, so that they wait together."""
MOST_MIB = 48.0
TAKEN = {204, 400, 401, 404, 405, 413, 422}
OTHERS = (b"\xc0\x00", b"\xe0\x00", b"\x82\x03\x00\x01\x00", b"\x40\x02\x00\x01")
"""PINGREQ, DISCONNECT, SUBSCRIBE of nothing, PUBACK."""
LATE_S = 3_650 * 86_400
READINGS = b"\0\1" + b'{"temperature":1}'
"""The end of a PUBLISH that brings a good reading."""
DISORDER = (
    b"\x32\xff\xff\xff\xff\x01",  # a remaining length of five bytes
    b"\x32\xff\xff\xff\x7f" + b"x" * 3_000,  # one of 268,435,455, of which 3,000 come
    b"\x32\x80",  # one that is not told to its end
    packet(0x32, field(b"a" * 65_535) + READINGS),
    packet(0x32, field(b"devices/" + b"/".join([b"x"] * 20_000)) + READINGS),
    packet(0x32, field(b"devices/\xff\xfe/readings") + READINGS),
    packet(0x32, field(b"devices/\xed\xa0\x80/readings") + READINGS),  # half of a surrogate pair
    packet(0x32, field(b"devices/#") + READINGS),
    packet(0x32, field("devices/\u202e/readings".encode()) + READINGS),
    packet(0x32, b"\xff\xff" + READINGS),  # a topic that is longer than its packet
    packet(0x82, b"\0\1" + (field(b"#") + b"\0") * 5_000),
    packet(0x82, b"\0\1" + field(b"\xff") + b"\0"),
    b"\x62\x02\0\1" + b"\x50\x02\0\1" + b"\x70\x02\0\1",  # PUBREL, PUBREC, PUBCOMP of nothing
    b"\xc0\0" * 5_000,
    b"\0" * 3_000,
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    bytes.fromhex("160301020001"),  # a TLS ClientHello begins so
)
"""What a client may say that is no client of this protocol, or gets everything wrong."""


def device_of(form: str) -> str:
    """Return the id of the device that speaks a form."""
    return f"speaks-{form or 'plain'}"


@pytest.fixture
def door(dsn: str, tmp_path: Path) -> Iterator[Ingest]:
    async def provided() -> None:
        await create_tables(dsn)
        connection = await asyncpg.connect(dsn)
        for form, profile in PROFILES.items():
            await provide(connection, profile, {device_of(form): TOKEN}, at=datetime.now(UTC))
        await connection.execute("update telemetry.profile set late_s = $1", LATE_S)
        await connection.close()

    asyncio.run(provided())
    with ingest(dsn, tmp_path / "ingest.log") as running:
        until(lambda: good(running) == 204)
        yield running
    assert "Traceback" not in (tmp_path / "ingest.log").read_text()


def good(door: Ingest) -> int:
    """Send a good message and return how it is answered."""
    try:
        return httpx.post(
            f"http://127.0.0.1:{door.http}/devices/{device_of('')}/readings", json={"temperature": 1},
            headers={"Authorization": f"Bearer {TOKEN.decode()}"}, timeout=60,
        ).status_code  # fmt: skip
    except httpx.TransportError:
        return 0


def message(dice: random.Random) -> tuple[str, bytes]:
    """Return a device and a message that is spoiled, mostly of the form that it speaks."""
    form = dice.choice(sorted(GOOD))
    told: Any = SENML if dice.random() < 0.3 else GOOD[dice.choice((form, form, form, ""))]
    return device_of(form), written(dice, spoiled(dice, told))


def request(dice: random.Random) -> Request:
    device, payload = message(dice)
    headers = {"Authorization": f"Bearer {TOKEN.decode()}"}
    if dice.random() < 0.05:
        headers["Authorization"] = dice.choice(("Bearer", "Basic x", f"bearer {TOKEN.decode()}x", "Bearer é"))
    if dice.random() < 0.05:
        device = dice.choice(("no", "..%2f..", "%00", "a" * 65, "speaks-plain/readings/x", "%e2%80%ae"))
    method = dice.choice(("POST",) * 20 + ("GET", "PUT", "PATCH"))
    return Request(method, f"/devices/{device}/readings", headers, payload)


def stream(dice: random.Random, name: str = device_of("")) -> bytes:
    """Return what is said by MQTT in one connection: good packets and others, or all in disorder."""
    return disordered(dice, name) if dice.random() < 0.25 else spoken(dice, name)


def disordered(dice: random.Random, name: str) -> bytes:
    """Return what is wrong from some packet on: before its CONNECT, after a second one, or of a bad one."""
    begun = dice.choice((b"", connect(name), connect(name), connect(name) * 2, connect(name, client=b"\xff"),
                         connect(name, flags=dice.randrange(256)), connect(name)[:-1]))  # fmt: skip
    return begun + b"".join(dice.choice(DISORDER) for _ in range(dice.randrange(1, 4)))


def spoken(dice: random.Random, name: str) -> bytes:
    """Return what a device says: good packets, and now and then others."""
    told = connect(name)
    for _ in range(dice.randrange(1, 12)):
        device, payload = message(dice)
        topic = f"devices/{dice.choice((name, name, device))}/readings"
        if dice.random() < 0.05:
            topic = word(dice)
        body = (
            field(topic.encode("utf-8", "replace")[:60_000]) + dice.randrange(0, 65_536).to_bytes(2) + payload
        )
        told += packet(dice.choice((0x32, 0x30, 0x3A)), body)
        if dice.random() < 0.1:
            told += dice.choice((*OTHERS, told[:20]))
    return bent(dice, told) if dice.random() < 0.5 else told


def answered(request: Request, answer: Answer) -> None:
    """Check that an answer is one that the door gives."""
    assert answer.status in TAKEN, f"{request} {answer}"
    if answer.status != 204:
        assert json.loads(answer.content)["status"] == answer.status


class TestAnything:
    def test_is_answered_or_ended_and_holds_nobody_up(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, device_of("")) as device:
            self.fired_at(dsn, door, device)

    def fired_at(self, dsn: str, door: Ingest, device: Sensor) -> None:
        def probe() -> None:
            until(lambda: good(door) == 204)
            device.await_acknowledged(device.publish(b'{"temperature":1}'))

        dice, told = random.Random(6), Counter[int]()
        eye = Watch(door.process.pid, probe)

        def check(request: Request, answer: Answer) -> None:
            answered(request, answer)
            told[answer.status] += 1

        eye.look()
        for _ in range(3):
            fire(door.http, [request(dice) for _ in range(MESSAGES // 3)], check, LANES)
            for _ in range(STREAMS // 3):
                thrown(door.port, stream(dice))
                ended = thrown(door.http, bent(dice, request(dice).raw()))
                assert not ended.startswith(b"HTTP/1.1 500"), ended
            eye.look()
        assert eye.grew_mib < MOST_MIB
        assert resident_mib(door.process.pid) < 400
        with psycopg.connect(dsn) as connection:
            odd = "select count(*) from telemetry.reading where abs(value) > %s or value = 'NaN'"
            assert connection.execute(odd, [LARGEST]).fetchone() == (0,)
        assert told[204] > 50, "everything was refused: nothing was tried"
        assert device.drops == 0, "a good device was put out for what others said"
