"""What devices, network servers and other platforms send: a good message of each form, for PROFILES."""

from dothi.telemetry.types import Measure, Profile

NOW_US = 1_790_000_000_000_000
MEASURES = {
    "t": Measure("t", "Cel", "temperature"), "rain": Measure("rain", "mm", "rain.mm"),
    "words": Measure("words"),
}  # fmt: skip
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
PLAIN = {"temperature": 21.5, "rain": {"mm": 0}, "at": AT}
SENML = [
    {"bn": "urn:dev:os:s1:", "bt": 1_789_999_000, "n": "t", "u": "Cel", "v": 21.5},
    {"n": "rain", "u": "mm", "t": -60, "v": 0}, {"n": "words", "vs": "wet", "ut": 60},
    {"n": "t", "vb": True, "bver": 10},
]  # fmt: skip
GOOD = {**FORMS, "": PLAIN}
PROFILES = {form: Profile(f"form-{form}", MEASURES, "at" if not form else "", form=form) for form in GOOD}
