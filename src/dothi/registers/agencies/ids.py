"""
Ids that every loading finds again.

Areas are facts of the whole country: their id is made from code and first day, and is the same on
each node. Units, posts and calendar rows belong to a node, whose name is part of theirs. RFC 9562,
section 5.5 (version 5); nothing reads anything out of such an id.
"""

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from dothi.kernel.ids import PostId, UnitId, urn

COUNTRY = "vn"


def area_id(code: str, valid_from: date) -> UUID:
    """Return the id of the area that bears `code` from that day."""
    return uuid5(NAMESPACE_URL, urn(COUNTRY, "area", f"{code}:{valid_from}"))


def succession_id(from_code: str, to_code: str, on: date) -> UUID:
    """Return the id of the step from one area to another on a day."""
    return uuid5(NAMESPACE_URL, urn(COUNTRY, "succession", f"{from_code}:{to_code}:{on}"))


def unit_id(node: str, kind: str, code: str) -> UnitId:
    """Return the id of the unit of `kind` that the node knows by `code`."""
    return UnitId(uuid5(NAMESPACE_URL, urn(node, kind, code)))


def post_id(unit: UUID, title: str) -> PostId:
    """Return the id of the post with this Vietnamese title in a unit."""
    return PostId(uuid5(unit, title))


def holding_id(post: UUID, person: UUID) -> UUID:
    """Return the id of a person's holding of a post."""
    return uuid5(post, str(person))


def calendar_day_id(unit: UUID | None, on: date) -> UUID:
    """Return the id of a unit's row for a day, or, without a unit, of the row of all units."""
    return uuid5(unit or NAMESPACE_URL, f"calendar:{on}")


def hours_id(unit: UUID | None, purpose: str, weekdays: str) -> UUID:
    """Return the id of a unit's hours for some weekdays, or of those of all units."""
    return uuid5(unit or NAMESPACE_URL, f"hours:{purpose}:{weekdays}")
