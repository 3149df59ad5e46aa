"""How far from now the instant of a reading may be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dothi.telemetry.edge.taking import Taking
from dothi.telemetry.mqtt import Publish
from dothi.telemetry.types import Device, FindingKind, Measure, Profile, Refused

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PROFILE = Profile("rain", {"rain": Measure("rain", "mm")})
YEARS = replace(PROFILE, late_s=10 * 366 * 86_400)


def taken(profile: Profile, ago: timedelta) -> int:
    payload = f'[{{"n":"rain","v":1,"t":{(NOW - ago).timestamp()}}}]'.encode()
    message = Publish("devices/s1/readings", payload, 1, 1)
    return len(Taking(lambda: NOW).readings(Device("s1", bytes(32), profile), message))


class TestInstants:
    @pytest.mark.parametrize("ago", [timedelta(days=31), timedelta(days=-1), timedelta(0)])
    def test_of_the_last_month_and_of_a_clock_up_to_a_day_ahead_are_taken(self, ago: timedelta) -> None:
        assert taken(PROFILE, ago) == 1

    @pytest.mark.parametrize("ago", [timedelta(days=31, seconds=1), timedelta(days=-1, seconds=-1)])
    def test_of_other_times_are_refused(self, ago: timedelta) -> None:
        with pytest.raises(Refused) as refused:
            taken(PROFILE, ago)
        assert refused.value.kind == FindingKind.CLOCK

    def test_of_years_ago_are_taken_where_the_profile_says_so(self) -> None:
        assert taken(YEARS, timedelta(days=6 * 365)) == 1
