"""
Reading the CsourceRegistration of a request into its stored form, and writing it again (clause 5.2.9).

What is read-only for those who register (status, counters, instants) is left out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.kinds import DEFAULT, NULL
from dothi.context.registrations import checks, information, modes
from dothi.context.registrations.operations import NAMES

Told = Mapping[str, Any]
TYPE: Final = "ContextSourceRegistration"
MANDATORY: Final = ("information", "endpoint")
READ_ONLY: Final = frozenset(
    {"status", "timesSent", "timesFailed", "lastSuccess", "lastFailure", "createdAt", "modifiedAt"}
)
GEOMETRIES: Final = ("location", "observationSpace", "operationSpace")


def whole(told: Any, names: Names, now: datetime) -> dict[str, Any]:
    """Return a new registration in stored form, its id among it where it has one. Raises BadRequestData."""
    found = {key: value for key, value in read(told, names).items() if value is not None}
    if told.get("type") != TYPE:
        raise BadRequestData(f"the type is {TYPE}")
    if "id" in told:
        found["id"] = terms.uri(told["id"])
    return _checked(found, now)


def patched(stored: Told, told: Any, names: Names, now: datetime) -> dict[str, Any]:
    """Return a stored registration after an update with a part of one (5.9.3). Raises BadRequestData."""
    part = read(told, names)
    if told.get("type", TYPE) != TYPE:
        raise BadRequestData(f"the type is {TYPE}")
    if told.get("id", stored["id"]) != stored["id"]:
        raise BadRequestData("the id of a registration stays")
    own = {**stored.get("properties", {}), **part.get("properties", {})}
    part["properties"] = {iri: value for iri, value in own.items() if value is not None} or None
    return _checked({key: one for key, one in {**stored, **part}.items() if one is not None}, now)


def read(told: Any, names: Names) -> dict[str, Any]:
    """
    Return the members of a registration, or of a part of one, in stored form; NGSI-LD Null stays None.

    Raises BadRequestData.
    """
    members = checks.object_(told, "a registration")
    found = {
        key: None if members[key] in (None, NULL) else check(members[key], key)
        for key, check in _CHECKS.items()
        if key in members
    }
    if "information" in members:
        found["information"] = information.read(members["information"], names)
    own = {names.expand(terms.name(key)): _own(members[key]) for key in members if key not in KNOWN}
    return {**found, "properties": own} if own else found


def written(stored: Told, names: Names) -> dict[str, Any]:
    """Return the CsourceRegistration with short names."""
    told: dict[str, Any] = {"id": stored["id"], "type": TYPE}
    told |= {key: value for key, value in stored.items() if key in _CHECKS}
    told["information"] = information.written(stored["information"], names)
    return told | {names.compact(iri): value for iri, value in stored.get("properties", {}).items()}


def _own(value: Any) -> Any:
    return None if value == NULL else value


def _checked(found: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return a stored registration whose members may stand together. Raises BadRequestData."""
    for key in MANDATORY:
        if key not in found:
            raise BadRequestData(f"{key} is missing")
    if "expiresAt" in found and checks.instant_at(found["expiresAt"]) <= now:
        raise BadRequestData("expiresAt is over already")
    modes.check(found)
    return found


def _management(value: Any, what: str) -> dict[str, Any]:
    """Return a RegistrationManagementInfo (clause 5.2.34)."""
    told = checks.object_(value, what)
    return {
        key: check(told[key], f"{what}.{key}") for key, check in _MANAGED.items() if told.get(key) is not None
    }


def _scope(value: Any, _what: str) -> str:
    return terms.scope(value)


def _dataset(value: Any, what: str) -> str:
    return str(value) if value == DEFAULT else terms.uri(value, what)


_MANAGED: Final[Mapping[str, checks.Check]] = {
    "localOnly": terms.flag,
    "cacheDuration": checks.duration,
    "timeout": terms.positive,
    "cooldown": terms.positive,
}
_CHECKS: Final[Mapping[str, checks.Check]] = {
    "registrationName": terms.text,
    "description": terms.text,
    "tenant": checks.tenant,
    "observationInterval": checks.interval,
    "managementInterval": checks.interval,
    **dict.fromkeys(GEOMETRIES, terms.geometry),
    "expiresAt": terms.instant,
    "endpoint": checks.endpoint,
    "contextSourceInfo": checks.pairs,
    "contextSourceAlias": checks.tenant,
    "scope": checks.one_or_several(_scope),
    "mode": checks.one_of(*modes.MODES),
    "operations": checks.several(checks.one_of(*NAMES)),
    "refreshRate": checks.duration,
    "management": _management,
    "localOnly": terms.flag,
    "datasetId": checks.one_or_several(_dataset),
}
KNOWN: Final = frozenset({*_CHECKS, *READ_ONLY, "id", "type", "information", "@context"})
