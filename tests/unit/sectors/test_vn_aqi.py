"""VN_AQI: the breakpoints exactly, between them in proportion, and no index without enough readings."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.sectors.environment import vn_aqi
from dothi.sectors.models import table
from tests.support.data import DATA, needs_data

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


class TestTables:
    @needs_data
    def test_are_those_that_were_restated_from_the_decision_and_the_bulletin(self) -> None:
        assert told("vn_aqi_breakpoints.csv") == table("environment", "vn_aqi.csv")
        [river], [ours] = told("river_alert_levels.csv"), table("water", "alert_levels.csv")
        levels = ("bd1_m", "bd2_m", "bd3_m")
        assert [ours[one] for one in levels] == [river[one] for one in levels]


def told(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of rules."""
    return list(csv.DictReader((DATA / "rules" / name).read_text(encoding="utf-8-sig").splitlines()))


class TestVectors:
    """By hand from the decision: I = (I2 - I1) / (BP2 - BP1) * (C - BP1) + I1, to the whole number."""

    @pytest.mark.parametrize(
        ("pm25", "index"), [(0, 0), (25, 50), (35, 70), (60, 117), (100, 164), (200, 250), (300, 350)]
    )
    def test_of_steady_air(self, pm25: float, index: int) -> None:
        hourly, daily = (by({"pm25": [pm25] * 24}) for by in (vn_aqi.hourly, vn_aqi.daily))
        assert hourly
        assert daily
        assert (hourly.value, daily.value) == (index, index)

    def test_of_air_that_changes_slowly(self) -> None:
        # lowest 40, highest 50: weight 0.8; (50 + 0.8 * 45 + 0.64 * 40) / (1 + 0.8 + 0.64)
        assert vn_aqi.nowcast([50, 45, 40]) == pytest.approx(45.7377, abs=1e-4)

    def test_of_air_that_changes_fast(self) -> None:
        # lowest 10, highest 80: weight 0.5; (80 + 0.25 * 10) / (1 + 0.25), the second hour is not known
        assert vn_aqi.nowcast([80, None, 10]) == 66

    def test_of_a_day_is_the_mean_of_its_hours(self) -> None:
        told = vn_aqi.daily({"pm25": [20.0] * 12 + [50.0] * 12})
        assert told
        assert told.value == 70

    def test_of_a_day_takes_the_highest_hour_of_a_gas(self) -> None:
        told = vn_aqi.daily({"pm25": [1.0] * 24, "no2": [10.0] * 23 + [150.0]})
        assert told
        assert (told.value, told.pollutant) == (75, "no2")


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
