"""The published schemas of events, and the events that a database's outbox holds."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from django.db import connection

import dothi

PACKAGE = Path(dothi.__file__).parent


@cache
def schemas() -> dict[str, Any]:
    """Return the schema of each event type, from the rooms' `events/` folders."""
    found: dict[str, Any] = {}
    for path in sorted(PACKAGE.rglob("events/*.v1.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for event_type in document["x-types"]:
            assert event_type not in found, f"two schemas for {event_type}"
            found[event_type] = document
    return found


def emitted() -> list[tuple[str, Any]]:
    """Return type and data of every event in the outbox, in the order of writing."""
    with connection.cursor() as cursor:
        cursor.execute("select type, data from events_outbox order by seq")
        return [(row[0], json.loads(row[1]) if isinstance(row[1], str) else row[1]) for row in cursor]


def faults(event_type: str, data: Any) -> list[str]:
    """Return what is wrong with an event by its schema; unknown types are wrong too."""
    schema = schemas().get(event_type)
    if schema is None:
        return [f"{event_type} has no schema"]
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return [f"{event_type}: {error.message}" for error in validator.iter_errors(data)]
