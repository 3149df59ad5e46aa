"""Patterns are those of `re` where both understand them, and end whatever they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.context.errors import BadRequestData, TooComplexQuery
from dothi.context.query.patterns import pattern

atoms = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\W", r"\.", "[a-c0]", r"[\d-]", "(a|bc)", "(?:ab)"]
)
pieces = st.builds(
    lambda atom, times: atom + times, atoms, st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "{2,}"])
)
parts = st.lists(pieces, min_size=1, max_size=5).map("".join)
whole = st.builds(
    lambda first, body, other, last: first + body + other + last,
    st.sampled_from(["", "^"]),
    parts,
    st.one_of(st.just(""), parts.map(lambda one: f"|{one}")),
    st.sampled_from(["", "$"]),
)


class TestPattern:
    @given(whole, st.text("abc0.-", max_size=8))
    def test_is_found_where_python_finds_it(self, text: str, subject: str) -> None:
        assert pattern(text).found_in(subject) is bool(re.search(text, subject))

    @pytest.mark.parametrize("text", ["(a+)+$", "^(a|a)*$", "^(.*)*b$", "a*a*a*a*a*a*a*a*b"])
    def test_ends_whatever_it_is(self, text: str) -> None:
        assert not pattern(text).found_in("a" * 2_000 + "!")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "(",
            ")",
            "a|",
            "*a",
            "a**",
            "a*?",
            "a*+",
            "^*",
            r"(a)\1",
            "(?=a)",
            "(?i)a",
            "[",
            "[]",
            "[b-a]",
            "[[:alpha:]]",
            "a{3,2}",
            "a{0}",
            "a{999}",
            "a{",
            "{",
            r"\b",
            "\\",
            "***=a",
        ],
    )
    def test_is_refused_where_others_would_differ(self, text: str) -> None:
        with pytest.raises(BadRequestData):
            pattern(text)

    def test_is_refused_where_it_would_be_huge(self) -> None:
        with pytest.raises(TooComplexQuery):
            pattern("((((a{99}){99}){99}){99})")
