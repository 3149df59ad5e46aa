"""The device officer of the operations center, and kinds of devices, for tests of the register."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.models import Account
from dothi.registers.agencies.queries import holdings_of
from tests.support.people import found_center, give_post, official

MEASURES: Sequence[Mapping[str, object]] = [
    {"name": "rain", "unit": "mm", "path": "rain", "interval_s": 600, "low": 0, "high": 150},
    {"name": "battery", "unit": "V", "path": "battery"},
]


@dataclass(frozen=True)
class Officer:
    """Who administers devices, and for which unit."""

    account: Account
    unit_id: UUID

    def actor(self, at: datetime | None = None) -> Actor:
        """Return the officer with the posts held at `at`."""
        person = self.account.person_id
        return Actor(Kind.OFFICIAL, person, self.account.id, 2, holdings_of(person, at or now()))


def officer_of_the_center() -> Officer:
    """Found the center and return its device officer."""
    unit = found_center()
    account = official("nam.ioc", "Lê Hải Nam")
    give_post(account, ["administer_devices"], unit)
    return Officer(account, unit)


def keep_profile(name: str = "rain-gauge", measures: Sequence[Mapping[str, object]] = MEASURES) -> str:
    """Make a kind of device, unless it is there; return its name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into telemetry.profile (name, measures, name_vi, name_en) values (%s, %s, %s, %s)"
            " on conflict (name) do nothing",
            [name, json.dumps(measures), "Máy đo mưa", "Rain gauge"],
        )
    return name


def keep_device(device: str, owner: str = "ioc") -> str:
    """Make a device of a unit, as if it had always been there; return its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into telemetry.device (id, profile, created_at, owner) values (%s, %s, now(), %s)",
            [device, keep_profile(), owner],
        )
    return device
