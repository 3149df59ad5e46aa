"""
Writing a stored entity as the requester wants it (clauses 4.5.1 to 4.5.16): normalized, concise or
simplified, with or without instants of ours, in one language, with the names of their @context.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dothi.context.jsonld.names import Names
from dothi.context.model.kinds import KINDS, NULL, PREVIOUS, SEALS, Attributes, Instance, said

Entity = Mapping[str, Any]
AS_IT_IS = ("observedAt", "unitCode", "valueType", "datasetId", "lang", "instanceId", *SEALS)
SYSTEM = ("createdAt", "modifiedAt", "deletedAt", "expiresAt")
KEPT = {False: frozenset(AS_IT_IS), True: frozenset((*AS_IT_IS, *SYSTEM))}
"""Members of an instance that are told as they are, without and with those of the system."""
MORE = frozenset({"objectType", "previous", "attributes", "linked"})
"""Members of an instance that are told in another way."""
NAMING = frozenset({"VocabProperty", "ListRelationship"})
"""Kinds of which what they say is told otherwise than it is kept."""
BARE = ("Property", "GeoProperty", "Relationship", "ListProperty", "ListRelationship")
"""Kinds whose simplified form is what they say and nothing around it."""


class Form(StrEnum):
    """The representations of an entity."""

    NORMALIZED = "normalized"
    CONCISE = "concise"
    SIMPLIFIED = "simplified"


@dataclass(frozen=True)
class Writer:
    """Writes by `names`; `system` adds createdAt and modifiedAt, `lang` chooses of language maps."""

    names: Names
    form: Form = Form.NORMALIZED
    system: bool = False
    lang: str | None = None

    def entity(self, stored: Entity) -> dict[str, Any]:
        """Return the JSON of an entity, without @context."""
        told = {"id": stored["id"]} if "id" in stored else {}
        if "type" in stored:
            told["type"] = self.types(stored["type"])
        if stored.get("scope"):
            told["scope"] = _one_or_all(stored["scope"])
        if self.system:
            told |= {key: stored[key] for key in SYSTEM if stored.get(key)}
        return {**told, **self.attributes(stored["attributes"])}

    def types(self, iris: list[str]) -> str | list[str]:
        """Return the short name, or the list of them where there are several."""
        told: str | list[str] = _one_or_all([self.names.compact(iri) for iri in iris])
        return told

    def attributes(self, stored: Attributes) -> dict[str, Any]:
        """Return attributes by their short names."""
        write = self._simplified if self.form is Form.SIMPLIFIED else self._instances
        return {self.names.compact(iri): write(instances) for iri, instances in stored.items()}

    def _instances(self, instances: list[Instance]) -> Any:
        if len(instances) == 1:
            return self.instance(instances[0])
        return [self.instance(one) for one in instances]

    def instance(self, stored: Instance) -> Any:
        """Return one instance in normalized or concise form."""
        whole, kept = self._in_language(stored), KEPT[self.system]
        kind = whole["type"]
        member = KINDS[kind]
        told = {"type": kind, member: self._whole(whole) if kind in NAMING else whole[member]}
        for key in whole:
            if key in kept:
                told[key] = whole[key]
        if not MORE.isdisjoint(whole):
            told |= self._more(whole)
        return _concise(told) if self.form is Form.CONCISE else told

    def _more(self, whole: Instance) -> dict[str, Any]:
        told = {"objectType": self.types(whole["objectType"])} if "objectType" in whole else {}
        if "previous" in whole:
            before = self._in_language(whole["previous"])
            told[PREVIOUS[KINDS[before["type"]]]] = self._whole(before)
        told |= self.attributes(whole.get("attributes", {}))
        return told | self._linked(whole) if "linked" in whole else told

    def _linked(self, whole: Instance) -> dict[str, Any]:
        """Return linked entities as members of their relationship (clause 4.5.23.2)."""
        found: Mapping[str, Entity] = whole["linked"]
        uris = said(whole)
        if not isinstance(uris, list):
            return {"entity": self.entity(found[uris])}
        member = "entityList" if whole["type"] == "ListRelationship" else "entity"
        return {member: [self.entity(found[uri]) for uri in uris if uri in found]}

    def _simplified(self, instances: list[Instance]) -> Any:
        if len(instances) == 1 and "datasetId" not in instances[0]:
            return self._bare(instances[0])
        return {"dataset": {one.get("datasetId", "@none"): self._bare(one) for one in instances}}

    def _bare(self, stored: Instance) -> Any:
        whole = self._in_language(stored)
        if "linked" in whole:
            return self._bare_linked(whole)
        if whole["type"] in BARE:
            return self._said(whole)
        return {KINDS[whole["type"]]: self._said(whole)}

    def _whole(self, whole: Instance) -> Any:
        """Return what an instance says, listed objects as normalized ones are (clause 4.5.22.2)."""
        told = self._said(whole)
        if whole["type"] == "ListRelationship" and self.form is Form.NORMALIZED and told != NULL:
            return [{"object": uri} for uri in told]
        return told

    def _bare_linked(self, whole: Instance) -> Any:
        """Return linked entities in the place of their ids (clause 4.5.4)."""
        found: Mapping[str, Entity] = whole["linked"]
        told = {uri: self.entity(one) for uri, one in found.items()}
        uris = said(whole)
        return [told.get(uri, uri) for uri in uris] if isinstance(uris, list) else told[uris]

    def _said(self, whole: Instance) -> Any:
        if whole["type"] != "VocabProperty":
            return said(whole)
        vocab = said(whole)
        return (
            self.names.compact(vocab)
            if isinstance(vocab, str)
            else [self.names.compact(one) for one in vocab]
        )

    def _in_language(self, stored: Instance) -> Instance:
        """Turn a language map into the text of the wanted language (clause 4.15)."""
        if self.lang is None or stored["type"] != "LanguageProperty" or stored["languageMap"] == NULL:
            return stored
        tag, text = chosen(stored["languageMap"], self.lang)
        rest = {key: value for key, value in stored.items() if key != "languageMap"}
        return {**rest, "type": "Property", "value": text, "lang": tag}


def chosen(texts: Mapping[str, Any], lang: str) -> tuple[str, Any]:
    """
    Return tag and text of the language that `lang` (RFC 4647, with weights) wants most.

    A wider tag serves for a narrower one; then any language serves, the undetermined one first.
    """
    for wanted in _by_weight(lang):
        for tag in texts:
            if wanted == "*" or tag.lower() == wanted or tag.lower().startswith(f"{wanted}-"):
                return tag, texts[tag]
        wider = wanted.partition("-")[0]
        for tag in texts:
            if tag.lower().partition("-")[0] == wider:
                return tag, texts[tag]
    tag = next((one for one in ("@none", "und", "en") if one in texts), next(iter(texts)))
    return tag, texts[tag]


def _by_weight(lang: str) -> list[str]:
    wanted = []
    for place, part in enumerate(lang.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        wanted.append((-_number(weight), place, tag.strip().lower()))
    return [tag for _, _, tag in sorted(wanted)]


def _number(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


def _concise(told: dict[str, Any]) -> Any:
    rest = {key: value for key, value in told.items() if key != "type"}
    return rest["value"] if set(rest) == {"value"} and not isinstance(rest["value"], Mapping) else rest


def _one_or_all(several: list[Any]) -> Any:
    return several[0] if len(several) == 1 else several
