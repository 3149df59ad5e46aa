"""Clause 5.8.6 in adversity: order, slow and dead subscribers, throttling, periods, the end of a process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from dothi.context.subscriptions.lanes import LONGEST_COOLDOWN_S
from tests.support.broker import broker
from tests.support.receivers import Receiver, receiver
from tests.support.servers import free_port
from tests.support.waiting import until

AWAY_S = 600


@pytest.fixture
def heard() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def kind() -> str:
    return f"Lamp{uuid4().hex[:8]}"


def subscribe(api: httpx.Client, uri: str, kind: str, endpoint: Any = None, **members: Any) -> str:
    one = {
        "id": f"urn:ngsi-ld:Subscription:{uuid4()}", "type": "Subscription", "entities": [{"type": kind}],
        "notification": {"endpoint": {"uri": uri, **(endpoint or {})}}, **members,
    }  # fmt: skip
    answer = api.post("subscriptions", json=one)
    assert answer.status_code == 201, answer.text
    return str(one["id"])


def lamp(api: httpx.Client, kind: str, power: Any = 0) -> str:
    name = f"urn:ngsi-ld:{kind}:{uuid4()}"
    one = {"id": name, "type": kind, "power": {"type": "Property", "value": power}}
    assert api.post("entities", json=one).status_code == 201
    return name


def power(api: httpx.Client, name: str, value: Any) -> None:
    told = {"power": {"type": "Property", "value": value}}
    assert api.patch(f"entities/{name}/attrs", json=told).status_code == 204


def counters(api: httpx.Client, subscription: str) -> Any:
    return api.get(f"subscriptions/{subscription}").json()["notification"]


def _last(heard: Receiver) -> dict[str, Any]:
    """Return what a subscriber was told last of each entity."""
    return {entity["id"]: entity["power"]["value"] for one in heard.told for entity in one.data}


class TestOrder:
    def test_of_notifications_is_that_of_the_changes(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        name = lamp(api, kind)
        subscribe(api, heard.url, kind)
        for value in range(1, 41):
            power(api, name, value)
        told = [entity["power"]["value"] for one in heard.wait(40) for entity in one.data]
        assert told == list(range(1, 41))


class TestSlowSubscriber:
    def test_holds_up_nobody_else(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        with receiver(silent=True) as slow:
            patient = [subscribe(api, slow.url, kind, {"timeout": 30_000}) for _ in range(20)]
            subscribe(api, heard.url, kind)
            lamp(api, kind)
            heard.one()
            assert not counters(api, patient[0]).get("timesFailed"), "nobody waited for the slow ones"

    def test_is_given_up_after_its_timeout(self, api: httpx.Client, kind: str) -> None:
        with receiver(silent=True) as slow:
            subscription = subscribe(api, slow.url, kind, {"timeout": 100, "cooldown": 60_000})
            lamp(api, kind)
            until(lambda: counters(api, subscription).get("status") == "failed")


class TestDeadSubscriber:
    def test_is_told_what_is_true_when_it_is_back(self, api: httpx.Client, kind: str) -> None:
        port = free_port()
        subscription = subscribe(api, f"http://127.0.0.1:{port}/notify", kind, {"cooldown": 100})
        name = lamp(api, kind)
        until(lambda: counters(api, subscription).get("timesFailed", 0) > 0)
        for value in range(1, 6):
            power(api, name, value)
        until(lambda: counters(api, subscription).get("timesFailed", 0) > 1)
        assert counters(api, subscription)["status"] == "failed"
        with receiver(port=port) as back:
            until(lambda: any(one.data[0]["power"]["value"] == 5 for one in back.told))
        assert len(back.told) < 6, "changes of one entity are told as one"
        until(lambda: counters(api, subscription)["status"] == "ok")

    @pytest.mark.long
    def test_is_told_once_after_ten_minutes_away(self, api: httpx.Client, kind: str) -> None:
        """The short form is the test before; here the pauses between two tries grow to their longest."""
        port = free_port()
        subscription = subscribe(api, f"http://127.0.0.1:{port}/notify", kind)
        names = [lamp(api, kind) for _ in range(20)]
        end, value = time.monotonic() + AWAY_S, 0
        while time.monotonic() < end:
            value += 1
            for name in names:
                power(api, name, value)
            time.sleep(1)
        tried = counters(api, subscription)["timesFailed"]
        assert 5 < tried < 30, "neither given up nor hammered at"
        with receiver(port=port) as back:
            wanted = dict.fromkeys(names, value)
            until(lambda: _last(back) == wanted, patience_s=3 * LONGEST_COOLDOWN_S)
        assert sum(len(one.data) for one in back.told) == len(names), "each is told once, as it is now"
        until(lambda: counters(api, subscription)["status"] == "ok")

    def test_that_refuses_is_not_asked_again(self, api: httpx.Client, kind: str) -> None:
        with receiver(status=404) as unwilling:
            subscription = subscribe(api, unwilling.url, kind, {"cooldown": 50})
            name = lamp(api, kind, 1)
            unwilling.one()
            power(api, name, 2)
            told = [one.data[0]["power"]["value"] for one in unwilling.wait(2)]
            assert told == [1, 2]
            until(lambda: counters(api, subscription)["timesFailed"] == 2)

    def test_is_not_followed_elsewhere(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        with receiver(status=307, redirect=heard.url) as moved:
            subscription = subscribe(api, moved.url, kind, {"cooldown": 60_000})
            lamp(api, kind)
            moved.one()
            until(lambda: counters(api, subscription).get("status") == "failed")
            assert not heard.told


class TestThrottling:
    def test_tells_the_last_state_when_its_time_has_come(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        name = lamp(api, kind)
        subscribe(api, heard.url, kind, throttling=0.5)
        for value in (1, 2, 3):
            power(api, name, value)
            heard.one()
        until(lambda: heard.told[-1].data[0]["power"]["value"] == 3)
        assert heard.told[0].data[0]["power"]["value"] == 1
        assert all(later.at - earlier.at >= 0.5 for earlier, later in pairwise(heard.told))


class TestPause:
    def test_keeps_still_until_it_is_over(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        name = lamp(api, kind)
        subscription = subscribe(api, heard.url, kind, isActive=False)
        power(api, name, 1)
        api.patch(f"subscriptions/{subscription}", json={"isActive": True})
        power(api, name, 2)
        assert heard.one().data[0]["power"]["value"] == 2

    def test_never_ends_for_one_that_is_deleted(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        name = lamp(api, kind)
        gone, stays = (subscribe(api, heard.url, kind) for _ in range(2))
        api.delete(f"subscriptions/{gone}")
        power(api, name, 1)
        assert heard.one().body["subscriptionId"] == stays


class TestPeriod:
    def test_tells_all_that_are_meant_again_and_again(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        names = {lamp(api, kind, value) for value in (7, 8)}
        lamp(api, kind, 1)
        subscription = subscribe(api, heard.url, kind, timeInterval=0.3, q="power>5")
        told = heard.wait(2)
        assert {entity["id"] for entity in told[1].data} == names
        until(lambda: counters(api, subscription).get("timesSent", 0) >= 2)

    def test_says_nothing_where_nothing_is_meant(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        silent = subscribe(api, heard.url, kind, timeInterval=0.1)
        lamp(api, f"{kind}Other")
        subscribe(api, heard.url, f"{kind}Other", timeInterval=0.5)
        assert all(one.body["subscriptionId"] != silent for one in heard.wait(2))


class TestEndOfTheProcess:
    """A change and that it must be told commit together: `kill -9` loses no notification."""

    PROGRAM = """
import sys, uvicorn
from datetime import UTC, datetime
from dothi.context.api.app import create_app
app = create_app(sys.argv[1], lambda: datetime.now(UTC), open_doors=True)
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
"""

    def test_loses_no_notification(self, cluster: postgres.Cluster, kind: str) -> None:
        name = f"dothi_{uuid4().hex[:12]}"
        postgres.create_database(cluster, name)
        dsn, port = cluster.dsn(postgres.SUPERUSER, name), free_port()
        process = subprocess.Popen([sys.executable, "-c", self.PROGRAM, dsn, str(port)])
        try:
            with (
                receiver(status=503) as away,
                httpx.Client(base_url=f"http://127.0.0.1:{port}/ngsi-ld/v1/", timeout=30) as api,
            ):
                until(lambda: self.answers(api))
                subscribe(api, away.url, kind, {"cooldown": 60_000})
                lamps = {lamp(api, kind, value) for value in range(5)}
                away.one()
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                seen = len(away.told)
                away.status = 200
                with broker(dsn):
                    until(lambda: {e["id"] for one in away.told[seen:] for e in one.data} == lamps)
        finally:
            process.kill()
            process.wait()

    def answers(self, api: httpx.Client) -> bool:
        try:
            return api.get("subscriptions").status_code == 200
        except httpx.TransportError:
            return False
