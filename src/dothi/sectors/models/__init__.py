"""
Models of entities and profiles of devices, as each sector's folder declares them.

Models restate the Smart Data Models (https://smartdatamodels.org, CC BY 4.0): names, IRIs, kinds and what is
required; only terms that may be of use here. Where there is no model, ours extend one openly, under
`urn:dothi:ns:`.
The @context has one IRI for a term: where two subjects of the Smart Data Models name the same thing by two
IRIs (`refDevice`), the first one that is read counts.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

SECTORS: Final = ("environment", "water", "mobility", "health", "education", "territory", "devices")
CONTEXT_ID: Final = "dothi-v1"
"""The local identifier under which a broker serves the @context of these models."""
DATED: Final = "dateObserved"
"""The term of the Smart Data Models that says when a thing was last observed."""


@dataclass(frozen=True)
class Attribute:
    """One attribute; `type` is JSON's type of the value of a Property, `unit_code` UN/CEFACT's."""

    iri: str
    kind: str
    type: str = ""
    unit_code: str = ""


@dataclass(frozen=True)
class Model:
    """One type of entities; `required` are terms; `source` says where the model is from."""

    name: str
    iri: str
    version: str
    source: str
    license: str
    required: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@cache
def models() -> Mapping[str, Model]:
    """Return every model by its name."""
    told = [one for sector in SECTORS for one in declared(sector, "models.json")]
    return {one["name"]: _model(one) for one in told}


@cache
def context() -> Mapping[str, str]:
    """Return the value of @context: an IRI for each type and term in use."""
    found: dict[str, str] = {}
    for model in models().values():
        found.setdefault(model.name, model.iri)
        for term, attribute in model.attributes.items():
            found.setdefault(term, attribute.iri)
    return found


def iri(name: str) -> str:
    """Return the IRI of a type or term. Raises KeyError."""
    return context()[name]


@cache
def dated() -> Mapping[str, str]:
    """Return the IRI of the term that says when a thing was observed, by the IRI of a type that asks so."""
    return {one.iri: one.attributes[DATED].iri for one in models().values() if DATED in one.required}


def declared(sector: str, file: str) -> list[Any]:
    """Return what a JSON file of a sector's folder lists; nothing where there is no such file."""
    place = resources.files("dothi.sectors") / sector / file
    return list(json.loads(place.read_text(encoding="utf-8"))) if place.is_file() else []


@cache
def table(sector: str, file: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of a sector's folder."""
    place = resources.files("dothi.sectors") / sector / file
    return list(csv.DictReader(place.read_text(encoding="utf-8").splitlines()))


def _model(told: Mapping[str, Any]) -> Model:
    attributes = {
        term: Attribute(one["iri"], one["kind"], one.get("type", ""), one.get("unitCode", ""))
        for term, one in told["attributes"].items()
    }
    return Model(
        told["name"], told["iri"], told["version"], told["source"], told["license"],
        tuple(told["required"]), attributes,
    )  # fmt: skip


def entity_id(entity_type: str, node: str, name: str) -> str:
    """Return the id that a node gives to the entity of a type by a name of letters, digits, - and _."""
    return f"urn:ngsi-ld:{entity_type}:{node}:{name}"


def said(value: Any, unit_code: str = "") -> dict[str, Any]:
    """Return a Property in normalized form."""
    return {"type": "Property", "value": value, **({"unitCode": unit_code} if unit_code else {})}


def point(lon: float, lat: float) -> dict[str, Any]:
    """Return a place (EPSG:4326) as a GeoProperty in normalized form."""
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, lat]}}


def related(to: str) -> dict[str, Any]:
    """Return a Relationship in normalized form."""
    return {"type": "Relationship", "object": to}
