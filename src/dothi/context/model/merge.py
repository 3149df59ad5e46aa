"""
What the operations make of an entity that is there: append, update, merge, replace (clauses 5.5.8, 5.5.12).

Pure: each takes the stored attributes and a fragment read from a request, and returns new attributes;
`Stamp` is the instant at which it happens. Instances of one attribute are told apart by datasetId.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dothi.context.model.kinds import KINDS, NULL, Attributes, Instance

KEPT = ("createdAt", "instanceId")


@dataclass
class Outcome:
    """The new attributes, and which names were taken and which were not, with the reason (clause 5.2.18)."""

    attributes: Attributes
    updated: list[str] = field(default_factory=list)
    not_updated: dict[str, str] = field(default_factory=dict)


def stamped(attributes: Attributes, at: str) -> Attributes:
    """Return new attributes, all created at `at`, which NGSI-LD Null cannot be among."""
    return {iri: [_new(one, at) for one in instances] for iri, instances in attributes.items()}


def append(stored: Attributes, fragment: Attributes, at: str, *, overwrite: bool = True) -> Outcome:
    """Add attributes; those that are there are replaced, or left where `overwrite` is false (5.6.3)."""
    outcome = Outcome(dict(stored))
    for iri, instances in fragment.items():
        for one in instances:
            if _find(outcome.attributes.get(iri, ()), one) is not None and not overwrite:
                outcome.not_updated[iri] = "exists already, and nothing is to be overwritten"
                continue
            _put(outcome, iri, one, at)
    return outcome


def update(stored: Attributes, fragment: Attributes, at: str) -> Outcome:
    """Replace attributes that are there; others are not taken (5.6.2)."""
    outcome = Outcome(dict(stored))
    for iri, instances in fragment.items():
        for one in instances:
            if _find(stored.get(iri, ()), one) is None:
                outcome.not_updated[iri] = "there is no such attribute"
            else:
                _put(outcome, iri, one, at)
    return outcome


def merge(stored: Attributes, fragment: Attributes, at: str) -> Attributes:
    """Merge a fragment as JSON Merge Patch does, NGSI-LD Null deleting (5.5.12)."""
    merged = dict(stored)
    for iri, instances in fragment.items():
        found = list(merged.get(iri, ()))
        for one in instances:
            found = _merged_into(found, one, at)
        if found:
            merged[iri] = found
        else:
            merged.pop(iri, None)
    return merged


def without(instances: Iterable[Instance], dataset: str | None) -> list[Instance]:
    """Return the instances of an attribute but the one of `dataset` (None: the default one)."""
    return [one for one in instances if one.get("datasetId") != dataset]


def patched(stored: Instance, fragment: Instance, at: str) -> Instance:
    """Return one instance after a partial update (5.6.4): what the fragment does not name stays."""
    inner = merge(stored.get("attributes", {}), fragment.get("attributes", {}), at)
    changed = {key: value for key, value in fragment.items() if key != "attributes"}
    kept = stored
    if changed.get("type", stored["type"]) != stored["type"]:
        kept = {key: value for key, value in stored.items() if key != KINDS[stored["type"]]}
    whole: Instance = {**kept, **changed, "modifiedAt": at}
    whole.pop("attributes", None)
    if whole["type"] == "LanguageProperty":
        whole["languageMap"] = _texts(stored.get("languageMap", {}), whole["languageMap"])
    return {**whole, "attributes": inner} if inner else whole


def _texts(stored: dict[str, Any], fragment: dict[str, Any]) -> dict[str, Any]:
    return {tag: text for tag, text in {**stored, **fragment}.items() if text != NULL}


def _merged_into(found: list[Instance], one: Instance, at: str) -> list[Instance]:
    place = _find(found, one)
    if one.get(KINDS[one["type"]]) == NULL:
        return found if place is None else [*found[:place], *found[place + 1 :]]
    if place is None:
        return [*found, _new(one, at)]
    return [*found[:place], patched(found[place], one, at), *found[place + 1 :]]


def _put(outcome: Outcome, iri: str, one: Instance, at: str) -> None:
    found = list(outcome.attributes.get(iri, ()))
    place = _find(found, one)
    if place is None:
        found.append(_new(one, at))
    else:
        found[place] = {**_new(one, at), **{key: found[place][key] for key in KEPT if key in found[place]}}
    outcome.attributes[iri] = found
    if iri not in outcome.updated:
        outcome.updated.append(iri)


def _new(one: Instance, at: str) -> Instance:
    inner = one.get("attributes")
    whole = {**one, "createdAt": at, "modifiedAt": at}
    return {**whole, "attributes": stamped(inner, at)} if inner else whole


def _find(instances: Iterable[Instance], one: Instance) -> int | None:
    wanted = one.get("datasetId")
    return next((place for place, each in enumerate(instances) if each.get("datasetId") == wanted), None)
