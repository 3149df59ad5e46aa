"""
One right as data, in a token or a row of the node's table:

    {"tenant": "", "operations": ["read", "write"], "types": […], "scopes": […], "attributes": […]}

What is not told does not narrow; the default tenant is the empty text. Types and attributes are IRIs, or
names of the core @context; scopes are told as in scopeQ. A right that cannot be understood opens nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.contexts import names as names_here
from dothi.context.query import scopes
from dothi.context.query.scopes import ScopePattern
from dothi.context.rights.reach import EVERYTHING, NOTHING, Grant, Reach


class Act(StrEnum):
    """What is done with entities."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Right:
    """What may be done in one tenant, from `since` until before `until`."""

    tenant: str
    acts: frozenset[Act]
    grant: Grant
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, act: Act, tenant: str, at: datetime) -> bool:
        """Tell whether it is a right to do this there and then."""
        if act not in self.acts or tenant != self.tenant:
            return False
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def reach(rights: Iterable[Right], act: Act, tenant: str, at: datetime) -> Reach:
    """Return what rights come to for one act in one tenant."""
    grants = tuple(one.grant for one in rights if one.holds(act, tenant, at))
    if not grants:
        return NOTHING
    return EVERYTHING if any(one.everything for one in grants) else Reach(grants)


def rights(told: object) -> tuple[Right, ...]:
    """Return those of a list that are understood."""
    several = told if isinstance(told, list) else []
    found = (right(one) for one in several if isinstance(one, Mapping))
    return tuple(one for one in found if one is not None)


def right(told: Mapping[str, Any]) -> Right | None:
    """Return one right, None where it is not understood."""
    tenant = told.get("tenant")
    try:
        grant = Grant(_iris(told.get("types")), _scopes(told.get("scopes")), _iris(told.get("attributes")))
        acts = frozenset(Act(one) for one in _texts(told.get("operations")) or ())
    except ValueError:
        return None
    if not isinstance(tenant, str) or not acts:
        return None
    return Right(tenant, acts, grant, told.get("valid_from"), told.get("valid_to"))


def _iris(told: object) -> frozenset[str] | None:
    names, found = names_here(None), _texts(told)
    return None if found is None else frozenset(names.expand(one) for one in found)


def _scopes(told: object) -> tuple[ScopePattern, ...] | None:
    found = _texts(told)
    try:
        return None if found is None else tuple(_scope(one) for one in found)
    except BadRequestData as error:
        raise ValueError(error.detail) from error


def _scope(told: str) -> ScopePattern:
    """Return one scope; two that would both have to hold are no scope of a right."""
    [[pattern]] = scopes.parse(told).groups
    return pattern


def _texts(told: object) -> list[str] | None:
    """Return a list of texts, None where nothing is told. Raises ValueError."""
    if told is None:
        return None
    if not isinstance(told, list) or not all(isinstance(one, str) and one for one in told):
        raise ValueError("a list of texts is wanted")
    return told
