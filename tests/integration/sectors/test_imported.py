"""Files of the city through the real doors: five years of rain, stops and hospitals, twice."""

import httpx
import psycopg
import pytest

from dothi.config.city import Doors
from dothi.sectors.importing.reading import read
from dothi.telemetry.types import Flag
from tests.integration.sectors.conftest import NODE
from tests.support.data import DATA, needs_data
from tests.support.waiting import until

pytestmark = needs_data
STORM = (
    "select flags from telemetry.reading join telemetry.series on number = series"
    " where device = 'rain-day-o-cho-dua' and value > 300"
)
READINGS = "select count(*), count(*) filter (where flags & %s <> 0), max(value) from telemetry.reading"


@pytest.fixture(scope="module")
def rain(doors: Doors, api: httpx.Client) -> None:
    city, _ = doors.city(DATA)
    doors.bring(read("rain", city, DATA))


@pytest.mark.long  # a partition for each of 2,100 days
class TestRain:
    @pytest.mark.usefixtures("rain")
    def test_keeps_the_storm_and_rejects_the_impossible(self, doors: Doors) -> None:
        with psycopg.connect(doors.settings.dsn) as connection:
            told = connection.execute(READINGS, [int(Flag.RANGE)]).fetchone()
            storm = connection.execute(STORM).fetchall()
        assert told == (25_111, 11, 7947.8)
        assert storm
        assert not any(flags & int(Flag.RANGE) for (flags,) in storm)

    @pytest.mark.usefixtures("rain")
    def test_shows_no_value_that_is_rejected(self, api: httpx.Client) -> None:
        past = f"temporal/entities/urn:ngsi-ld:WeatherObserved:{NODE}:rain-day-xa-quoc-oai"
        params = {
            "attrs": "precipitationDay", "aggrMethods": "max", "options": "aggregatedValues",
            "timerel": "before", "timeAt": "2026-01-01T00:00:00Z",
        }  # fmt: skip

        def highest() -> float:
            told = api.get(past, params=params).json().get("precipitationDay")
            return float(told["max"][0][0]) if told else 0.0

        until(lambda: highest() > 0)
        assert highest() < 1825

    @pytest.mark.usefixtures("rain")
    def test_is_the_same_when_it_is_told_again(
        self, doors: Doors, capsys: pytest.CaptureFixture[str]
    ) -> None:
        city, _ = doors.city(DATA)
        again = read("rain", city, DATA)
        again.samples = [one for one in again.samples if one.device == "rain-day-ha-dong"]
        doors.bring(again)
        with psycopg.connect(doors.settings.dsn) as connection:
            assert connection.execute("select count(*) from telemetry.reading").fetchone() == (25_111,)
        said = capsys.readouterr().out
        assert "devices: 0 new, 0 changed of 48" in said
        assert "WeatherObserved: 0 new, 0 changed, 48 as they were" in said


class TestPlaces:
    def test_come_in_by_the_thousand_and_change_nothing_again(
        self, doors: Doors, api: httpx.Client, capsys: pytest.CaptureFixture[str]
    ) -> None:
        city, _ = doors.city(DATA)
        for _ in range(2):
            for kind in ("stops", "hospitals"):
                doors.bring(read(kind, city, DATA))
        said = capsys.readouterr().out
        assert "GtfsStop: 6495 new, 0 changed, 0 as they were" in said
        assert "GtfsStop: 0 new, 0 changed, 6495 as they were" in said
        assert "rows left out: 7" in said
        near = {
            "type": "Hospital", "georel": "near;maxDistance==1500", "geometry": "Point",
            "coordinates": "[105.8412,21.0003]", "pick": "name", "limit": "20",
        }  # fmt: skip
        assert any("Bạch Mai" in one["name"]["value"] for one in api.get("entities", params=near).json())
