"""Payloads of network servers and of other platforms, as their documents show them."""

import random
from typing import Any

import pytest

from dothi.telemetry import payloads
from dothi.telemetry.types import LARGEST, Device, FindingKind, Profile, Reading, Refused
from tests.support.hostile import spoiled, written
from tests.support.payloads import (
    AT_US,
    CHIRPSTACK,
    FORMS,
    GOOD,
    MEASURES,
    NOW_US,
    PROFILES,
    SENML,
    SENTILO,
    THINGS_STACK,
)


def read(form: str, told: Any) -> list[Reading]:
    return list(payloads.read(Device("s1", bytes(32), Profile("p", MEASURES, form=form)), told, NOW_US))


class TestForms:
    @pytest.mark.parametrize("form", FORMS)
    def test_become_readings_at_their_own_instants(self, form: str) -> None:
        assert read(form, FORMS[form]) == [Reading("t", AT_US, 21.5), Reading("rain", AT_US, 0.0)]

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("told", [{}, {"uplink_message": 1}, {"object": []}, {"sensors": [1]}, "x", None])
    def test_without_readings_are_refused(self, form: str, told: Any) -> None:
        with pytest.raises(Refused):
            read(form, told)

    @pytest.mark.parametrize(
        "told",
        [
            {"sensors": [{"sensor": "t", "observations": [{"value": "warm"}]}]},
            {"sensors": [{"sensor": "t", "observations": [{"value": "nan"}]}]},
            {"sensors": [{"sensor": "t", "observations": [{"value": "1", "timestamp": "2026-09-21"}]}]},
            {"sensors": [{"sensor": "t", "observations": [{}]}]},
        ],
    )
    def test_of_sentilo_with_what_is_no_number_or_instant_are_malformed(self, told: Any) -> None:
        with pytest.raises(Refused) as refused:
            read("sentilo", told)
        assert refused.value.kind == FindingKind.MALFORMED

    def test_of_ngsi_ld_may_be_simplified(self) -> None:
        assert read("ngsi-ld", {"id": "x", "type": "y", "temperature": 20}) == [Reading("t", NOW_US, 20.0)]

    def test_that_nobody_knows_are_refused(self) -> None:
        with pytest.raises(Refused):
            read("morse", {"temperature": 1})

    def test_say_which_device_they_are_of(self) -> None:
        assert payloads.speaker(CHIRPSTACK) == "0101010101010101"
        assert payloads.speaker(THINGS_STACK) == "0004a30b001c0530"
        assert payloads.speaker(SENTILO) is None


class TestAnything:
    @pytest.mark.parametrize("good", [*GOOD.values(), SENML], ids=[*GOOD, "senml"])
    def test_is_believable_readings_or_refused(self, good: Any) -> None:
        """Whatever is spoiled of a good message: no other failure, and no number that overflows elsewhere."""
        dice = random.Random(f"form {good}")
        taken = 0
        for _ in range(1_500):
            payload = written(dice, spoiled(dice, good))
            for profile in PROFILES.values():
                found = outcome(Device("s1", bytes(32), profile, group="g"), payload)
                assert all(one.words or abs(one.value or 0.0) <= LARGEST for one in found), payload
                taken += bool(found)
        assert taken > 100, "all were refused: nothing was tried"


def outcome(device: Device, payload: bytes) -> list[Reading]:
    try:
        told = payloads.parsed(payload)
        payloads.speaker(told)
        return list(payloads.read(device, told, NOW_US))
    except Refused:
        return []
