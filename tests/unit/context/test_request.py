"""A request says what Starlette's says, looked through once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import Request as Asked

from dothi.context.api.request import Head, Request

names = st.sampled_from(["link", "content-type", "ngsild-tenant", "x\xe9"])
values = st.text(st.characters(max_codepoint=255))
NAMES = ("Link", "CONTENT-TYPE", "ngsild-tenant", "X\xc9", "Via", "")


class TestHead:
    @given(st.lists(st.tuples(names, values)))
    def test_finds_what_starlette_finds(self, told: list[tuple[str, str]]) -> None:
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told]
        ours, theirs = Head(raw), Headers(raw=raw)
        for name in NAMES:
            assert ours.get(name) == theirs.get(name)
            assert ours.get(name, "none") == theirs.get(name, "none")
            assert ours.getlist(name) == theirs.getlist(name)
            assert (name in ours) == (name in theirs)
        assert ours.items() == theirs.items()

    def test_has_no_other(self) -> None:
        with pytest.raises(KeyError):
            Head([])["link"]


class TestRequest:
    @pytest.mark.parametrize("told", [b"", b"a=1&b=2&a=3", b"a", b"&", b"a=%20+"])
    def test_has_the_parameters_of_its_address(self, told: bytes) -> None:
        scope: dict[str, Any] = {"type": "http", "query_string": told, "headers": []}
        ours, theirs = Request(scope).query_params, Asked(dict(scope)).query_params
        assert (ours.multi_items(), bool(ours)) == (theirs.multi_items(), bool(theirs))
