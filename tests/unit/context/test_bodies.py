"""How deep a body may be nested, and what it may hold."""

import json
from typing import Any

import pytest

from dothi.context.api.bodies import DEEPEST, parsed
from dothi.context.errors import BadRequestData, InvalidRequest


def nested(levels: int, within: Any = 1) -> Any:
    for level in range(levels):
        within = {"a": within} if level % 2 else [within]
    return within


class TestParsed:
    def test_is_what_json_says(self) -> None:
        told = {"wide": [{"a": [1]} for _ in range(100)], "deep": nested(DEEPEST - 1)}
        assert parsed(json.dumps(told).encode()) == told

    @pytest.mark.parametrize("levels", [DEEPEST, DEEPEST * 4])
    def test_is_not_too_deep(self, levels: int) -> None:
        with pytest.raises(BadRequestData):
            parsed(json.dumps({"a": nested(levels)}).encode())

    def test_is_not_deeper_than_can_be_read(self) -> None:
        with pytest.raises(InvalidRequest):
            parsed(b"[" * 100_000 + b"]" * 100_000)

    @pytest.mark.parametrize("told", ["\0", "a\\\0"])
    def test_has_no_nul(self, told: str) -> None:
        with pytest.raises(BadRequestData):
            parsed(json.dumps(told).encode())

    def test_may_speak_of_nul(self) -> None:
        assert parsed(json.dumps("\\u0000").encode()) == "\\u0000"
