"""Context information provision (clause 5.6): each operation as a change of one entity."""

from typing import Any

from dothi.context.errors import AlreadyExists, ResourceNotFound
from dothi.context.model import merge
from dothi.context.store.changes import Change, Changed
from dothi.context.store.rows import Entity


def create(entity: Entity) -> Change:
    """Create an entity (5.6.1). Raises AlreadyExists."""

    def change(stored: Entity | None, at: str) -> Changed:
        if stored is not None:
            raise AlreadyExists(f"{entity['id']} exists already")
        attributes = merge.stamped(entity["attributes"], at)
        return Changed({**entity, "createdAt": at, "modifiedAt": at, "attributes": attributes})

    return change


def update(fragment: dict[str, Any]) -> Change:
    """Update attributes that are there (5.6.2); the result is a `merge.Outcome`. Raises ResourceNotFound."""

    def change(stored: Entity | None, at: str) -> Changed:
        entity = existing(stored)
        outcome = merge.update(entity["attributes"], fragment["attributes"], at)
        return Changed({**entity, "attributes": outcome.attributes, "modifiedAt": at}, outcome)

    return change


def delete(stored: Entity | None, _at: str) -> Changed:
    """Delete an entity (5.6.6). Raises ResourceNotFound."""
    existing(stored)
    return Changed(None)


def existing(stored: Entity | None) -> Entity:
    """Return the entity. Raises ResourceNotFound where there is none."""
    if stored is None:
        raise ResourceNotFound("there is no such entity")
    return stored
