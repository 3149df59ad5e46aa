"""
Reading the Subscription of a request into its stored form, and writing it again (clause 5.2.12).

What is read-only for subscribers (status, counters) and what the standard does not name is left out.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.kinds import NULL
from dothi.context.subscriptions import checks, delivering, selecting

Told = Mapping[str, Any]
Read = Callable[[Any, Names, object], Any]
TRIGGERS: Final = (
    "entityCreated", "entityUpdated", "entityDeleted",
    "attributeCreated", "attributeUpdated", "attributeDeleted",
)  # fmt: skip
DEFAULT_TRIGGERS: Final = ("attributeCreated", "attributeUpdated")
MANDATORY: Final = ("type", "notification")


def read(told: Any, names: Names, context: object) -> dict[str, Any]:
    """
    Return the members of a subscription, or of a part of one, in stored form; NGSI-LD Null stays None.

    `context` is the @context behind `names`, kept with what is read later. Raises BadRequestData.
    """
    if not isinstance(told, Mapping):
        raise BadRequestData("a subscription is an object")
    if told.get("type", "Subscription") != "Subscription":
        raise BadRequestData("the type is Subscription")
    if told.get("temporalQ") is not None:
        raise BadRequestData("temporalQ is for subscriptions of registrations only")
    return {
        key: None if told[key] in (None, NULL) else reading(told[key], names, context)
        for key, reading in _READ.items()
        if key in told
    }


def whole(told: Any, names: Names, context: object, now: datetime) -> dict[str, Any]:
    """Return a new subscription in stored form, its id among it where it has one. Raises BadRequestData."""
    found = {key: value for key, value in read(told, names, context).items() if value is not None}
    if told.get("type") != "Subscription":
        raise BadRequestData("the type is Subscription")
    if "id" in told:
        found["id"] = terms.uri(told["id"])
    _in_future(found, now)
    return checked(found)


def patched(stored: Told, told: Any, names: Names, context: object, now: datetime) -> dict[str, Any]:
    """Return a stored subscription after an update with a part of one (5.8.2). Raises BadRequestData."""
    part = read(told, names, context)
    if told.get("id", stored["id"]) != stored["id"]:
        raise BadRequestData("the id of a subscription stays")
    if any(told.get(key, "") in (None, NULL) for key in MANDATORY):
        raise BadRequestData(f"{' and '.join(MANDATORY)} cannot be removed")
    _in_future(part, now)
    found = {key: value for key, value in {**stored, **part}.items() if value is not None}
    if "expiresAt" in part and "isActive" not in part and status(stored, now) == "expired":
        found.pop("isActive", None)  # being expired was what held it, and that is over (5.8.2.4)
    return checked(found)


def checked(found: dict[str, Any]) -> dict[str, Any]:
    """Return a stored subscription whose members may stand together. Raises BadRequestData."""
    if "notification" not in found:
        raise BadRequestData("notification is missing")
    if "timeInterval" in found:
        for other in ("watchedAttributes", "throttling"):
            if other in found:
                raise BadRequestData(f"timeInterval and {other} exclude each other")
        if "entities" not in found and not found.get("localOnly"):
            raise BadRequestData("with timeInterval the entities are to be told")
    if not {"entities", "watchedAttributes"} & set(found) and not found.get("localOnly"):
        raise BadRequestData("entities or watchedAttributes are to be told")
    return found


def status(stored: Told, now: datetime) -> str:
    """Return whether a subscription is active, paused or expired."""
    if "expiresAt" in stored and checks.instant_at(stored["expiresAt"]) <= now:
        return "expired"
    return "active" if stored.get("isActive", True) else "paused"


def written(stored: Told, names: Names, now: datetime) -> dict[str, Any]:
    """Return the Subscription of clause 5.2.12 with short names, and its status."""
    told: dict[str, Any] = {"id": stored["id"], "type": "Subscription"}
    told |= {key: value for key, value in stored.items() if key in _READ}
    for key, write in _WRITTEN.items():
        if key in stored:
            told[key] = write(stored[key], names)
    told.setdefault("notificationTrigger", list(DEFAULT_TRIGGERS))
    return {**told, "status": status(stored, now)}


def _in_future(found: Told, now: datetime) -> None:
    if found.get("expiresAt") and checks.instant_at(found["expiresAt"]) <= now:
        raise BadRequestData("expiresAt is over already")


def _plain(what: str, check: checks.Check) -> Read:
    return lambda value, _names, _context: check(value, what)


def _watched(value: Any, names: Names, _context: object) -> list[str]:
    return [names.expand(terms.name(one)) for one in checks.several(checks.text)(value, "watchedAttributes")]


def _notification(value: Any, names: Names, _context: object) -> dict[str, Any]:
    return delivering.notification(value, names)


def _words(value: list[str], names: Names) -> list[str]:
    return [names.compact(one) for one in value]


_READ: Final[Mapping[str, Read]] = {
    "subscriptionName": _plain("subscriptionName", checks.text),
    "description": _plain("description", checks.text),
    "entities": selecting.entities,
    "watchedAttributes": _watched,
    "notificationTrigger": _plain("notificationTrigger", checks.several(checks.one_of(*TRIGGERS))),
    "timeInterval": _plain("timeInterval", terms.positive),
    "q": selecting.q,
    "geoQ": selecting.geo,
    "scopeQ": selecting.scope,
    "csf": selecting.q,
    "isActive": _plain("isActive", terms.flag),
    "notification": _notification,
    "expiresAt": _plain("expiresAt", terms.instant),
    "throttling": _plain("throttling", terms.positive),
    "datasetId": _plain("datasetId", checks.several(checks.uri_or("@none"))),
    "lang": _plain("lang", checks.text),
    "jsonldContext": _plain("jsonldContext", terms.uri),
    "localOnly": _plain("localOnly", terms.flag),
    "splitEntities": _plain("splitEntities", terms.flag),
    "expandValues": _plain("expandValues", checks.text),
    "jsonKeys": _plain("jsonKeys", checks.text),
    "ngsildConformance": _plain("ngsildConformance", checks.text),
}
_WRITTEN: Final[Mapping[str, Callable[[Any, Names], Any]]] = {
    "entities": selecting.written_entities,
    "watchedAttributes": _words,
    "q": lambda value, _names: value["text"],
    "csf": lambda value, _names: value["text"],
    "geoQ": selecting.written_geo,
    "notification": delivering.written,
}
