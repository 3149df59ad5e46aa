"""Profiles of devices as data: what a kind measures, within which limits, and what that is of an entity."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from dothi.sectors.models import SECTORS, declared
from dothi.telemetry.types import LATE_S, Measure, Profile

ARCHIVE_S: Final = 20 * 366 * 86_400
"""How long ago an instant may be that a replay or an import of the past tells."""


@dataclass(frozen=True)
class Kind:
    """A profile, the model of the entity that its devices observe, and the term of each measure there."""

    profile: Profile
    title: Mapping[str, str]
    entity_type: str
    terms: Mapping[str, str]
    source: str
    verified: bool

    def archive(self) -> "Kind":
        """Return the same kind for devices that tell of the past: their clocks are not held against now."""
        profile = replace(self.profile, name=f"{self.profile.name}-archive", late_s=ARCHIVE_S)
        return replace(self, profile=profile)


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind of device by the name of its profile."""
    found = [_kind(one) for sector in SECTORS for one in declared(sector, "profiles.json")]
    return {one.profile.name: one for one in found}


def _kind(told: Mapping[str, Any]) -> Kind:
    measures = [
        Measure(**{key: value for key, value in one.items() if key != "attribute"})
        for one in told["measures"]
    ]
    profile = Profile(told["name"], {one.name: one for one in measures}, "at", told.get("late_s", LATE_S))
    return Kind(
        profile, {"vi": told["vi"], "en": told["en"]}, told["entity_type"],
        {one["name"]: one["attribute"] for one in told["measures"]}, told["source"], told["verified"],
    )  # fmt: skip
