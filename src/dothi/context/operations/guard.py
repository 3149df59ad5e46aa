"""
Writing within a reach: a change sees of an entity what its requester may write, and touches nothing else.

What is out of reach stays as it is beside what the change makes of the rest. So a change cannot take away,
overwrite or find out what its requester may not write; what it adds has to lie within reach, in the entity
as it was and as it becomes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dothi.context.errors import AlreadyExists, Forbidden
from dothi.context.rights.reach import OutOfReach, Reach
from dothi.context.store.changes import Changes
from dothi.context.store.rows import Entity
from dothi.context.store.waiting import Change, Changed

BEYOND = "the rights of who asks do not reach so far"


@dataclass(frozen=True)
class Guarded:
    """Changes by somebody who may write what is within `reach`."""

    changes: Changes
    reach: Reach

    async def apply(self, tenant: str, entity_id: str, change: Change) -> Any:
        """Change one entity as `Changes.apply` does. Raises NgsiLdError, Forbidden among them."""
        return await self.changes.apply(tenant, entity_id, self._within(change))

    async def apply_all(self, tenant: str, steps: Iterable[tuple[str, Change]]) -> list[Any]:
        """Change entities as `Changes.apply_all` does; what is out of reach fails with Forbidden."""
        return await self.changes.apply_all(tenant, [(key, self._within(one)) for key, one in steps])

    def _within(self, change: Change) -> Change:
        return change if self.reach.everything else within(self.reach, change)


def check_elsewhere(
    reach: Reach, types: Sequence[Collection[str]], scopes: Collection[str],
    attributes: frozenset[str] | None, given: Entity,
) -> None:  # fmt: skip
    """
    Refuse to hand on what does not lie within reach. Raises Forbidden.

    What is elsewhere cannot be seen: `types` are all those that the entity may have now, none where nobody
    knows. None of `attributes` is all that it has; `given` may tell types and scopes that it gets.
    """
    if reach.everything:
        return
    gets, scoped = set(given.get("type") or ()), set(given.get("scope") or ())
    for one in types:
        reached = _reached(reach, {"type": list(one), "scope": list(scopes)})
        moved = not gets <= set(one) or not scoped <= set(scopes)
        if reached is not None and (moved or attributes is None or not attributes <= reached):
            raise Forbidden(BEYOND)
    if not types or not reach.may_give(gets, scoped):
        raise Forbidden(BEYOND)


def within(reach: Reach, change: Change) -> Change:
    """Return a change that goes no further than `reach`. It raises Forbidden, AlreadyExists."""

    def guarded(stored: Entity | None, at: str) -> Changed:
        seen = None if stored is None else reach.of(stored)
        changed = change(seen, at)
        if changed.entity is seen:
            return Changed(stored, changed.result)
        if stored is not None and seen is None:
            raise AlreadyExists(f"{stored['id']} exists already")
        return Changed(_whole(reach, stored, seen, changed.entity), changed.result)

    return guarded


def _whole(reach: Reach, stored: Entity | None, seen: Entity | None, after: Entity | None) -> Entity | None:
    """Return the entity after a change, with what was out of reach as it was. Raises Forbidden."""
    if after is None:
        if stored is None or _reached(reach, stored) is not None:
            raise Forbidden(BEYOND)
        return None
    before = {} if seen is None else seen["attributes"]
    _check(reach, seen, after)
    hidden = {iri: one for iri, one in _attributes(stored).items() if iri not in before}
    if hidden.keys() & after["attributes"].keys():
        raise Forbidden(BEYOND)
    return {**after, "attributes": {**after["attributes"], **hidden}}


def _check(reach: Reach, seen: Entity | None, after: Entity) -> None:
    """
    Refuse an entity out of reach, or with changed attributes that are. Raises Forbidden.

    Other types or scopes open an entity to others, so they take a right to all of its attributes.
    """
    types, scopes = _new(seen, after, "type"), _new(seen, after, "scope")
    moved = seen is not None and bool(types | scopes | _new(after, seen, "type") | _new(after, seen, "scope"))
    reached = _reached(reach, after)
    narrow = reached is not None and (
        moved or not _differing(_attributes(seen), after["attributes"]) <= reached
    )
    if narrow or not reach.may_give(types, scopes):
        raise Forbidden(BEYOND)


def _new(before: Entity | None, after: Entity, member: str) -> set[str]:
    """Return the types, or scopes, that an entity did not have before."""
    return set(after.get(member) or ()) - set((before or {}).get(member) or ())


def _reached(reach: Reach, entity: Entity) -> frozenset[str] | None:
    """Return which attributes of an entity are reached, None for all. Raises Forbidden."""
    try:
        return reach.attributes(entity["type"], entity.get("scope") or ())
    except OutOfReach as error:
        raise Forbidden(BEYOND) from error


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {iri for iri in before.keys() | after.keys() if before.get(iri) is not after.get(iri)}


def _attributes(entity: Entity | None) -> Mapping[str, Any]:
    return {} if entity is None else entity["attributes"]
