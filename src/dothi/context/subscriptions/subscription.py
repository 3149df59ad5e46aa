"""One subscription, ready to be asked whether a change concerns it and how it wants to hear of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from dothi.context.jsonld.contexts import names as names_here
from dothi.context.jsonld.names import Names
from dothi.context.model.write import Form
from dothi.context.query.projection import OF_ENTITY, Members, Projection, parse, projection
from dothi.context.rights.book import Maker
from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.members import DEFAULT_TRIGGERS, status
from dothi.context.subscriptions.selecting import Meant

Key = tuple[str, str]
"""Tenant and id."""
MS = 1000.0


@dataclass(frozen=True)
class Endpoint:
    """Where and how a notification goes; `timeout_s` and `cooldown_s` None: as the broker has it."""

    uri: str
    accept: str
    receiver_info: tuple[tuple[str, str], ...] = ()
    notifier_info: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float | None = None
    cooldown_s: float | None = None


@dataclass(frozen=True)
class Wording:
    """How entities are told in a notification (clauses 5.2.14 and 4.21)."""

    names: Names
    context: object
    """The @context that JSON-LD bears, as it was told; None is the core one."""
    link: str
    """The address of that @context, for JSON."""
    form: Form = Form.NORMALIZED
    system: bool = False
    changes: bool = False
    lang: str | None = None
    projection: Projection = field(default_factory=Projection)
    datasets: frozenset[str | None] | None = None
    join: str = "@none"
    join_level: int = 1


@dataclass(frozen=True)
class Subscription:
    """
    A subscription. `stored` is its stored form; `created_at` is when its periods begin; `maker` is whose
    rights bound what is told.
    """

    key: Key
    stored: Mapping[str, Any]
    meant: Meant
    wording: Wording
    created_at: datetime
    triggers: frozenset[str] = frozenset(DEFAULT_TRIGGERS)
    watched: frozenset[str] | None = None
    maker: Maker | None = None

    @property
    def ids(self) -> Collection[str] | None:
        """Return the ids of which one must be that of the entity; None where others may be meant too."""
        return self.meant.ids

    @property
    def types(self) -> Collection[str] | None:
        """Return the types of which the entity must have one; None where it may have any."""
        return self.meant.types

    @property
    def interval_s(self) -> float | None:
        """Return the seconds from one periodic notification to the next."""
        return self.stored.get("timeInterval")

    @property
    def throttling_s(self) -> float:
        """Return the least seconds from one notification to the next."""
        return float(self.stored.get("throttling", 0))

    @cached_property
    def endpoint(self) -> Endpoint:
        """Return where notifications go."""
        return endpoint_of(self.stored["notification"]["endpoint"])

    def is_active(self, now: datetime) -> bool:
        """Tell whether notifications are sent at all."""
        return status(self.stored, now) == "active"

    def is_pulled(self, difference: Difference) -> bool:
        """Tell whether a change is of a kind that this subscription hears of, whatever the entity says."""
        return self.interval_s is None and difference.pulls(self.triggers, self.watched)


def endpoint_of(stored: Mapping[str, Any]) -> Endpoint:
    """Return a stored endpoint."""
    return Endpoint(
        stored["uri"],
        stored.get("accept", "application/json"),
        tuple((one["key"], one["value"]) for one in stored.get("receiverInfo", ())),
        {one["key"]: one["value"] for one in stored.get("notifierInfo", ())},
        stored["timeout"] / MS if "timeout" in stored else None,
        stored["cooldown"] / MS if "cooldown" in stored else None,
    )


def wording_of(stored: Mapping[str, Any], names: Names, context: object, link: str) -> Wording:
    """Return how a stored subscription wants entities told."""
    asked = stored["notification"]
    form = asked.get("format", "normalized")
    return Wording(
        names, context, link,
        Form.SIMPLIFIED if form == "keyValues" else Form(form),
        system=asked.get("sysAttrs", False), changes=asked.get("showChanges", False),
        lang=stored.get("lang"),
        projection=_projection(asked),
        datasets=_datasets(stored.get("datasetId")),
        join=asked.get("join", "@none"), join_level=asked.get("joinLevel", 1),
    )  # fmt: skip


def subscription_of(
    key: Key,
    stored: Mapping[str, Any],
    meant: Meant,
    wording: Wording,
    created_at: datetime,
    maker: Maker | None = None,
) -> Subscription:
    """Return a stored subscription, ready."""
    return Subscription(
        key, stored, meant, wording, created_at,
        frozenset(stored.get("notificationTrigger", DEFAULT_TRIGGERS)), _set(stored.get("watchedAttributes")),
        maker,
    )  # fmt: skip


def _set(told: list[str] | None) -> frozenset[str] | None:
    return None if told is None else frozenset(told)


def _projection(asked: Mapping[str, Any]) -> Projection:
    """Return which members of an entity are told; the stored names are IRIs."""
    if "attributes" in asked:
        return Projection(Members(frozenset({*OF_ENTITY, *asked["attributes"]})))
    core = names_here(None)
    pick, omit = (
        parse(",".join(asked[key]), core, key) if key in asked else None for key in ("pick", "omit")
    )
    return projection(pick, omit)


def _datasets(told: list[str] | None) -> frozenset[str | None] | None:
    return None if told is None else frozenset(None if one == "@none" else one for one in told)
