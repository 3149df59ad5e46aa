"""The body of a notification in each media type, and the headers that say what it is (6.3.8, 6.3.9, 7.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dothi.context.jsonld.contexts import CORE
from dothi.context.model import geojson
from dothi.context.subscriptions.subscription import Subscription

LINK: Final = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
JSON_LD: Final = "application/ld+json"
GEO_JSON: Final = "application/geo+json"


@dataclass(frozen=True)
class Body:
    """What goes over the wire: headers of HTTP, which are the metadata of MQTT, and the notification."""

    headers: Mapping[str, str]
    told: Mapping[str, Any]


def body(subscription: Subscription, told: Mapping[str, Any]) -> Body:
    """Return a notification as the endpoint accepts it, `told` being without @context."""
    endpoint, wording = subscription.endpoint, subscription.wording
    headers = {"Content-Type": endpoint.accept}
    if _has_context_inside(subscription):
        told = under(told, wording.context if wording.context is not None else CORE)
    else:
        headers["Link"] = LINK.format(wording.link)
    if subscription.key[0]:
        headers["NGSILD-Tenant"] = subscription.key[0]
    return Body({**headers, **dict(endpoint.receiver_info)}, told)


def features(stored: Sequence[Mapping[str, Any]], told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return entities as features, each from its stored and its written form; those without id are none."""
    place = geojson.Place()
    return geojson.collection(
        geojson.feature(one, each, place) for one, each in zip(stored, told, strict=True) if "id" in one
    )


def under(told: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Return a notification with the @context in itself and in each of its entities."""
    return {"@context": context, **told, "data": _data_under(told["data"], context)}


def _data_under(data: Any, context: object) -> Any:
    if isinstance(data, Sequence):
        return [{**one, "@context": context} for one in data]
    return {**data, "@context": context}


def _has_context_inside(subscription: Subscription) -> bool:
    """Tell whether the @context stands in the body: not in JSON, nor in GeoJSON where JSON is preferred."""
    endpoint = subscription.endpoint
    if endpoint.accept == JSON_LD:
        return True
    prefers_json = any(
        key.lower() == "prefer" and "body=json" in value for key, value in endpoint.receiver_info
    )
    return endpoint.accept == GEO_JSON and not prefers_json
