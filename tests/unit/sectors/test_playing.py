"""Pacing, the storm between its bulletins, and a made-up city that is always the same."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.sectors.doors.mqtt import Sample, pack
from dothi.sectors.doors.registry import GENERATED, token_of
from dothi.sectors.importing.city import City
from dothi.sectors.importing.storm import BEGIN, FLOODS_FROM, FLOODS_TOLD, SECOND_DAY, Storm, Told
from dothi.sectors.models.origins import ASSUMED, SPREAD, TOLD
from dothi.sectors.models.profiles import kinds
from dothi.sectors.playing import storm as playing
from dothi.sectors.playing.generator import Generator
from dothi.sectors.playing.pace import Pace, play
from dothi.sectors.territory.wards import approximate

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
CITY = City("test.dothi.example", approximate())


class Wall:
    """A clock that moves only when somebody sleeps, and what was told when."""

    def __init__(self) -> None:
        self.at = START
        self.told: list[tuple[datetime, Sample]] = []

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def tell(self, samples: Sequence[Sample]) -> None:
        self.told += [(self.at, one) for one in samples]


def played(pace: Pace, *hours: float) -> Wall:
    wall = Wall()
    samples = [Sample(BEGIN + one * HOUR, "d", "rain", one) for one in hours]
    assert asyncio.run(play(samples, pace, wall.tell, wall.now, wall.sleep)) == len(samples)
    return wall


class TestPace:
    def test_tells_the_past_at_once_and_the_rest_when_it_is_due(self) -> None:
        wall = played(Pace(BEGIN + 2 * HOUR, START), 0, 1, 2, 3, 5)
        assert [(at - START) / HOUR for at, _ in wall.told] == [0, 0, 0, 1, 3]
        assert [one.at for _, one in wall.told] == [BEGIN + hours * HOUR for hours in (0, 1, 2, 3, 5)]

    def test_goes_faster(self) -> None:
        wall = played(Pace(BEGIN, START, speed=60), 0, 1, 2)
        assert [(at - START) / timedelta(minutes=1) for at, _ in wall.told] == [0, 1, 2]

    def test_goes_as_fast_as_can_be(self) -> None:
        wall = played(Pace(BEGIN, START, speed=0), 0, 1, 60)
        assert [at for at, _ in wall.told] == [START] * 3

    def test_shifted_tells_the_instant_at_which_it_is_due(self) -> None:
        wall = played(Pace(BEGIN + HOUR, START, speed=2, shifted=True), 0, 1, 3)
        assert [one.at for _, one in wall.told] == [START - HOUR / 2, START, START + HOUR]
        assert all(one.at <= at for at, one in wall.told)

    @pytest.mark.parametrize(("speed", "shifted"), [(0, True), (-1, False)])
    def test_refuses_what_has_no_meaning(self, speed: float, shifted: bool) -> None:
        with pytest.raises(ValueError, match="speed above 0"):
            Pace(BEGIN, START, speed, shifted=shifted)

    @given(st.floats(0.01, 10_000), st.lists(st.integers(-48, 48), min_size=2, max_size=9), st.booleans())
    def test_keeps_the_order(self, speed: float, hours: list[int], shifted: bool) -> None:
        pace = Pace(BEGIN, START, speed, shifted=shifted)
        for one, later in pairwise(sorted(BEGIN + each * HOUR for each in hours)):
            assert pace.due(one) <= pace.due(later)
            assert pace.tells(one) <= pace.tells(later)


def storm() -> Storm:
    kind = kinds()
    stations = {
        name: CITY.station(kind[profile], name, name)
        for name, profile in (("r", "rain-gauge"), ("l", "level-gauge"), ("f", "flood-point"))
    }
    rain = [(BEGIN, 0.0), (SECOND_DAY, 106.2), (SECOND_DAY + 14.5 * HOUR, 472.6)]
    levels = [(BEGIN + 7 * HOUR, 3.32), (BEGIN + 16 * HOUR, 4.49)]
    floods = [(FLOODS_FROM, 1.0), (FLOODS_TOLD, 0.0)]
    return Storm([Told(stations["r"], rain)], [Told(stations["l"], levels)], [Told(stations["f"], floods)])


class TestStorm:
    def test_spreads_rain_so_that_sums_stay_those_of_the_bulletins(self) -> None:
        rain = [one for one in playing.samples(storm()) if one.name == "rain"]
        day = [float(one.said) for one in rain if one.at <= SECOND_DAY]
        assert sum(day) == pytest.approx(106.2, abs=0.01)
        assert sum(float(one.said) for one in rain) == pytest.approx(472.6, abs=0.01)

    def test_tells_levels_of_bulletins_as_they_are_and_which_are_not(self) -> None:
        told = [one for one in playing.samples(storm()) if one.device == "l"]
        by_at = {one.at: one.said for one in told if one.name == "level"}
        assert by_at[BEGIN + 7 * HOUR] == 3.32
        assert by_at[BEGIN + 16 * HOUR] == 4.49
        assert 3.32 < float(by_at[BEGIN + 11 * HOUR]) < 4.49
        origins = [one.said for one in told if one.name == "origin"]
        assert origins == [TOLD, SPREAD, TOLD]

    def test_says_that_nobody_told_since_when_a_point_is_flooded(self) -> None:
        told = {(one.at, one.name): one.said for one in playing.samples(storm()) if one.device == "f"}
        assert told[FLOODS_FROM, "flooded"] == 1
        assert told[FLOODS_FROM, "origin"] == ASSUMED
        assert told[FLOODS_TOLD, "flooded"] == 0

    def test_comes_in_order_and_again_after_three_days(self) -> None:
        once = playing.samples(storm())
        end = BEGIN + 2 * playing.PERIOD
        twice = list(takewhile(lambda one: one.at < end, playing.circle(once, BEGIN)))
        assert [one.at for one in twice] == sorted(one.at for one in twice)
        turn = BEGIN + playing.PERIOD
        again = [one._replace(at=one.at - playing.PERIOD) for one in twice if one.at >= turn]
        assert again == [one for one in twice if one.at < turn]

    def test_begins_anywhere_in_its_circle(self) -> None:
        once = playing.samples(storm())
        since = BEGIN + 5 * playing.PERIOD + 31 * HOUR
        assert next(playing.circle(once, since)).at >= since

    def test_says_first_where_the_values_are_from(self) -> None:
        once, into = playing.samples(storm()), 31 * HOUR
        told = playing.circle(once, BEGIN + 5 * playing.PERIOD + into)
        before = {one.device for one in once if one.name == "origin" and one.at < BEGIN + into}
        assert before
        assert {one.device for one in takewhile(lambda one: one.name == "origin", told)} == before


class TestGenerator:
    def test_tells_the_same_for_the_same_seed_from_wherever_it_begins(self) -> None:
        made = Generator(CITY, 7)
        whole = list(islice(made.samples(START), 3_000))
        since = whole[-1].at - timedelta(minutes=20)
        later = list(islice((one for one in made.samples(since) if one.name != "origin"), 300))
        assert later == [one for one in whole if one.at > since and one.name != "origin"][:300]
        assert list(islice(Generator(CITY, 8).samples(START), 3_000)) != whole

    def test_has_rush_hours_on_working_days(self) -> None:
        made = Generator(CITY)
        station = next(one for one in made.stations if one.kind.profile.name == "traffic-counter")
        monday = datetime(2026, 11, 23, tzinfo=BEGIN.tzinfo)
        rush, night = (made.traffic(station, monday + hours * HOUR) for hours in (7.75, 3))
        assert rush["speed"] < night["speed"]
        assert rush["intensity"] > night["intensity"]

    def test_stays_within_the_limits_of_the_profiles(self) -> None:
        made = Generator(CITY)
        limits = {one.id: one.kind.profile.measures for one in made.stations}
        for one in islice(made.samples(datetime(2026, 7, 15, tzinfo=UTC)), 8_000):
            measure = limits[one.device][one.name]
            if not isinstance(one.said, str):
                assert (measure.low or 0) <= one.said <= (measure.high or one.said)

    def test_stands_behind_no_hardware(self) -> None:
        assert {one.group for one in Generator(CITY).stations} == {GENERATED}


class TestDoor:
    def test_packs_numbers_and_words_with_their_instants(self) -> None:
        told = pack([Sample(START, "d", "rain", 1.5), Sample(START, "d", "origin", "generated")])
        assert json.loads(told) == [
            {"n": "rain", "t": 1795334400.0, "v": 1.5},
            {"n": "origin", "t": 1795334400.0, "vs": "generated"},
        ]

    def test_gives_each_device_and_each_node_a_token_of_its_own(self) -> None:
        tokens = {token_of(secret, device) for secret in (b"a", b"b") for device in ("x", "y")}
        assert len(tokens) == 4
        assert all(len(one) == 64 for one in tokens)
