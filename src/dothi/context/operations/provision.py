"""
Context information provision (clause 5.6): each operation as a change of one entity.

A change is pure: it takes the entity as it is, and the instant. `Meant` tells by its types whether an
entity is the one that is meant (clause 4.17); where it is not, there is no such entity.
"""

from collections.abc import Callable, Sequence
from typing import Any

from dothi.context.errors import AlreadyExists, BadRequestData, ResourceNotFound
from dothi.context.model import merge as merging
from dothi.context.model import update as updating
from dothi.context.model.kinds import Instance, is_deletion, place_of
from dothi.context.model.merge import Merging
from dothi.context.model.update import Outcome
from dothi.context.store.rows import Entity
from dothi.context.store.waiting import Change, Changed

Fragment = dict[str, Any]
Meant = Callable[[Sequence[str]], bool]
Edit = Callable[[Entity, str], Changed]
"""A change of an entity that is there."""


def any_type(_types: Sequence[str]) -> bool:
    """Mean an entity whatever its types."""
    return True


def create(entity: Entity) -> Change:
    """Create an entity (5.6.1); the result is True. Raises AlreadyExists."""

    def change(stored: Entity | None, at: str) -> Changed:
        if stored is not None:
            raise AlreadyExists(f"{entity['id']} exists already")
        return Changed(_made(entity, at), True)

    return change


def put(
    fragment: Fragment, meant: Meant = any_type, *, overwrite: bool = True, append: bool = True
) -> Change:
    """
    Update attributes (5.6.2), or append them (5.6.3); the result is an `Outcome`.

    They differ in the scopes: an update ignores them where there are none, to append where nothing is to
    be overwritten adds them.
    """

    def edit(entity: Entity, at: str) -> Changed:
        outcome = updating.put(entity["attributes"], fragment["attributes"], at, overwrite=overwrite)
        scope = _scopes(entity, fragment, overwrite=overwrite)
        if not append and "scope" in fragment and not entity.get("scope"):
            outcome.not_updated["scope"], scope = "there is none", entity["scope"]
        return Changed(_edited(entity, at, outcome.attributes, fragment, scope), outcome)

    return _of_existing(edit, meant)


def patch(iri: str, fragment: Instance, meant: Meant = any_type) -> Change:
    """Update one attribute in part (5.6.4). Raises ResourceNotFound, BadRequestData."""

    def edit(entity: Entity, at: str) -> Changed:
        found, place = _instance(entity, iri, fragment.get("datasetId"))
        if is_deletion(fragment):
            return _with(entity, at, iri, updating.without(found, fragment.get("datasetId")))
        whole = updating.patched(found[place], fragment, at)
        return _with(entity, at, iri, [*found[:place], whole, *found[place + 1 :]])

    return _of_existing(edit, meant)


def replace_attribute(iri: str, instances: Sequence[Instance], meant: Meant = any_type) -> Change:
    """Replace instances of one attribute (5.6.19). Raises ResourceNotFound."""

    def edit(entity: Entity, at: str) -> Changed:
        for one in instances:
            found, place = _instance(entity, iri, one.get("datasetId"))
            whole = updating.replaced(found[place], one, at)
            entity = _with(entity, at, iri, [*found[:place], whole, *found[place + 1 :]]).entity or entity
        return Changed(entity)

    return _of_existing(edit, meant)


def delete_attribute(
    iri: str, dataset: str | None = None, meant: Meant = any_type, *, every: bool = False
) -> Change:
    """Delete an attribute (5.6.5): one instance, or `every` one. Raises ResourceNotFound."""

    def edit(entity: Entity, at: str) -> Changed:
        if every and iri in entity["attributes"]:
            return _with(entity, at, iri, [])
        found, _ = _instance(entity, iri, dataset)
        return _with(entity, at, iri, updating.without(found, dataset))

    return _of_existing(edit, meant)


def delete_scopes(meant: Meant = any_type) -> Change:
    """Delete the scopes of an entity (5.6.5). Raises ResourceNotFound."""

    def edit(entity: Entity, at: str) -> Changed:
        if not entity.get("scope"):
            raise ResourceNotFound("the entity has no scope")
        return Changed({**entity, "scope": [], "modifiedAt": at})

    return _of_existing(edit, meant)


def delete(meant: Meant = any_type) -> Change:
    """Delete an entity (5.6.6). Raises ResourceNotFound."""
    return _of_existing(lambda _entity, _at: Changed(None), meant)


def thin(gone: Callable[[str], bool]) -> Change:
    """Delete those attributes of an entity, by their IRIs, that are to be `gone` (5.6.21)."""

    def edit(entity: Entity, at: str) -> Changed:
        left = {iri: one for iri, one in entity["attributes"].items() if not gone(iri)}
        if len(left) == len(entity["attributes"]):
            return Changed(entity)
        return Changed({**entity, "attributes": left, "modifiedAt": at})

    return _of_existing(edit, any_type)


def merge(fragment: Fragment, how: Merging, meant: Meant = any_type) -> Change:
    """Merge a fragment into an entity (5.6.17). Raises ResourceNotFound, BadRequestData."""

    def edit(entity: Entity, at: str) -> Changed:
        attributes = merging.merged(entity["attributes"], fragment["attributes"], at, how)
        return Changed(_edited(entity, at, attributes, fragment, _scopes(entity, fragment)))

    return _of_existing(edit, meant)


def replace(fragment: Fragment, meant: Meant = any_type) -> Change:
    """Replace an entity by another of the same age (5.6.18). Raises ResourceNotFound."""

    def edit(entity: Entity, at: str) -> Changed:
        young = {"id": entity["id"], "type": entity["type"], **fragment}
        return Changed({**_made(young, at), "createdAt": entity["createdAt"]}, False)

    return _of_existing(edit, meant)


def upsert(entity: Entity, *, update: bool = False) -> Change:
    """Create an entity, or replace or update it (5.6.8); the result tells whether it was created."""
    existing = put(entity, append=False) if update else replace(entity)

    def change(stored: Entity | None, at: str) -> Changed:
        if stored is None:
            return Changed(_made(entity, at), True)
        return Changed(existing(stored, at).entity, False)

    return change


def refused_unless_whole(change: Change) -> Change:
    """Return a change that fails where its outcome is not whole, as members of a batch do (5.6.9)."""

    def strict(stored: Entity | None, at: str) -> Changed:
        changed = change(stored, at)
        if isinstance(changed.result, Outcome) and changed.result.not_updated:
            reasons = (f"{iri}: {reason}" for iri, reason in changed.result.not_updated.items())
            return Changed(changed.entity, BadRequestData("; ".join(reasons)))
        return changed

    return strict


def _of_existing(edit: Edit, meant: Meant) -> Change:
    def change(stored: Entity | None, at: str) -> Changed:
        if stored is None or not meant(stored["type"]):
            raise ResourceNotFound("there is no such entity")
        return edit(stored, at)

    return change


def _made(entity: Entity, at: str) -> Entity:
    attributes = updating.created(entity["attributes"], at)
    scope = entity.get("scope", [])
    return {**entity, "scope": scope, "createdAt": at, "modifiedAt": at, "attributes": attributes}


def _edited(entity: Entity, at: str, attributes: Any, fragment: Fragment, scope: list[str]) -> Entity:
    """Return the entity with these attributes and scopes, and with the types that the fragment adds."""
    types = [one for one in fragment.get("type", []) if one not in entity["type"]]
    if not types and scope is entity.get("scope") and attributes == entity["attributes"]:
        return entity
    told = {"attributes": attributes, "scope": scope, "modifiedAt": at}
    return {**entity, **told, "type": [*entity["type"], *types] if types else entity["type"]}


def _with(entity: Entity, at: str, iri: str, instances: list[Instance]) -> Changed:
    attributes = updating.with_instances(entity["attributes"], iri, instances)
    return Changed({**entity, "attributes": attributes, "modifiedAt": at})


def _scopes(entity: Entity, fragment: Fragment, *, overwrite: bool = True) -> list[str]:
    old: list[str] = entity.get("scope", [])
    if "scope" not in fragment:
        return old
    young: list[str] = fragment["scope"]
    return young if overwrite else [*old, *(one for one in young if one not in old)]


def _instance(entity: Entity, iri: str, dataset: str | None) -> tuple[list[Instance], int]:
    """Return the instances of an attribute and the place of one. Raises ResourceNotFound."""
    found: list[Instance] = entity["attributes"].get(iri, [])
    place = place_of(found, dataset)
    if place is None:
        raise ResourceNotFound("the entity has no such attribute")
    return found, place
