"""Moments of which reports are made, and the names that say them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from dothi.kernel.ids import urn


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment of a report; its name across nodes says all of it."""

    at: datetime
    known_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return the urn that papers of this moment are about."""
        told = (one.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for one in (self.at, self.known_at) if one)
        return urn(settings.NODE, "situation", "-".join(told))


def moment_of(name: str) -> Moment:
    """Return the moment that a name says."""
    told = [
        datetime.strptime(one, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        for one in name.rpartition(":")[2].split("-")
    ]
    return Moment(*told)
