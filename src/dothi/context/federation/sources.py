"""
Registrations as those see them who hand on a request: what a source does, how it is called, what it has.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from dothi.context.registrations import information, matching, modes
from dothi.context.registrations.operations import DEFAULT, does
from dothi.context.registrations.wanted import Wanted
from dothi.context.store.registrations import Kept

PATH: Final = "/ngsi-ld/v1"
TIMEOUT_S: Final = 3.0
"""How long an answer may take where the registration does not say it."""
LONGEST_S: Final = 20.0
Place = tuple[str, str]
"""The tenant and the id of a registration."""


@dataclass(frozen=True)
class Share:
    """Attributes (IRIs) that are a source's; all there are where `names` is None."""

    names: frozenset[str] | None = None

    def of(self, attributes: Collection[str]) -> frozenset[str]:
        """Return those of `attributes` that are the source's."""
        return frozenset(attributes) if self.names is None else self.names & frozenset(attributes)


@dataclass(frozen=True)
class Source:
    """One registration."""

    kept: Kept

    @property
    def id(self) -> str:
        """Return the id of the registration."""
        return self.kept.id

    @property
    def place(self) -> Place:
        """Return what no other registration shares."""
        return self.kept.tenant, self.kept.id

    @cached_property
    def stored(self) -> Mapping[str, Any]:
        """Return the registration in its stored form."""
        return self.kept.stored

    @property
    def mode(self) -> str:
        """Return its mode."""
        return modes.mode(self.stored)

    @property
    def proxied(self) -> bool:
        """Tell whether what it has is not held here (4.3.6.3)."""
        return self.mode in modes.PROXIED

    @property
    def address(self) -> str:
        """Return where its paths begin, without a slash at the end."""
        base = str(self.stored["endpoint"]).rstrip("/")
        return base if base.endswith(PATH) else base + PATH

    @property
    def tenant(self) -> str | None:
        """Return its tenant there, None for its default one (4.14)."""
        return self.stored.get("tenant")

    @cached_property
    def info(self) -> Mapping[str, str]:
        """Return what is to be conveyed to it: contextSourceInfo (4.3.6.5)."""
        return {one["key"]: one["value"] for one in self.stored.get("contextSourceInfo", ())}

    @property
    def management(self) -> Mapping[str, Any]:
        """Return RegistrationManagementInfo (5.2.34)."""
        found: Mapping[str, Any] = self.stored.get("management", {})
        return found

    @property
    def local_only(self) -> bool:
        """Tell whether it is to answer from what it holds itself (4.3.6.4)."""
        return bool(self.stored.get("localOnly") or self.management.get("localOnly"))

    @property
    def timeout_s(self) -> float:
        """Return how long its answer may take, in seconds; it is told in milliseconds."""
        return min(float(self.management.get("timeout", TIMEOUT_S * 1000)) / 1000, LONGEST_S)

    @property
    def cooldown_s(self) -> float:
        """Return how long it is left alone after a failure, in seconds."""
        return float(self.management.get("cooldown", 0)) / 1000

    def does(self, operation: str) -> bool:
        """Tell whether it does an operation (4.20)."""
        return does(self.stored.get("operations", DEFAULT), operation)

    def first_done(self, *operations: str) -> str | None:
        """Return the first of `operations` that it does."""
        return next((one for one in operations if self.does(one)), None)

    def fitting(self, wanted: Wanted) -> list[Mapping[str, Any]]:
        """Return the parts of its information that have something of what is wanted, none if it has none."""
        if not matching.matches(self.stored, wanted):
            return []
        return list(matching.information(self.stored, wanted))

    def share(self, wanted: Wanted) -> Share | None:
        """Return which attributes of what is wanted are its own; None where it has nothing of it."""
        fitting = self.fitting(wanted)
        if not fitting:
            return None
        named = [information.attributes(one) for one in fitting]
        return Share(frozenset().union(*named) if all(named) else None)
