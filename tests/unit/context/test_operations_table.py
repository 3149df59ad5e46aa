"""Finding an operation by its path."""

import pytest
from starlette.responses import Response

from dothi.context.api.ask import Ask
from dothi.context.api.operations import ROOT, Operation, Table


async def act(_ask: Ask) -> Response:
    return Response()


TABLE = Table(
    [
        Operation("GET", "things", act, "0"),
        Operation("POST", "things", act, "0"),
        Operation("GET", "things/{id}", act, "0"),
        Operation("POST", "things/query", act, "0"),
        Operation("DELETE", "things/{id}/parts/{part}", act, "0"),
    ]
)


class TestTable:
    @pytest.mark.parametrize(
        ("path", "told"),
        [
            ("things", {}),
            ("things/", {}),
            ("things/a", {"id": "a"}),
            ("things/a%2Fb%20c", {"id": "a/b c"}),
            ("things/a/parts/b//", {"id": "a", "part": "b"}),
            ("things/query/parts/b", {"id": "query", "part": "b"}),
            ("things/%7B%7D/parts/%7Bid%7D", {"id": "{}", "part": "{id}"}),
        ],
    )
    def test_tells_what_the_slots_hold(self, path: str, told: dict[str, str]) -> None:
        found = TABLE.find(f"{ROOT}/{path}")
        assert found is not None
        assert found[1] == told

    def test_prefers_a_path_that_is_named(self) -> None:
        found = TABLE.find(f"{ROOT}/things/query")
        assert found is not None
        assert found[0].methods == ["OPTIONS", "POST"]

    @pytest.mark.parametrize("path", ["", "/", "none", "things/a/parts", "things//parts/b/c", "things/a/b"])
    def test_finds_nothing_elsewhere(self, path: str) -> None:
        assert TABLE.find(f"{ROOT}/{path}") is None
        assert TABLE.find(path) is None

    def test_tells_the_methods_of_a_path(self) -> None:
        found = TABLE.find(f"{ROOT}/things")
        assert found is not None
        assert found[0].methods == ["GET", "HEAD", "OPTIONS", "POST"]

    def test_has_one_operation_for_a_method_of_a_path(self) -> None:
        with pytest.raises(AssertionError):
            Table([Operation("GET", "things/{id}", act, "0"), Operation("GET", "things/{id}", act, "0")])
