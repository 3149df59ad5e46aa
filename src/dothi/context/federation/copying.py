"""
A subscription as a source is told of it (clause 5.8.1.4): what its registration covers, and no more. Pure.

The source notifies this broker, under an id that only the two of them know. What filters and projects is
left out where it is looked at here: it needs more than the source tells, or has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dothi.context.federation import narrowing
from dothi.context.federation.narrowing import Part
from dothi.context.federation.speech import Speech
from dothi.context.query.entities import EntityQuery
from dothi.context.registrations import information

Stored = Mapping[str, Any]
FILTERS: Final = ("q", "geoQ", "scopeQ")
SAME: Final = (
    "notificationTrigger", "timeInterval", "throttling", "isActive", "expiresAt", "datasetId",
    "splitEntities",
)  # fmt: skip


@dataclass(frozen=True)
class Manner:
    """How a source is told: in which words, where it notifies, and whether filters are looked at `here`."""

    speech: Speech
    address: str
    here: bool


def copied(stored: Stored, asked: EntityQuery, infos: Sequence[Stored], manner: Manner) -> dict[str, Any]:
    """Return the Subscription for a source; `infos` are the parts of its registration that fit."""
    parts = narrowing.parts(asked, infos)
    told: dict[str, Any] = {"type": "Subscription", **{key: stored[key] for key in SAME if key in stored}}
    told |= _entities(parts, manner.speech) | _watched(stored, parts, manner.speech)
    if not manner.here:
        told |= _filters(stored, manner.speech)
    told["notification"] = _notification(stored, infos, manner)
    return manner.speech.body(told)


def filters(stored: Stored) -> bool:
    """Tell whether a stored subscription asks for some of the entities only."""
    return any(key in stored for key in FILTERS)


def _entities(parts: Sequence[Part], speech: Speech) -> dict[str, Any]:
    if any(not (one.types or one.ids or one.like) for one in parts):
        return {}
    return {"entities": [_selector(one, speech) for one in parts]}


def _selector(part: Part, speech: Speech) -> dict[str, Any]:
    told: dict[str, Any] = {"type": narrowing.types_text(part, speech.names.compact) or "*"}
    if part.ids:
        return {**told, "id": part.ids[0] if len(part.ids) == 1 else list(part.ids)}
    return told if part.like is None else {**told, "idPattern": part.like}


def _watched(stored: Stored, parts: Sequence[Part], speech: Speech) -> dict[str, Any]:
    """Return the attributes that the source watches; a part without attributes is watched whole."""
    if "timeInterval" in stored or any(not one.attributes for one in parts):
        return {}
    named = frozenset().union(*(one.attributes for one in parts))
    return {"watchedAttributes": [speech.names.compact(iri) for iri in sorted(named)]}


def _filters(stored: Stored, speech: Speech) -> dict[str, Any]:
    told: dict[str, Any] = {
        key: stored[key] for key in ("scopeQ", "expandValues", "jsonKeys") if key in stored
    }
    if "q" in stored:
        told["q"] = stored["q"]["text"]
    if "geoQ" in stored:
        told["geoQ"] = dict(stored["geoQ"])
        if "geoproperty" in stored["geoQ"]:
            told["geoQ"]["geoproperty"] = speech.names.compact(stored["geoQ"]["geoproperty"])
    return told


def _notification(stored: Stored, infos: Sequence[Stored], manner: Manner) -> dict[str, Any]:
    asked = stored["notification"]
    told: dict[str, Any] = {
        "endpoint": {"uri": manner.address, "accept": "application/json"},
        "sysAttrs": True,
    }
    if asked.get("showChanges"):
        told["showChanges"] = True
    registered = [information.attributes(one) for one in infos]
    meant = frozenset(asked.get("attributes", ()))
    if all(registered):
        meant &= frozenset().union(*registered)
    if meant and not manner.here:
        told["attributes"] = [manner.speech.names.compact(iri) for iri in sorted(meant)]
    return told
