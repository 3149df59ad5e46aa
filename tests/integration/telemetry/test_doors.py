"""Who gets in, where they may publish, and what ends a connection."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from dothi.config.supervisor import postgres
from tests.support.devices import Ingest, findings, ingest, newcomer, provided, sensor, values
from tests.support.packets import LET_IN, connect, dial, field, heard, packet
from tests.support.waiting import until

GOOD = '[{"n":"pm25","v":1}]'
CROWD = 300


@dataclass(frozen=True)
class Place:
    """A door that the tests of this module share, and a device that only one of them has."""

    dsn: str
    door: Ingest
    own: str

    def let_in(self, keep_alive: int = 0) -> socket.socket:
        connection = self.dial()
        connection.sendall(connect(self.own, keep_alive))
        assert heard(connection, 4) == LET_IN
        return connection

    def dial(self) -> socket.socket:
        return dial(self.door.port)


@pytest.fixture(scope="module")
def common(
    cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Ingest]]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    dsn = cluster.dsn(postgres.SUPERUSER, name)
    provided(dsn, "s2")
    log: Path = tmp_path_factory.mktemp("doors") / "log"
    with ingest(dsn, log) as door:
        yield dsn, door


@pytest.fixture
def place(common: tuple[str, Ingest]) -> Place:
    dsn, door = common
    return Place(dsn, door, newcomer(dsn, door))


def closed(connection: socket.socket) -> bool:
    """Tell whether the other side closes within the socket's patience."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


class TestConnect:
    def test_refuses_a_wrong_token(self, place: Place) -> None:
        with place.dial() as connection:
            connection.sendall(connect(place.own, token=b"guess"))
            assert heard(connection, 4) == b"\x20\x02\x00\x04"
            assert closed(connection)

    def test_refuses_a_nameless_client_that_wants_a_session(self, place: Place) -> None:
        with place.dial() as connection:
            connection.sendall(connect(place.own, client=b"", flags=0xC0))
            assert heard(connection, 4) == b"\x20\x02\x00\x02"

    def test_must_come_first(self, place: Place) -> None:
        with place.dial() as connection:
            connection.sendall(b"\xc0\x00")
            assert closed(connection)

    def test_refuses_a_long_packet_of_a_stranger(self, place: Place) -> None:
        with place.dial() as connection:
            connection.sendall(b"\x10\xff\xff\x03")
            assert closed(connection)

    def test_ends_an_earlier_connection_of_the_same_client(self, place: Place) -> None:
        with place.let_in() as first, place.let_in() as second:
            assert closed(first)
            second.sendall(b"\xc0\x00")
            assert heard(second, 2) == b"\xd0\x00"

    def test_lets_a_silent_client_go(self, place: Place) -> None:
        with place.let_in(keep_alive=1) as connection:
            begun = time.monotonic()
            assert closed(connection)
            assert time.monotonic() - begun > 1

    def test_is_open_beside_a_crowd_that_never_says_who_it_is(self, place: Place) -> None:
        with ExitStack() as held:
            for number in range(CROWD):
                held.enter_context(place.dial()).sendall(connect(place.own)[: number % 20])
            with sensor(place.door.port, place.own) as device:
                device.await_acknowledged(device.publish(GOOD))

    @pytest.mark.long
    def test_ends_those_who_never_say_who_they_are(self, place: Place) -> None:
        with ExitStack() as held:
            crowd = [held.enter_context(dial(place.door.port)) for _ in range(CROWD)]
            for connection in crowd:
                connection.settimeout(30)
                connection.sendall(connect(place.own)[:5])
            assert all(closed(connection) for connection in crowd)


class TestTopics:
    def test_of_another_device_are_a_finding_and_the_end(self, place: Place) -> None:
        with sensor(place.door.port, place.own, clean=True) as device:
            until(lambda: device.connected)
            number = device.publish(GOOD, "devices/s2/readings")
            until(lambda: device.drops and findings(place.dsn, place.own))
            assert number not in device.acknowledged
        assert set(findings(place.dsn, place.own)) == {"foreign-topic"}
        assert values(place.dsn, "s2") == values(place.dsn, place.own) == []

    @pytest.mark.parametrize(
        "topic",
        [
            "devices/{}",
            "devices/{}/",
            "devices/{}/\u202er",
            "devices/{}/../s2/r",
            "devices/{}/a b",
            "$SYS/{}",
        ],
    )
    def test_that_only_look_like_ones_own_are_no_better(self, place: Place, topic: str) -> None:
        with place.let_in() as connection:
            told = field(topic.format(place.own).encode()) + b"\0\7" + GOOD.encode()
            connection.sendall(packet(0x32, told))
            assert closed(connection)
        until(lambda: findings(place.dsn, place.own) == ["foreign-topic"])

    def test_of_ones_own_may_be_subscribed_and_others_not(self, place: Place) -> None:
        own, other = f"devices/{place.own}/orders".encode(), b"devices/s2/orders"
        with place.let_in() as connection:
            connection.sendall(
                packet(0x82, b"\0\7" + field(own) + b"\1" + field(other) + b"\1") + b"\xc0\x00"
            )
            assert heard(connection, 8) == b"\x90\x04\x00\x07\x00\x80\xd0\x00"


class TestFindings:
    def test_are_kept_and_acknowledged(self, place: Place) -> None:
        with sensor(place.door.port, place.own) as device:
            bad = [
                device.publish(told) for told in ("{", '[{"n":"rain","v":1}]', '[{"n":"pm25","v":1,"t":1e9}]')
            ]
            good = device.publish(GOOD)
            device.await_acknowledged(*bad, good)
        assert findings(place.dsn, place.own) == ["malformed", "unmeasured", "clock"]
        assert values(place.dsn, place.own) == [1]

    def test_are_not_taken_without_end(self, place: Place) -> None:
        with sensor(place.door.port, place.own, clean=True) as device:
            until(lambda: device.connected)
            for _ in range(30):
                device.publish("{", qos=0)
            until(lambda: device.drops)
            until(lambda: len(findings(place.dsn, place.own)) == 20)


class TestRevocation:
    def test_ends_the_connection_within_seconds(self, place: Place) -> None:
        with sensor(place.door.port, place.own) as device:
            device.await_acknowledged(device.publish(GOOD))
            with psycopg.connect(place.dsn) as connection:
                connection.execute(
                    "update telemetry.device set revoked_at = now() where id = %s", [place.own]
                )
            begun = time.monotonic()
            until(lambda: "Bad user name or password" in device.codes)
            assert time.monotonic() - begun < 30  # two where nothing else runs


class TestPlainJson:
    def test_is_mapped_by_the_profile(self, place: Place) -> None:
        with sensor(place.door.port, place.own) as device:
            device.await_acknowledged(device.publish('{"air":{"pm25":12},"temp":30.5}'))
        assert values(place.dsn, place.own) == [12, 30.5]
