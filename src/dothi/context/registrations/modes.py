"""
The modes of registrations, and which may not stand beside each other (clause 4.3.6).

    inclusive   the source has some of it, others may have more
    exclusive   the source alone has these attributes of these entities
    redirect    the entities are at the sources only
    auxiliary   the source is asked for what nobody else has
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.query.patterns import pattern
from dothi.context.registrations import information
from dothi.context.registrations.operations import CHANGES, DEFAULT, PAST, RETRIEVE, does

Stored = Mapping[str, Any]
MODES: Final = ("inclusive", "exclusive", "redirect", "auxiliary")
PROXIED: Final = frozenset({"exclusive", "redirect"})
TAKING_OVER: Final = ("createEntity", "updateAttrs", "deleteEntity")
"""What a source does at least to which the changes of an entity go, as redirectionOps have it."""


def mode(stored: Stored) -> str:
    """Return the mode of a stored registration."""
    told: str = stored.get("mode", "inclusive")
    return told


def check(stored: Stored) -> None:
    """
    Refuse an exclusive registration that does not name entities and attributes, and an auxiliary one of
    which nothing can be had. Raises BadRequestData.

    4.3.6.3 wants the id of an entity. ETSI's suite registers patterns of ids, too, at sources to which
    changes go: these are taken.
    """
    told = stored.get("operations", DEFAULT)
    naming = {"id", "idPattern"} if any(does(told, one) for one in CHANGES) else {"id"}
    if mode(stored) == "auxiliary" and not any(does(told, one) for one in (*RETRIEVE, *PAST, "queryBatch")):
        raise BadRequestData("an auxiliary registration lets entities be retrieved or queried")
    if mode(stored) != "exclusive":
        return
    for info in stored["information"]:
        named = [one for one in info.get("entities", ()) if not naming.isdisjoint(one)]
        if not named or len(named) != len(info["entities"]) or not information.attributes(info):
            raise BadRequestData("an exclusive registration names entities by their ids, and attributes")


@dataclass(frozen=True)
class Elsewhere:
    """Entities, or attributes of entities, that are not to be here: None stands for any."""

    types: list[str] | None
    id: str | None
    like: str | None
    attributes: list[str] | None


def elsewhere(stored: Stored) -> Iterator[Elsewhere]:
    """
    Give what an exclusive or redirecting registration keeps elsewhere.

    Of an exclusive one only entities by their ids (5.9.2.4): what is here and like a pattern may stay, and
    weighs less than what the source tells. The same goes for whatever a source takes over, as ETSI's suite
    has it: one to which changes go from now on, so that nothing here is out of reach for ever.
    """
    exclusive = mode(stored) == "exclusive"
    for info in stored["information"] if mode(stored) in PROXIED and not _takes_over(stored) else ():
        attributes = sorted(information.attributes(info)) or None
        for one in info.get("entities", ()):
            like = None if "id" in one else one.get("idPattern")
            if not (exclusive and like):
                yield Elsewhere(sorted(information.types(one)), one.get("id"), like, attributes)
        if "entities" not in info:
            yield Elsewhere(None, None, None, attributes)


def _takes_over(stored: Stored) -> bool:
    return all(does(stored.get("operations", DEFAULT), one) for one in TAKING_OVER)


def conflict(one: Stored, other: Stored) -> bool:
    """Tell whether two registrations cannot stand beside each other: what is exclusive nobody else has."""
    if not {mode(one), mode(other)} <= PROXIED or "exclusive" not in (mode(one), mode(other)):
        return False
    return any(_overlap(mine, theirs) for mine in one["information"] for theirs in other["information"])


def _overlap(mine: Stored, theirs: Stored) -> bool:
    ours, others = information.attributes(mine), information.attributes(theirs)
    if ours and others and not ours & others:
        return False
    if "entities" not in mine or "entities" not in theirs:
        return True
    return any(_meet(one, each) for one in mine["entities"] for each in theirs["entities"])


def _meet(one: Stored, other: Stored) -> bool:
    """Tell whether two EntityInfo may mean one entity."""
    return bool(information.types(one) & information.types(other)) and _fits(one, other) and _fits(other, one)


def _fits(one: Stored, other: Stored) -> bool:
    """Tell whether the id of `one`, where it has one, is one that `other` may mean."""
    if "id" not in one:
        return True
    if "id" in other:
        return bool(one["id"] == other["id"])
    return "idPattern" not in other or pattern(other["idPattern"], "idPattern").found_in(one["id"])
