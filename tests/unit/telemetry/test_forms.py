"""Payloads of network servers and of other platforms, as their documents show them."""

from typing import Any

import pytest

from dothi.telemetry import payloads
from dothi.telemetry.types import Device, FindingKind, Measure, Profile, Reading, Refused

NOW_US = 1_790_000_000_000_000
MEASURES = {"t": Measure("t", "Cel", "temperature"), "rain": Measure("rain", "mm", "rain.mm")}
AT_US = 1_789_999_000_000_000
AT = "2026-09-21T13:56:40Z"
CHIRPSTACK = {
    "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d", "time": AT,
    "deviceInfo": {"tenantId": "52f14cd4", "applicationId": "17c82e96", "devEui": "0101010101010101"},
    "devAddr": "00189440", "dr": 1, "fPort": 1, "data": "qg==",
    "object": {"temperature": 21.5, "rain": {"mm": 0}},
}  # fmt: skip
THINGS_STACK = {
    "end_device_ids": {"device_id": "dev1", "dev_eui": "0004A30B001C0530", "dev_addr": "00BCB929"},
    "received_at": AT,
    "uplink_message": {
        "f_port": 1, "received_at": AT, "decoded_payload": {"temperature": 21.5, "rain": {"mm": 0}},
    },
}  # fmt: skip
SENTILO = {
    "sensors": [
        {"sensor": "t", "observations": [{"value": "21.5", "timestamp": "21/09/2026T13:56:40"}]},
        {"sensor": "rain", "observations": [{"value": "0", "timestamp": "21/09/2026T15:56:40+0200"}]},
    ]
}
NGSI_LD = {
    "id": "urn:ngsi-ld:WeatherObserved:1", "type": "WeatherObserved",
    "temperature": {"type": "Property", "value": 21.5, "unitCode": "CEL", "observedAt": AT},
    "rain": {"value": {"mm": 0}, "observedAt": AT},
}  # fmt: skip
FORMS = {"chirpstack": CHIRPSTACK, "things-stack": THINGS_STACK, "sentilo": SENTILO, "ngsi-ld": NGSI_LD}


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
