"""Clause 7: notifications by MQTT."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from dothi.context.outbound import Outbound
from dothi.context.subscriptions.bodies import Body
from dothi.context.subscriptions.endpoints import Outcome
from dothi.context.subscriptions.endpoints.mqtt import Mqtt
from dothi.context.subscriptions.subscription import Endpoint
from tests.support.certificates import Authority
from tests.support.mqtt import PASSWORD, USER, FiveServer, five_server, listening, nats_listener

TOPIC = "city/lamps"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of a server of MQTT 3.1.1."""
    with nats_listener(tmp_path_factory.mktemp("mqtt")) as port:
        yield port


@pytest.fixture
def five() -> Iterator[FiveServer]:
    with five_server() as one:
        yield one


def subscribe(api: httpx.Client, uri: str, *, receiver: Any = (), **notifier: str) -> str:
    """Subscribe by an address of MQTT to a type of its own, and return that."""
    kind = f"Lamp{uuid4().hex[:8]}"
    pairs = [{"key": key.replace("_", "-"), "value": value} for key, value in notifier.items()]
    endpoint = {"uri": uri, "notifierInfo": pairs, "receiverInfo": list(receiver)}
    one = {"type": "Subscription", "entities": [{"type": kind}], "notification": {"endpoint": endpoint}}
    answer = api.post("subscriptions", json=one)
    assert answer.status_code == 201, answer.text
    return kind


def shine(api: httpx.Client, kind: str) -> str:
    name = f"urn:ngsi-ld:{kind}:{uuid4()}"
    one = {"id": name, "type": kind, "power": {"type": "Property", "value": 1}}
    assert api.post("entities", json=one).status_code == 201
    return name


class TestMessage:
    def test_has_metadata_and_body(self, api: httpx.Client, three: int) -> None:
        kind = subscribe(api, f"mqtt://127.0.0.1:{three}/{TOPIC}", receiver=[{"key": "For", "value": "me"}])
        with listening(three, TOPIC) as came:
            name = shine(api, kind)
            told = came.get(timeout=20)
        assert told["metadata"]["Content-Type"] == "application/json"
        assert 'rel="http://www.w3.org/ns/json-ld#context"' in told["metadata"]["Link"]
        assert told["metadata"]["For"] == "me"
        assert told["body"]["type"] == "Notification"
        assert told["body"]["data"][0]["id"] == name

    @pytest.mark.parametrize("quality", ["0", "1", "2"])
    def test_comes_by_3_1_1_in_each_quality(self, api: httpx.Client, three: int, quality: str) -> None:
        uri = f"mqtt://127.0.0.1:{three}/{TOPIC}"
        kind = subscribe(api, uri, MQTT_QoS=quality, MQTT_Version="mqtt3.1.1")
        with listening(three, TOPIC) as came:
            name = shine(api, kind)
            assert came.get(timeout=20)["body"]["data"][0]["id"] == name

    @pytest.mark.parametrize("quality", ["0", "1", "2"])
    def test_comes_by_5_0_in_each_quality(self, api: httpx.Client, five: FiveServer, quality: str) -> None:
        kind = subscribe(api, f"mqtt://127.0.0.1:{five.port}/{TOPIC}", MQTT_QoS=quality)
        name = shine(api, kind)
        came = five.came.get(timeout=20)
        assert (came.version, came.topic, came.quality) == (5, TOPIC, int(quality))
        assert came.told["body"]["data"][0]["id"] == name

    def test_bears_the_credentials_of_the_address(self, api: httpx.Client, five: FiveServer) -> None:
        shine(api, subscribe(api, f"mqtt://{USER}:{quote(PASSWORD)}@127.0.0.1:{five.port}/{TOPIC}"))
        came = five.came.get(timeout=20)
        assert (came.user, came.password) == (USER, PASSWORD)

    def test_is_let_in_by_a_server_that_asks(self, api: httpx.Client, tmp_path: Path) -> None:
        with nats_listener(tmp_path, asks=True) as port, listening(port, TOPIC, known=True) as came:
            name = shine(api, subscribe(api, f"mqtt://{USER}:{quote(PASSWORD)}@127.0.0.1:{port}/{TOPIC}"))
            assert came.get(timeout=20)["body"]["data"][0]["id"] == name


class TestSecure:
    """By `mqtts` a notification goes only to whom somebody trusted vouches for."""

    def test_comes_under_tls(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        trusted = authority.certificate
        with (
            nats_listener(tmp_path, pair=authority.made("server")) as port,
            listening(port, TOPIC, trusted=trusted) as came,
        ):
            assert published(port, trusted) is Outcome.ARRIVED
            assert came.get(timeout=20)["body"] == {"type": "Notification"}

    # paho leaves a socket whose handshake failed to the collector.
    @pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket")
    def test_is_lost_where_nobody_vouches_for_the_server(self, tmp_path: Path) -> None:
        stranger = Authority(tmp_path, "stranger")
        with nats_listener(tmp_path, pair=stranger.made("server")) as port:
            assert published(port, Authority(tmp_path).certificate) is Outcome.LOST


def published(port: int, trusted: Path) -> Outcome:
    """Return what came of a notification to a server here."""
    way = Mqtt(Outbound(open=True), _tls=ssl.create_default_context(cafile=str(trusted)))
    endpoint = Endpoint(f"mqtts://127.0.0.1:{port}/{TOPIC}", "application/json")
    return asyncio.run(way.send(endpoint, Body({}, {"type": "Notification"})))
