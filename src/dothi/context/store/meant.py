"""
Which evolutions a question means: conditions on rows of context.evolution, all of which they meet.

They go down the index of each series, (evolution, attribute, at), and stop at the first row.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from dothi.context.query.entities import EntitySelector
from dothi.context.query.parameters import Parameters
from dothi.context.query.q import Query
from dothi.context.rights.reach import Reach
from dothi.context.store import past
from dothi.context.store.kept import Kept

Condition = Callable[[Parameters], str]
"""Writes a condition on rows of context.evolution that go by the name `e`."""


def all_of(conditions: Sequence[Condition], into: Parameters) -> str:
    """Return the condition that all of several are met."""
    return " and ".join(f"({write(into)})" for write in conditions)


def of_tenant(tenant: str) -> Condition:
    """Return the condition that every question has."""
    return lambda into: f"e.tenant = {into.put(tenant, 'text')}"


def selected(selectors: Sequence[EntitySelector]) -> Condition:
    """Return the condition that one of the selectors selects the entity."""
    return lambda into: " or ".join(one.sql(into, "e") for one in selectors)


def reached(reach: Reach) -> Condition:
    """Return the condition that an evolution is within reach."""
    return lambda into: past.evolution_sql(reach, into)


def says(kept: Kept) -> Condition:
    """Return the condition that some wanted attribute, the scope apart, has a wanted instance."""

    def write(into: Parameters) -> str:
        attribute = replace(kept, scope=False).attribute_sql("named.iri", into)
        says = _SAYS if kept.reach.everything else _SAYS_WITHIN
        return says.format(attribute=attribute, row=kept.row_sql("h", into))

    return write


def fits(query: Query, kept: Kept) -> Condition:
    """Return the condition that instances in the window fit a query: each term asks for one of them."""
    named = [term.attribute for term in query.terms() if term.attribute]
    asked = Kept(kept.window, named, scope=False, reach=kept.reach)

    def write(into: Parameters) -> str:
        attribute = asked.attribute_sql("named.iri", into)
        return _FITS.format(attribute=attribute, row=asked.row_sql("h", into), query=query.sql(into, "p"))

    return write


# The limit stops at the first row; without it PostgreSQL joins all rows of the window first. What attributes
# are wanted is looked up once for all entities, for a page deep in a list asks this of each before it.
_SAYS: Final = """exists (
    select from unnest(e.attributes) as had (number)
    cross join lateral (
        select from context.history h
        where h.evolution = e.number and h.attribute = had.number and {row}
        limit 1
    ) one
    where had.number = any(array(select named.number from context.attribute named where {attribute}))
)"""
# The same where it depends on the entity, too, which attributes are reached.
_SAYS_WITHIN: Final = """exists (
    select from unnest(e.attributes) as had (number)
    join context.attribute named on named.number = had.number
    cross join lateral (
        select from context.history h
        where h.evolution = e.number and h.attribute = had.number and {row}
        limit 1
    ) one
    where {attribute}
)"""
# An entity whose attributes have all instances of the window, for conditions on rows of context.entity.
_FITS: Final = """exists (
    select from (
        select e.tenant, e.id, e.types, e.created_at, e.created_at as modified_at, (
            select coalesce(jsonb_object_agg(s.iri, s.instances), '{{}}')
            from (
                select named.iri, jsonb_agg(
                    coalesce(h.instance, jsonb_build_object('type', 'Property', 'value', h.value))
                    || jsonb_strip_nulls(jsonb_build_object(
                        'datasetId', nullif(h.dataset_id, ''),
                        'observedAt', case when h.observed then context.as_text(h.at) end,
                        'createdAt', context.as_text(h.created_at),
                        'modifiedAt', context.as_text(h.modified_at),
                        'deletedAt', context.as_text(h.deleted_at)
                    ))
                ) as instances
                from unnest(e.attributes) as had (number)
                join context.attribute named on named.number = had.number
                join context.history h on h.evolution = e.number and h.attribute = had.number
                where {attribute} and {row}
                group by named.iri
            ) s
        ) as attributes
        offset 0
    ) p
    where {query}
)"""
