"""How far from now the instant of a reading may be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dothi.telemetry.edge.taking import Taking
from dothi.telemetry.types import Device, FindingKind, Measure, Profile, Reading, Refused

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PROFILE = Profile("rain", {"rain": Measure("rain", "mm")})
YEARS = replace(PROFILE, late_s=10 * 366 * 86_400)


def taken(profile: Profile, ago: timedelta) -> int:
    payload = f'[{{"n":"rain","v":1,"t":{(NOW - ago).timestamp()}}}]'.encode()
    return len(Taking(lambda: NOW).readings(Device("s1", bytes(32), profile), payload)[1])


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


class TestNetworkServer:
    RAIN = Profile("lora", {"rain": Measure("rain", "mm", "rain.mm")}, form="chirpstack")
    ONE = Device("a8-1", bytes(32), RAIN, group="chirpstack-1", owner="ioc")
    UPLINK = (
        b'{"deviceInfo":{"devEui":"A8-1"},"time":"2026-11-22T00:00:00.123456789+00:00",'
        b'"object":{"rain":{"mm":2.5}}}'
    )

    def heard(self, sender: str, owner: str = "ioc") -> tuple[str, list[Reading]]:
        taking = Taking(lambda: NOW, known={"a8-1": self.ONE}.get)
        device, readings = taking.readings(Device(sender, bytes(32), self.RAIN, owner=owner), self.UPLINK)
        return device.id, list(readings)

    def test_speaks_for_devices_of_the_group_that_bears_its_id(self) -> None:
        at_us = round(NOW.timestamp()) * 1_000_000 + 123_456
        assert self.heard("chirpstack-1") == ("a8-1", [Reading("rain", at_us, 2.5)])

    @pytest.mark.parametrize(("sender", "owner"), [("chirpstack-2", "ioc"), ("chirpstack-1", "ward")])
    def test_speaks_for_no_other_group_nor_another_unit_s(self, sender: str, owner: str) -> None:
        """Anybody may give a device an id, also one that is the name of a group of others."""
        with pytest.raises(Refused) as refused:
            self.heard(sender, owner)
        assert refused.value.kind == FindingKind.FOREIGN_TOPIC
