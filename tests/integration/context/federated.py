"""Brokers that know each other by registrations, and what tests ask of them."""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx

from tests.integration.context.asking import attribute

READING = ["retrieveEntity", "queryEntity", "queryBatch"]


def kind() -> str:
    """Return a type that nobody else speaks of."""
    return f"Gauge{uuid4().hex[:12]}"


def gauge(type_: str, name: str = "", /, **members: Any) -> dict[str, Any]:
    """Return an entity."""
    return {"id": f"urn:ngsi-ld:{type_}:{name or uuid4()}", "type": type_, **members}


def base(broker: httpx.Client) -> str:
    """Return the endpoint by which others register a broker."""
    return str(broker.base_url).partition("/ngsi-ld")[0]


def registration(endpoint: str, type_: str, **members: Any) -> dict[str, Any]:
    """Return a registration of all entities of a type."""
    return {
        "id": f"urn:ngsi-ld:ContextSourceRegistration:{uuid4()}",
        "type": "ContextSourceRegistration",
        "information": [{"entities": [{"type": type_}]}],
        "endpoint": endpoint,
        **members,
    }


@contextlib.contextmanager
def registered(at: httpx.Client, endpoint: str, type_: str, **members: Any) -> Iterator[str]:
    """Keep a registration while the block lasts; yields its id."""
    told = registration(endpoint, type_, **members)
    headers = {"NGSILD-Tenant": members.pop("at_tenant")} if "at_tenant" in members else {}
    told.pop("at_tenant", None)
    answer = at.post("csourceRegistrations", json=told, headers=headers)
    assert answer.status_code == 201, answer.text
    try:
        yield told["id"]
    finally:
        at.delete(f"csourceRegistrations/{told['id']}", headers=headers)


def create(at: httpx.Client, *entities: dict[str, Any], tenant: str = "") -> None:
    """Create entities at one broker, and nowhere else."""
    headers = {"NGSILD-Tenant": tenant} if tenant else {}
    for one in entities:
        answer = at.post("entities", json=one, params={"local": "true"}, headers=headers)
        assert answer.status_code == 201, answer.text


def level(value: float, **members: Any) -> dict[str, Any]:
    """Return a level."""
    return attribute(value, **members)


def ids(answer: httpx.Response) -> list[str]:
    """Return the ids of the entities in an answer."""
    assert answer.status_code in (200, 201), answer.text
    return [one["id"] for one in answer.json()]
