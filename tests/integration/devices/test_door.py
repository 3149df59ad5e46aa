"""What the acts of officials do at the door: real MQTT, the real edge, roles as in a node."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.kernel.ids import new_id
from dothi.registers.devices import actions, queries
from dothi.registers.devices.types import Box, DeviceId, Facts
from tests.support.devices import Ingest, ingest, sensor
from tests.support.fleet import Officer, keep_profile, officer_of_the_center
from tests.support.waiting import until

ONE = DeviceId("rain-1")
BURNED = b"the token that the maker has put into it"
CLOSED_WITHIN_S = 30.0
"""Two seconds where nothing else runs; long enough on a busy machine."""
REFUSED = "Bad user name or password"


@pytest.fixture
def officer(fresh_database: str) -> Officer:
    keep_profile()
    return officer_of_the_center()


@pytest.fixture
def door(
    cluster: postgres.Cluster, fresh_database: str, officer: Officer, tmp_path: Path
) -> Iterator[Ingest]:
    with ingest(cluster.dsn("dothi_telemetry", fresh_database), tmp_path / "ingest.log") as running:
        yield running


class TestDoor:
    def test_opens_to_a_claimed_device_and_shuts_out_a_revoked_one(
        self, officer: Officer, door: Ingest
    ) -> None:
        (entered,), _ = actions.register_boxes(
            boxes=[Box(ONE, Facts("rain-gauge"), token_hash=hashlib.sha256(BURNED).digest())],
            unit_id=officer.unit_id, key=new_id(), actor=officer.actor(), at=now(),
        )  # fmt: skip
        with sensor(door.port, ONE, BURNED) as device:
            until(lambda: REFUSED in device.codes)
            told: dict[str, Any] = {"key": new_id(), "actor": officer.actor(), "at": now()}
            actions.claim(code=entered.claim_code, unit_id=officer.unit_id, **told)
            number = device.publish('{"rain": 1.2}')
            device.await_acknowledged(number)
            view = queries.device(device_id=ONE, actor=officer.actor(), at=now())
            assert [(one.measure, one.value) for one in view.readings] == [("rain", 1.2)]
            drops = device.drops
            began = time.monotonic()
            actions.revoke(device_id=ONE, reason="stolen", **{**told, "key": new_id()})
            until(lambda: device.drops > drops)
            assert time.monotonic() - began < CLOSED_WITHIN_S

    def test_takes_the_token_before_for_as_long_as_it_was_left(self, officer: Officer, door: Ingest) -> None:
        told: dict[str, Any] = {"device_id": ONE, "actor": officer.actor()}
        first = actions.register(
            facts=Facts("rain-gauge"), unit_id=officer.unit_id, key=new_id(), at=now(), **told
        )
        second = actions.issue_token(overlap=True, key=new_id(), at=now(), **told)
        for number, token in enumerate((first.token, second.token)):
            with sensor(door.port, ONE, token.encode()) as device:
                device.await_acknowledged(device.publish(f'{{"rain": {number}}}'))

    def test_takes_a_rotated_token_at_once(self, officer: Officer, door: Ingest) -> None:
        told: dict[str, Any] = {"device_id": ONE, "actor": officer.actor()}
        first = actions.register(
            facts=Facts("rain-gauge"), unit_id=officer.unit_id, key=new_id(), at=now(), **told
        )
        with sensor(door.port, ONE, first.token.encode()) as device:
            device.await_acknowledged(device.publish('{"rain": 1}'))
        second = actions.issue_token(overlap=False, key=new_id(), at=now(), **told)
        with sensor(door.port, ONE, second.token.encode()) as device:
            device.await_acknowledged(device.publish('{"rain": 2}'))
        with sensor(door.port, ONE, first.token.encode()) as device:
            until(lambda: device.codes)
            assert device.codes[0] == REFUSED
