"""What a subscription to registrations wants, and what its subscriber is told (clauses 5.3.2 and 5.11)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.contexts import names as names_here
from dothi.context.jsonld.names import Names
from dothi.context.model.kinds import NULL
from dothi.context.query import geo, q, scopes, types
from dothi.context.query.patterns import pattern
from dothi.context.registrations.wanted import EntityWanted, Wanted, period
from dothi.context.subscriptions import members

Stored = Mapping[str, Any]


def why(*, was: bool, matching: bool) -> str | None:
    """Return the triggerReason (5.3.2): whether a registration was, and is, what a subscriber wants."""
    if matching:
        return "updated" if was else "newlyMatching"
    return "noLongerMatching" if was else None


def notification(name: str, reason: str, data: Iterable[Mapping[str, Any]], at: str) -> dict[str, Any]:
    """
    Return a CsourceNotification (5.3.2).

    Types of entities are told as lists, of which table 5.2.8-1 leaves the choice: conformance suites read
    the first member.
    """
    return {
        "id": f"urn:ngsi-ld:ContextSourceNotification:{uuid4()}",
        "type": "ContextSourceNotification",
        "subscriptionId": name,
        "notifiedAt": at,
        "triggerReason": reason,
        "data": [_listed(one) for one in data],
    }


def read(told: Any, names: Names, context: object, now: datetime) -> dict[str, Any]:
    """Return a subscription in stored form; unlike others it may have temporalQ. Raises BadRequestData."""
    _check(told)
    stored = members.whole(_without_time(told), names, context, now)
    return _with_time(stored, told)


def patched(before: Stored, told: Any, names: Names, context: object, now: datetime) -> dict[str, Any]:
    """Return a stored subscription after an update with a part of one. Raises BadRequestData."""
    _check(told)
    stored = members.patched(before, _without_time(told), names, context, now)
    return _with_time(stored, told)


def wanted_by(stored: Stored, csf_names: Names) -> Wanted:
    """Return what a stored subscription wants of registrations; `csf_names` are those of its filter."""
    place = stored.get("geoQ")
    attribute = (place or {}).get("geoproperty", geo.LOCATION)
    return Wanted(
        tuple(_entities(one) for one in stored.get("entities", ())),
        frozenset(stored.get("watchedAttributes", ())),
        geo.parse(place["georel"], place["geometry"], place["coordinates"], attribute) if place else None,
        attribute.rpartition("/")[2],
        period(stored.get("temporalQ", {})),
        scopes.parse(stored["scopeQ"]) if "scopeQ" in stored else None,
        q.parse(stored["csf"]["text"], csf_names, what="csf") if "csf" in stored else None,
    )


def _listed(told: Stored) -> dict[str, Any]:
    information = [
        {**info, "entities": [{**one, "type": _several(one["type"])} for one in info["entities"]]}
        if "entities" in info
        else info
        for info in told["information"]
    ]
    return {**told, "information": information}


def _several(told: str | list[str]) -> list[str]:
    return [told] if isinstance(told, str) else told


def _entities(stored: Stored) -> EntityWanted:
    told = stored.get("id", [])
    like = stored.get("idPattern")
    return EntityWanted(
        types.parse(stored["type"], names_here(None)),
        frozenset(_several(told)),
        pattern(like, "idPattern") if like is not None else None,
    )


def _check(told: Any) -> None:
    """Refuse q, which says nothing of registrations (5.12): whoever tells it means csf."""
    if isinstance(told, Mapping) and told.get("q") not in (None, NULL):
        raise BadRequestData("q is about entities: csf chooses among registrations")


def _without_time(told: Any) -> Any:
    return {key: value for key, value in told.items() if key != "temporalQ"} if _has_time(told) else told


def _with_time(stored: dict[str, Any], told: Any) -> dict[str, Any]:
    if _has_time(told):
        period(told["temporalQ"])
        stored["temporalQ"] = told["temporalQ"]
    return stored


def _has_time(told: Any) -> bool:
    return isinstance(told, Mapping) and isinstance(told.get("temporalQ"), Mapping)
