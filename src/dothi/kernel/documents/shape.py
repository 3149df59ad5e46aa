"""
The shape of the document: one JSON Schema and one builder, both read off the dataclasses.

So the document, its schema and its types cannot drift apart. Standard: JSON Schema 2020-12.
"""

import dataclasses
import types
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from dothi.kernel.documents.types import Json, Says

T = TypeVar("T")
COMPUTED = "sha256"
DECIMAL = r"^-?(0|[1-9][0-9]*)\.[0-9]+$"
"""A number with a point is text in the YAML that we read: 9.50 stays what was written."""
UNIONS = (Union, types.UnionType)


def schema(kind: type, title: str) -> dict[str, Json]:
    """Return the JSON Schema of a document whose whole is the dataclass `kind`."""
    definitions: dict[str, Json] = {}
    _of(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "$ref": f"#/$defs/{kind.__name__}",
        "$defs": dict(sorted(definitions.items())),
    }


def build(cls: type[T], data: Mapping[str, Json], **computed: str) -> T:
    """Build dataclass `cls` from a mapping that its schema accepts; `computed` are fields not authored."""
    hints: dict[str, Any] = _hints(cast(Any, cls))
    given: dict[str, Any] = {name: _value(hints[name], value) for name, value in data.items()}
    return cls(**given, **computed)


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _of(kind: Any, definitions: dict[str, Json]) -> Json:
    """Return the schema of type `kind`, adding those of its dataclasses to `definitions`."""
    if dataclasses.is_dataclass(kind):
        return _reference(cast(type, kind), definitions)
    origin = get_origin(kind)
    if origin is Annotated:
        return _string(kind.__metadata__[0])
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin in UNIONS and _without_none(kind) is not None:
        return {"anyOf": [_of(_without_none(kind), definitions), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "maxItems": 400, "items": _of(get_args(kind)[0], definitions)}
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(kind, definitions)
    return _plain(kind)


def _plain(kind: Any) -> Json:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [member.value for member in kind]}
    plain: dict[Any, dict[str, Json]] = {
        str: {"type": "string", "maxLength": 4000},
        int: {"type": "integer"},
        float: {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": DECIMAL}]},
        bool: {"type": "boolean"},
        date: {"type": "string", "format": "date"},
    }
    return plain.get(kind, {})


def _string(says: Says) -> Json:
    bounded: dict[str, Json] = {"type": "string", "maxLength": says.at_most}
    return {**bounded, "pattern": says.pattern} if says.pattern else bounded


def _mapping(kind: Any, definitions: dict[str, Json]) -> Json:
    names, values = get_args(kind)
    return {
        "type": "object",
        "propertyNames": _of(names, definitions),
        "additionalProperties": _of(values, definitions),
    }


def _reference(cls: type, definitions: dict[str, Json]) -> Json:
    name = cls.__name__
    if name not in definitions:
        definitions[name] = None  # a type that holds itself finds the name taken
        fields = [field for field in dataclasses.fields(cls) if field.name != COMPUTED]
        definitions[name] = {
            "description": " ".join((cls.__doc__ or "").split()),
            "type": "object",
            "additionalProperties": False,
            "required": [field.name for field in fields if _required(field)],
            "properties": {field.name: _of(_hints(cls)[field.name], definitions) for field in fields},
        }
    return {"$ref": f"#/$defs/{name}"}


def _required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _without_none(kind: Any) -> Any:
    """Return X of `X | None`; None for any other union (that of Json)."""
    rest = [member for member in get_args(kind) if member is not types.NoneType]
    return rest[0] if len(rest) == 1 else None


def _value(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        return build(cast(type, kind), value)
    if get_origin(kind) in UNIONS and _without_none(kind) is not None:
        return None if value is None else _value(_without_none(kind), value)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], item) for item in value)
    if get_origin(kind) is Mapping:
        values = get_args(kind)[1]
        return types.MappingProxyType({key: _value(values, item) for key, item in value.items()})
    if kind is float:
        return float(value)
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
