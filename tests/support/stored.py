"""Entities in the stored form of dothi.context.model, for tests of what reads it."""

from typing import Any

from dothi.context.jsonld.contexts import names
from dothi.context.model.read import Reader

NAMES = names(None)
AT = "2026-11-22T08:00:00.000000Z"


def stored(number: int = 1, **attributes: Any) -> dict[str, Any]:
    """Return an entity of type Thing with the attributes as requesters write them."""
    told = {"id": f"urn:ngsi-ld:Thing:{number}", "type": "Thing", **attributes}
    return {"scope": [], "createdAt": AT, "modifiedAt": AT, **Reader(NAMES).entity(told)}
