"""A made-up city through the real doors: wards drawn roughly, readings by MQTT, figures made of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from dothi.config import playing
from dothi.config.city import Doors
from dothi.sectors.doors.registry import GENERATED
from dothi.sectors.importing.reading import read
from dothi.sectors.models.checking import complaints
from tests.integration.sectors.conftest import NODE
from tests.support.waiting import until

Json = dict[str, Any]
UNPLACED = ("level-kenh-o", "level-kenh-e")
"""Canals of which nobody says where their gauge stands."""
NOWHERE = Path("/nonexistent")


@pytest.fixture(scope="module")
def city(doors: Doors, api: httpx.Client) -> None:
    """Bring in the wards, and what half an hour of the generator says."""
    known, bad = doors.city(None)
    assert not bad
    doors.bring(read("wards", known, NOWHERE))
    now = datetime.now(UTC)
    timeline = playing.generate(doors, known, 1, now - timedelta(minutes=35))
    playing.told(doors, playing.Timeline(playing.until(timeline.samples, now), timeline.pace))


def entity(api: httpx.Client, kind: str, name: str) -> Json:
    answer = api.get(f"entities/urn:ngsi-ld:{kind}:{NODE}:{name}")
    told: Json = answer.json() if answer.status_code == 200 else {}
    return told


@pytest.mark.usefixtures("city")
class TestGeneratedCity:
    def test_has_every_ward_with_a_shape_that_is_said_to_be_approximate(self, api: httpx.Client) -> None:
        answer = api.get(
            "entities", params={"type": "AdministrativeArea", "limit": 1000, "pick": "approximate"}
        )
        assert [one["approximate"]["value"] for one in answer.json()] == [True] * 126

    def test_finds_the_ward_of_a_place(self, api: httpx.Client) -> None:
        params = {
            "type": "AdministrativeArea", "georel": "intersects", "geometry": "Point",
            "coordinates": "[105.8525,21.0288]", "pick": "name",
        }  # fmt: skip
        [found] = api.get("entities", params=params).json()
        assert found["name"]["value"] == "Phường Hoàn Kiếm"

    def test_shows_what_its_gauges_say_and_that_nobody_measured_it(self, api: httpx.Client) -> None:
        until(lambda: "precipitation" in entity(api, "WeatherObserved", "rain-00070"))
        told = entity(api, "WeatherObserved", "rain-00070")
        assert told["origin"]["value"] == "generated"
        assert told["precipitation"]["unitCode"] == "MMT"
        assert told["inArea"]["object"] == f"urn:ngsi-ld:AdministrativeArea:{NODE}:00070"

    def test_makes_figures_and_says_of_what(self, api: httpx.Client) -> None:
        until(lambda: "precipitation1h" in entity(api, "WeatherObserved", "rain-00070"))
        until(lambda: "levelOfService" in entity(api, "TrafficFlowObserved", "traffic-00004"))
        told = entity(api, "WeatherObserved", "rain-00070")["precipitation1h"]
        [source] = told["urn:dothi:ns:derivedFrom"]["json"]["readings"]
        assert source["attribute"] == "precipitation"
        assert 1 <= source["count"] <= 6

    @pytest.mark.parametrize(
        "kind", ["WeatherObserved", "AirQualityObserved", "WaterObserved", "TrafficFlowObserved"]
    )
    def test_is_of_its_models_once_it_measures(self, api: httpx.Client, kind: str) -> None:
        def those() -> list[Json]:
            return list(api.get("entities", params={"type": kind, "limit": 1000}).json())

        until(lambda: (found := those()) and all("dateObserved" in one for one in found))
        for one in those():
            assert complaints(one, without=("location",) if one["id"].endswith(UNPLACED) else ()) == []
            latest = max(told["observedAt"] for told in one.values() if "observedAt" in told)
            assert one["dateObserved"]["value"] == latest

    def test_has_no_air_index_of_one_hour(self, api: httpx.Client) -> None:
        told = entity(api, "AirQualityObserved", "pm25-00004")
        assert "airQualityIndex" not in told

    def test_says_in_the_registry_that_no_hardware_stands_behind(self, doors: Doors) -> None:
        with psycopg.connect(doors.settings.dsn) as connection:
            groups = connection.execute("select distinct group_name from telemetry.device").fetchall()
        assert groups == [(GENERATED,)]

    def test_tells_the_same_again_and_nothing_changes(
        self, doors: Doors, capsys: pytest.CaptureFixture[str]
    ) -> None:
        known, _ = doors.city(None)
        doors.bring(read("wards", known, NOWHERE))
        assert "AdministrativeArea: 0 new, 0 changed, 126 as they were" in capsys.readouterr().out
        with psycopg.connect(doors.settings.dsn) as connection:
            before = connection.execute("select count(*) from telemetry.reading").fetchone()
            first = connection.execute("select min(at) from telemetry.reading").fetchone()
        assert first
        timeline = playing.generate(doors, known, 1, first[0])
        assert ": 0 new, 0 changed" in capsys.readouterr().out
        again = [
            one
            for one in playing.until(timeline.samples, first[0] + timedelta(minutes=10))
            if one.name != "origin"
        ]
        playing.told(doors, playing.Timeline(again, timeline.pace))
        with psycopg.connect(doors.settings.dsn) as connection:
            assert connection.execute("select count(*) from telemetry.reading").fetchone() == before
