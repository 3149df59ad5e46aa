"""What deriving makes of an entity: new figures shown, stale ones taken back, the same left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dothi.context.model.kinds import Instance
from dothi.sectors.deriving.deriving import shown
from dothi.sectors.deriving.rules import RULES, Past, Value, air_index, figures
from dothi.sectors.models import iri

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
NOW = "2026-11-22T08:00:01.000000Z"
RULE = next(rule for rule in RULES if rule.make is air_index)
MAKES = [iri(term) for term in RULE.makes]
INDEX = iri("airQualityIndex")


def told(*pm25: float | None, at: datetime = AT) -> list[tuple[str, Instance]]:
    """Return figures of dust of the last hours, the latest first."""
    values = [Value(at - timedelta(hours=ago), one) for ago, one in enumerate(pm25) if one is not None]
    return figures(RULE, Past("x", at, {"pm25": sorted(values)}))


def entity(**attributes: Any) -> dict[str, Any]:
    return {"id": "urn:x", "type": ["T"], "createdAt": NOW, "modifiedAt": NOW, "attributes": attributes}


class TestShown:
    def test_adds_figures_to_what_the_entity_has(self) -> None:
        changed = shown(MAKES, told(50, 50, 50))(entity(other=[{"type": "Property", "value": 1}]), NOW)
        assert changed.entity
        assert changed.entity["attributes"][INDEX][0]["value"] == 100
        assert changed.entity["attributes"]["other"] == [{"type": "Property", "value": 1}]

    def test_leaves_the_same_figures_alone(self) -> None:
        before = shown(MAKES, told(50, 50, 50))(entity(), NOW).entity
        assert shown(MAKES, told(50, 50, 50))(before, "2026-11-22T09:00:00.000000Z").entity is before

    def test_takes_back_what_has_too_few_readings_now(self) -> None:
        before = shown(MAKES, told(50, 50, 50))(entity(), NOW).entity
        after = shown(MAKES, told(50, None, None))(before, NOW).entity
        assert after
        assert INDEX not in after["attributes"]

    def test_does_not_bring_back_what_was_deleted(self) -> None:
        assert shown(MAKES, told(50, 50, 50))(None, NOW).entity is None

    def test_has_a_daily_index_once_the_day_is_whole(self) -> None:
        midnight = datetime(2026, 11, 21, 17, tzinfo=UTC)  # of Hanoi
        by_iri = dict(told(*([50.0] * 30), at=midnight + timedelta(hours=5)))
        day = by_iri[iri("airQualityIndexDay")]
        assert day["value"] == 100
        assert day["attributes"]["urn:dothi:ns:derivedFrom"][0]["json"]["day"] == "2026-11-21"
        assert iri("airQualityIndexDay") not in dict(told(50, 50, 50, at=midnight + timedelta(hours=5)))
