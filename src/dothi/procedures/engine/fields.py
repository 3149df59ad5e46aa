"""
One answer against its field: JSON Schema 2020-12, then what a schema cannot say.

The schema of a field is that of its input together with its own. Dates are real days between 1900 and
2200; a personal number has 12 digits and a known province and century.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

from dothi.kernel import personal_number
from dothi.kernel.problems import msg
from dothi.procedures.types import Field, Input, Json

NAME: Final = r"^[^\d<>{}\[\]|\\/@#$%^*_=+~]+$"
TEXT: Final[dict[str, Json]] = {"type": "string", "minLength": 1, "maxLength": 300}


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """What is wrong with an answer, as msgids with their facts."""

    code: str
    message: str
    way_out: str
    facts: Mapping[str, object] = dataclass_field(default_factory=dict)


def schema_of(field: Field) -> dict[str, Json]:
    """Return the whole JSON Schema of a field's answer."""
    return {"allOf": [_of_input(field), dict(field.schema)]}


def answer_fault(field: Field, answer: Json) -> AnswerFault | None:
    """Return the first fault of `answer`, or None."""
    for error in _validator(json.dumps(schema_of(field), sort_keys=True)).iter_errors(answer):
        return _by_kind(field, type(error.kind).__name__, error)
    return _beyond_schema(field, answer)


@lru_cache(maxsize=4096)
def _validator(schema: str) -> Any:
    return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=True)


def _of_input(field: Field) -> dict[str, Json]:
    if field.input is Input.CHOICE:
        return {"enum": [option.value for option in field.options]}
    if field.input is Input.LIST:
        return {"type": "array", "maxItems": 20, "items": _of_items(field)}
    return INPUTS[field.input]


def _of_items(field: Field) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [item.id for item in field.items if item.required],
        "properties": {item.id: schema_of(item) for item in field.items},
    }


INPUTS: Final[dict[Input, dict[str, Json]]] = {
    Input.TEXT: TEXT,
    Input.LONG_TEXT: {"type": "string", "minLength": 1, "maxLength": 2000},
    Input.DATE: {"type": "string", "format": "date", "pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"},
    Input.YES_NO: {"type": "boolean"},
    Input.NUMBER: {"type": "integer", "minimum": 0, "maximum": 10**15},
    Input.PERSON_NAME: {"type": "string", "minLength": 2, "maxLength": 120, "pattern": NAME},
    Input.PERSONAL_NUMBER: {"type": "string", "pattern": "^[0-9]{12}$"},
    Input.ADDRESS: {
        "type": "object",
        "required": ["ward", "line"],
        "additionalProperties": False,
        "properties": {"ward": {"type": "string", "pattern": "^[0-9]{5}$"}, "line": TEXT},
    },
    Input.FILE: {
        "type": "object",
        "required": ["file", "name"],
        "additionalProperties": False,
        "properties": {
            "file": {"type": "string", "pattern": "^[0-9a-f-]{36}$"},
            "name": TEXT,
            "size": {"type": "integer", "minimum": 0},
        },
    },
}

_WORDS: Final[dict[Input, tuple[str, str]]] = {
    Input.DATE: (msg("Enter a real date"), msg("Give day, month and year, for example 27 3 1998.")),
    Input.YES_NO: (msg("Choose yes or no"), msg("Choose one of the two answers.")),
    Input.CHOICE: (msg("Choose one of the answers shown"), msg("If none fits, ask at the desk.")),
    Input.NUMBER: (msg("Enter a whole number"), msg("Use digits only.")),
    Input.PERSON_NAME: (msg("Enter the name as on the card"), msg("Letters only, with their marks.")),
    Input.PERSONAL_NUMBER: (
        msg("Enter the personal number of 12 digits"),
        msg("It is on the identity card and in VNeID."),
    ),
    Input.ADDRESS: (
        msg("Enter the whole address"),
        msg("Choose the ward or commune, then give house number and street."),
    ),
    Input.FILE: (msg("Add the file again"), msg("A photo or a PDF, sharp and whole.")),
}
_OTHER: Final = (msg("Enter an answer that we can read"), msg("Shorten it, or write it differently."))


def _by_kind(field: Field, kind: str, error: Any) -> AnswerFault:
    message, way_out = _WORDS.get(field.input, _OTHER)
    limits = {"MaxLength": "limit", "Minimum": "limit", "Maximum": "limit", "MaxItems": "limit"}
    if kind in limits:
        return AnswerFault(_slug(kind), _LIMITS[kind], way_out, {"limit": getattr(error.kind, "limit", "")})
    return AnswerFault(_slug(kind), message, way_out)


_LIMITS: Final = {
    "MaxLength": msg("Use at most %(limit)s characters"),
    "MaxItems": msg("Give at most %(limit)s of them"),
    "Minimum": msg("Enter %(limit)s or more"),
    "Maximum": msg("Enter %(limit)s or less"),
}


def _slug(kind: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind).strip("-")


def _beyond_schema(field: Field, answer: Json) -> AnswerFault | None:
    if field.input is Input.PERSONAL_NUMBER and isinstance(answer, str):
        return _of_number(answer)
    if field.input is Input.LIST and isinstance(answer, list):
        return next((fault for item in answer for fault in [_of_item(field, item)] if fault), None)
    return None


def _of_number(answer: str) -> AnswerFault | None:
    """Return what is wrong with the form of a number; sex and year are a check across answers."""
    for problem in personal_number.problems(answer, date.max):
        return AnswerFault(problem.slug, problem.title, problem.way_out)
    return None


def _of_item(field: Field, item: Json) -> AnswerFault | None:
    if not isinstance(item, dict):
        return None
    found = (answer_fault(part, item[part.id]) for part in field.items if part.id in item)
    return next((fault for fault in found if fault), None)
