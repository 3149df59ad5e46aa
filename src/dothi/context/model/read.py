"""
Reading an entity as requesters write it: normalized or concise, names of their @context (clause 4.5).

`Reader` knows the names of one request; what it returns is the stored form without instants of ours.
In fragments an instance may also be: a deletion, whose member is NGSI-LD Null; of an inferred kind, which
the kind of the instance that is there overrules (`inferred`); or without kind and member, where these stay.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.kinds import (
    DEFAULT,
    GEOGRAPHIC,
    KINDS,
    NULL,
    OF_CONCISE,
    OWN,
    PROHIBITED,
    SEALS,
    Attributes,
    Instance,
    is_geometry,
    is_kind,
)
from dothi.context.model.values import is_null, value_of

NOT_ATTRIBUTES: Final = frozenset(
    {"id", "@id", "type", "@type", "scope", "@context", "createdAt", "modifiedAt", "deletedAt"}
)
RESERVED: Final = OWN - NOT_ATTRIBUTES
"""Terms of the core @context that name no attribute (clause 4.5.1)."""
KEYWORDS: Final = frozenset({"id", "type", NULL})
DEEPEST: Final = 16
"""Attributes of attributes of attributes …"""
MOST: Final = 2_000
"""Attributes of one thing, and instances of one attribute: an entity with 100,000 kept all others waiting."""
SUBORDINATE: Final = frozenset({"observedAt", "unitCode", "datasetId", "objectType", "lang", "valueType"})
Json = Mapping[str, Any]


class Purpose(Enum):
    """What a requester means with an entity or a fragment, which decides what may be missing or null."""

    WHOLE = "stands for itself: to be created, appended, or put in the place of another"
    UPDATE = "NGSI-LD Null deletes an attribute"
    PATCH = "what one attribute does not name stays"
    MERGE = "what is not named stays, and NGSI-LD Null deletes within values, too"


@dataclass(frozen=True)
class Reader:
    """Reads by `names` what is meant for `purpose`; `simplified` takes attributes for bare values."""

    names: Names
    purpose: Purpose = Purpose.WHOLE
    simplified: bool = False

    @property
    def nulls(self) -> bool:
        """Tell whether NGSI-LD Null may stand for "delete this"."""
        return self.purpose is not Purpose.WHOLE

    @property
    def partial(self) -> bool:
        """Tell whether an attribute may lack what it says."""
        return self.purpose in (Purpose.PATCH, Purpose.MERGE)

    def entity(self, told: object) -> dict[str, Any]:
        """Return a whole entity. Raises BadRequestData."""
        found = self.fragment(told)
        assert isinstance(told, dict)
        if "type" not in found:
            raise BadRequestData("an entity has at least one type")
        return {**found, "id": terms.uri(told.get("id", told.get("@id")))}

    def fragment(self, told: object) -> dict[str, Any]:
        """
        Return the attributes of an entity fragment, and its types and scopes if any.

        No scopes, [], are those that NGSI-LD Null deletes. Raises BadRequestData.
        """
        if not isinstance(told, dict):
            raise BadRequestData("an entity is an object")
        found: dict[str, Any] = {"attributes": self.attributes(told, NOT_ATTRIBUTES, reserved=RESERVED)}
        for key in ("type", "@type"):
            if key in told:
                found["type"] = self.types(told[key])
        if "scope" in told:
            found["scope"] = self.scopes(told["scope"])
        return found

    def types(self, told: object) -> list[str]:
        """Return the IRIs of one type or several."""
        several = told if isinstance(told, list) else [told]
        names = [terms.name(one) for one in several]
        if not names or not KEYWORDS.isdisjoint(names):
            raise BadRequestData(f"not a type of an entity: {told!r}")
        return list(dict.fromkeys(self.names.expand(one) for one in names))

    def scopes(self, told: object) -> list[str]:
        """Return the scopes of an entity (clause 4.18)."""
        if told == NULL and self.nulls:
            return []
        several: list[Any] = told if isinstance(told, list) else [told]
        return list(dict.fromkeys(terms.scope(one) for one in several))

    def attribute(self, told: str) -> str:
        """Return the IRI of an attribute that a path or a parameter names."""
        if told in RESERVED or told in KEYWORDS:
            raise BadRequestData(f"not a name of an attribute: {told!r}")
        return self.names.expand(terms.name(told))

    def attributes(
        self, told: Json, without: Collection[str], *, reserved: Collection[str] = (), depth: int = 0
    ) -> Attributes:
        """Return the attributes among the members of `told`, under their IRIs."""
        found: Attributes = {}
        if len(told) > MOST:
            raise BadRequestData(f"more than {MOST} attributes")
        for key, value in told.items():
            if key in without:
                continue
            if key in reserved or depth > DEEPEST:
                raise BadRequestData(f"not a name of an attribute: {key!r}")
            iri = self.names.expand(terms.name(key))
            found[iri] = self.instances(key, value, depth)
            if iri in GEOGRAPHIC:
                self._check_geographic(key, found[iri])
        return found

    def instances(self, key: str, told: object, depth: int = 0) -> list[Instance]:
        """Return the instances of one attribute, each with a dataset of its own (clause 4.5.5)."""
        several = self._several(told)
        if several is None:
            return [self.instance(key, told, depth)]
        if len(several) > MOST:
            raise BadRequestData(f"{key}: more than {MOST} instances")
        reader = replace(self, simplified=False)
        found = [reader.instance(key, one, depth) for one in several]
        if len({one.get("datasetId") for one in found}) < len(found):
            raise BadRequestData(f"{key}: two instances of the same datasetId")
        return found

    def instance(self, key: str, told: object, depth: int = 0) -> Instance:
        """Return one instance, normalized whatever way it was written."""
        whole, inferred = self._normalized(key, told)
        self._check_members(key, whole)
        found: Instance = {"type": whole["type"]} if "type" in whole else {}
        if inferred and self.partial:
            found["inferred"] = True
        found |= self._said(key, whole)
        found |= self._own(key, whole)
        inner = self.attributes(whole, OWN, depth=depth + 1)
        return {**found, "attributes": inner} if inner else found

    def _several(self, told: object) -> list[Json] | None:
        """Return the instances of a list of such, or of the datasets of a simplified attribute."""
        if isinstance(told, list) and told and all(_is_instance(one) for one in told):
            return told
        if self.simplified and isinstance(told, dict) and set(told) == {"dataset"}:
            datasets = told["dataset"]
            if isinstance(datasets, dict) and datasets:
                return [{**_simple(one), "datasetId": dataset} for dataset, one in datasets.items()]
        return None

    def _normalized(self, key: str, told: object) -> tuple[Json, bool]:
        """Return an instance with its type, where that can be known, and whether it had to be inferred."""
        if told is None:
            raise BadRequestData(f"{key}: null is not a value")
        if not isinstance(told, dict):
            return _inferred({"value": told})
        if self.simplified or is_geometry(told):
            return _inferred(_simple(told))
        kind = told.get("type", told.get("@type"))
        if kind is None:
            return self._concise(told)
        if not is_kind(kind):
            raise BadRequestData(f"{key}: {kind!r} is no type of an attribute")
        return (told if "type" in told else {**told, "type": kind}), False

    def _concise(self, told: Json) -> tuple[Json, bool]:
        if "value" in told or not OF_CONCISE.keys().isdisjoint(told):
            return _inferred(told)
        if self.purpose is Purpose.PATCH or (self.partial and not SUBORDINATE.isdisjoint(told)):
            return told, False
        return _inferred({"value": told})

    def _check_members(self, key: str, whole: Json) -> None:
        kind = whole.get("type")
        wrong = PROHIBITED[kind].intersection(whole)
        if key == "ngsildproof":
            if not isinstance(whole.get("value"), dict):
                raise BadRequestData("ngsildproof: the value is a proof")
        elif not wrong:
            wrong = frozenset(SEALS).intersection(whole)
        if wrong:
            raise BadRequestData(f"{key}: a {kind or 'fragment'} has no {', '.join(sorted(wrong))}")
        if kind == "LanguageProperty" and whole.get("valueType", "langString") != "langString":
            raise BadRequestData(f"{key}: the valueType of a LanguageProperty is langString")

    def _said(self, key: str, whole: Json) -> Instance:
        kind = whole.get("type")
        if kind is None:
            return {}
        member = KINDS[kind]
        if member not in whole and self.partial:
            return {}
        if whole.get(member) is None:
            raise BadRequestData(f"{key}: a {kind} needs {member!r}")
        what = f"{key}.{member}"
        if is_null(kind, whole[member]):
            if not self.nulls:
                raise BadRequestData(f"{what}: NGSI-LD Null says nothing here")
            return {member: NULL}
        deep = self.purpose is Purpose.MERGE
        return {member: value_of(kind, whole[member], what, self.names, nulls=deep)}

    def _own(self, key: str, whole: Json) -> Instance:
        found: Instance = {}
        for member, check in _CHECKS.items():
            if member in whole:
                null = whole[member] == NULL and self.partial
                found[member] = NULL if null else check(whole[member], f"{key}.{member}")
        if whole.get("datasetId", DEFAULT) != DEFAULT:
            found["datasetId"] = terms.uri(whole["datasetId"], f"{key}.datasetId")
        if "objectType" in whole:
            found["objectType"] = self.types(whole["objectType"])
        return found

    def _check_geographic(self, key: str, found: list[Instance]) -> None:
        for one in found:
            other = one.get("type", "GeoProperty") != "GeoProperty"
            if other and one.get("value") != NULL and not self.simplified:
                raise BadRequestData(f"{key} is a GeoProperty")


def _inferred(told: Json) -> tuple[Json, bool]:
    kind = next((kind for member, kind in OF_CONCISE.items() if member in told), None)
    if kind is None:
        kind = "GeoProperty" if is_geometry(told["value"]) else "Property"
    return {**told, "type": kind}, True


def _simple(told: object) -> dict[str, Any]:
    """Return the concise form of a simplified attribute (clause 4.5.4)."""
    if isinstance(told, dict) and len(told) == 1 and not OF_CONCISE.keys().isdisjoint(told):
        return dict(told)
    return {"value": told}


def _is_instance(one: object) -> bool:
    """Tell whether a member of a list is an instance rather than a part of a value."""
    if not isinstance(one, dict) or is_geometry(one):
        return False
    return is_kind(one.get("type")) or not _MEMBERS.isdisjoint(one)


_MEMBERS = frozenset(KINDS.values())
_CHECKS = {
    "observedAt": terms.instant, "unitCode": terms.text, "lang": terms.text, "valueType": terms.text,
    "entityIdSealed": terms.text, "entityTypeSealed": terms.text,
}  # fmt: skip
