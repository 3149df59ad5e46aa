"""
Providing the past: operations on the temporal evolution of entities (clauses 5.6.11 to 5.6.16).

What is provided here does not touch the current entity; what happens to that is recorded by the store.
An evolution is locked while it changes, so that two changes of it do not mix.
"""

import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

import asyncpg

from dothi.context.errors import Forbidden, ResourceNotFound
from dothi.context.model import evolution
from dothi.context.model.kinds import Instance
from dothi.context.operations.guard import BEYOND
from dothi.context.query.temporal import Window
from dothi.context.rights.reach import EVERYTHING, OutOfReach, Reach
from dothi.context.store import evolutions, history
from dothi.context.store.history import Said
from dothi.context.store.kept import Kept
from dothi.context.turns import MANY, aside


@dataclass(frozen=True)
class Target:
    """The evolution that an operation is about."""

    pool: asyncpg.Pool
    tenant: str
    entity_id: str
    reach: Reach = EVERYTHING
    """What may be written: beyond it is Forbidden, and an evolution that lies beyond is not there."""

    async def upsert(self, types: Sequence[str], said: Sequence[evolution.Said], at: str) -> bool:
        """
        Create the evolution, or add to it (5.6.11); tells whether it is new. Raises Forbidden.

        What was observed at the same instant is told anew, not twice.
        """
        await self._check(types, {iri for iri, _ in said})
        async with self.pool.acquire() as connection, connection.transaction():
            new = await history.begin(connection, self.tenant, self.entity_id, types, at)
            whole = evolution.since_the_first(said, at) if new else said
            await history.overtake(connection, await self._said(types, whole))
        return new

    async def add(self, types: Sequence[str], said: Sequence[evolution.Said]) -> None:
        """Add instances, and types (5.6.12). Raises ResourceNotFound, Forbidden."""
        await self._check(types, {iri for iri, _ in said})
        async with self._locked() as (connection, _number):
            await history.record(connection, await self._said(types, said))

    async def delete(self) -> None:
        """Delete all of it (5.6.16). Raises ResourceNotFound, Forbidden."""
        await self._check((), None)
        async with self._locked() as (connection, _number):
            await history.forget(connection, [(self.tenant, self.entity_id)])

    async def delete_attribute(self, attribute: str, dataset: str | None) -> None:
        """Delete the instances of one dataset of an attribute, "" the default one, None all (5.6.13)."""
        await self._check((), {attribute})
        async with self._locked() as (connection, number):
            if not await history.drop(connection, number, attribute, dataset):
                raise ResourceNotFound(f"there is no such instance of {attribute}")

    async def modify(self, attribute: str, instance_id: str, instance: Instance) -> None:
        """Put an instance in the place of another, but for createdAt (5.6.14). Raises ResourceNotFound."""
        await self._check((), {attribute})
        async with self._locked() as (connection, number):
            if not await history.replace(connection, number, attribute, instance_id, instance):
                raise ResourceNotFound(f"there is no instance {instance_id} of {attribute}")

    async def delete_instance(self, attribute: str, instance_id: str) -> None:
        """Delete one instance (5.6.15). Raises ResourceNotFound."""
        await self._check((), {attribute})
        async with self._locked() as (connection, number):
            if not await history.drop_one(connection, number, attribute, instance_id):
                raise ResourceNotFound(f"there is no instance {instance_id} of {attribute}")

    async def end(self, attribute: str, dataset: str | None, at: str) -> None:
        """
        Record that an attribute was deleted, of a dataset as in `delete_attribute` (clause 4.5.7).

        For entities of which only the past is known. Raises ResourceNotFound where it has ended before.
        """
        await self._check((), {attribute})
        ended = [one for one in await self._latest(attribute, dataset) if "deletedAt" not in one]
        if not ended:
            raise ResourceNotFound(f"there is no such instance of {attribute}")
        left = [(attribute, evolution.end(attribute, one, at)) for one in ended]
        await self.add((), left)

    async def _check(self, types: Sequence[str], attributes: Collection[str] | None) -> None:
        """
        Refuse to write `attributes` (None: all there are) of an evolution that has or gets these types.

        A right that is bound to scopes opens nothing here, for a scope has no place in the path of a past.
        Raises Forbidden.
        """
        if self.reach.everything:
            return
        there = await evolutions.one(self.pool, self.tenant, self.entity_id)
        before = there.types if there else types
        new = set(types) - set(there.types if there else ())
        try:
            reached = self.reach.attributes(before, ())
        except OutOfReach as error:
            if types and attributes is not None:
                raise Forbidden(BEYOND) from error
            raise ResourceNotFound(f"there is no temporal evolution of {self.entity_id}") from error
        _check(reached, attributes, opened=there is not None and bool(new))
        if not self.reach.may_give(new, ()):
            raise Forbidden(BEYOND)

    async def _latest(self, attribute: str, dataset: str | None) -> list[Instance]:
        """Return the latest instance of each dataset of an attribute."""
        found = await evolutions.one(self.pool, self.tenant, self.entity_id)
        if found is None:
            return []
        kept = Kept(Window(last=1), [attribute], None if dataset is None else [dataset], scope=False)
        rows = await evolutions.rows(self.pool, [found.number], kept)
        return list({row.instance.get("datasetId"): row.instance for row in rows}.values())

    @contextlib.asynccontextmanager
    async def _locked(self) -> AsyncIterator[tuple[asyncpg.Connection, int]]:
        """Give a transaction with the number of the evolution, locked. Raises ResourceNotFound."""
        async with self.pool.acquire() as connection, connection.transaction():
            number = await history.locked(connection, self.tenant, self.entity_id)
            if number is None:
                raise ResourceNotFound(f"there is no temporal evolution of {self.entity_id}")
            yield connection, number

    async def _said(self, types: Sequence[str], said: Sequence[evolution.Said]) -> list[Said]:
        def all_said() -> list[Said]:
            return [Said(self.tenant, self.entity_id, types, iri, instance) for iri, instance in said]

        return await aside(len(said) > MANY, all_said)


def _check(reached: frozenset[str] | None, attributes: Collection[str] | None, *, opened: bool) -> None:
    """
    Refuse attributes (None: all) that are not `reached`. Raises Forbidden.

    Types that it did not have open it to others, so they take a right to all of its attributes.
    """
    if reached is not None and (opened or attributes is None or not reached.issuperset(attributes)):
        raise Forbidden(BEYOND)
