"""
Attributes that q finds by an index: declared as data, each with an index of the keys of its values.

The key of an attribute is written into statements and its index as PostgreSQL itself quotes the IRI, since
an index serves only the very expression that it was made of.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

import asyncpg

from dothi.context.store.statements import sql

KEY: Final = "context.key_of({{}}, {iri})"


async def declare(pool: asyncpg.Pool, iris: Collection[str], at: datetime) -> None:
    """Let q find these attributes by an index, which is made where it is missing."""
    for iri in iris:
        await pool.execute(sql("keyed_attribute"), iri, at)
        await pool.execute(await pool.fetchval(sql("keyed_attribute_index"), iri))


async def declared(pool: asyncpg.Pool) -> Mapping[str, str]:
    """Return the SQL of the key of each declared attribute, by its IRI; {} stands for all attributes."""
    found = await pool.fetch(sql("keyed_attributes"))
    return {row["iri"]: KEY.format(iri=row["quoted"].replace("{", "{{").replace("}", "}}")) for row in found}
