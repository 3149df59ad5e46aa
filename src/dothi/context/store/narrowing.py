"""
What somebody does not reach, kept out of statements: as if the rows and attributes did not exist.

Statements read entities from the relation `entities`, which has the rows and columns of context.entity
that queries ask, and is context.entity itself where nothing is narrowed. So q, geo-queries, counts,
linked entities and discovery cannot tell what is hidden, whatever they ask.
"""

from collections.abc import Mapping

from dothi.context.query.geo import LOCATION
from dothi.context.query.parameters import TABLE, Parameters
from dothi.context.rights.reach import Grant, Reach
from dothi.context.store.statements import sql

ROW = "n"


def parameters(reach: Reach, keys: Mapping[str, str] | None = None) -> Parameters:
    """Return the parameters of a statement that reads what is reached, from `Parameters.entities`."""
    into = Parameters(keys)
    into.entities, into.narrow = entities(reach, into), not reach.whole_entities
    return into


def statement(name: str, reach: Reach, into: Parameters) -> str:
    """Return the statement of a file, which reads what is reached of entities."""
    return sql(name).replace(f"{TABLE} ", f"{entities(reach, into)} ")


def entities(reach: Reach, into: Parameters) -> str:
    """Return the relation of the entities that are reached, as far as they are."""
    if reach.everything:
        return TABLE
    opened = [(_opens(one, into), one) for one in reach.grants]
    reached = " or ".join(condition for condition, _ in opened) or "false"
    attributes, modified_at, box, names = _columns(opened, into)
    return f"""(
        select {ROW}.tenant, {ROW}.id, {ROW}.types, {ROW}.scopes, {ROW}.created_at,
            {modified_at} as modified_at, {attributes} as attributes, {box} as location_box,
            {ROW}.attributes as whole, {names} as open, {ROW}.xmin as version
        from {TABLE} {ROW} where {reached}
    )"""  # noqa: S608 - words of ours, values apart


def _columns(opened: list[tuple[str, Grant]], into: Parameters) -> tuple[str, str, str, str]:
    """Return attributes, modified_at and location_box as they are reached, and the IRIs of attributes."""
    named = [(condition, one.attributes) for condition, one in opened if one.attributes is not None]
    if not named:
        return f"{ROW}.attributes", f"{ROW}.modified_at", f"{ROW}.location_box", "null::text[]"
    whole = " or ".join(condition for condition, one in opened if one.attributes is None) or "false"
    iris = " || ".join(
        f"case when {condition} then {into.put(sorted(one), 'text[]')} else '{{}}' end"
        for condition, one in named
    )
    left = f"context.readable({ROW}.attributes, {iris})"
    everywhere = all(LOCATION in one for _, one in named)
    return (
        f"case when {whole} then {ROW}.attributes else {left} end",
        f"case when {whole} then {ROW}.modified_at else context.last_said({ROW}.created_at, {left}) end",
        f"{ROW}.location_box" if everywhere else
        f"case when {whole} or '{LOCATION}' = any({iris}) then {ROW}.location_box end",
        f"case when {whole} then null else {iris} end",
    )  # fmt: skip


def _opens(grant: Grant, into: Parameters) -> str:
    """Return the condition on rows of context.entity that a grant opens."""
    told = [] if grant.types is None else [f"{ROW}.types && {into.put(sorted(grant.types), 'text[]')}"]
    if grant.scopes is not None:
        told.append(f"({' or '.join(one.sql(into, ROW) for one in grant.scopes) or 'false'})")
    return f"({' and '.join(told) or 'true'})"
