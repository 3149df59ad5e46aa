"""The screen at any moment: as it was, as it was known, and what a value is judged by."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.operations import readings
from dothi.operations.figures import POINTS
from dothi.operations.kept import Past
from dothi.operations.situation import situation
from dothi.operations.types import Figure, Kind, Level, Situation
from dothi.telemetry.archive import days
from tests.conftest import database_of_its_own
from tests.support.center import center
from tests.support.gauges import told

NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WARD = "00070"


@contextlib.contextmanager
def storm(cluster: postgres.Cluster, blocker: DjangoDbBlocker) -> Iterator[str]:
    """A morning of rain in one ward; of its second hour the node learned an hour late."""
    with database_of_its_own(cluster, blocker) as name:
        center()
        with psycopg.connect(cluster.dsn("dothi_telemetry", name)) as connection:
            early = [(NOW - 4 * HOUR + 10 * place * MINUTE, 15.0) for place in range(1, 7)]
            late = [(NOW - 3 * HOUR + 10 * place * MINUTE, 20.0) for place in range(1, 7)]
            told(connection, "rain-00070", "rain-gauge", early, recorded_at=NOW - 3 * HOUR, ward=WARD)
            told(connection, "rain-00070", "rain-gauge", late, recorded_at=NOW - HOUR, ward=WARD)
            levels = [(NOW - 2 * HOUR, 9.0), (NOW, 10.7)]
            told(connection, "level-hong-ha-noi", "level-gauge", levels, recorded_at=NOW)
            flood = [(NOW - 5 * HOUR, 1.0), (NOW - HOUR, 0.0)]
            told(connection, "flood-1", "flood-point", flood, recorded_at=NOW - HOUR)
            dust = [(NOW - place * HOUR, 20.0) for place in range(12, -1, -1)]
            told(connection, "air-1", "air-station", dust, recorded_at=NOW, group="generated")
        yield name


@pytest.fixture(scope="module")
def _storm(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with storm(cluster, django_db_blocker):
        yield


async def _archived(dsn: str, folder: Path) -> None:
    """Let every day leave PostgreSQL for its file."""
    connection = await asyncpg.connect(dsn)
    for day in (NOW.date() - timedelta(days=1), NOW.date()):
        await days.close(connection, day, at=NOW)
        await days.archive(connection, day, folder, at=NOW)
        await days.drop(connection, day, folder, at=NOW)
    assert await connection.fetchval("select count(*) from telemetry.reading") == 0
    await connection.close()


def figure(found: Situation, name: str) -> Figure:
    """Return one figure of the screen."""
    return next(one for one in found.figures if one.name == name)


@pytest.mark.usefixtures("_storm")
class TestSituation:
    def test_has_at_most_seven_figures_and_each_is_there(self) -> None:
        names = [one.name for one in situation(NOW, live=True).figures]
        assert names == ["rain", "river", "floods", "air", "incidents", "due_today", "late"]

    def test_sums_the_rain_of_a_day_and_judges_it_by_its_risk(self) -> None:
        rain = figure(situation(NOW, live=True), "rain")
        assert (rain.value, rain.unit, rain.level, rain.target) == (210.0, "mm", Level.HIGH, 100.0)
        assert rain.source == "rain-00070"

    def test_goes_back_to_what_had_fallen_by_then(self) -> None:
        at = NOW - 2 * HOUR - 30 * MINUTE
        assert figure(situation(at), "rain").value == 150.0

    def test_shows_a_late_reading_as_it_was_and_not_as_it_was_known(self) -> None:
        at = NOW - 2 * HOUR
        was, known = situation(at), situation(at, at)
        assert (figure(was, "rain").value, figure(known, "rain").value) == (210.0, 90.0)
        assert next(one for one in known.wards if one.code == WARD).level is Level.CALM

    def test_holds_a_river_against_its_alert_levels(self) -> None:
        assert figure(situation(NOW, live=True), "river").level is Level.HIGH
        river = figure(situation(NOW - HOUR), "river")
        assert (river.value, river.level, river.target) == (9.0, Level.CALM, 9.5)

    def test_shows_a_flooded_point_until_it_is_drained(self) -> None:
        then, now = situation(NOW - 2 * HOUR), situation(NOW, live=True)
        assert [figure(one, "floods").value for one in (then, now)] == [1, 0]
        assert {figure(one, "floods").source for one in (then, now)} == {POINTS}
        kinds = [{point.kind for point in one.points} for one in (then, now)]
        assert [Kind.FLOOD in one for one in kinds] == [True, False]

    def test_gives_an_air_index_of_twelve_hours_and_none_of_too_few(self) -> None:
        assert figure(situation(NOW, live=True), "air").value == 40
        assert figure(situation(NOW - 11 * HOUR - 30 * MINUTE), "air").value is None

    def test_says_that_a_value_is_old(self) -> None:
        later = situation(NOW + 3 * HOUR)
        assert figure(later, "rain").stale
        assert not figure(situation(NOW - 2 * HOUR), "rain").stale

    def test_says_that_readings_are_generated(self) -> None:
        assert situation(NOW, live=True).generated
        assert not situation(NOW - 13 * HOUR).generated

    def test_tells_the_same_now_from_last_values_and_from_readings(self) -> None:
        live, read = situation(NOW, live=True), situation(NOW)
        assert (live.figures, live.wards, live.points) == (read.figures, read.wards, read.points)


def _drawn(moments: Sequence[tuple[datetime, datetime | None]]) -> list[list[Past]]:
    """Return the past of the rain gauge as a screen draws it, at most ten readings."""
    number = next(one.thing.series for one in situation(NOW).series if one.thing.device == "rain-00070")
    return [readings.past(number, NOW - 24 * HOUR, at, known_at, 10) for at, known_at in moments]


class TestArchive:
    def test_gives_the_same_screen_once_days_stand_in_files(
        self, cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker, tmp_path: Path,
        settings: Any,
    ) -> None:  # fmt: skip
        moments = [(NOW, None), (NOW - 2 * HOUR, None), (NOW - 2 * HOUR, NOW - 2 * HOUR), (NOW + HOUR, None)]
        settings.READINGS_DIR = tmp_path
        with storm(cluster, django_db_blocker) as name:
            before, drawn = [situation(*moment) for moment in moments], _drawn(moments)
            asyncio.run(_archived(cluster.dsn("dothi_telemetry", name), tmp_path))
            after = [situation(*moment) for moment in moments]
            assert _drawn(moments) == drawn
            assert [len(one) for one in drawn] == [10, 10, 6, 10]
        for one, other in zip(before, after, strict=True):
            # Dossiers and incidents are asked anew; nothing of them stands in files.
            assert (one.figures, one.wards, one.series) == (other.figures, other.wards, other.series)
