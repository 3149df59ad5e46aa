"""Rain sums, alert levels of rivers, level of service: what they say, and when they say nothing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dothi.sectors.deriving.rules import RULES, Past, Value, figures, hours, rain_sums, traffic, water
from dothi.sectors.environment import rain
from dothi.sectors.environment.rain import Fallen
from dothi.sectors.mobility import service
from dothi.sectors.models import iri, models
from dothi.sectors.water import levels
from dothi.sectors.water.levels import Level

AT = datetime(2025, 9, 30, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
FALLEN = st.lists(st.tuples(st.integers(0, 2000), st.floats(0, 50)), max_size=40)


def gauge(*told: tuple[int, float]) -> list[Fallen]:
    """Return rain by how many minutes ago it ended."""
    return [Fallen(AT - timedelta(minutes=ago), mm) for ago, mm in told]


class TestRain:
    def test_counts_what_ended_after_the_window_began(self) -> None:
        assert rain.total(gauge((0, 1.5), (59, 2), (60, 4)), AT, HOUR) == 3.5

    def test_of_nothing_told_is_unknown_and_not_dry(self) -> None:
        assert rain.total([], AT, HOUR) is None
        assert rain.total(gauge((0, 0.0)), AT, HOUR) == 0

    @given(FALLEN)
    def test_of_a_longer_window_is_never_less(self, told: list[tuple[int, float]]) -> None:
        sums = [rain.total(gauge(*told), AT, window * HOUR) or 0 for window in (1, 3, 24)]
        assert sums == sorted(sums)

    def test_rises_in_risk_at_the_thresholds(self) -> None:
        assert [rain.risk(mm) for mm in (None, 99.9, 100, 200, 399, 509)] == [0, 0, 1, 2, 2, 3]


class TestLevels:
    def test_reach_an_alert_at_the_published_height(self) -> None:
        told = [levels.alert("level-hong-ha-noi", m) for m in (9.49, 9.5, 10.5, 11.5, 13)]
        assert told == [0, 1, 2, 3, 3]

    def test_reach_none_where_none_is_published(self) -> None:
        assert levels.alert("level-kenh-o", 99) is None

    def test_rise_above_the_lowest_of_the_window(self) -> None:
        told = [
            Level(AT - 30 * HOUR, 1.0),
            Level(AT - 9 * HOUR, 3.1),
            Level(AT - 8 * HOUR, 2.9),
            Level(AT, 6),
        ]
        assert levels.rise(told, AT, 24 * HOUR) == 3.1
        assert levels.rise(told[-1:], AT, 24 * HOUR) is None


class TestService:
    @given(st.floats(0, 120), st.floats(0, 120))
    def test_is_never_better_where_it_is_slower(self, one: float, other: float) -> None:
        slow, fast = sorted((one, other))
        worse, better = service.level(slow, 50), service.level(fast, 50)
        assert worse is not None
        assert better is not None
        assert worse >= better

    def test_has_a_letter_for_standing_still_and_none_without_a_free_flow(self) -> None:
        assert service.level(0, 50) == "F"
        assert service.level(30, 0) is None


class TestFigures:
    def past(self, term: str, *told: tuple[int, float], name: str = "x") -> Past:
        values = sorted(Value(AT - timedelta(minutes=ago), said) for ago, said in told)
        return Past(name, AT, {term: values})

    def test_say_by_which_rule_and_from_which_readings(self) -> None:
        rule = next(rule for rule in RULES if rule.make is rain_sums)
        told = dict(figures(rule, self.past("precipitation", (0, 60), (30, 5), (600, 50))))
        hour, day = told[iri("precipitation1h")], told[iri("precipitation24h")]
        assert (hour["value"], day["value"], told[iri("rainRisk")]["value"]) == (65, 115, 1)
        assert hour["unitCode"] == "MMT"
        assert day["attributes"]["urn:dothi:ns:derivedFrom"][0]["json"]["readings"] == [
            {"attribute": "precipitation", "count": 3, "from": "2025-09-30T00:00:00.000000Z",
             "to": "2025-09-30T10:00:00.000000Z"}
        ]  # fmt: skip

    def test_have_an_alert_level_only_where_one_is_published(self) -> None:
        hong = {
            one.term for one in water(self.past("waterLevel", (60, 9), (0, 10), name="level-hong-ha-noi"))
        }
        canal = {one.term for one in water(self.past("waterLevel", (60, 2), (0, 4), name="level-kenh-o"))}
        assert hong == {"rise24h", "alertLevel"}
        assert canal == {"rise24h"}

    def test_of_traffic_look_back_a_quarter_of_an_hour(self) -> None:
        [told] = traffic(self.past("averageVehicleSpeed", (20, 50), (10, 20), (0, 10)))
        assert told.value == "F"
        assert traffic(self.past("averageVehicleSpeed", (20, 50))) == []

    def test_are_terms_of_their_models(self) -> None:
        for rule in RULES:
            terms = models()[rule.entity_type].attributes
            assert {*rule.sources, *rule.makes} <= terms.keys()

    def test_take_hours_that_end_now(self) -> None:
        told = self.past("pm25", (0, 10), (59, 20), (60, 40), (150, 7))
        assert hours(told.of("pm25"), AT, 4) == [15, 40, 7, None]
