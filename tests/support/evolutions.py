"""Evolutions of entities for tests: series of a sensor, told to a broker and asked of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def minute(number: int) -> str:
    """Return an instant that many minutes after noon of 1 March 2026."""
    return (NOON + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")


def said(value: Any, number: int, **more: Any) -> dict[str, Any]:
    """Return a Property with a value, observed that many minutes after noon."""
    return {"type": "Property", "value": value, "observedAt": minute(number), **more}


def sensor(*, kind: str = "Sensor", **attributes: Any) -> dict[str, Any]:
    """Return the temporal representation of a new entity."""
    return {"id": f"urn:ngsi-ld:{kind}:{uuid4()}", "type": kind, **attributes}


def given(api: httpx.Client, **told: Any) -> dict[str, Any]:
    """Make the evolution of a new entity and return what was told."""
    one = sensor(**told)
    made = api.post("temporal/entities", json=one)
    assert made.status_code == 201, made.text
    return one


def asked(api: httpx.Client, one: dict[str, Any], **params: Any) -> dict[str, Any]:
    """Return the evolution of an entity."""
    answer = api.get(f"temporal/entities/{one['id']}", params=params)
    assert answer.status_code in (200, 206), answer.text
    found: dict[str, Any] = answer.json()
    return found


def values(found: dict[str, Any], attribute: str) -> list[Any]:
    """Return what an attribute said, in the order of the answer."""
    return [each["value"] for each in found[attribute]]
