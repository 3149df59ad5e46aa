"""Reading and writing how a subscriber is notified: NotificationParams and Endpoint (5.2.14, 5.2.15)."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.query.projection import OF_ENTITY
from dothi.context.subscriptions import checks

Told = Mapping[str, Any]
SCHEMES: Final = ("http", "https", "mqtt", "mqtts")
ACCEPTED: Final = ("application/json", "application/ld+json", "application/geo+json")
FORMATS: Final = ("normalized", "concise", "simplified", "keyValues")
SIMPLIFIED: Final = ("simplified", "keyValues")
PROJECTIONS: Final = ("attributes", "pick", "omit")
QOS: Final = ("0", "1", "2")
MQTT_VERSIONS: Final = ("mqtt3.1.1", "mqtt5.0")
HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
OURS: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"}
)
"""Headers that HTTP itself needs and that no subscriber may set."""


def notification(told: Any, names: Names) -> dict[str, Any]:
    """Return NotificationParams in stored form. Raises BadRequestData."""
    if not isinstance(told, Mapping):
        raise BadRequestData("notification is an object")
    found = {
        key: _CHECKS[key](told[key], f"notification.{key}") for key in _CHECKS if told.get(key) is not None
    }
    found |= {key: _projection(key, told[key], names) for key in PROJECTIONS if told.get(key) is not None}
    found["endpoint"] = endpoint(told.get("endpoint"))
    _together(found)
    return found


def endpoint(told: Any) -> dict[str, Any]:
    """Return an Endpoint in stored form. Raises BadRequestData."""
    if not isinstance(told, Mapping):
        raise BadRequestData("notification.endpoint is an object")
    found = {
        key: check(told[key], f"endpoint.{key}")
        for key, check in _OF_ENDPOINT.items()
        if told.get(key) is not None
    }
    if "uri" not in found:
        raise BadRequestData("notification.endpoint.uri is missing")
    _understood(found)
    return found


def written(stored: Told, names: Names) -> dict[str, Any]:
    """Return stored NotificationParams with short names."""
    compact = partial(checks.compacted, names=names, keep=frozenset(OF_ENTITY))
    told = {key: [compact(one) for one in stored[key]] for key in PROJECTIONS if key in stored}
    return {**stored, **told}


def address(value: Any, what: str) -> str:
    """Return the URI of an endpoint that a notification can be sent to. Raises BadRequestData."""
    parts = _split(terms.uri(value, what), what)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise BadRequestData(f"{what} is an address that begins with one of {', '.join(SCHEMES)}")
    if parts.scheme.startswith("mqtt") and not _is_topic(value.partition(parts.netloc)[2]):
        raise BadRequestData(f"{what}: an MQTT endpoint names a topic, without wildcards")
    return str(value)


def _split(value: str, what: str) -> Any:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise BadRequestData(f"{what} is not a valid address: {error}") from error
    return parts


def _is_topic(path: str) -> bool:
    return bool(path.strip("/")) and not set("+#\0") & set(path)


def _projection(key: str, told: Any, names: Names) -> list[str]:
    keep: frozenset[str] = frozenset() if key == "attributes" else frozenset(OF_ENTITY)
    read = checks.several(checks.text)(told, f"notification.{key}")
    if key == "attributes" and checks.ENTITY_MEMBERS & set(read):
        raise BadRequestData("notification.attributes names attributes only")
    return [checks.expanded(one, names, keep) for one in read]


def _together(found: Told) -> None:
    """Check what may not stand together (clause 5.2.14)."""
    if "attributes" in found and ("pick" in found or "omit" in found):
        raise BadRequestData("notification.attributes stands with neither pick nor omit")
    both = set(found.get("pick", ())) & set(found.get("omit", ()))
    if both:
        raise BadRequestData(f"picked and omitted: {', '.join(sorted(both))}")
    if found.get("showChanges") and found.get("format") in SIMPLIFIED:
        raise BadRequestData("showChanges cannot be true where the format is simplified")


def _understood(found: Told) -> None:
    """Check what the receiver and the way to it are told, which depends on the way."""
    mqtt = found["uri"].startswith("mqtt")
    for one in found.get("notifierInfo", ()) if mqtt else ():
        allowed = {"MQTT-QoS": QOS, "MQTT-Version": MQTT_VERSIONS}.get(one["key"])
        if allowed and one["value"] not in allowed:
            raise BadRequestData(f"{one['key']} is one of {', '.join(allowed)}")
    for one in found.get("receiverInfo", ()) if not mqtt else ():
        if not HEADER_NAME.fullmatch(one["key"]) or not HEADER_VALUE.fullmatch(one["value"]):
            raise BadRequestData(f"receiverInfo: {one['key']!r} is no header")
        if one["key"].lower() in OURS:
            raise BadRequestData(f"receiverInfo: {one['key']} is set by the broker")


_CHECKS: Final[Mapping[str, checks.Check]] = {
    "format": checks.one_of(*FORMATS),
    "join": checks.one_of("flat", "inline", "@none"),
    "joinLevel": checks.whole,
    "showChanges": terms.flag,
    "sysAttrs": terms.flag,
}
_OF_ENDPOINT: Final[Mapping[str, checks.Check]] = {
    "uri": address,
    "accept": checks.one_of(*ACCEPTED),
    "cooldown": terms.positive,
    "timeout": terms.positive,
    "receiverInfo": checks.pairs,
    "notifierInfo": checks.pairs,
}
