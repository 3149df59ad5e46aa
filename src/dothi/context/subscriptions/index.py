"""
Which subscriptions a change may concern, found by look-ups instead of asking every one.

Each subscription stands in one kind of drawer, the narrowest it allows: by the ids that it names, or by
each of its types, and there by each attribute that it watches. Ten thousand that watch other things cost
a change nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.subscription import Key, Subscription

Drawer = tuple[str, str, str | None, str | None]
"""Tenant; "id" or "type"; the id or type, None being any; the watched attribute, None being any."""


@dataclass
class Index:
    """All subscriptions that can be pulled by a change."""

    _drawers: dict[Drawer, dict[Key, Subscription]] = field(default_factory=dict)
    _of: dict[Key, Subscription] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether there are none."""
        return not self._of

    def one(self, key: Key) -> Subscription | None:
        """Return the subscription of a key."""
        return self._of.get(key)

    def has(self, one: Subscription) -> bool:
        """Tell whether a subscription is still the one of its key."""
        return self._of.get(one.key) is one

    def put(self, one: Subscription) -> None:
        """Add a subscription, in place of the one of its key."""
        self.drop(one.key)
        self._of[one.key] = one
        for drawer in _drawers(one):
            self._drawers.setdefault(drawer, {})[one.key] = one

    def drop(self, key: Key) -> None:
        """Remove the subscription of a key, if there is one."""
        gone = self._of.pop(key, None)
        for drawer in _drawers(gone) if gone else ():
            kept = self._drawers[drawer]
            del kept[key]
            if not kept:
                del self._drawers[drawer]

    def about(self, tenant: str, difference: Difference) -> Iterator[Subscription]:
        """Yield, each once, the subscriptions that a change may concern."""
        seen: set[Key] = set()
        for drawer in _asked(tenant, difference):
            for key, one in self._drawers.get(drawer, {}).items():
                if key not in seen:
                    seen.add(key)
                    yield one


def _drawers(one: Subscription) -> Iterable[Drawer]:
    watched: Iterable[str | None] = [None] if one.watched is None else one.watched
    kind, names = _narrowest(one)
    return [(one.key[0], kind, name, attribute) for name in names for attribute in watched]


def _narrowest(one: Subscription) -> tuple[str, Iterable[str | None]]:
    if one.ids is not None:
        return "id", one.ids
    return "type", [None] if one.types is None else one.types


def _asked(tenant: str, difference: Difference) -> Iterator[Drawer]:
    """
    Yield the drawers in which a change may be meant.

    Of an entity that is new or gone all attributes are asked for, for a trigger of the entity looks at
    what it bears.
    """
    entity = difference.entity
    whole = difference.before is None or difference.after is None
    attributes = [None, *(entity["attributes"] if whole else difference.attributes)]
    for kind, names in (("id", [entity["id"]]), ("type", [*entity["type"], None])):
        for name in names:
            for attribute in attributes:
                yield tenant, kind, name, attribute
