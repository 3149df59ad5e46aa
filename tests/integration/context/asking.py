"""What tests ask a broker: entities of their own, and what an error says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
JSON = {"Content-Type": "application/json"}
JSON_LD = {"Content-Type": "application/ld+json"}


def vehicle(**members: Any) -> dict[str, Any]:
    """Return an entity that nobody else has."""
    return {"id": f"urn:ngsi-ld:Vehicle:{uuid4()}", "type": "Vehicle", **members}


def attribute(value: Any, **members: Any) -> dict[str, Any]:
    """Return a normalized Property."""
    return {"type": "Property", "value": value, **members}


def error_of(answer: httpx.Response) -> str:
    """Return the type of the error in an answer, of which every one has a title."""
    told = answer.json()
    assert told["title"]
    assert answer.headers["Content-Type"] == "application/json"
    return str(told["type"]).removeprefix(ERRORS)


def ends_soon(api: httpx.Client, path: str) -> None:
    """Let what stands at `path` end in a moment; a later one, where a request takes longer than that."""
    for seconds in (0.3, 3, 30):
        end = datetime.now(UTC) + timedelta(seconds=seconds)
        if api.patch(path, json={"expiresAt": f"{end:%Y-%m-%dT%H:%M:%S.%fZ}"}).is_success:
            return
    raise AssertionError("each moment was over before it was told")
