"""Good readings become the state and the past of the entity that they are about, once, and only forward."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import psycopg
import pytest

from dothi.context.store import pool
from dothi.context.store.changes import Changes
from dothi.telemetry import queue
from dothi.telemetry.feed.feeding import CONSUMER, Feed
from dothi.telemetry.types import Flag, Reading
from tests.integration.telemetry.test_queue import stored
from tests.support.broker import broker

ENTITY = "urn:ngsi-ld:AirQualityObserved:test:s1"
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def twinned(dsn: str, device: str = "s1", entity: str = ENTITY) -> None:
    """Say that the readings of a device are attributes of an entity."""
    with psycopg.connect(dsn) as connection:
        for measure in ("pm25", "temperature"):
            connection.execute(
                "insert into telemetry.twin values (%s, %s, %s, 'AirQualityObserved', %s)",
                [device, measure, entity, measure],
            )


@pytest.fixture
def api(dsn: str) -> Iterator[httpx.Client]:
    twinned(dsn)
    with psycopg.connect(dsn) as connection:
        connection.execute("insert into telemetry.consumer (name) values (%s)", [CONSUMER])
    with broker(dsn) as client:
        yield client


def fed(dsn: str, act: Callable[[Feed], Awaitable[None]]) -> None:
    """Let `act` use a feed on the database, with its own group commit."""

    async def run() -> None:
        connections = await pool.connect(dsn, most=2)
        changes = Changes(connections, lambda: datetime.now(UTC))
        task = asyncio.create_task(changes.run())
        try:
            await act(Feed(dsn, changes, _default, lambda device: f"urn:ngsi-ld:Device:test:{device}"))
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await connections.close()

    asyncio.run(run())


async def take(feed: Feed, end: Callable[[], object] = lambda: None) -> int:
    """Feed what waits, and do `end` before that is said; returns how many batches it was."""
    connection = await asyncpg.connect(feed.dsn)
    try:
        async with queue.taken(connection, CONSUMER) as told:
            await feed.take(connection, told)
            end()
        return len(told.batches)
    finally:
        await connection.close()


def _default(name: str) -> str:
    return f"https://uri.etsi.org/ngsi-ld/default-context/{name}"


def reading(value: float, minutes: int = 0, series: str = "pm25") -> Reading:
    return Reading(series, round((AT + timedelta(minutes=minutes)).timestamp() * 1e6), value)


def shown(api: httpx.Client) -> dict[str, Any]:
    answer = api.get(f"entities/{ENTITY}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def past(api: httpx.Client) -> list[tuple[str, float]]:
    answer = api.get(f"temporal/entities/{ENTITY}", params={"attrs": "pm25"})
    told = answer.json()["pm25"]
    return sorted(
        (one["observedAt"][11:16], one["value"]) for one in (told if isinstance(told, list) else [told])
    )


class TestFeed:
    def test_shows_the_last_good_value_and_who_says_it(self, dsn: str, api: httpx.Client) -> None:
        async def act(feed: Feed) -> None:
            await stored(dsn, [reading(11), reading(12, 1), reading(20.5, 1, "temperature")])
            assert await take(feed) == 1

        fed(dsn, act)
        told = shown(api)
        assert told["type"] == "AirQualityObserved"
        assert told["pm25"]["value"] == 12
        assert told["pm25"]["unitCode"] == "GQ"
        assert told["pm25"]["observedAt"].startswith("2026-11-22T08:01:00")
        assert told["pm25"]["urn:dothi:ns:providedBy"]["object"] == "urn:ngsi-ld:Device:test:s1"
        assert told["temperature"]["unitCode"] == "CEL"
        assert past(api) == [("08:00", 11), ("08:01", 12)]

    def test_a_late_reading_is_of_the_past_and_overtakes_nothing(self, dsn: str, api: httpx.Client) -> None:
        async def act(feed: Feed) -> None:
            await stored(dsn, [reading(12, 10)])
            await take(feed)
            await stored(dsn, [reading(9, 5)])
            await take(feed)

        fed(dsn, act)
        assert shown(api)["pm25"]["value"] == 12
        assert past(api) == [("08:05", 9), ("08:10", 12)]

    def test_what_is_heard_twice_changes_nothing(self, dsn: str, api: httpx.Client) -> None:
        async def act(feed: Feed) -> None:
            await stored(dsn, [reading(11), reading(12, 1)])
            with pytest.raises(ZeroDivisionError):  # killed after its work and before it could say so
                await take(feed, lambda: 1 / 0)
            before.append(shown(api))
            assert await take(feed) == 1

        before: list[dict[str, Any]] = []
        fed(dsn, act)
        assert shown(api) == before[0]
        assert past(api) == [("08:00", 11), ("08:01", 12)]

    def test_what_is_rejected_is_shown_nowhere(self, dsn: str, api: httpx.Client) -> None:
        async def act(feed: Feed) -> None:
            await stored(dsn, [reading(11), reading(7947.8, 1)])
            with psycopg.connect(dsn) as connection:
                connection.execute(
                    "update telemetry.reading set flags = %s where value > 7000", [int(Flag.RANGE)]
                )
            await take(feed)

        fed(dsn, act)
        assert shown(api)["pm25"]["value"] == 11
        assert past(api) == [("08:00", 11)]

    def test_what_only_speaks_against_a_value_is_said_with_it(self, dsn: str, api: httpx.Client) -> None:
        async def act(feed: Feed) -> None:
            await stored(dsn, [reading(11)])
            with psycopg.connect(dsn) as connection:
                connection.execute("update telemetry.reading set flags = %s", [int(Flag.STUCK | Flag.GAP)])
            await take(feed)

        fed(dsn, act)
        assert shown(api)["pm25"]["urn:dothi:ns:quality"]["value"] == ["stuck", "gap"]

    def test_a_series_without_a_twin_is_nothing_to_the_context(self, dsn: str, api: httpx.Client) -> None:
        async def act(feed: Feed) -> None:
            await stored(dsn, [reading(1, series="door")])
            assert await take(feed) == 1

        fed(dsn, act)
        assert api.get(f"entities/{ENTITY}").status_code == 404
