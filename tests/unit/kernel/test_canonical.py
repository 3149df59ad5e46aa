"""Canonical JSON against the examples of RFC 8785 and what it must refuse."""

import json
from math import inf, nan

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from dothi.kernel.canonical import NotCanonical, canonical

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
# Unpaired surrogates have no UTF-8.
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


class TestCanonical:
    def test_writes_the_example_of_the_standard(self) -> None:
        value = {
            "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
            "literals": [None, True, False],
        }
        assert canonical(value).decode() == (
            '{"literals":[null,true,false],'
            '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        )

    def test_sorts_keys_by_their_utf_16_units(self) -> None:
        keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
        written = json.loads(canonical(dict.fromkeys(keys, 0)))
        assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]

    @pytest.mark.parametrize(
        ("number", "written"),
        [(0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
         (1e-6, "0.000001"), (1e-7, "1e-7"), (9007199254740991, "9007199254740991"), (10.0, "10")],
    )  # fmt: skip
    def test_writes_numbers_as_ecmascript_does(self, number: float, written: str) -> None:
        assert canonical(number).decode() == written

    @settings(max_examples=50)
    @given(values)
    def test_keeps_the_value_and_is_settled_once(self, value: object) -> None:
        # To JSON every number is a double; Python alone would read 1e16 back as an int too large for one.
        written = canonical(value)
        read = json.loads(written, parse_int=float)
        assert read == value
        assert canonical(read) == written

    @settings(max_examples=200)
    @given(values | st.dictionaries(st.text(st.characters(max_codepoint=127)), values))
    def test_writes_what_the_reference_writes(self, value: object) -> None:
        assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # values are JSON

    def test_does_not_depend_on_the_order_of_keys(self) -> None:
        assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1}) == b'{"a":2,"b":1}'

    @pytest.mark.parametrize(
        "value",
        [nan, inf, 2**53, -(2**53), {1: "a"}, {"a": object()}, b"bytes", "\ud800", {"\ud800": 1}, {1, 2}],
    )
    def test_refuses_what_has_no_canonical_form(self, value: object) -> None:
        with pytest.raises(NotCanonical):
            canonical(value)

    def test_refuses_a_value_that_holds_itself(self) -> None:
        endless: list[object] = []
        endless.append(endless)
        with pytest.raises(NotCanonical):
            canonical(endless)
