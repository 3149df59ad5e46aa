"""Requests of NGSI-LD: a good one of each operation of the broker, and the same spoiled."""

import json
import random
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from dothi.context.api.app import ROOT, TABLE
from dothi.context.api.operations import Operation
from tests.support.firing import Request
from tests.support.hostile import bent, spoiled, tree, word, written

NOBODY: Final = "http://127.0.0.1:9/nobody"
AT: Final = "2026-11-22T08:00:00Z"
LATER: Final = "2026-11-22T09:00:00Z"
IDS: Final = tuple(f"urn:ngsi-ld:T:{number}" for number in range(6))
POLYGON: Final = [[[105.0, 20.0], [106.0, 20.0], [106.0, 22.0], [105.0, 20.0]]]
ATTRIBUTES: Final[Mapping[str, Any]] = {
    "speed": {"type": "Property", "value": 55.5, "unitCode": "KMH", "observedAt": AT, "datasetId": "urn:d:1",
              "sure": {"type": "Property", "value": 0.7}},
    "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [105.8, 21.0]}},
    "next": {"type": "Relationship", "object": IDS[1], "objectType": "T"},
    "name": {"type": "LanguageProperty", "languageMap": {"vi": "Hồ Gươm", "en": "Lake"}},
    "kind": {"type": "VocabProperty", "vocab": ["T", "U"]},
    "list": {"type": "ListProperty", "valueList": [1, "two", {"three": 3}]},
    "ways": {"type": "ListRelationship", "objectList": [{"object": IDS[2]}]},
    "raw": {"type": "JsonProperty", "json": {"a": [1, {"b": None}]}},
}  # fmt: skip
CONTEXT: Final = {"speed": "https://example.org/speed", "ex": "https://example.org/"}
SELECTOR: Final = [{"type": "T", "idPattern": "urn:.*"}]
GEO: Final = {"georel": "near;maxDistance==1000", "geometry": "Point", "coordinates": [105.8, 21.0]}
TIMES: Final = {"timerel": "between", "timeAt": AT, "endTimeAt": LATER}
SUBSCRIPTION: Final = {
    "id": "urn:ngsi-ld:Subscription:1", "type": "Subscription", "entities": SELECTOR, "q": "speed>50",
    "watchedAttributes": ["speed"], "notificationTrigger": ["attributeUpdated"], "geoQ": GEO,
    "scopeQ": "/a/#",
    "throttling": 5, "expiresAt": "2036-01-01T00:00:00Z", "lang": "vi", "isActive": True,
    "notification": {
        "format": "concise", "attributes": ["speed"], "showChanges": True,
        "endpoint": {"uri": NOBODY, "accept": "application/ld+json", "timeout": 100, "cooldown": 60_000,
                     "receiverInfo": [{"key": "X-A", "value": "b"}]},
    },
}  # fmt: skip
REGISTRATION: Final = {
    "id": "urn:ngsi-ld:ContextSourceRegistration:1", "type": "ContextSourceRegistration", "endpoint": NOBODY,
    "information": [{"entities": [{"type": "Elsewhere", "id": "urn:x:e"}], "propertyNames": ["speed"]}],
    "mode": "inclusive", "operations": ["retrieveOps"], "tenant": "t", "expiresAt": "2036-01-01T00:00:00Z",
    "management": {"timeout": 100, "cooldown": 60_000},
    "contextSourceInfo": [{"key": "jsonldContext", "value": "https://x/y"}],
}  # fmt: skip
QUERY: Final = {
    "type": "Query", "entities": SELECTOR, "attrs": ["speed"], "q": "speed>50;(name[vi]==\"Hồ\"|!raw)",
    "geoQ": GEO, "scopeQ": "/a/+/b", "temporalQ": TIMES, "lang": "vi", "join": "inline", "joinLevel": 2,
    "containedBy": [IDS[3]], "pick": ["id", "speed"], "orderBy": "speed", "datasetId": ["urn:d:1", "@none"],
}  # fmt: skip
ACCEPTED: Final = ("application/json", "application/ld+json", "application/geo+json", "x;q=;,", "*/*;q=0")
UNHEARD: Final = ("true", "speed", "1", AT)
"""Values of a parameter of which nobody has told a good one here."""
PARAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "limit": ("5", "0", "1000"), "offset": ("0", "3"), "count": ("true",), "type": ("T", "(T;U),V", "*"),
    "id": (IDS[0], ",".join(IDS)), "idPattern": ("urn:.*", "^(a+)+$"), "attrs": ("speed,name", "speed"),
    "pick": ("id,speed", "next{speed}"), "omit": ("speed",),
    "q": (str(QUERY["q"]), "speed==1..2", "name~=a.*"),
    "csf": ("endpoint==\"x\"",), "scopeQ": ("/a/#", "/+/b"), "georel": ("near;maxDistance==10", "within"),
    "geometry": ("Point", "Polygon"), "coordinates": ("[105.8,21]", json.dumps(POLYGON)),
    "geoproperty": ("location",), "geometryProperty": ("location",),
    "options": ("sysAttrs", "keyValues", "count"),
    "format": ("simplified", "concise"), "lang": ("vi,en;q=0.5", "*"), "join": ("inline", "flat"),
    "joinLevel": ("2",), "containedBy": (IDS[4],), "orderBy": ("speed", "!speed;name", "dist-asc"),
    "orderFrom": ("[105.8,21]",), "orderGeometry": ("Point",), "collation": ("vi",),
    "datasetId": ("urn:d:1",),
    "timerel": ("between", "after"), "timeAt": (AT,), "endTimeAt": (LATER,), "timeproperty": ("observedAt",),
    "lastN": ("5",), "aggrMethods": ("avg,max", "stddev"), "aggrPeriodDuration": ("PT1H", "P1D", "PT0.001S"),
    "details": ("true",), "deleteAll": ("true",), "observedAt": (AT,), "entityMap": ("true",),
    "kind": ("Hosted",), "reload": ("true",), "expandValues": ("speed",), "jsonKeys": ("raw",),
    "splitEntities": ("true",), "entityMapLifetime": ("PT1H",),
}  # fmt: skip


def entity(dice: random.Random) -> dict[str, Any]:
    """Return a good entity with some attributes."""
    names = dice.sample(sorted(ATTRIBUTES), dice.randrange(1, 4))
    return {
        "id": dice.choice(IDS),
        "type": "T",
        "scope": ["/a/x/b"],
        **{name: ATTRIBUTES[name] for name in names},
    }


def spoken(dice: random.Random, one: Operation) -> Any:
    """Return a good body for an operation."""
    fragment = {name: ATTRIBUTES[name] for name in dice.sample(sorted(ATTRIBUTES), 2)}
    bodies: dict[str, Any] = {
        "entityOperations/query": QUERY, "temporal/entityOperations/query": QUERY,
        "entityOperations/delete": list(IDS[:2]), "jsonldContexts": {"@context": CONTEXT},
        "subscriptions": SUBSCRIPTION, "subscriptions/{id}": {"q": "speed>1", "isActive": False},
        "csourceSubscriptions": {**SUBSCRIPTION, "id": "urn:ngsi-ld:Subscription:2"},
        "csourceSubscriptions/{subscriptionId}": {"isActive": True},
        "csourceRegistrations": REGISTRATION, "csourceRegistrations/{registrationId}": {"mode": "auxiliary"},
        "entities": entity(dice), "entityMaps/{id}": {"expiresAt": LATER},
        "temporal/entities": {**entity(dice), "speed": [ATTRIBUTES["speed"]] * 3},
        "temporal/entities/{id}/attrs": {"speed": [ATTRIBUTES["speed"]]},
        "temporal/entities/{id}/attrs/{attr}/{instance}": {"speed": [ATTRIBUTES["speed"]]},
        "entities/{id}/attrs/{attr}": ATTRIBUTES["speed"],
    }  # fmt: skip
    if one.path.startswith("entityOperations/") and one.path not in bodies:
        return [entity(dice) for _ in range(3)]
    return bodies.get(one.path, fragment)


def request(dice: random.Random) -> Request:
    """Return a request of any operation, spoiled somewhere."""
    one = dice.choice(TABLE.operations)
    headers = {"Accept": dice.choice(ACCEPTED) if dice.random() < 0.1 else "*/*"}
    content = b""
    if one.brings:
        told = spoiled(dice, spoken(dice, one))
        headers["Content-Type"] = "application/json"
        if isinstance(told, dict) and dice.random() < 0.2:
            told["@context"] = dice.choice((CONTEXT, [CONTEXT], tree(dice), word(dice)))
            headers["Content-Type"] = "application/ld+json"
        content = written(dice, told)
    headers |= _odd_headers(dice)
    return Request(one.method, f"{ROOT}/{_path(dice, one)}{_query(dice, one)}", headers, content)


def _odd_headers(dice: random.Random) -> dict[str, str]:
    if dice.random() < 0.9:
        return {}
    name = dice.choice(("NGSILD-Tenant", "Link", "Prefer", "Via", "Content-Type", "Host", "X-Forwarded-Host",
                        "X-Forwarded-For", "Authorization", "NGSILD-EntityMap", "If-None-Match"))  # fmt: skip
    good = {"NGSILD-Tenant": "t", "Prefer": "ngsi-ld=1.3", "Via": "1.1 dothi",
            "Link": '<http://127.0.0.1:9/c>; rel="http://www.w3.org/ns/json-ld#context"'}  # fmt: skip
    told = dice.choice((good.get(name, "x"), word(dice)))
    return {name: "".join(one for one in told if " " <= one <= "~")}


def _path(dice: random.Random, one: Operation) -> str:
    known = {"id": dice.choice(IDS), "attr": "speed", "attrId": "speed", "type": "T", "instance": IDS[0],
             "subscriptionId": "urn:ngsi-ld:Subscription:1", "contextId": IDS[0],
             "registrationId": "urn:ngsi-ld:ContextSourceRegistration:1"}  # fmt: skip
    parts = (
        quote((known[part[1:-1]] if dice.random() < 0.8 else word(dice)).encode("utf-8", "replace"), safe="")
        if part.startswith("{") else part
        for part in one.path.split("/")
    )  # fmt: skip
    return "/".join(parts)


def _query(dice: random.Random, one: Operation) -> str:
    names = dice.sample(sorted(one.params), min(len(one.params), dice.choice((0, 1, 2, 4))))
    if "type" in one.params and dice.random() < 0.7:
        names.append("type")
    told = "&".join(f"{name}={quote(_value(dice, name))}" for name in dict.fromkeys(names))
    return f"?{told}" if told else ""


def _value(dice: random.Random, name: str) -> bytes:
    good = dice.choice(PARAMS.get(name, UNHEARD)).encode()
    odd = dice.random()
    if odd < 0.75:
        return good
    return bent(dice, good) if odd < 0.8 else word(dice).encode("utf-8", "surrogatepass")
