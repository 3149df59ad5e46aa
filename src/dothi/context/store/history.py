"""
The past of entities, in `context.history`: recording what is said, and forgetting.

    await history.follow(connection, happened)   in the transaction of the changes themselves
    await history.record(connection, said)       what is said of the past through temporal/entities
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from dothi.context.model import evolution
from dothi.context.model.kinds import Instance
from dothi.context.store.outbox import Happened
from dothi.context.store.statements import sql

Key = tuple[str, str]


@dataclass(frozen=True)
class Said:
    """
    One instance of an attribute, in stored form with createdAt and modifiedAt, to be recorded.

    `types` are those of the entity, IRIs; it keeps others that it had.
    """

    tenant: str
    entity_id: str
    types: Sequence[str]
    attribute: str
    instance: Instance


async def follow(connection: asyncpg.Connection, happened: Iterable[Happened]) -> None:
    """Record what changes of entities leave; an entity that is deleted takes its past along."""
    said: list[Said] = []
    gone: dict[Key, None] = {}
    for one in happened:
        if one.after is None:
            gone[one.tenant, one.entity_id] = None
            said = [each for each in said if (each.tenant, each.entity_id) != (one.tenant, one.entity_id)]
            continue
        left = evolution.left_by(one.before, one.after, one.at)
        said += [Said(one.tenant, one.entity_id, one.after["type"], iri, instance) for iri, instance in left]
    await forget(connection, list(gone))
    await record(connection, said)


async def record(connection: asyncpg.Connection, said: Sequence[Said]) -> None:
    """Record instances, in their order."""
    if said:
        await connection.execute(sql("history_met"), _met(said))
        await connection.execute(sql("history_record"), [_row(one) for one in said])


async def forget(connection: asyncpg.Connection, keys: Sequence[Key]) -> bool:
    """Forget the whole past of entities; tells whether there was any."""
    if not keys:
        return False
    tenants, ids = [key[0] for key in keys], [key[1] for key in keys]
    return bool(await connection.fetchval(sql("history_forget"), tenants, ids))


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


def _row(one: Said) -> Mapping[str, Any]:
    instance = one.instance
    observed = instance.get("observedAt")
    deleted = instance.get("deletedAt")
    return {
        "tenant": one.tenant, "entity_id": one.entity_id, "attribute": one.attribute,
        "dataset_id": instance.get("datasetId", ""),
        "at": deleted or observed or instance["modifiedAt"], "observed": observed is not None and not deleted,
        "created_at": instance["createdAt"], "modified_at": instance["modifiedAt"], "deleted_at": deleted,
        "value": evolution.measure(instance), "instance": evolution.written(instance),
    }  # fmt: skip
