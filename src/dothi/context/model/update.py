"""
What a fragment makes of attributes that are there, attribute by attribute (clause 5.5.8).

Pure: each function takes the stored attributes and a fragment read from a request, and returns new ones;
`at` is the instant at which it happens. What does not change stays the same object, so that a look at
identities tells what was said. Instances of one attribute are told apart by datasetId (clause 4.5.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dothi.context.errors import BadRequestData
from dothi.context.model import terms
from dothi.context.model.kinds import KINDS, NULL, PROHIBITED, Attributes, Instance, is_deletion, place_of


@dataclass
class Outcome:
    """The new attributes, and which names were taken and which were not, with the reason (clause 5.2.18)."""

    attributes: Attributes
    updated: list[str] = field(default_factory=list)
    not_updated: dict[str, str] = field(default_factory=dict)


def created(attributes: Attributes, at: str) -> Attributes:
    """Return attributes that are new. Raises BadRequestData where one says NGSI-LD Null."""
    return {iri: [new(one, at) for one in instances] for iri, instances in attributes.items()}


def new(one: Instance, at: str) -> Instance:
    """Return an instance that was not there. Raises BadRequestData where it says nothing."""
    kind = one.get("type")
    if kind is None or one.get(KINDS[kind], NULL) == NULL:
        raise BadRequestData("an attribute that is not there needs a value")
    inner = one.get("attributes")
    whole = {key: value for key, value in one.items() if key != "inferred" and value != NULL}
    whole |= {"createdAt": at, "modifiedAt": at}
    return {**whole, "attributes": created(inner, at)} if inner else whole


def put(stored: Attributes, fragment: Attributes, at: str, *, overwrite: bool = True) -> Outcome:
    """
    Put attributes in the place of those that are there, or beside them (5.6.2, 5.6.3).

    NGSI-LD Null deletes an instance. Where `overwrite` is false, what is there stays.
    """
    outcome = Outcome(dict(stored))
    for iri, instances in fragment.items():
        for one in instances:
            reason = _put(outcome.attributes, iri, one, at, overwrite=overwrite)
            if reason:
                outcome.not_updated[iri] = reason
            elif iri not in outcome.updated:
                outcome.updated.append(iri)
    return outcome


def patched(stored: Instance, fragment: Instance, at: str) -> Instance:
    """Return an instance of which the fragment's members are put in their places (5.6.4)."""
    whole = with_members(stored, as_stored(stored, fragment), at)
    inner = put(stored.get("attributes", {}), fragment.get("attributes", {}), at).attributes
    return {**whole, "attributes": inner} if inner else whole


def with_members(stored: Instance, fragment: Instance, at: str) -> Instance:
    """Return an instance with the members of the fragment, but for the attributes of the attribute."""
    whole = {key: value for key, value in stored.items() if key != "attributes"}
    for key, value in fragment.items():
        if value == NULL:
            whole.pop(key, None)
        elif key not in ("attributes", "inferred"):
            whole[key] = value
    return {**whole, "modifiedAt": at}


def as_stored(stored: Instance, fragment: Instance) -> Instance:
    """Return the fragment as the kind that is stored, which a patch cannot change. Raises BadRequestData."""
    kind = stored["type"]
    told = kind if fragment.get("inferred") else fragment.get("type", kind)
    wrong = PROHIBITED[kind].intersection(fragment)
    if told != kind or wrong:
        raise BadRequestData(f"the attribute is a {kind}, and stays one")
    if kind == "GeoProperty" and "value" in fragment:
        return {**fragment, "type": kind, "value": terms.geometry(fragment["value"])}
    return {**fragment, "type": kind}


def without(instances: Iterable[Instance], dataset: str | None) -> list[Instance]:
    """Return the instances of an attribute but the one of `dataset` (None: the default one)."""
    return [one for one in instances if one.get("datasetId") != dataset]


def with_instances(attributes: Attributes, iri: str, instances: list[Instance]) -> Attributes:
    """Return attributes of which one has these instances, or is gone where there are none."""
    if instances:
        return {**attributes, iri: instances}
    return {other: each for other, each in attributes.items() if other != iri}


def replaced(stored: Instance, one: Instance, at: str) -> Instance:
    """Return an instance in the place of another, as old as that (5.6.19)."""
    return {**new(one, at), "createdAt": stored["createdAt"]}


def _put(attributes: Attributes, iri: str, one: Instance, at: str, *, overwrite: bool) -> str:
    """Put one instance into `attributes`; returns the reason if it is not taken."""
    found = list(attributes.get(iri, ()))
    place = place_of(found, one.get("datasetId"))
    if place is None and is_deletion(one):
        return "there is no such attribute"
    if place is None:
        attributes[iri] = [*found, new(one, at)]
    elif not overwrite:
        return "it is there already, and nothing is to be overwritten"
    elif not is_deletion(one):
        attributes[iri] = [*found[:place], replaced(found[place], one, at), *found[place + 1 :]]
    elif len(found) > 1:
        attributes[iri] = [*found[:place], *found[place + 1 :]]
    else:
        del attributes[iri]
    return ""
