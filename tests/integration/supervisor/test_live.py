"""The live process on a running node: an event of the outbox's stream reaches whom it concerns."""

import asyncio
import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import nats
import psycopg
import pytest

from dothi.config.live import MOST_STREAMS_A_TOKEN_HOLDER, Full, Hub
from dothi.config.supervisor import check_nats
from dothi.config.supervisor import nats as nats_of_node
from dothi.foundation.events.types import Event
from dothi.foundation.events.writing import write
from dothi.kernel.ids import new_id
from dothi.kernel.live_token import LIFETIME, TokenRefused, check, issue
from tests.support.node import RunningNode
from tests.support.waiting import PATIENCE_S

TYPE = "vn.dothi.dossiers.dossier.accepted.v1"
EVENT: dict[str, object] = {
    "type": TYPE,
    "subject": "urn:dothi:test:dossier:1",
    "data": {"owner_ids": ["an"], "unit_id": "00070"},
}


def _secret(node: RunningNode, name: str) -> str:
    return (node.var / "secrets" / name).read_text()


def _nats_url(node: RunningNode, user: str = "publisher") -> str:
    told = json.loads((node.var / "run/nats.conf").read_text())
    passwords = {user: _secret(node, f"nats-{user}") for user in nats_of_node.USERS}
    return nats_of_node.url(user, int(told["listen"].rpartition(":")[2]), passwords)


def _live_url(node: RunningNode, token: str) -> str:
    return f"http://localhost:{node.state()['live_port']}/events?token={token}"


def _database(node: RunningNode) -> str:
    """Return the address of the node's PostgreSQL as the web process has it."""
    port = (node.var / "pg/data/postmaster.pid").read_text().splitlines()[3]
    return f"postgresql://dothi_app:{_secret(node, 'dothi_app')}@127.0.0.1:{port}/dothi"


def _emit(node: RunningNode, subject: str) -> None:
    with psycopg.connect(_database(node)) as connection, connection.cursor() as cursor:
        write(cursor, Event(new_id(), TYPE, subject, datetime.now(UTC), {"unit_id": "00070"}))


def _next_change(stream: Iterable[bytes]) -> object:
    """Return the data of the stream's next message that is no heartbeat: those may come at any moment."""
    lines = iter(stream)
    kind = next(line for line in lines if line.startswith(b"event: ") and line != b"event: here\n")
    assert kind == b"event: changed\n"
    return json.loads(next(lines).removeprefix(b"data: "))


def _status(node: RunningNode, token: str) -> int:
    try:
        with urllib.request.urlopen(_live_url(node, token), timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused as answer:
            return answer.code


class TestWholeWay:
    def test_an_event_of_the_outbox_reaches_the_browser_that_looks_at_its_dossier(
        self, node: RunningNode
    ) -> None:
        """By the publisher, as the user and with the rights that each process has."""
        token = issue(["person/an", "subject/urn:dothi:test:7"], _secret(node, "live_key"), datetime.now(UTC))
        with urllib.request.urlopen(_live_url(node, token), timeout=PATIENCE_S) as stream:
            assert stream.readline() == b"retry: 3000\n"
            _emit(node, "urn:dothi:test:8")
            _emit(node, "urn:dothi:test:7")
            assert _next_change(stream) == {"type": TYPE, "subject": "urn:dothi:test:7"}


class TestTokens:
    def test_that_are_forged_changed_or_old_open_nothing(self, node: RunningNode) -> None:
        key, at = _secret(node, "live_key"), datetime.now(UTC)
        good = issue(["person/an"], key, at)
        other = issue(["person/b"], "x", at).split(".")[0]
        bad = [
            "", ".", "a.b", good[:-2], f"{other}.{good.split('.')[1]}", issue(["person/an"], "wrong", at),
            issue(["person/an"], key, at - LIFETIME - timedelta(seconds=1)), good + "%0d%0aX-Evil:1",
            "%00", "%ff%fe", "A" * 6000,
        ]  # fmt: skip
        assert [_status(node, token) for token in bad] == [401] * len(bad)

    def test_open_as_many_streams_as_one_person_needs_and_no_more(self, node: RunningNode) -> None:
        """A token that was carried off is worth no more than this, for a quarter of an hour."""
        token = issue(["person/many"], _secret(node, "live_key"), datetime.now(UTC))
        with contextlib.ExitStack() as streams:
            for _ in range(MOST_STREAMS_A_TOKEN_HOLDER):
                streams.enter_context(
                    urllib.request.urlopen(_live_url(node, token), timeout=PATIENCE_S)
                ).readline()
            assert _status(node, token) == 429

    def test_are_refused_where_no_key_is_set(self) -> None:
        with pytest.raises(TokenRefused):
            check(issue(["person/an"], "", datetime.now(UTC)), "", datetime.now(UTC))


class TestBus:
    @pytest.mark.parametrize("user", ["live", "supervisor"])
    def test_lets_nobody_but_the_publisher_say_anything(self, node: RunningNode, user: str) -> None:
        refused = asyncio.run(_refusal(_nats_url(node, user)))
        assert "permissions violation for publish" in refused.lower()

    def test_refuses_a_stranger(self, node: RunningNode) -> None:
        stranger = _nats_url(node, "live").replace("nats://live:", "nats://live:x")
        ((wrong, _mend),) = check_nats.findings(stranger)
        assert "refuses these credentials" in wrong


class TestLive:
    def test_tells_only_those_whom_an_event_concerns_and_none_of_its_data(self, node: RunningNode) -> None:
        key = _secret(node, "live_key")
        tokens = [issue([topic], key, datetime.now(UTC)) for topic in ("person/an", "person/b")]
        of_another = EVENT | {"subject": "urn:dothi:test:dossier:2", "data": {"owner_ids": ["b"]}}
        with (
            urllib.request.urlopen(_live_url(node, tokens[0]), timeout=PATIENCE_S) as mine,
            urllib.request.urlopen(_live_url(node, tokens[1]), timeout=PATIENCE_S) as other,
        ):
            assert mine.readline() == other.readline() == b"retry: 3000\n"
            asyncio.run(_publish(_nats_url(node), EVENT, of_another))
            assert _next_change(mine) == {"type": TYPE, "subject": EVENT["subject"]}
            assert _next_change(other) == {"type": TYPE, "subject": of_another["subject"]}

    def test_refuses_a_forged_token(self, node: RunningNode) -> None:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(_live_url(node, issue(["person/an"], "wrong", datetime.now(UTC))))
        with refused.value as answer:
            assert answer.code == 401


async def _publish(url: str, *events: dict[str, object]) -> None:
    connection = await nats.connect(url, allow_reconnect=False, error_cb=_ignore)
    for event in events:
        await connection.publish(f"{event['type']}.x", json.dumps(event).encode())
    await connection.close()


async def _refusal(url: str) -> str:
    said = asyncio.Queue[str]()

    async def hear(error: Exception) -> None:
        said.put_nowait(str(error))

    connection = await nats.connect(url, error_cb=hear)
    await connection.publish("vn.dothi.dossiers.dossier.accepted.v1.x", b"{}")
    try:
        return await asyncio.wait_for(said.get(), PATIENCE_S)
    finally:
        await connection.close()


async def _ignore(_error: Exception) -> None:
    """The caller sees what becomes of it."""


class TestHub:
    def test_refuses_more_streams_than_a_holder_may_have(self) -> None:
        hub = Hub()
        queues = [hub.join(("person/an",)) for _ in range(MOST_STREAMS_A_TOKEN_HOLDER)]
        with pytest.raises(Full):
            hub.join(("person/an",))
        hub.leave(("person/an",), queues[0])
        hub.join(("person/an",))

    def test_tells_a_slow_reader_to_look_anew_instead_of_growing(self) -> None:
        hub = Hub()
        queue = hub.join(("unit/00070",))
        for _ in range(1000):
            hub.publish(dict(EVENT))
        assert queue.qsize() < 100
        heard = [queue.get_nowait() for _ in range(queue.qsize())]
        assert any(b"resync" in message for message in heard)
