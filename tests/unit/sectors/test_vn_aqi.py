"""VN_AQI: the breakpoints exactly, between them in proportion, and no index without enough readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.sectors.environment import vn_aqi
from dothi.sectors.models import table

CONCENTRATION = st.floats(0, 600, allow_nan=False)
HOURS = st.lists(st.none() | CONCENTRATION, max_size=12)


class TestIndexOf:
    @pytest.mark.parametrize("pollutant", vn_aqi.COLUMNS)
    def test_meets_each_breakpoint(self, pollutant: str) -> None:
        for row in table("environment", "vn_aqi.csv"):
            if row[vn_aqi.COLUMNS[pollutant]]:
                concentration = float(row[vn_aqi.COLUMNS[pollutant]])
                assert vn_aqi.index_of(pollutant, concentration) == pytest.approx(int(row["index_high"]))

    @given(CONCENTRATION, CONCENTRATION)
    def test_never_falls_where_the_air_gets_worse(self, one: float, other: float) -> None:
        low, high = sorted((one, other))
        better, worse = vn_aqi.index_of("pm25", low), vn_aqi.index_of("pm25", high)
        assert better is not None
        assert worse is not None
        assert better <= worse + 1e-9

    def test_ends_at_500(self) -> None:
        assert vn_aqi.index_of("pm25", 9000) == 500

    def test_long_ozone_has_no_index_beyond_its_scale(self) -> None:
        assert vn_aqi.index_of("o3_8h", 401) is None


class TestNowcast:
    def test_needs_two_of_the_latest_three_hours(self) -> None:
        assert vn_aqi.nowcast([10, None, None, 10, 10]) is None
        assert vn_aqi.nowcast([None, 10, 10]) == 10

    @given(HOURS)
    def test_lies_between_the_lowest_and_the_highest_hour(self, hours: list[float | None]) -> None:
        told = vn_aqi.nowcast(hours)
        known = [one for one in hours if one is not None]
        if told is not None:
            assert min(known) - 1e-9 <= told <= max(known) + 1e-9

    @given(CONCENTRATION)
    def test_of_even_air_is_that_air(self, concentration: float) -> None:
        assert vn_aqi.nowcast([concentration] * 12) == pytest.approx(concentration)

    def test_weighs_a_sudden_change_as_the_decision_does(self) -> None:
        hours = [100.0, *([10.0] * 11)]
        own = sum(0.5**age * one for age, one in enumerate(hours, 1))
        assert vn_aqi.nowcast(hours) == pytest.approx(own, rel=3e-4)

    def test_of_clean_air_divides_by_nothing(self) -> None:
        assert vn_aqi.nowcast([0.0] * 12) == 0


class TestHourly:
    def test_takes_the_worst_pollutant(self) -> None:
        told = vn_aqi.hourly({"pm25": [20.0] * 12, "no2": [400.0]})
        assert told == vn_aqi.Index(120, "Kém", "#FF7E00", "no2")

    def test_is_none_without_dust(self) -> None:
        assert vn_aqi.hourly({"no2": [400.0]}) is None

    @pytest.mark.parametrize(("index", "category"), [(50, "Tốt"), (51, "Trung bình"), (500, "Nguy hại")])
    def test_names_the_category_of_whole_numbers(self, index: int, category: str) -> None:
        by_index = {50: 25.0, 51: 25.5, 500: 800.0}
        told = vn_aqi.hourly({"pm25": [by_index[index]] * 12})
        assert told
        assert (told.value, told.category) == (index, category)


class TestDaily:
    def test_needs_eighteen_hours(self) -> None:
        assert vn_aqi.daily({"pm25": [50.0] * 17 + [None] * 7}) is None
        told = vn_aqi.daily({"pm25": [50.0] * 18 + [None] * 6})
        assert told
        assert told.value == 100

    def test_looks_at_eight_hours_of_ozone_too(self) -> None:
        ozone = [119.0] * 24
        told = vn_aqi.daily({"pm25": [1.0] * 24, "o3": ozone})
        assert told
        assert (told.pollutant, told.value) == ("o3_8h", 98)
