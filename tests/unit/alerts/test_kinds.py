"""Each kind of rule, on readings that a person can follow; minutes count from 8:00 of 30 September 2025."""

from collections.abc import Sequence
from typing import Any

import pytest

from dothi.alerts.engine.correlation import meters
from dothi.alerts.engine.golden import instant_us
from dothi.alerts.engine.running import run
from dothi.alerts.engine.samples import SECOND, Decision, Sample
from dothi.telemetry.types import Flag
from tests.support.alerts import a_rule

START = instant_us("2025-09-30T08:00")
MINUTE = 60 * SECOND
Told = list[tuple[str, int, float]]


def at(minute: float) -> int:
    """Return the instant of a minute."""
    return START + round(minute * MINUTE)


def told(decisions: Sequence[Decision]) -> Told:
    """Return act, minute and signal of each decision."""
    return [(one.act, round((one.at - START) / MINUTE), one.signal) for one in decisions]


def ran(
    readings: Sequence[tuple[float, float]], until: float | None = None, limit: Any = None, **rule: Any
) -> Told:
    """Return what a rule decides on readings of one thing, given as minute and value."""
    samples = [("one", Sample(at(minute), float(value))) for minute, value in readings]
    return told(run(a_rule(limit, **rule), samples, {}, None if until is None else at(until)))


class TestThreshold:
    def test_raises_at_the_limit_and_clears_short_of_the_other(self) -> None:
        readings = [(0, 30), (1, 31), (2, 26), (3, 25), (4, 24), (5, 30)]
        assert ran(readings) == [("raise", 1, 31), ("clear", 4, 24)]

    def test_waits_until_it_has_held(self) -> None:
        readings = [(0, 40), (4, 40), (5, 20), (6, 40), (11, 35)]
        assert ran(readings, limit={"hold_s": 300}) == [("raise", 11, 35)]

    def test_waits_until_the_recovery_has_held(self) -> None:
        readings = [(0, 40), (1, 20), (3, 26), (4, 20), (6, 20)]
        assert ran(readings, limit={"clear_hold_s": 120}) == [("raise", 0, 40), ("clear", 6, 20)]

    def test_looks_downwards_too(self) -> None:
        low = {"direction": "below", "fire_at": 2, "clear_at": 3}
        assert ran([(0, 3), (1, 2), (2, 3), (3, 4)], limit=low) == [("raise", 1, 2), ("clear", 3, 4)]


class TestWindow:
    HOUR: dict[str, Any] = {"kind": "window", "window": {"over_s": 3600, "what": "sum"}}

    def test_sums_what_lies_in_it(self) -> None:
        readings = [(0, 10), (20, 10), (40, 10), (59, 1), (90, 0)]
        assert ran(readings, **self.HOUR) == [("raise", 59, 31), ("clear", 60, 21)]

    def test_leaves_out_what_is_just_too_old(self) -> None:
        assert ran([(0, 16), (60, 15)], **self.HOUR) == []

    def test_is_not_ended_by_silence(self) -> None:
        assert ran([(0, 31)], until=500, **self.HOUR) == [("raise", 0, 31)]

    def test_wants_enough_samples_for_a_mean(self) -> None:
        of_three = {"over_s": 3600, "what": "mean", "min_samples": 3}
        assert ran([(0, 50), (20, 50), (40, 50)], kind="window", window=of_three) == [("raise", 40, 50)]

    def test_takes_the_highest_or_the_lowest(self) -> None:
        falling = [(0, 40), (0.5, 35), (1.5, 20)]
        highest = ran(falling, kind="window", window={"over_s": 60, "what": "max"})
        assert highest == [("raise", 0, 40), ("clear", 2, 20)]
        lowest = ran(falling, kind="window", window={"over_s": 60, "what": "min", "min_samples": 2})
        assert lowest == [("raise", 0, 35)]


class TestRate:
    PER_HOUR: dict[str, Any] = {"kind": "rate", "rate": {"per_s": 3600, "over_s": 1800, "min_span_s": 600}}

    def test_is_the_change_over_the_window(self) -> None:
        rises = {"fire_at": 1, "clear_at": 0}
        found = ran([(0, 3), (5, 3.4), (10, 3.25), (20, 3.5)], limit=rises, **self.PER_HOUR)
        assert found == [("raise", 10, 1.5)]


class TestAbsence:
    SILENT: dict[str, Any] = {"kind": "absence", "limit": {"fire_at": 1800, "clear_at": 1800}}

    def test_is_raised_when_the_time_has_passed_and_cleared_by_the_next_word(self) -> None:
        assert ran([(0, 1), (100, 1)], **self.SILENT) == [("raise", 30, 1800), ("clear", 100, 6000)]

    def test_is_noticed_by_a_look_at_the_clock(self) -> None:
        assert ran([(0, 1)], until=30, **self.SILENT) == []
        assert ran([(0, 1)], until=31, **self.SILENT) == [("raise", 30, 1800)]

    def test_is_not_broken_by_nonsense_alone(self) -> None:
        samples = [("one", Sample(at(0), 1.0)), ("one", Sample(at(29), 7947.8, Flag.RANGE))]
        assert told(run(a_rule(**self.SILENT), samples, {}, at(40))) == []


class TestFlag:
    STUCK: dict[str, Any] = {
        "kind": "flag",
        "flag": {"flag": "stuck", "over_s": 3600},
        "limit": {"fire_at": 3, "clear_at": 1},
    }

    def test_counts_readings_that_bear_it(self) -> None:
        flags = [0, 4, 4, 0, 4, 0]
        samples = [("one", Sample(at(10 * place), 5.0, flag)) for place, flag in enumerate(flags)]
        rule = a_rule(**self.STUCK)
        assert told(run(rule, samples, {}, at(200)))[:1] == [("raise", 40, 3)]

    def test_ends_when_none_is_left_in_the_window(self) -> None:
        samples = [("one", Sample(at(place), 5.0, 4)) for place in range(3)]
        samples += [("one", Sample(at(minute), 5.0)) for minute in (30, 60, 90)]
        assert told(run(a_rule(**self.STUCK), samples, {})) == [("raise", 2, 3), ("clear", 62, 0)]


class TestGeofence:
    LAKE = ((105.850, 21.026), (105.855, 21.026), (105.855, 21.032), (105.850, 21.032))

    def test_tells_when_a_thing_comes_in_and_when_it_has_left(self) -> None:
        rule = a_rule(
            {"fire_at": 1, "clear_at": 1}, kind="geofence",
            geofence={"latitude": "lat", "area": [list(point) for point in self.LAKE]},
        )  # fmt: skip
        way = [(0, 105.84, 21.03), (1, 105.852, 21.028), (2, 105.85, 21.03), (3, 105.86, 21.03)]
        samples = [("bus", Sample(at(minute), lon, 0, lat)) for minute, lon, lat in way]
        assert told(run(rule, samples, {})) == [("raise", 1, 1), ("clear", 3, 0)]


class TestCorrelation:
    PLACES = {"a": (105.85, 21.03), "b": (105.86, 21.03), "c": (105.85, 21.04), "far": (105.95, 21.03)}
    THREE: dict[str, Any] = {
        "kind": "correlation", "limit": {"fire_at": 3, "clear_at": 2},
        "correlation": {"each": "above", "each_at": 20, "within_m": 1600, "over_s": 1800},
    }  # fmt: skip

    def test_wants_enough_near_things_at_once(self) -> None:
        rule = a_rule(**self.THREE)
        rows = [("a", 0, 25), ("far", 1, 25), ("b", 5, 25), ("c", 10, 22)]
        found = run(rule, [(thing, Sample(at(minute), value)) for thing, minute, value in rows], self.PLACES)
        assert told(found) == [("raise", 10, 3)]
        assert (found[0].thing, found[0].evidence["looked_at"]) == ("c", 3)
        assert set(found[0].evidence["meters"]) == {"a", "b", "c"}

    def test_forgets_what_is_too_old(self) -> None:
        rows = [("a", 0, 25), ("b", 5, 25), ("c", 31, 22)]
        samples = [(thing, Sample(at(minute), float(value))) for thing, minute, value in rows]
        assert run(a_rule(**self.THREE), samples, self.PLACES) == []

    def test_ends_when_too_few_are_left_by_value_or_by_age(self) -> None:
        rows = [("a", 0, 25), ("b", 5, 25), ("c", 10, 22), ("a", 20, 1), ("b", 21, 2)]
        samples = [(thing, Sample(at(minute), float(value))) for thing, minute, value in rows]
        assert told(run(a_rule(**self.THREE), samples, self.PLACES))[-1] == ("clear", 21, 1)
        assert told(run(a_rule(**self.THREE), samples[:3], self.PLACES, at(60)))[-1] == ("clear", 35, 1)

    def test_measures_on_the_sphere(self) -> None:
        assert meters((105.0, 21.0), (105.0, 22.0)) == pytest.approx(111_195, rel=1e-4)


class TestHours:
    def test_raise_only_in_them_but_let_an_alert_end_at_any_time(self) -> None:
        night = ({"weekdays": [1], "start": "08:00", "end": "08:10"},)
        assert ran([(-1, 40), (2, 40), (15, 20), (20, 40)], only=list(night)) == [
            ("raise", 2, 40), ("clear", 15, 20),
        ]  # fmt: skip
        assert ran([(2, 40)], only=[{**night[0], "weekdays": [2]}]) == []


class TestRejected:
    @pytest.mark.parametrize("flags", [Flag.RANGE, Flag.SKEW, Flag.RANGE | Flag.STEP])
    def test_readings_never_fire(self, flags: Flag) -> None:
        assert told(run(a_rule(), [("one", Sample(at(0), 7947.8, flags))], {})) == []

    def test_readings_are_told_in_the_evidence(self) -> None:
        samples = [("one", Sample(at(0), 7947.8, Flag.RANGE)), ("one", Sample(at(1), 40.0))]
        assert run(a_rule(), samples, {})[0].evidence["rejected"] == 1

    def test_doubtful_ones_count_unless_the_rule_says_otherwise(self) -> None:
        samples = [("one", Sample(at(0), 509.0, Flag.STEP))]
        assert len(run(a_rule(), samples, {})) == 1
        assert run(a_rule(rejects=["range", "skew", "step"]), samples, {}) == []

    @pytest.mark.parametrize("value", [float("inf"), float("nan"), float("-inf")])
    def test_what_is_no_number_neither(self, value: float) -> None:
        assert run(a_rule(), [("one", Sample(at(0), value))], {}) == []


class TestLate:
    def test_is_counted_and_not_looked_at(self) -> None:
        rule = a_rule()
        first = [("one", Sample(at(5), 1.0)), ("one", Sample(at(6), 40.0))]
        assert told(run(rule, first, {})) == [("raise", 6, 40)]
