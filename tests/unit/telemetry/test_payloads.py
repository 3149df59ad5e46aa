"""Payloads as readings."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.telemetry import payloads
from dothi.telemetry.types import Device, FindingKind, Measure, Profile, Reading, Refused

NOW_US = 1_790_000_000_000_000
PROFILE = Profile(
    "air",
    {"pm25": Measure("pm25", "ug/m3", "air.pm25"), "state": Measure("state"), "t": Measure("t", "Cel", "t")},
    "at",
)
DEVICE = Device("s1", bytes(32), PROFILE)


def read(payload: str | bytes) -> list[Reading]:
    return list(payloads.read(DEVICE, payload.encode() if isinstance(payload, str) else payload, NOW_US))


class TestSenML:
    def test_resolves_base_fields(self) -> None:
        base = '{"bn":"urn:dev:os:s1:","bt":1789999000,"bu":"Cel","bv":20,"n":"t","v":1.5}'
        pack = f'[{base},{{"n":"t","t":10,"v":2}}]'
        assert read(pack) == [
            Reading("t", 1_789_999_000_000_000, 21.5),
            Reading("t", 1_789_999_010_000_000, 22.0),
        ]

    def test_counts_small_times_from_now(self) -> None:
        assert read('[{"n":"pm25","v":3,"t":-60}]') == [Reading("pm25", NOW_US - 60_000_000, 3.0)]

    def test_takes_words_and_truth(self) -> None:
        assert read('[{"n":"state","vs":"open"},{"n":"state","vb":true}]') == [
            Reading("state", NOW_US, None, "open"),
            Reading("state", NOW_US, 1.0),
        ]

    @pytest.mark.parametrize(
        ("pack", "kind"),
        [
            ("[]", FindingKind.MALFORMED),
            ("[1]", FindingKind.MALFORMED),
            ('[{"n":"pm25"}]', FindingKind.MALFORMED),
            ('[{"n":"pm25","v":"3"}]', FindingKind.MALFORMED),
            ('[{"n":"pm25","v":true}]', FindingKind.MALFORMED),
            ('[{"n":"pm25","v":1,"vs":"a"}]', FindingKind.MALFORMED),
            ('[{"n":"pm25","v":1,"new_":1}]', FindingKind.MALFORMED),
            ('[{"bver":11,"n":"pm25","v":1}]', FindingKind.MALFORMED),
            ('[{"n":"state","vs":"a\\u0000"}]', FindingKind.MALFORMED),
            ('[{"n":"rain","v":1}]', FindingKind.UNMEASURED),
            ('[{"n":"t","u":"K","v":290}]', FindingKind.UNIT),
        ],
    )
    def test_refuses_the_whole_pack(self, pack: str, kind: FindingKind) -> None:
        with pytest.raises(Refused) as refused:
            read(pack)
        assert refused.value.kind == kind


class TestPlainJson:
    def test_follows_the_paths_of_the_profile(self) -> None:
        assert read('{"air":{"pm25":12},"t":30.5,"other":[1],"at":"2026-11-22T07:00:00+07:00"}') == [
            Reading("pm25", 1_795_305_600_000_000, 12.0),
            Reading("t", 1_795_305_600_000_000, 30.5),
        ]

    @pytest.mark.parametrize(
        "payload", ['{"air":1}', '{"t":"30"}', '{"t":1,"at":"soon"}', '{"t":1,"at":true}']
    )
    def test_refuses_what_it_cannot_read(self, payload: str) -> None:
        with pytest.raises(Refused):
            read(payload)


class TestAnything:
    @given(st.binary(max_size=80))
    def test_is_readings_or_refused(self, payload: bytes) -> None:
        with contextlib.suppress(Refused):
            assert read(payload)

    json = st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["n", "v", "t", "bt", "bn", "u", "vs", "vb", "at", "air"]), inner
            )
        ),
        max_leaves=8,
    )

    @given(json)
    def test_of_json_is_readings_or_refused(self, told: object) -> None:
        import json

        with contextlib.suppress(Refused):
            read(json.dumps(told))
