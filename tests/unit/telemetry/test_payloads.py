"""Payloads as readings."""

import contextlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.telemetry import payloads
from dothi.telemetry.feed.observing import Observed
from dothi.telemetry.payloads import senml
from dothi.telemetry.types import Device, FindingKind, Measure, Profile, Reading, Refused

NOW_US = 1_790_000_000_000_000
PROFILE = Profile(
    "air",
    {"pm25": Measure("pm25", "ug/m3", "air.pm25"), "state": Measure("state"), "t": Measure("t", "Cel", "t")},
    "at",
)
DEVICE = Device("s1", bytes(32), PROFILE)


def read(payload: str | bytes) -> list[Reading]:
    told = payloads.parsed(payload.encode() if isinstance(payload, str) else payload)
    return list(payloads.read(DEVICE, told, NOW_US))


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
            ('[{"n":"pm25","v":1e16}]', FindingKind.MALFORMED),
            ('[{"n":"state","vs":"a"},{"n":"pm25","v":-1e300}]', FindingKind.MALFORMED),
            ('[{"bv":1.7e308,"n":"pm25","v":1.7e308}]', FindingKind.MALFORMED),
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
        "payload", ['{"air":1}', '{"t":"30"}', '{"t":1e16}', '{"t":1,"at":"soon"}', '{"t":1,"at":true}']
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

    number = st.sampled_from([1, 2.5, -3, True, "4", 1e308, 1_789_999_000, 1_789_999_000.25, 10, 2e11])
    record = st.fixed_dictionaries(
        {"n": st.sampled_from(["t", "pm25", "s1:t", "no", "", 5]), "v": number, "t": number},
        optional={"u": st.sampled_from(["", "Cel", "K", 1])},
    )
    base = st.fixed_dictionaries(
        {}, optional={"bt": number, "bu": st.sampled_from(["Cel", 1]), "bn": st.sampled_from(["s1/", "x", 1])}
    )

    @given(base, st.lists(record, max_size=4))
    def test_quickly_is_what_it_is_slowly(
        self, base: dict[str, object], records: list[dict[str, object]]
    ) -> None:
        pack = [base | records[0], *records[1:]] if records else []
        quickly, slowly = outcome(senml._columns, pack), outcome(senml._one_by_one, pack, NOW_US)
        assert quickly in (None, slowly)


def outcome(act: Callable[..., Iterable[Reading] | None], *told: object) -> object:
    """Return the readings, or that they are refused."""
    try:
        readings = act(DEVICE, *told)
    except Refused:
        return "refused"
    return None if readings is None else list(readings)


def test_packs_as_most_write_them_are_taken_quickly() -> None:
    pack = [{"bt": 1_789_999_000, "n": "t", "u": "Cel", "t": 1, "v": 2}, {"n": "pm25", "t": 2, "v": 3.5}]
    assert outcome(senml._columns, pack) == [
        Reading("t", 1_789_999_001_000_000, 2.0),
        Reading("pm25", 1_789_999_002_000_000, 3.5),
    ]


@pytest.mark.parametrize(("value", "said"), [(2.0, 2), (2.5, 2.5), (2.0**53, 2**53), (1e300, 1e300)])
def test_a_reading_is_said_to_the_context_in_numbers_that_json_takes(value: float, said: float) -> None:
    told = Observed("urn:x:a", datetime(2026, 11, 22, tzinfo=UTC), value).instance()
    assert orjson.loads(orjson.dumps(told))["value"] == said
