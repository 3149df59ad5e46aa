"""
The past of entities, in `context.history`: recording what is said, and forgetting.

    await history.follow(connection, happened)   in the transaction of the changes themselves
    await history.record(connection, said)       what is said of the past through temporal/entities
"""

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import asyncpg

from dothi.context.model import evolution
from dothi.context.model.kinds import Instance
from dothi.context.store.outbox import Happened
from dothi.context.store.statements import sql

Key = tuple[str, str]
INSTANCE_ID: Final = "urn:ngsi-ld:Instance:"
PIECE: Final = 2_000
"""Instances in one statement: what is said at once may be 60,000."""
PRETENDING: Final = "set local lock_timeout = '5s'"
"""Who records of the same entities at this moment is waited for."""


class Forgotten(Exception):
    """Somebody deleted the past of an entity while something was recorded of it: begin anew."""


class Said(NamedTuple):
    """
    One instance of an attribute, in stored form with createdAt and modifiedAt, to be recorded.

    `types` are those of the entity, IRIs; it keeps others that it had.
    """

    tenant: str
    entity_id: str
    types: Sequence[str]
    attribute: str
    instance: Instance


async def keep_months(pool: asyncpg.Pool, at: datetime) -> None:
    """Make the partitions of this month and of the next, which a broker does when it starts."""
    for one in (at, at + timedelta(days=31)):
        await pool.execute("select context.keep_month($1)", one)


async def follow(connection: asyncpg.Connection, happened: Iterable[Happened]) -> None:
    """Record what changes of entities leave; an entity that is deleted takes its past along."""
    said: list[Said] = []
    gone: dict[Key, None] = {}
    for one in happened:
        if one.after is None:
            gone[one.tenant, one.entity_id] = None
            said = [each for each in said if (each.tenant, each.entity_id) != (one.tenant, one.entity_id)]
        said += left_by(one)
    await forget(connection, list(gone))
    await record(connection, said)


def left_by(one: Happened) -> list[Said]:
    """Return what a change leaves of its entity; nothing where that is gone."""
    if one.after is None:
        return []
    left = evolution.left_by(one.before, one.after, one.at)
    return [Said(one.tenant, one.entity_id, one.after["type"], iri, instance) for iri, instance in left]


async def record(connection: asyncpg.Connection, said: Sequence[Said]) -> None:
    """
    Record instances, in their order; entities and attributes that are new here are made known first.

    Raises Forgotten.
    """
    for piece in _pieces(said):
        if not await _recorded(connection, piece):
            await connection.execute(sql("history_met"), _met(piece))
            if not await _recorded(connection, piece):
                raise Forgotten("what was known of entities a moment ago was deleted")


async def _recorded(connection: asyncpg.Connection, said: Sequence[Said]) -> bool:
    """Record all instances, or none where something of them is not known yet; tells which."""
    told: str = await connection.execute(sql("history_record"), told_of(said), len(said))
    return told == f"INSERT 0 {len(said)}"


def told_of(said: Sequence[Said]) -> list[dict[str, Any]]:
    """Return instances as they are told to a statement that records them."""
    return [{**_row(one), "types": one.types} for one in said]


async def overtake(connection: asyncpg.Connection, said: Sequence[Said]) -> None:
    """Record instances in the place of those of the same attribute, dataset and instant of observation."""
    await _in_pieces(connection, "history_overtake", said)
    await record(connection, said)


async def record_missing(connection: asyncpg.Connection, said: Sequence[Said]) -> None:
    """
    Record instances of attributes that entities are known to have, unless one of the same instant is there.

    For what is heard more than once and perhaps late, such as readings of devices.
    """
    await _in_pieces(connection, "history_record_missing", said)


async def _in_pieces(connection: asyncpg.Connection, statement: str, said: Sequence[Said]) -> None:
    for piece in _pieces(said):
        await connection.execute(sql(statement), [_row(one) for one in piece])


def _pieces(said: Sequence[Said]) -> Iterator[Sequence[Said]]:
    """Give instances in their order, some at a time: between them others have their turn."""
    return (said[first : first + PIECE] for first in range(0, len(said), PIECE))


@contextlib.asynccontextmanager
async def pretend(pool: asyncpg.Pool, said: Sequence[Said]) -> AsyncIterator["Within"]:
    """
    Give what reads as if these instances were recorded, unless one of the same instant is there.

    They are recorded in a transaction that is rolled back in the end, so that they are seen in it alone.
    """
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(PRETENDING)
            await connection.execute(sql("history_pretended"), _met(said))
            await record_missing(connection, said)
            yield Within(connection)
        finally:
            await transaction.rollback()


@dataclass(frozen=True)
class Within:
    """One connection that is asked as a pool is."""

    connection: asyncpg.Connection

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator[asyncpg.Connection]:
        """Give the connection."""
        yield self.connection

    async def fetch(self, statement: str, *told: object) -> list[Mapping[str, Any]]:
        """Return rows."""
        found: list[Mapping[str, Any]] = await self.connection.fetch(statement, *told)
        return found

    async def fetchrow(self, statement: str, *told: object) -> Mapping[str, Any] | None:
        """Return the first row."""
        found: Mapping[str, Any] | None = await self.connection.fetchrow(statement, *told)
        return found


async def begin(
    connection: asyncpg.Connection, tenant: str, entity_id: str, types: Sequence[str], at: str
) -> bool:
    """Begin the evolution of an entity, unless there is one, and lock it; tells whether it is new."""
    since = datetime.fromisoformat(at)
    return bool(await connection.fetchval(sql("evolution_begin"), tenant, entity_id, list(types), since))


async def locked(connection: asyncpg.Connection, tenant: str, entity_id: str) -> int | None:
    """
    Return the number of the evolution of an entity, locked until the transaction ends.

    The entity itself is another version from then on: else changes of it that were under way would record of
    a past that is deleted meanwhile.
    """
    await connection.execute(sql("touch"), tenant, entity_id)
    found: int | None = await connection.fetchval(sql("evolution_lock"), tenant, entity_id)
    return found


async def replace(
    connection: asyncpg.Connection, of: int, attribute: str, instance_id: str, instance: Instance
) -> bool:
    """Put an instance in the place of another, whose createdAt stays; tells whether there was one."""
    number = number_of(instance_id)
    row = _columns(instance)
    return bool(await connection.fetchval(sql("history_replace"), of, attribute, number, row))


async def drop(connection: asyncpg.Connection, of: int, attribute: str, dataset: str | None) -> bool:
    """Drop an attribute, or what one dataset says of it, "" the default one; tells whether there was any."""
    return bool(await connection.fetchval(sql("history_drop"), of, attribute, dataset))


async def drop_one(connection: asyncpg.Connection, of: int, attribute: str, instance_id: str) -> bool:
    """Drop one instance; tells whether there was one."""
    number = number_of(instance_id)
    return bool(await connection.fetchval(sql("history_drop_one"), of, attribute, number))


def instant_of(instance: Instance) -> str:
    """Return when an instance was observed or deleted; when it was said where nobody observed."""
    told: str = instance.get("deletedAt") or instance.get("observedAt") or instance["modifiedAt"]
    return told.replace(",", ".")


def id_of(number: int) -> str:
    """Return the instanceId of a row."""
    return f"{INSTANCE_ID}{number}"


def number_of(instance_id: str) -> int:
    """Return the row that an instanceId names; one that is no id of ours names none."""
    told = instance_id.removeprefix(INSTANCE_ID)
    ours = told != instance_id and told.isascii() and told.isdigit() and len(told) < 19
    return int(told) if ours else 0


async def forget(connection: asyncpg.Connection, keys: Sequence[Key]) -> None:
    """Forget the whole past of entities."""
    if keys:
        await connection.execute(sql("history_forget"), [key[0] for key in keys], [key[1] for key in keys])


def _met(said: Sequence[Said]) -> list[dict[str, Any]]:
    """Return each entity once, with all types and attributes that it now has."""
    met: dict[Key, dict[str, Any]] = {}
    for one in said:
        entity = met.setdefault(
            (one.tenant, one.entity_id),
            {"tenant": one.tenant, "entity_id": one.entity_id, "types": {}, "attributes": {},
             "created_at": one.instance["modifiedAt"]},
        )  # fmt: skip
        entity["types"] |= dict.fromkeys(one.types)
        entity["attributes"][one.attribute] = None
    return [
        {**one, "types": list(one["types"]), "attributes": list(one["attributes"])} for one in met.values()
    ]


def _row(one: Said) -> dict[str, Any]:
    key = {"tenant": one.tenant, "entity_id": one.entity_id, "attribute": one.attribute}
    return {**key, "created_at": one.instance["createdAt"], **_columns(one.instance)}


def _columns(instance: Instance) -> dict[str, Any]:
    observed = instance.get("observedAt")
    deleted = instance.get("deletedAt")
    return {
        "at": instant_of(instance), "observed": observed is not None and not deleted,
        "modified_at": instance["modifiedAt"], "deleted_at": deleted,
        "dataset_id": instance.get("datasetId", ""),
        "value": evolution.measure(instance), "instance": evolution.written(instance),
    }  # fmt: skip
