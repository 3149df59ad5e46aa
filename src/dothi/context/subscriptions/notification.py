"""
What a notification says (clauses 5.3.1 and 5.8.6), apart from how it travels.

What is gone is told as NGSI-LD Null: an attribute beside what is left of the entity, an entity by its
id, type and `deletedAt`. With `showChanges` an instance also bears what it said before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from dothi.context.model.kinds import KINDS, NULL, Attributes, Instance
from dothi.context.model.write import Form, Writer
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.subscriptions.difference import Difference, Name
from dothi.context.subscriptions.subscription import Subscription, Wording

Entity = Mapping[str, Any]
KEPT = ("datasetId", "createdAt", "modifiedAt")
"""Members of a deleted instance that are told again, the instants only to those who want them."""
DELETIONS = frozenset({"attributeDeleted", "entityUpdated"})
"""Triggers whose subscribers are told which attributes are gone."""


@dataclass(frozen=True)
class Change:
    """
    A change of which a subscriber is told, and when it happened, as NGSI-LD writes instants.

    `reach` is what the subscriber could read when it was found to concern him. `tried`: he was told it
    before, and did not answer.
    """

    difference: Difference
    at: str
    reach: Reach = EVERYTHING
    tried: bool = False


def notification(subscription_id: str, data: Any, at: str) -> dict[str, Any]:
    """Return a Notification whose `data` is written already."""
    return {
        "id": f"urn:ngsi-ld:Notification:{uuid4()}",
        "type": "Notification",
        "subscriptionId": subscription_id,
        "notifiedAt": at,
        "data": data,
    }


def notified(change: Change, subscription: Subscription) -> dict[str, Any]:
    """Return the entity of a change in stored form, with what is gone and what was before in it."""
    nulls = _nulls(change, subscription)
    after = change.difference.after
    if after is None:
        return {**_bare(change.difference.entity), "deletedAt": change.at, "attributes": nulls}
    attributes = dict(after["attributes"])
    if subscription.wording.changes:
        attributes = _with_previous(attributes, change.difference)
    for iri, gone in nulls.items():
        attributes[iri] = [*attributes.get(iri, ()), *gone]
    return {**after, "attributes": attributes}


def selected(stored: Entity, wording: Wording) -> dict[str, Any]:
    """Return an entity in stored form with the datasets and members that are wanted (4.5.5 and 4.21)."""
    attributes = {
        iri: found
        for iri, instances in stored["attributes"].items()
        if (found := [one for one in instances if _is_wanted(one, wording)])
    }
    told: dict[str, Any] = wording.projection.of({**stored, "attributes": attributes})
    return {**told, "deletedAt": stored["deletedAt"]} if "deletedAt" in stored else told


def written(stored: Entity, wording: Wording) -> dict[str, Any]:
    """Return an entity as the subscriber wants to read it, without @context."""
    told = Writer(wording.names, wording.form, wording.system, wording.lang).entity(stored)
    if wording.form is Form.SIMPLIFIED:
        told |= {wording.names.compact(iri): NULL for iri in _wholly_gone(stored["attributes"])}
    if "deletedAt" in stored:
        told["deletedAt"] = stored["deletedAt"]
    return told


def _nulls(change: Change, subscription: Subscription) -> Attributes:
    """
    Return, by attribute, what says that instances are gone.

    Of an attribute that is gone with several instances one alone says it. Of an entity that is gone they
    are told only to those who want to know what it said, or which attributes went with it.
    """
    found: Attributes = {}
    difference, wording = change.difference, subscription.wording
    if not (DELETIONS & subscription.triggers or (wording.changes and difference.after is None)):
        return found
    for name in _watched(difference.deleted, subscription):
        stored = difference.then(name)
        assert stored is not None, "what is gone was there"
        one = _null(stored, change.at, shows_previous=wording.changes)
        if difference.after is None and one["type"] == "LanguageProperty":
            one["languageMap"] = NULL  # with its entity; alone it keeps the form of a map (4.5.7)
        found.setdefault(name[0], []).append(one)
    left = difference.after["attributes"] if difference.after else {}
    return {iri: nulls if iri in left or wording.changes else _once(nulls) for iri, nulls in found.items()}


def _watched(names: Iterable[Name], subscription: Subscription) -> list[Name]:
    """Return the instances that the subscription watches, in one order always."""
    watched = subscription.watched
    heard = [name for name in names if watched is None or name[0] in watched]
    return sorted(heard, key=lambda name: (name[0], name[1] or ""))


def _null(stored: Instance, at: str, *, shows_previous: bool) -> Instance:
    member = KINDS[stored["type"]]
    said: Any = {"@none": NULL} if member == "languageMap" else NULL
    kept = {key: stored[key] for key in KEPT if key in stored}
    one = {"type": stored["type"], member: said, **kept, "deletedAt": at}
    return {**one, "previous": stored} if shows_previous else one


def _once(nulls: list[Instance]) -> list[Instance]:
    if len(nulls) == 1:
        return nulls
    return [{key: value for key, value in nulls[0].items() if key != "datasetId"}]


def _with_previous(attributes: Attributes, difference: Difference) -> Attributes:
    return {
        iri: [_remembering(one, (iri, one.get("datasetId")), difference) for one in instances]
        for iri, instances in attributes.items()
    }


def _remembering(one: Instance, name: Name, difference: Difference) -> Instance:
    return {**one, "previous": difference.then(name)} if name in difference.updated else one


def _bare(entity: Entity) -> dict[str, Any]:
    return {key: value for key, value in entity.items() if key not in ("scope", "attributes")}


def _is_wanted(one: Instance, wording: Wording) -> bool:
    return wording.datasets is None or one.get("datasetId") in wording.datasets


def _wholly_gone(attributes: Attributes) -> list[str]:
    """Return the attributes of which nothing is left, told by one Null alone where the form is simplified."""
    return [
        iri for iri, instances in attributes.items()
        if len(instances) == 1 and "deletedAt" in instances[0] and "datasetId" not in instances[0]
    ]  # fmt: skip
