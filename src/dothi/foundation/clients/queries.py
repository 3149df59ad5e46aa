"""Reads of clients."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from dothi.foundation.clients.models import Right
from dothi.foundation.clients.types import RightRow, Terms
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Duty, Kind, require

LIST = ActRule("clients.types.list", frozenset({Kind.OFFICIAL, Kind.SYSTEM}), frozenset({Duty.ADMINISTER}))


def rights_at(at: datetime) -> list[RightRow]:
    """Return the rights that stand at an instant, by client, then by when they began; one statement."""
    standing = Q(valid_to=None) | Q(valid_to__gt=at)
    found = Right.objects.select_related("client").filter(standing, valid_from__lte=at)
    return [_row(one) for one in found.order_by("client__name", "valid_from", "id")]


def published(*, unit_id: UUID, actor: Actor, at: datetime) -> list[RightRow]:
    """
    Return what everybody may read, by when it began; one statement, for administrators of the node's unit.

    Raises Refused.
    """
    require(actor, LIST, CaseFacts("client", unit_id=unit_id), at)
    return [one for one in rights_at(at) if not one.client]


def _row(one: Right) -> RightRow:
    terms = Terms(
        operations=tuple(one.operations), basis=one.basis, tenant=one.tenant, types=one.types,
        scopes=one.scopes, attributes=one.attributes, until=one.valid_to,
    )  # fmt: skip
    return RightRow(one.id, one.client.name if one.client else "", terms, one.valid_from)
