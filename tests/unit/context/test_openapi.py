"""The document of what the broker serves: whole, sound, with examples that keep their schemas."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import orjson
import pytest
from starlette.routing import Mount, Route

from dothi.context.api import openapi
from dothi.context.api.app import TABLE, create_app
from dothi.context.api.door import Door
from dothi.context.api.operations import ROOT

TOLD: dict[str, Any] = orjson.loads(openapi.document(TABLE))
SCHEMAS: dict[str, Any] = TOLD["components"]["schemas"]
PARAMETERS: dict[str, Any] = TOLD["components"]["parameters"]


def doors() -> Iterator[tuple[str, str]]:
    """Yield path and method of each door of the application."""
    for route in create_app("postgresql://nobody@127.0.0.1:1/none", lambda: datetime.now(UTC)).routes:
        if isinstance(route, Route):
            yield from ((route.path, method.lower()) for method in (route.methods or set()) - {"HEAD"})
        else:
            assert isinstance(route, Mount)
            assert isinstance(route.app, Door)
            yield from ((f"{ROOT}/{one.path}", one.method.lower()) for one in route.app.table.operations)


def operations() -> Iterator[dict[str, Any]]:
    for methods in TOLD["paths"].values():
        yield from methods.values()


def references(told: Any) -> Iterator[str]:
    """Yield all that a part of the document refers to."""
    if isinstance(told, dict):
        if isinstance(told.get("$ref"), str):
            yield told["$ref"]
        for one in told.values():
            yield from references(one)
    elif isinstance(told, list):
        for one in told:
            yield from references(one)


def keeps(schema: Any, value: object) -> bool:
    """Tell whether a value keeps a schema of the document."""
    return jsonschema_rs.is_valid({**schema, "components": {"schemas": SCHEMAS}}, value)


class TestDocument:
    def test_has_every_route_of_the_application_and_no_other(self) -> None:
        told = [(path, method) for path, methods in TOLD["paths"].items() for method in methods]
        assert sorted(told) == sorted(doors())

    def test_names_each_operation_once(self) -> None:
        names = [one["operationId"] for one in operations()]
        assert len(names) == len(set(names))

    def test_uses_all_its_parts_and_no_other(self) -> None:
        parts = {f"#/components/{kind}/{name}" for kind in ("schemas", "parameters")
                 for name in TOLD["components"][kind]}  # fmt: skip
        assert set(references(TOLD)) == parts

    def test_fills_each_slot_of_a_path_and_no_other(self) -> None:
        for path, methods in TOLD["paths"].items():
            slots = {part[1:-1] for part in path.split("/") if part.startswith("{")}
            for one in methods.values():
                known = [PARAMETERS[each["$ref"].rpartition("/")[2]] for each in one.get("parameters", ())]
                assert {each["name"] for each in known if each["in"] == "path"} == slots
                assert len({(each["in"], each["name"]) for each in known}) == len(known)

    @pytest.mark.parametrize("name", sorted(SCHEMAS))
    def test_has_an_example_that_keeps_its_schema(self, name: str) -> None:
        schema = SCHEMAS[name]
        assert "example" not in schema or keeps(schema, schema["example"])

    def test_has_bodies_that_nobody_takes_for_good(self) -> None:
        wrongs: tuple[object, ...] = ({}, {"id": "no uri", "type": "T"}, {"id": "urn:x:y", "type": None}, [])
        for wrong in wrongs:
            assert not keeps(SCHEMAS["Entity"], wrong)
