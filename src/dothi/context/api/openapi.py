"""
What the broker serves, as an OpenAPI document (3.1.0).

Paths, methods, parameters and media types are those of the table of operations, so that no route is missing
and none is made up. What the table does not tell (summaries, bodies, answers, and the schemas of all) stands
in `openapi.json`, which is written by hand. Whatever breaks a schema is refused.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib import resources
from typing import Any, Final

import orjson

from dothi.context.api import media
from dothi.context.api.operations import ROOT, Operation, Table

PATH: Final = "/-/openapi.json"
VERSION: Final = "1.8.1"
"""Of GS CIM 009, which the API follows."""
EVERYWHERE: Final = ("NGSILD-Tenant", "Link", "local", "via")
OF_PATH: Final[Mapping[str, str]] = {"id": "PathId", "type": "PathType"}
"""Parameters of a path whose names are also those of a query's."""
REFUSED: Final = ("400", "401", "403", "404", "406")
UNREAD: Final = ("408", "411", "413", "415")
"""How a body may be refused unread."""
BODILESS: Final = frozenset({"411", "415"})
HANDED_ON: Final = frozenset(
    {"entities", "entityOperations", "entityMaps", "types", "attributes", "subscriptions", "temporal"}
)
ELSEWHERE: Final = ("409", "502", "504", "508")
"""How what is handed on to sources may fail."""
KEEPING: Final = ("409", "504")
"""How keeping a thing, or having its @context, may fail."""
NO_CONTEXT: Final[dict[str, Any]] = {"properties": {"@context": False}}
BATCH: Final = "Batch"
BARE: Final = frozenset({"Document", "Ids"})
"""Bodies that have a @context in every media type, or in none."""
LOCATION: Final = {"Location": {"required": True, "schema": {"type": "string"}}}
COUNT: Final = {"NGSILD-Results-Count": {"schema": {"type": "integer", "minimum": 0}}}
DESCRIPTION: Final = (
    "The context broker of Dothi: ETSI GS CIM 009. HEAD is GET without its body, OPTIONS tells the methods "
    "of a path, and a parameter that an operation does not know is refused."
)
Json = dict[str, Any]


def document(table: Table) -> bytes:
    """Return the document of the operations of `table`, and of the paths beside them, as JSON."""
    told = orjson.loads(resources.files(__package__).joinpath("openapi.json").read_bytes())
    words, paths = told["operations"], told["beside"]
    for one in table.operations:
        entry = _operation(one, words.pop(f"{one.method} {one.path}"))
        paths.setdefault(f"{ROOT}/{one.path}", {})[one.method.lower()] = entry
    assert not words, f"words of operations that are not there: {', '.join(words)}"
    return orjson.dumps(_whole(paths, told))


def _whole(paths: Json, told: Json) -> Json:
    schemes = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "certificate": {"type": "mutualTLS"},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dothi context broker", "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}, {"certificate": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": schemes,
            "schemas": told["schemas"],
            "parameters": {key: _parameter(key, one) for key, one in told["parameters"].items()},
        },
    }


def _parameter(key: str, told: Json) -> Json:
    found = {"name": key, "in": "query", **told}
    return {**found, "required": True} if found["in"] == "path" else found


def _operation(one: Operation, words: Json) -> Json:
    found: Json = {
        "operationId": f"{one.method.lower()}-{one.path.translate(str.maketrans('/', '-', '{}'))}",
        "summary": words["summary"],
        "description": f"Clause {one.clause}. With closed doors it is for whoever {one.needs}.",
        "tags": [one.path.partition("/")[0]],
        "parameters": [_refer("parameters", key) for key in _parameters(one, words.get("params", {}))],
        "responses": dict(sorted({**_answers(one, words), **_problems(one, words)}.items())),
    }
    return {**found, "requestBody": _body(one, words["body"])} if one.brings else found


def _parameters(one: Operation, own: Mapping[str, str]) -> Iterator[str]:
    for part in one.path.split("/"):
        if part.startswith("{"):
            yield OF_PATH.get(part[1:-1], part[1:-1])
    yield from (own.get(name, name) for name in sorted(one.params))
    yield from EVERYWHERE
    if "entityMap" in one.params:
        yield "NGSILD-EntityMap"
    if "format" in one.params and one.method == "GET":
        yield "Prefer"


def _body(one: Operation, name: str) -> Json:
    """Return the body of a request: in JSON its @context stands in a Link header, in JSON-LD in itself."""
    rules = {media.JSON: NO_CONTEXT, media.JSON_LD: _refer("schemas", "Document")}
    if one.method == "PATCH":
        rules[media.MERGE_PATCH] = NO_CONTEXT
    content = {kind: {"schema": _under(rule, name)} for kind, rule in rules.items()}
    return {"required": True, "content": content}


def _under(rule: Json, name: str) -> Json:
    """Return the schema of a body under the rule of its @context, which each member of a batch keeps."""
    schema = _refer("schemas", name)
    if name in BARE:
        return schema
    return {"allOf": [schema, {"items": rule} if name == BATCH else rule]}


def _answers(one: Operation, words: Json) -> Json:
    return {status: _answer(one, status, name) for status, name in words.get("answers", {}).items()}


def _answer(one: Operation, status: str, name: str) -> Json:
    phrase = HTTPStatus(int(status)).phrase
    if name in ("made", "done"):
        return {"description": phrase, **({"headers": LOCATION} if name == "made" else {})}
    kinds = one.offers if one.method == "GET" or "query" in one.path else (media.JSON,)
    content = {
        kind: {"schema": _refer("schemas", "GeoJson" if kind == media.GEO_JSON else name)} for kind in kinds
    }
    headers = {"headers": COUNT} if "count" in one.params else {}
    return {"description": phrase, **headers, "content": content}


def _problems(one: Operation, words: Json) -> Json:
    """Return how an operation is refused."""
    first = one.path.partition("/")[0]
    known = {*REFUSED, *words.get("errors", ()), *(UNREAD if one.brings else ())}
    known |= {*(ELSEWHERE if first in HANDED_ON else KEEPING)}
    return {status: _problem(status) for status in known}


def _problem(status: str) -> Json:
    phrase = HTTPStatus(int(status)).phrase
    if status in BODILESS:
        return {"description": phrase}
    return {"description": phrase, "content": {media.JSON: {"schema": _refer("schemas", "Problem")}}}


def _refer(part: str, name: str) -> Json:
    return {"$ref": f"#/components/{part}/{name}"}
