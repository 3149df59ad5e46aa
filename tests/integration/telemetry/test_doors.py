"""Who gets in, where they may publish, and what ends a connection."""

import socket
import time

import psycopg

from tests.support.devices import TOKEN, Ingest, findings, sensor, until, values

GOOD = '[{"n":"pm25","v":1}]'


def field(told: bytes) -> bytes:
    return len(told).to_bytes(2) + told


def connect(keep_alive: int = 0, token: bytes = TOKEN, client: bytes = b"c", flags: int = 0xC2) -> bytes:
    body = field(b"MQTT") + bytes([4, flags]) + keep_alive.to_bytes(2) + field(client)
    body += field(b"s1") + field(token)
    return bytes([0x10, len(body)]) + body


def closed(connection: socket.socket) -> bool:
    """Tell whether the other side closes within the socket's patience."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


def heard(connection: socket.socket, count: int) -> bytes:
    """Return the next `count` bytes, in however many pieces they come."""
    told = b""
    while len(told) < count and (piece := connection.recv(count - len(told))):
        told += piece
    return told


def dial(door: Ingest) -> socket.socket:
    return socket.create_connection(("127.0.0.1", door.port), 10)


def let_in(door: Ingest, keep_alive: int = 0, client: bytes = b"c") -> socket.socket:
    connection = dial(door)
    connection.sendall(connect(keep_alive, client=client))
    assert heard(connection, 4) == b"\x20\x02\x00\x00"
    return connection


def ready(door: Ingest) -> None:
    """Wait until devices are known: the door opens a little earlier."""
    with sensor(door.port, "s2") as device:
        until(lambda: device.connected)


class TestConnect:
    def test_refuses_a_wrong_token(self, door: Ingest) -> None:
        ready(door)
        with dial(door) as connection:
            connection.sendall(connect(token=b"guess"))
            assert heard(connection, 4) == b"\x20\x02\x00\x04"
            assert closed(connection)

    def test_refuses_a_nameless_client_that_wants_a_session(self, door: Ingest) -> None:
        ready(door)
        with dial(door) as connection:
            connection.sendall(connect(client=b"", flags=0xC0))
            assert heard(connection, 4) == b"\x20\x02\x00\x02"

    def test_must_come_first(self, door: Ingest) -> None:
        with dial(door) as connection:
            connection.sendall(b"\xc0\x00")
            assert closed(connection)

    def test_refuses_a_long_packet_of_a_stranger(self, door: Ingest) -> None:
        with dial(door) as connection:
            connection.sendall(b"\x10\xff\xff\x03")
            assert closed(connection)

    def test_ends_an_earlier_connection_of_the_same_client(self, door: Ingest) -> None:
        ready(door)
        with let_in(door) as first, let_in(door) as second:
            assert closed(first)
            second.sendall(b"\xc0\x00")
            assert heard(second, 2) == b"\xd0\x00"

    def test_lets_a_silent_client_go(self, door: Ingest) -> None:
        ready(door)
        with let_in(door, keep_alive=1) as connection:
            begun = time.monotonic()
            assert closed(connection)
            assert time.monotonic() - begun > 1


class TestTopics:
    def test_of_another_device_are_a_finding_and_the_end(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, "s1", clean=True) as device:
            until(lambda: device.connected)
            number = device.publish(GOOD, "devices/s2/readings")
            until(lambda: device.drops and findings(dsn, "s1"))
            assert number not in device.acknowledged
        assert set(findings(dsn, "s1")) == {"foreign-topic"}
        assert values(dsn, "s2") == values(dsn, "s1") == []

    def test_of_ones_own_may_be_subscribed_and_others_not(self, door: Ingest) -> None:
        ready(door)
        with let_in(door) as connection:
            filters = field(b"devices/s1/orders") + b"\1" + field(b"devices/s2/orders") + b"\1"
            connection.sendall(bytes([0x82, 2 + len(filters)]) + b"\0\7" + filters + b"\xc0\x00")
            assert heard(connection, 8) == b"\x90\x04\x00\x07\x00\x80\xd0\x00"


class TestFindings:
    def test_are_kept_and_acknowledged(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, "s1") as device:
            bad = [
                device.publish(told) for told in ("{", '[{"n":"rain","v":1}]', '[{"n":"pm25","v":1,"t":1e9}]')
            ]
            good = device.publish(GOOD)
            device.await_acknowledged(*bad, good)
        assert findings(dsn, "s1") == ["malformed", "unmeasured", "clock"]
        assert values(dsn, "s1") == [1]

    def test_are_not_taken_without_end(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, "s1", clean=True) as device:
            until(lambda: device.connected)
            for _ in range(30):
                device.publish("{", qos=0)
            until(lambda: device.drops)
            until(lambda: len(findings(dsn, "s1")) == 20)


class TestRevocation:
    def test_ends_the_connection_within_seconds(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, "s1") as device:
            device.await_acknowledged(device.publish(GOOD))
            with psycopg.connect(dsn) as connection:
                connection.execute("update telemetry.device set revoked_at = now() where id = 's1'")
            begun = time.monotonic()
            until(lambda: "Bad user name or password" in device.codes)
            assert time.monotonic() - begun < 5


class TestPlainJson:
    def test_is_mapped_by_the_profile(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, "s1") as device:
            device.await_acknowledged(device.publish('{"air":{"pm25":12},"temp":30.5}'))
        assert values(dsn, "s1") == [12, 30.5]
