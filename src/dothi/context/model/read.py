"""
Reading an entity as requesters write it: normalized or concise, names of their @context (clause 4.5).

`Reader` knows the names of one request; what it returns is the stored form without instants of ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.kinds import (
    GEOMETRIES,
    KINDS,
    NULL,
    OF_CONCISE,
    OWN,
    Attributes,
    Instance,
    is_geometry,
)

NOT_ATTRIBUTES = frozenset({"id", "type", "scope", "@context", "createdAt", "modifiedAt", "deletedAt"})
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Reader:
    """Reads by `names`; `nulls` says whether NGSI-LD Null may stand for "delete this"."""

    names: Names
    nulls: bool = False

    def entity(self, told: Json) -> dict[str, Any]:
        """Return a whole entity. Raises BadRequestData."""
        return {"id": terms.uri(told.get("id")), "type": self.types(told.get("type")), **self.fragment(told)}

    def fragment(self, told: Json) -> dict[str, Any]:
        """Return the attributes, and scopes if any, of an entity fragment."""
        found: dict[str, Any] = {"attributes": self.attributes(told, NOT_ATTRIBUTES)}
        if "scope" in told:
            found["scope"] = scopes(told["scope"])
        return found

    def types(self, told: object) -> list[str]:
        """Return the IRIs of one type or several."""
        several = told if isinstance(told, list) else [told]
        if not several:
            raise BadRequestData("an entity has at least one type")
        return [self.names.expand(terms.name(one)) for one in several]

    def attributes(self, told: Json, without: Iterable[str]) -> Attributes:
        """Return the attributes among the members of `told`, under their IRIs."""
        found: Attributes = {}
        for key, value in told.items():
            if key not in without:
                found[self.names.expand(terms.name(key))] = self.instances(key, value)
        return found

    def instances(self, key: str, told: object) -> list[Instance]:
        """Return the instances of one attribute, each with a dataset of its own (clause 4.5.5)."""
        if not (isinstance(told, list) and told and all(_is_instance(one) for one in told)):
            return [self.instance(key, told)]
        found = [self.instance(key, one) for one in told]
        if len({one.get("datasetId") for one in found}) != len(found):
            raise BadRequestData(f"{key}: two instances of the same datasetId")
        return found

    def instance(self, key: str, told: object) -> Instance:
        """Return one instance, normalized whatever way it was written."""
        whole = self._normalized(key, told)
        found: Instance = {"type": whole["type"], **self._said(key, whole)}
        for member, check in _CHECKS.items():
            if member in whole:
                found[member] = check(whole[member], f"{key}.{member}")
        if "objectType" in whole:
            found["objectType"] = self.types(whole["objectType"])
        inner = self.attributes(whole, OWN)
        return {**found, "attributes": inner} if inner else found

    def _normalized(self, key: str, told: object) -> Json:
        if told is None:
            raise BadRequestData(f"{key}: null is not a value")
        if is_geometry(told):
            return {"type": "GeoProperty", "value": told}
        if not isinstance(told, Mapping):
            return {"type": "Property", "value": told}
        kind = told.get("type", told.get("@type"))
        if kind in KINDS:
            return told
        if kind is None:
            return _from_concise(told)
        raise BadRequestData(f"{key}: {kind!r} is no type of an attribute")

    def _said(self, key: str, whole: Json) -> Instance:
        kind = whole["type"]
        member = KINDS[kind]
        if member not in whole or whole[member] is None:
            raise BadRequestData(f"{key}: a {kind} needs {member!r}")
        if whole[member] == NULL:
            if not self.nulls:
                raise BadRequestData(f"{key}: NGSI-LD Null says nothing here")
            return {member: NULL}
        return {member: self._value(kind, key, whole[member])}

    def _value(self, kind: str, key: str, value: Any) -> Any:
        if kind == "GeoProperty":
            return terms.geometry(value, key)
        if kind == "Relationship":
            return _objects(value, key)
        if kind == "LanguageProperty":
            return language_map(value, key, nulls=self.nulls)
        if kind == "VocabProperty":
            return self._vocabulary(value, key)
        if kind in ("ListProperty", "ListRelationship"):
            return _list(value, key)
        return value

    def _vocabulary(self, value: Any, key: str) -> str | list[str]:
        several = value if isinstance(value, list) else [value]
        if not several or not all(isinstance(one, str) for one in several):
            raise BadRequestData(f"{key}: vocab is a name or a list of names")
        found = [self.names.expand(one) for one in several]
        return found if isinstance(value, list) else found[0]


def scopes(told: object) -> list[str]:
    """Return the scopes of an entity (clause 4.18). Raises BadRequestData."""
    several: list[Any] = told if isinstance(told, list) else [told]
    if not all(isinstance(one, str) and one for one in several):
        raise BadRequestData(f"not a scope: {told!r}")
    return [one if one.startswith("/") else f"/{one}" for one in several]


def language_map(value: Any, key: str, *, nulls: bool = False) -> dict[str, Any]:
    """Return a map of language tags to texts. Raises BadRequestData."""
    if not isinstance(value, Mapping) or not value:
        raise BadRequestData(f"{key}: languageMap is an object of texts by language")
    for text in value.values():
        if not (
            isinstance(text, str) or (isinstance(text, list) and all(isinstance(one, str) for one in text))
        ):
            raise BadRequestData(f"{key}: languageMap holds texts only")
        if text == NULL and not nulls:
            raise BadRequestData(f"{key}: NGSI-LD Null says nothing here")
    return dict(value)


def _from_concise(told: Json) -> Json:
    for member, kind in OF_CONCISE.items():
        if member in told:
            return {**told, "type": kind}
    if "value" not in told:
        return {"type": "Property", "value": told}
    return {**told, "type": "GeoProperty" if is_geometry(told["value"]) else "Property"}


def _is_instance(one: object) -> bool:
    """Tell whether a member of a list is an instance rather than a part of a value."""
    if not isinstance(one, Mapping) or one.get("type") in GEOMETRIES:
        return False
    return one.get("type") in KINDS or bool(set(one) & set(KINDS.values()))


def _objects(value: Any, key: str) -> str | list[str]:
    if isinstance(value, list):
        return [terms.uri(one, f"{key}.object") for one in value]
    return terms.uri(value, f"{key}.object")


def _list(value: Any, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadRequestData(f"{key}: a list is wanted")
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadRequestData(f"{what} is a text")
    return value


_CHECKS = {"observedAt": terms.instant, "datasetId": terms.uri, "unitCode": _text}
