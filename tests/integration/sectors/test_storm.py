"""The storm of 2025 told at once through the door of devices, at its own instants."""

from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from dothi.config import playing
from dothi.config.city import Doors
from dothi.sectors.importing import storm
from dothi.sectors.importing.reading import read
from dothi.sectors.playing.pace import Pace
from tests.integration.sectors.conftest import NODE
from tests.support.data import DATA, needs_data
from tests.support.waiting import until

pytestmark = needs_data
WORST = f"urn:ngsi-ld:WeatherObserved:{NODE}:rain-00190"
"""Ô Chợ Dừa, 616.2 mm in all."""


@pytest.fixture(scope="module")
def replayed(doors: Doors, api: httpx.Client) -> int:
    city, _ = doors.city(DATA)
    doors.bring(read("wards", city, DATA))
    pace = Pace(storm.BEGIN, datetime.now(UTC), speed=0)
    return playing.told(doors, playing.replay(doors, city, DATA, pace))


def entity(api: httpx.Client, entity_id: str) -> dict[str, Any]:
    answer = api.get(f"entities/{entity_id}")
    told: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
    return told


class TestStorm:
    def test_stores_every_sample(self, replayed: int, doors: Doors) -> None:
        with psycopg.connect(doors.settings.dsn) as connection:
            told = connection.execute("select count(*) from telemetry.reading").fetchone()
        assert told == (replayed,)
        assert replayed > 9_000

    @pytest.mark.usefixtures("replayed")
    def test_rains_as_much_as_the_bulletins_say(self, doors: Doors) -> None:
        query = (
            "select sum(value) from telemetry.reading join telemetry.series on number = series"
            " where device = %s and name = 'rain'"
        )
        with psycopg.connect(doors.settings.dsn) as connection:
            sums = {
                code: connection.execute(query, [f"rain-{code}"]).fetchone() for code in ("00190", "00070")
            }
        assert sums["00190"] == (pytest.approx(616.2, abs=0.1),)
        assert sums["00070"] == (pytest.approx(258.3, abs=0.1),)

    @pytest.mark.usefixtures("replayed")
    def test_ends_with_nineteen_points_still_flooded(self, api: httpx.Client) -> None:
        def flooded() -> int:
            params: dict[str, str | int] = {"type": "FloodedPoint", "q": "flooded==1", "limit": 100}
            return len(api.get("entities", params=params).json())

        until(lambda: flooded() == 19)
        assert len(api.get("entities", params={"type": "FloodedPoint", "limit": 100}).json()) == 82

    @pytest.mark.usefixtures("replayed")
    def test_shows_the_last_level_that_was_told_and_how_it_rose(self, api: httpx.Client) -> None:
        until(lambda: "rise24h" in entity(api, f"urn:ngsi-ld:WaterObserved:{NODE}:level-nhue-cong-ha-dong"))
        told = entity(api, f"urn:ngsi-ld:WaterObserved:{NODE}:level-nhue-cong-ha-dong")
        assert told["waterLevel"]["value"] == 5.93
        assert told["waterLevel"]["observedAt"].startswith("2025-09-30T23:00:00")
        assert told["origin"]["value"] == "told by a bulletin"
        assert "alertLevel" not in told

    @pytest.mark.usefixtures("replayed")
    def test_makes_the_rain_of_a_day_and_its_risk_where_it_rained_most(self, api: httpx.Client) -> None:
        until(lambda: entity(api, WORST).get("rainRisk", {}).get("value") == 2)
        told = entity(api, WORST)
        of_the_morning = 366.4 * 6 / 14.5  # of 30 September, before the last 24 hours begin
        assert told["precipitation24h"]["value"] == pytest.approx(510 - of_the_morning, abs=0.1)
        assert told["inArea"]["object"] == f"urn:ngsi-ld:AdministrativeArea:{NODE}:00190"

    @pytest.mark.usefixtures("replayed")
    def test_is_the_past_of_its_entities_too(self, api: httpx.Client) -> None:
        params = {
            "attrs": "precipitation", "timerel": "between", "timeAt": "2025-09-28T17:00:00Z",
            "endTimeAt": "2025-09-30T23:30:00Z", "aggrMethods": "totalCount,sum",
            "options": "aggregatedValues",
        }  # fmt: skip

        def told() -> tuple[int, float]:
            answer = api.get(f"temporal/entities/{WORST}", params=params).json().get("precipitation")
            return (answer["totalCount"][0][0], answer["sum"][0][0]) if answer else (0, 0)

        until(lambda: told()[0] == 325)
        assert told()[1] == pytest.approx(616.2, abs=0.1)
