"""
What somebody does not reach of the past of entities, kept out of statements (see `narrowing`).

An instance is reached where the scope that its entity had at that time is. Statements have the evolution as
`e`, the attribute as `named`.
"""

from typing import Final

from dothi.context.model.evolution import SCOPE
from dothi.context.query.parameters import Parameters
from dothi.context.query.scopes import ScopeQuery
from dothi.context.rights.reach import Grant, Reach

# A scope holds from when it is set to when another is, or none (clause 4.18).
HELD: Final = """exists (
    select from (
        select v.at as since, lead(v.at) over (order by v.at, v.number) as until, v.deleted_at,
            case jsonb_typeof(v.instance -> 'value')
                when 'array' then array(select jsonb_array_elements_text(v.instance -> 'value'))
                else array[v.instance ->> 'value']
            end as scopes
        from context.history v
        join context.attribute n on n.number = v.attribute
        where v.evolution = {row}.evolution and n.iri = {scope}
    ) s
    where s.deleted_at is null and {row}.at >= s.since and ({row}.at < s.until or s.until is null)
        and {wanted}
)"""
# The same, at any time.
_EVER: Final = """exists (
    select from (
        select case jsonb_typeof(v.instance -> 'value')
            when 'array' then array(select jsonb_array_elements_text(v.instance -> 'value'))
            else array[v.instance ->> 'value']
        end as scopes
        from context.history v
        join context.attribute n on n.number = v.attribute
        where v.evolution = e.number and n.iri = {scope} and v.deleted_at is null
    ) s
    where {wanted}
)"""


def evolution_sql(reach: Reach, into: Parameters) -> str:
    """Return the condition on evolutions `e` of which anything is within reach."""
    return _any([_and(_types(one, into), _ever(one, into), _has(one, into)) for one in reach.grants])


def attribute_sql(reach: Reach, column: str, into: Parameters) -> str:
    """Return the condition on the IRI in `column` of an attribute of `e`; the scope comes along."""
    return _any([_and(_types(one, into), _named(one, column, into)) for one in reach.grants])


def row_sql(reach: Reach, row: str, into: Parameters) -> str:
    """Return the condition on rows of context.history, of the attribute `named` of `e`."""
    if reach.any_scope:
        return "true"  # `attribute_sql` says it all
    return _any(
        [
            _and(_types(one, into), _named(one, "named.iri", into), _held(one, row, into))
            for one in reach.grants
        ]
    )


def _types(grant: Grant, into: Parameters) -> str:
    return "true" if grant.types is None else f"e.types && {into.put(sorted(grant.types), 'text[]')}"


def _named(grant: Grant, column: str, into: Parameters) -> str:
    if grant.attributes is None:
        return "true"
    return f"{column} = any({into.put([*sorted(grant.attributes), SCOPE], 'text[]')})"


def _has(grant: Grant, into: Parameters) -> str:
    """Return the condition that `e` has an attribute that is reached, or none at all."""
    if grant.attributes is None:
        return "true"
    named = _named(grant, "n.iri", into)
    there = f"exists (select from context.attribute n where n.number = any(e.attributes) and {named})"
    return f"(e.attributes = '{{}}' or {there})"


def _held(grant: Grant, row: str, into: Parameters) -> str:
    if grant.scopes is None:
        return "true"
    return HELD.format(row=row, scope=into.put(SCOPE, "text"), wanted=_one_of(grant, into))


def _ever(grant: Grant, into: Parameters) -> str:
    if grant.scopes is None:
        return "true"
    return _EVER.format(scope=into.put(SCOPE, "text"), wanted=_one_of(grant, into))


def _one_of(grant: Grant, into: Parameters) -> str:
    """Return the condition that one of the scopes `s.scopes` is among those of a grant."""
    if not grant.scopes:
        return "false"
    return ScopeQuery(tuple((one,) for one in grant.scopes)).sql(into, "s")


def _and(*conditions: str) -> str:
    return f"({' and '.join(conditions)})"


def _any(conditions: list[str]) -> str:
    return f"({' or '.join(conditions) or 'false'})"
