"""A moment shown from keyframes is the moment that all readings tell, however late they came."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import asyncpg
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.operations import readings
from dothi.operations.rules import indicators
from dothi.operations.situation import BEHIND_THE_INDEX
from dothi.operations.things import things
from dothi.telemetry.archive import retention
from dothi.telemetry.keyframes import making
from dothi.telemetry.keyframes.columns import REACH, Columns
from dothi.telemetry.store import rows
from dothi.telemetry.store.devices import provide
from dothi.telemetry.store.keeping import Keeper
from dothi.telemetry.store.writer import EPOCH, create_tables
from dothi.telemetry.types import Device, Measure, Profile, Reading, Readings
from tests.conftest import database_of_its_own
from tests.integration.telemetry.test_flags import known
from tests.integration.telemetry.test_queue import us

DAY = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = ("rain", "level", "state")
GAUGE = Profile("gauge", {name: Measure(name, "", low=0, high=500) for name in NAMES}, late_s=400 * 86_400)
HOUR = timedelta(hours=1)


class Batch(NamedTuple):
    """Readings that came together, so many minutes after DAY; each is measure, minute of observing, value."""

    minute: int
    readings: Sequence[tuple[str, int, float]]


class Whole(NamedTuple):
    """What can be asked of a moment: the last of each series, and what its rain adds up to."""

    last: Sequence[tuple[int, int, float]]
    fallen: float


@pytest.fixture(scope="module")
def dsn(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database for all of this, with one gauge."""
    with database_of_its_own(cluster, django_db_blocker) as name:
        told = cluster.dsn("dothi_telemetry", name)
        asyncio.run(_provided(told))
        yield told


async def _provided(dsn: str) -> None:
    async with connected(dsn) as connection:
        await provide(connection, GAUGE, {"s1": bytes(32)}, at=DAY)


def minute(number: int) -> datetime:
    """Return an instant so many minutes after DAY."""
    return DAY + timedelta(minutes=number)


async def told(dsn: str, batches: Sequence[Batch], turns: Sequence[bool]) -> None:
    """Store batches in their order; where `turns` says so, what makes keyframes takes its turns after one."""
    keeper = known(Device("s1", bytes(32), GAUGE))
    async with connected(dsn) as connection:
        await connection.execute(EMPTY)
        for batch, turn in zip(batches, turns, strict=True):
            await _stored(connection, keeper, batch)
            for _ in range(2 if turn else 0):
                await making.turn(connection, minute(batch.minute + 5))


async def _stored(connection: asyncpg.Connection, keeper: Keeper, batch: Batch) -> None:
    kept = await keeper.rows(connection, [("s1", Readings.of([_reading(*one) for one in batch.readings]))])
    for day in rows.days(kept):
        await connection.execute("select telemetry.keep_day($1)", EPOCH + timedelta(days=day))
    async with connection.transaction():
        new = await keeper.keep(connection, kept, minute(batch.minute))
        if new:
            await keeper.record(connection, new, lambda: minute(batch.minute))


@contextlib.asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Be connected while the block lasts."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


EMPTY = """
    truncate telemetry.reading, telemetry.batch, telemetry.keyframe, telemetry.late, telemetry.pending;
    truncate telemetry.day;
    update telemetry.last_value set at = null, seen_at = null, value = null"""


def _reading(name: str, at: int, value: float) -> Reading:
    if name == "state":
        return (
            Reading(name, us(minute(at)), None, "open") if value < 0 else Reading(name, us(minute(at)), value)
        )
    return Reading(name, us(minute(at)), value)


def reckoned(batches: Sequence[Batch], at: datetime, known_at: datetime | None) -> Whole:
    """Return what the batches say of a moment, reckoned here."""
    numbers = {one.measure: one.series for one in things().values()}
    once: dict[tuple[str, int], tuple[datetime, float]] = {}
    for batch in batches:
        for name, observed, value in batch.readings:
            once.setdefault((name, observed), (minute(batch.minute), value))
    good = sorted(
        (name, observed, value) for (name, observed), (recorded, value) in once.items()
        if at - REACH < minute(observed) <= at and (known_at is None or recorded <= known_at)
        and (0 <= value <= 500 or (name == "state" and value < 0))
    )  # fmt: skip
    last = {name: (numbers[name], us(minute(observed)), value) for name, observed, value in good}
    rain = [value for name, observed, value in good if name == "rain" and minute(observed) > at - 24 * HOUR]
    return Whole(sorted(one for name, one in last.items() if name != "state" or one[2] >= 0), sum(rain))


def whole(one: readings.Told) -> Whole:
    """Return the same of an answer."""
    rain = [number for number, thing in things().items() if thing.measure == "rain"]
    told = zip(one.last.series.tolist(), one.last.at_us.tolist(), one.last.value.tolist(), strict=True)
    return Whole(sorted(told), sum(one.fallen(rain).values()))


def slow(at: datetime, known_at: datetime | None) -> Columns:
    """Return what the readings themselves say."""
    return readings.slow(at, known_at)


minutes = st.integers(0, 3 * 24 * 60)
lateness = st.one_of(st.just(0), st.integers(0, 30), st.integers(0, 3 * 24 * 60))
values = st.integers(-20, 2200).map(lambda quarters: quarters / 4)
reading = st.tuples(st.sampled_from(NAMES), lateness, values)
batch = st.tuples(minutes, st.lists(reading, min_size=1, max_size=6)).map(
    lambda told: Batch(told[0], [(name, told[0] - late, value) for name, late, value in told[1]])
)
story = st.lists(batch, min_size=1, max_size=5, unique_by=lambda one: one.minute).map(
    lambda told: sorted(told, key=lambda one: one.minute)
)


class TestKeyframes:
    @given(data=st.data(), batches=story)
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_show_what_all_readings_tell(
        self, dsn: str, monkeypatch: pytest.MonkeyPatch, data: st.DataObject, batches: list[Batch]
    ) -> None:
        monkeypatch.setattr(making, "MOST", data.draw(st.sampled_from([0, 2, 50_000]), "readings in a span"))
        monkeypatch.setattr(making, "WIDTHS", (24 * HOUR, 6 * HOUR))
        turns = data.draw(st.lists(st.booleans(), min_size=len(batches), max_size=len(batches)), "turns")
        asyncio.run(told(dsn, batches, turns))
        for at in data.draw(st.lists(minutes.map(minute), min_size=3, max_size=6), "moments"):
            for known_at in (None, at, at + HOUR, at - HOUR, at - 30 * HOUR):
                right = reckoned(batches, at, known_at)
                assert whole(readings.told(at, known_at)) == right
                assert whole(readings.Told(at, slow(at, known_at), slow(at, known_at).last())) == right


class TestRebuild:
    def test_gives_the_same_again(self, dsn: str) -> None:
        batches = [Batch(60 * hour, [("rain", 60 * hour - late, 1.25 * hour)])
                   for hour in range(1, 60) for late in ([0, 150] if hour % 7 == 3 else [0])]  # fmt: skip
        asyncio.run(told(dsn, batches, [hour % 5 == 0 for hour in range(len(batches))]))
        asked = [
            (minute(90 * number), known) for number in range(1, 40) for known in (None, minute(90 * number))
        ]
        before = [whole(readings.told(*one)) for one in asked]
        assert _count(dsn, "keyframe") > 1
        asyncio.run(_rebuilt(dsn))
        assert _count(dsn, "late") == 0
        assert [whole(readings.told(*one)) for one in asked] == before


class TestLate:
    def test_corrects_the_past_at_once_and_not_what_was_known(self, dsn: str) -> None:
        first = [Batch(60 * hour, [("level", 60 * hour, float(hour))]) for hour in (1, 2, 60)]
        asyncio.run(told(dsn, [*first, Batch(3700, [("level", 150, 99.0)])], [True] * 4))
        asyncio.run(_all_made(dsn))
        at = minute(180)
        assert [value for _, _, value in whole(readings.told(at, None)).last] == [99.0]
        assert [value for _, _, value in whole(readings.told(at, at)).last] == [2.0]
        assert [value for _, _, value in whole(readings.told(minute(3600), None)).last] == [60.0]

    def test_taken_in_whole_leaves_nothing_to_do(self, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
        first = [Batch(60 * hour, [("level", 60 * hour, float(hour))]) for hour in (1, 2, 60)]
        asyncio.run(told(dsn, first, [True] * 3))
        asyncio.run(_all_made(dsn))
        late = Batch(3700, [("level", 150, 99.0), ("rain", 151, 1.0), ("rain", 152, 1.0)])
        asyncio.run(_come(dsn, late))
        monkeypatch.setattr(making, "LATE_AT_ONCE", 2)
        assert asyncio.run(_busy(dsn))
        assert not asyncio.run(_busy(dsn))
        assert _count(dsn, "late") == 0

    def test_is_the_last_for_who_asks_what_was_known_before_it_came(self, dsn: str) -> None:
        """The one before it was overtaken long ago, and so is in no keyframe; nor is it needed there."""
        batches = [Batch(60 * hour, [("level", 60 * hour, float(hour))]) for hour in (1, 2, 30, 60)]
        batches.append(Batch(3700, [("level", 29 * 60, 99.0), ("level", 31 * 60, 98.0)]))
        asyncio.run(told(dsn, batches, [True] * 5))
        asyncio.run(_all_made(dsn))
        for at in (minute(29 * 60), minute(30 * 60), minute(59 * 60), minute(3690), minute(3800)):
            for known_at in (None, at, minute(90), minute(3600), minute(3699), minute(3700)):
                assert whole(readings.told(at, known_at)) == reckoned(batches, at, known_at)


class TestReach:
    def test_ends_within_a_keyframe(self, dsn: str) -> None:
        batches = [Batch(30, [("level", 30, 1.0)]), Batch(40, [("rain", 40, 2.0)])]
        asyncio.run(told(dsn, batches, [True] * 2))
        asyncio.run(_all_made(dsn, 20 * 24 * 60))
        for number in (29, 30, 31, 39, 40, 41):
            at = DAY + REACH + timedelta(minutes=number)
            assert whole(readings.told(at, None)) == reckoned(batches, at, None)


class TestRetention:
    def test_makes_keyframes_of_a_day_before_it_leaves_and_lets_old_ones_go(
        self, dsn: str, tmp_path: Any, settings: Any
    ) -> None:
        settings.READINGS_DIR = tmp_path
        batches = [Batch(60 * hour, [("level", 60 * hour, float(hour))]) for hour in range(1, 34)]
        asyncio.run(told(dsn, batches, [False] * len(batches)))
        at = minute(20 * 60)
        before = whole(readings.told(at, None))
        asyncio.run(_left(dsn, tmp_path))
        assert _count(dsn, "reading") == 0
        assert whole(readings.told(at, None)) == before
        assert whole(readings.Told(at, slow(at, None), slow(at, None).last())) == before


class TestTables:
    def test_of_before_give_way(self, dsn: str) -> None:
        batches = [Batch(60, [("level", 60, 1.0)]), Batch(2000, [("level", 2000, 2.0)])]
        with psycopg.connect(dsn) as connection:
            connection.execute(OF_BEFORE)
        asyncio.run(create_tables(dsn))
        asyncio.run(told(dsn, batches, [True, True]))
        asyncio.run(_all_made(dsn))
        assert _count(dsn, "keyframe") > 0
        for at in (minute(61), minute(2001)):
            assert whole(readings.told(at, at)) == reckoned(batches, at, at)


OF_BEFORE = """
    drop table telemetry.keyframe;
    create table telemetry.keyframe (
        from_at timestamptz primary key, until timestamptz not null, since timestamptz not null, fence xid8,
        made_at timestamptz, series integer[], at timestamptz[], recorded_at timestamptz[],
        value double precision[], flags smallint[]
    );
    insert into telemetry.keyframe (from_at, until, since) values (now(), now() + interval '1 hour', now());
    create function telemetry.held(one telemetry.keyframe) returns integer language sql as 'select 1';
    comment on schema telemetry is 'made by other words'"""


async def _left(dsn: str, folder: Any) -> None:
    now = DAY + timedelta(days=9)
    async with connected(dsn) as connection:
        await connection.execute(
            "update telemetry.policy set days = case what when 'hot' then 1 else null end"
        )
        await retention.take(connection, await retention.plan(connection, now.date()), folder, at=now)


async def _rebuilt(dsn: str) -> None:
    async with connected(dsn) as connection:
        await connection.execute("truncate telemetry.keyframe, telemetry.late")
        await making.make_all(connection, minute(95 * 60))


async def _come(dsn: str, batch: Batch) -> None:
    async with connected(dsn) as connection:
        await _stored(connection, known(Device("s1", bytes(32), GAUGE)), batch)


async def _busy(dsn: str) -> bool:
    """Take a turn and return whether there is more to do."""
    async with connected(dsn) as connection:
        return await making.turn(connection, minute(4000))


async def _all_made(dsn: str, until: int = 4000) -> None:
    async with connected(dsn) as connection:
        await making.make_all(connection, minute(until))


def _count(dsn: str, table: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(f"select count(*) from telemetry.{table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_keyframes_look_back_as_far_as_the_figures_need(dsn: str) -> None:
    names = [name for one in ("rain", "air") for name in indicators()[one].measures]
    with psycopg.connect(dsn) as connection:
        asked = "select name, telemetry.lookback(name) from unnest(%s::text[]) as name"
        found: dict[str, timedelta] = dict(connection.execute(asked, [names]).fetchall())
        [reach] = connection.execute("select telemetry.reach()").fetchall()
    wanted = dict.fromkeys(indicators()["air"].measures, BEHIND_THE_INDEX)
    assert (found, reach) == ({**wanted, "rain": 24 * HOUR}, (REACH,))
