"""Which unit is nearest, by which measure, and why each other was passed over."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.incidents import kinds, rules
from dothi.incidents.rules import Way
from dothi.incidents.types import Measure, Over, Place, ResponseUnitId, UnitRow, UnitState

AT = datetime(2026, 9, 30, 1, 0, tzinfo=UTC)
HERE = Place(105.85, 21.03)
PUMPS = ("pump-team",)


def unit(sign: str, km_east: float = 1, **changes: object) -> UnitRow:
    given_: dict[str, object] = {
        "id": ResponseUnitId(UUID(int=len(sign))), "kind": "pump-team", "call_sign": sign, "name_vi": sign,
        "name_en": sign, "place": Place(105.85 + km_east / 103.9, 21.03), "seen_at": AT, "age_s": 0.0,
        "stale": False, "state": UnitState.AVAILABLE, "incident_id": None, "on_shift": True, **changes,
    }  # fmt: skip
    return UnitRow(**given_)  # type: ignore[arg-type]  # the test says what differs


class TestNearest:
    def test_is_the_one_at_the_least_distance_and_the_others_are_farther(self) -> None:
        found = rules.nearest([unit("far", 3), unit("near", 1), unit("mid", 2)], HERE, PUMPS, AT)
        assert found.chosen is not None
        assert found.chosen.unit.call_sign == "near"
        assert found.measure is Measure.DISTANCE
        assert found.chosen.distance_m == pytest.approx(1000, rel=0.01)
        assert [(one.unit.call_sign, one.over) for one in found.weighed] == [
            ("near", None), ("mid", Over.FARTHER), ("far", Over.FARTHER)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("changes", "over"),
        [
            ({"kind": "patrol"}, Over.WRONG_KIND),
            ({"state": UnitState.OFF}, Over.OFF),
            ({"state": UnitState.SENT}, Over.BUSY),
            ({"state": UnitState.ON_SCENE}, Over.BUSY),
            ({"on_shift": False}, Over.OFF_SHIFT),
            ({"stale": True}, Over.STALE),
        ],
    )
    def test_passes_over_what_cannot_be_sent_however_near(
        self, changes: dict[str, object], over: Over
    ) -> None:
        found = rules.nearest([unit("unfit", 0, **changes), unit("fit", 9)], HERE, PUMPS, AT)
        assert found.chosen is not None
        assert found.chosen.unit.call_sign == "fit"
        assert [one.over for one in found.weighed] == [None, over]

    def test_goes_by_seconds_of_road_where_there_is_a_graph(self) -> None:
        ways = {1: Way(900, on_road=True), 2: Way(300, on_road=True), 3: Way(None, on_road=True)}

        def roads(start: Place) -> Way:
            return ways[round((start.lon - 105.85) * 103.9)]

        found = rules.nearest([unit("near", 1), unit("fast", 2), unit("cut off", 3)], HERE, PUMPS, AT, roads)
        assert found.chosen is not None
        assert (found.chosen.unit.call_sign, found.chosen.seconds) == ("fast", 300)
        assert found.measure is Measure.ROAD_TIME
        assert {one.unit.call_sign: one.over for one in found.weighed} == {
            "fast": None, "near": Over.FARTHER, "cut off": Over.NO_WAY
        }  # fmt: skip

    def test_says_of_each_unit_by_which_measure_it_was_weighed(self) -> None:
        def roads(start: Place) -> Way:
            return Way(600, on_road=start.lon < 105.87)

        found = rules.nearest(
            [unit("road", 1), unit("field", 5), unit("busy", 1, stale=True)], HERE, PUMPS, AT, roads
        )
        assert {one.unit.call_sign: one.measure for one in found.weighed} == {
            "field": Measure.DISTANCE, "road": Measure.ROAD_TIME, "busy": Measure.DISTANCE
        }  # fmt: skip

    def test_is_none_where_none_fits(self) -> None:
        found = rules.nearest([unit("busy", state=UnitState.SENT)], HERE, PUMPS, AT)
        assert found.chosen is None
        assert rules.nearest([], HERE, PUMPS, AT).weighed == ()

    @given(st.lists(st.floats(0, 20), min_size=1, max_size=8))
    def test_never_passes_over_a_nearer_one_that_fits(self, distances: list[float]) -> None:
        found = rules.nearest([unit(f"u{n}", km) for n, km in enumerate(distances)], HERE, PUMPS, AT)
        assert found.chosen is not None
        assert found.chosen.distance_m == min(one.distance_m for one in found.weighed)


class TestShifts:
    @pytest.mark.parametrize(
        ("utc", "works"),
        [((1, 0), True), ((10, 59), True), ((11, 0), False), ((22, 59), False), ((23, 0), True)],
    )
    def test_are_spans_of_the_day_in_hanoi(self, utc: tuple[int, int], works: bool) -> None:
        assert rules.on_shift([["06:00", "18:00"]], datetime(2026, 9, 30, *utc, tzinfo=UTC)) is works

    def test_may_cross_midnight_and_without_any_a_unit_always_works(self) -> None:
        night = [["22:00", "06:00"]]
        assert rules.on_shift(night, datetime(2026, 9, 30, 16, 0, tzinfo=UTC))
        assert not rules.on_shift(night, AT)
        assert rules.on_shift([], AT)


class TestDistance:
    def test_of_the_opera_house_to_the_mausoleum_is_as_on_the_map(self) -> None:
        there = rules.distance_m(Place(105.8577, 21.0242), Place(105.8346, 21.0368))
        assert there == pytest.approx(2780, rel=0.02)


class TestData:
    def test_names_only_kinds_that_are_there(self) -> None:
        assert all(set(one.units) <= set(kinds.unit_kinds()) for one in kinds.types().values())

    def test_orders_severities_by_rank(self) -> None:
        assert [one.rank for one in kinds.severities().values()] == [1, 2, 3, 4]
