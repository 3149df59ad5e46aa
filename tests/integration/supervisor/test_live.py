"""The live process on a running node: an event of the outbox's stream reaches whom it concerns."""

import asyncio
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime

import nats
import pytest

from dothi.config.live import MOST_STREAMS_A_TOKEN_HOLDER, Full, Hub
from dothi.config.supervisor import nats as nats_of_node
from dothi.kernel.live_token import issue
from tests.support.node import RunningNode

EVENT = {
    "type": "vn.dothi.dossiers.dossier.accepted.v1",
    "subject": "urn:dothi:test:dossier:1",
    "data": {"owner_ids": ["an"], "unit_id": "00070"},
}


def _secret(node: RunningNode, name: str) -> str:
    return (node.var / "secrets" / name).read_text()


def _nats_url(node: RunningNode) -> str:
    told = json.loads((node.var / "run/nats.conf").read_text())
    passwords = {user: _secret(node, f"nats-{user}") for user in nats_of_node.USERS}
    return nats_of_node.url("publisher", int(told["listen"].rpartition(":")[2]), passwords)


def _live_url(node: RunningNode, token: str) -> str:
    return f"http://localhost:{node.state()['live_port']}/events?token={token}"


class TestLive:
    def test_tells_only_those_whom_an_event_concerns_and_none_of_its_data(self, node: RunningNode) -> None:
        key = _secret(node, "live_key")
        tokens = [issue([topic], key, datetime.now(UTC)) for topic in ("person/an", "person/b")]
        with (
            urllib.request.urlopen(_live_url(node, tokens[0]), timeout=10) as mine,
            urllib.request.urlopen(_live_url(node, tokens[1]), timeout=2) as other,
        ):
            assert mine.readline() == other.readline() == b"retry: 3000\n"
            asyncio.run(_publish(_nats_url(node)))
            mine.readline()
            assert mine.readline() == b"event: changed\n"
            said = json.loads(mine.readline().removeprefix(b"data: "))
            assert said == {"type": EVENT["type"], "subject": EVENT["subject"]}
            other.readline()
            with pytest.raises(TimeoutError):
                other.readline()

    def test_refuses_a_forged_token(self, node: RunningNode) -> None:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(_live_url(node, issue(["person/an"], "wrong", datetime.now(UTC))))
        with refused.value as answer:
            assert answer.code == 401


async def _publish(url: str) -> None:
    connection = await nats.connect(url)
    await connection.publish(f"{EVENT['type']}.x", json.dumps(EVENT).encode())
    await connection.close()


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
