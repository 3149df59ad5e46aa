"""A broker of a node does what the tables of clients say, and follows them within 5 seconds."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from dothi.config.supervisor import postgres
from dothi.foundation.clients import actions
from dothi.foundation.clients.types import Terms
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM
from dothi.kernel.ids import new_id
from tests.support.broker import closed_broker
from tests.support.callers import KEY, NODE, known
from tests.support.certificates import Authority, Pair
from tests.support.receivers import receiver
from tests.support.waiting import until

UNIT = new_id()
WELL = {"id": "urn:ngsi-ld:Well:1", "type": "Well", "level": {"type": "Property", "value": 1},
        "secret": {"type": "Property", "value": 2}}  # fmt: skip


@dataclass
class Node:
    """A broker of a node over TLS, and who vouches for its clients."""

    url: str
    ca: Authority
    stranger_ca: Authority

    def ask(
        self, method: str = "GET", path: str = "entities", *, bearing: Pair | None = None, **told: Any
    ) -> Any:
        """Ask something, with a certificate or without; returns the answer."""
        context = ssl.create_default_context(cafile=str(self.ca.certificate))
        if bearing:
            context.load_cert_chain(bearing.certificate, bearing.key)
        with httpx.Client(base_url=self.url, verify=context, timeout=30) as client:
            return client.request(method, path, **told)

    def wells(self, **told: Any) -> Any:
        """Return the status of a query of wells, and what is told of the first."""
        answer = self.ask(params={"type": "Well"}, **told)
        found = answer.json() if answer.is_success else []
        return answer.status_code, sorted({name for one in found for name in one} - {"id", "type"})


@pytest.fixture
def node(fresh_database: str, cluster: postgres.Cluster, tmp_path: Path, settings: Any) -> Iterator[Node]:
    settings.NODE = NODE
    ca, other = Authority(tmp_path), Authority(tmp_path, "other")
    here = ca.made("broker")
    tls: dict[str, Any] = {"ssl_certfile": str(here.certificate), "ssl_keyfile": str(here.key),
           "ssl_ca_certs": str(ca.certificate), "ssl_cert_reqs": ssl.CERT_OPTIONAL}  # fmt: skip
    with closed_broker(cluster.dsn("dothi_context", fresh_database), known(), **tls) as api:
        yield Node(str(api.base_url), ca, other)


def granted(client: str, *operations: str, **terms: Any) -> Any:
    told = Terms(operations=operations, basis="Decision 1", **terms)
    return actions.grant(client=client, terms=told, actor=SYSTEM, at=now())


def token(client: str) -> dict[str, str]:
    text = actions.issue(client=client, key=KEY, actor=SYSTEM, at=now())
    return {"Authorization": f"Bearer {text}"}


class TestBroker:
    def test_follows_what_is_granted_published_and_taken_away(self, node: Node) -> None:
        for name in ("writer", "reader"):
            actions.register(name=name, description="", unit_id=UNIT, actor=SYSTEM, at=now())
        granted("writer", "read", "write")
        writer, reader = token("writer"), token("reader")
        until(lambda: node.wells(headers=writer)[0] == 200)
        assert node.ask("POST", json=WELL, headers=writer).status_code == 201
        assert node.wells(headers=reader)[0] == 403

        right = granted("reader", "read", types=["Well"], attributes=["level"])
        until(lambda: node.wells(headers=reader) == (200, ["level"]))
        actions.withdraw(right_id=right, actor=SYSTEM, at=now())
        until(lambda: node.wells(headers=reader)[0] == 403)

        assert node.wells()[0] == 401
        public = Terms(operations=["read"], types=["Well"], attributes=["level"], basis="Decision 2")
        actions.publish(terms=public, unit_id=UNIT, actor=SYSTEM, at=now())
        until(lambda: node.wells() == (200, ["level"]))
        assert node.wells(headers=reader) == (200, ["level"])
        assert node.ask(path="types").json()["typeList"] == ["Well"]
        assert node.ask("POST", json=WELL).status_code == 401

        actions.revoke_tokens(client="writer", actor=SYSTEM, at=now())
        until(lambda: node.wells(headers=writer)[0] == 401)
        fresh = token("writer")
        assert node.wells(headers=fresh) == (200, ["level", "secret"])
        actions.end(client="writer", actor=SYSTEM, at=now())
        until(lambda: node.wells(headers=fresh)[0] == 401)

    def test_tells_subscribers_by_the_rights_that_they_have_then(self, node: Node) -> None:
        for name in ("writer", "reader"):
            actions.register(name=name, description="", unit_id=UNIT, actor=SYSTEM, at=now())
        granted("writer", "read", "write")
        right = granted("reader", "read", types=["Well"], attributes=["level"])
        writer, reader = token("writer"), token("reader")
        until(lambda: node.wells(headers=writer)[0] == 200 and node.wells(headers=reader)[0] == 200)
        with receiver() as narrow, receiver() as wide:
            for heard, who in ((narrow, reader), (wide, writer)):
                told = {"type": "Subscription", "entities": [{"type": "Well"}],
                        "notification": {"endpoint": {"uri": heard.url}}}  # fmt: skip
                assert node.ask("POST", "subscriptions", json=told, headers=who).status_code == 201
            assert node.ask("POST", json=WELL, headers=writer).status_code == 201
            assert set(narrow.one().data[0]) == {"id", "type", "level"}
            actions.withdraw(right_id=right, actor=SYSTEM, at=now())
            until(lambda: node.wells(headers=reader)[0] == 403)
            later = {"level": {"type": "Property", "value": 2}}
            path = f"entities/{WELL['id']}/attrs"
            assert node.ask("PATCH", path, json=later, headers=writer).status_code == 204
            assert wide.wait(2)[1].data[0]["level"]["value"] == 2
            granted("reader", "read", types=["Well"])
            until(lambda: node.wells(headers=reader)[0] == 200)
            last = {"level": {"type": "Property", "value": 3}}
            assert node.ask("PATCH", path, json=last, headers=writer).status_code == 204
            assert narrow.wait(2)[1].data[0]["level"]["value"] == 3, "what was told meanwhile was not for him"

    def test_knows_clients_by_their_certificates(self, node: Node) -> None:
        mine, other, forged = node.ca.made("weather"), node.ca.made("other"), node.stranger_ca.made("weather")
        actions.register(name="weather", description="", unit_id=UNIT, actor=SYSTEM, at=now())
        granted("weather", "read", "write")
        actions.certify(client="weather", fingerprint=mine.fingerprint, actor=SYSTEM, at=now())
        until(lambda: node.wells(bearing=mine)[0] == 200)
        assert node.ask("POST", json=WELL, bearing=mine).status_code == 201
        assert node.wells(bearing=mine) == (200, ["level", "secret"])
        assert node.wells(bearing=other)[0] == 401
        with pytest.raises((httpx.TransportError, ssl.SSLError)):
            node.wells(bearing=forged)
        actions.end(client="weather", actor=SYSTEM, at=now())
        until(lambda: node.wells(bearing=mine)[0] == 401)
