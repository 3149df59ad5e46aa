"""A device bound to a unit moves it, by MQTT and by HTTP, and no other device does."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.incidents import errors, positions
from dothi.incidents.actions.units import bind
from dothi.incidents.models import UnitPosition, UnitTracker
from dothi.incidents.queries import nearest_units, units_at
from dothi.incidents.types import Over, ResponseUnitId, UnitRow
from dothi.kernel.ids import new_id
from dothi.telemetry.store.devices import provide
from dothi.telemetry.types import Measure, Profile
from tests.conftest import database_of_its_own
from tests.support.center import LAKE, Center, center, later, unit
from tests.support.devices import TOKEN, Ingest, ingest, sensor
from tests.support.servers import die_with_parent
from tests.support.trackers import keep_tracker
from tests.support.waiting import PATIENCE_S, until

TRACKER = Profile(
    positions.PROFILE["name"], {name: Measure(name, name, name) for name in ("lon", "lat")}, "at"
)
GAUGE = Profile("gauge", {"rain": Measure("rain", "mm", "rain")}, "at")


@dataclass(frozen=True)
class Moving:
    """A center whose unit has a device, and the doors of ingest on its database."""

    ioc: Center
    pump: ResponseUnitId
    other: ResponseUnitId
    door: Ingest
    dsn: str

    def row(self, response_unit_id: ResponseUnitId) -> UnitRow:
        """Return the unit as it is known to be now, after all that waits was taken."""
        positions.once(lambda: datetime.now(UTC))
        return next(one for one in units_at(datetime.now(UTC)) if one.id == response_unit_id)


@pytest.fixture(scope="module")
def moving(
    cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Moving]:
    with database_of_its_own(cluster, django_db_blocker) as name:
        dsn = cluster.dsn("dothi_telemetry", name)
        asyncio.run(_provided(dsn))
        positions.register()
        ioc = center()
        pump, other = unit(ioc, "Bơm 1", seen=None), unit(ioc, "Bơm 2", seen=None)
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        bind(response_unit_id=pump, device="xe-1", actor=ioc.van, at=hour_ago, key=new_id())
        with ingest(dsn, tmp_path_factory.mktemp("ingest") / "log") as door:
            place = told(105.80, 21.00, datetime.now(UTC) - timedelta(seconds=30))
            until(lambda: post(door, "xe-1", place) == 204)
            yield Moving(ioc, pump, other, door, cluster.dsn("dothi_app", name))


async def _provided(dsn: str) -> None:
    wire = await asyncpg.connect(dsn)
    try:
        at = datetime.now(UTC)
        await provide(wire, TRACKER, dict.fromkeys(("xe-1", "xe-2"), TOKEN), at=at)
        await provide(wire, GAUGE, {"rain-1": TOKEN}, at=at)
    finally:
        await wire.close()


def told(lon: float, lat: float, at: datetime) -> bytes:
    return json.dumps({"lon": lon, "lat": lat, "at": at.isoformat()}).encode()


def post(door: Ingest, device: str, body: bytes, token: bytes = TOKEN) -> int:
    """Post readings as a device does; return the status."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{door.http}/devices/{device}/readings", body,
        {"Authorization": f"Bearer {token.decode()}", "Content-Type": "application/json"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


class TestDoors:
    def test_move_the_unit_by_http_and_by_mqtt(self, moving: Moving) -> None:
        first = datetime.now(UTC) - timedelta(seconds=20)
        assert post(moving.door, "xe-1", told(105.81, 21.01, first)) == 204
        row = moving.row(moving.pump)
        assert (row.place.lon, row.place.lat, row.seen_at, row.stale) == (105.81, 21.01, first, False)
        with sensor(moving.door.port, "xe-1") as car:
            car.await_acknowledged(car.publish(told(105.82, 21.02, first + timedelta(seconds=5))))
        assert (moving.row(moving.pump).place.lon, moving.row(moving.other).seen_at) == (105.82, None)

    def test_move_nothing_for_who_is_not_that_device(self, moving: Moving) -> None:
        before = moving.row(moving.pump)
        now = datetime.now(UTC)
        assert post(moving.door, "xe-1", told(1, 1, now), token=b"x" * 32) == 401
        assert post(moving.door, "xe-2", told(2, 2, now)) == 204
        assert post(moving.door, "xe-2", json.dumps({"device": "xe-1", "lon": 3, "lat": 3}).encode()) == 204
        with sensor(moving.door.port, "xe-2") as thief:
            thief.publish(told(4, 4, now), topic="devices/xe-1/readings")
            until(lambda: thief.drops > 0)
        after = moving.row(moving.pump)
        assert (after.place, after.seen_at) == (before.place, before.seen_at)
        assert moving.row(moving.other).seen_at is None

    def test_take_no_place_off_the_earth_of_the_future_or_of_before_it_was_bound(
        self, moving: Moving
    ) -> None:
        before, now = moving.row(moving.pump), datetime.now(UTC)
        kept = UnitPosition.objects.count()
        bound = UnitTracker.objects.get(device="xe-1").bound_at
        for body in (
            told(200, 21, now), told(105.8, 95, now), told(105.8, 21, now + timedelta(minutes=5)),
            told(105.8, 21, bound - timedelta(seconds=1)), b'{"lon": 105.8}', b'{"lon": NaN, "lat": 21}',
        ):  # fmt: skip
            post(moving.door, "xe-1", body)
        assert moving.row(moving.pump).place == before.place
        assert UnitPosition.objects.count() == kept

    @pytest.mark.long
    def test_move_the_unit_by_the_process_of_the_node(self, moving: Moving) -> None:
        watch = subprocess.Popen(
            [sys.executable, "-m", "dothi.config.cli", "watch"], env={**os.environ, "DOTHI_DSN": moving.dsn},
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel
        )  # fmt: skip
        try:
            then = datetime.now(UTC) - timedelta(minutes=2)  # before all that the others tell
            assert post(moving.door, "xe-1", told(105.83, 21.03, then)) == 204
            until(lambda: UnitPosition.objects.filter(occurred_at=then, lon=105.83).exists())
        finally:
            watch.terminate()
            assert watch.wait(PATIENCE_S) == 0

    def test_an_old_position_is_said_and_not_used(self, moving: Moving) -> None:
        row = moving.row(moving.pump)
        assert row.seen_at is not None
        found = nearest_units(place=LAKE, kinds=["pump-team"], at=row.seen_at + timedelta(minutes=11))
        over = {one.unit.call_sign: one.over for one in found.weighed}
        assert (over["Bơm 1"], over["Bơm 2"]) == (Over.STALE, None)


class TestTwoHands:
    def test_bind_one_device_to_one_unit(self, moving: Moving) -> None:
        """Two press at the same moment; one of them is told whose the device is."""
        ioc = moving.ioc
        keep_tracker("xe-9")

        def binds(pump: ResponseUnitId) -> str:
            try:
                bind(response_unit_id=pump, device="xe-9", actor=ioc.van, at=later(1), key=new_id())
            except errors.TrackerTaken:
                return "taken"
            finally:
                connections.close_all()
            return "bound"

        with ThreadPoolExecutor(2) as hands:
            assert sorted(
                hands.map(binds, [unit(ioc, f"Bơm {number}", kind="patrol") for number in (8, 9)])
            ) == ["bound", "taken"]
        assert UnitTracker.objects.filter(device="xe-9").count() == 1
