"""An import as an act of the register of devices: who ordered it, which files, which stations as devices."""

import hashlib
import json
import os
import pwd
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from dothi.registers.devices.types import Brought, DeviceId, Facts, Kind, Origin, Twin
from dothi.sectors.doors.broker import Unanswered
from dothi.sectors.doors.registry import Station, token_of
from dothi.sectors.importing.city import Imported
from dothi.sectors.models import profiles
from dothi.telemetry.types import Measure

if TYPE_CHECKING:
    from dothi.registers.devices.actions.importing import Came


def brought(secret: bytes, imported: Imported, *, at: datetime) -> "Came":
    """
    Record an import and enter its stations; their tokens are of `secret`. Needs a Django that is set up.

    Raises Unanswered where the database does not answer, or the root key of the node is not told.
    """
    from django.db import OperationalError

    from dothi.foundation.identity.authority import SYSTEM
    from dothi.foundation.keys.roots import RootKeyUnusable
    from dothi.kernel.ids import new_id
    from dothi.registers.devices.actions import bring

    origin = Origin(imported.program, _operator(), imported.files, imported.holds)
    kinds = {one.kind.profile.name: one.kind for one in imported.stations}
    try:
        return bring(
            origin=origin, kinds=[_kind(one) for one in kinds.values()],
            devices=[_device(one, secret) for one in imported.stations], key=new_id(), actor=SYSTEM, at=at,
        )  # fmt: skip
    except (OperationalError, RootKeyUnusable) as error:
        raise Unanswered(f"the register of devices: {error}") from error


def _operator() -> str:
    """Return the account of this machine that runs the process; its number where it has no name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _kind(kind: profiles.Kind) -> Kind:
    profile = kind.profile
    measures = json.dumps([_told(one) for one in profile.measures.values()])
    return Kind(profile.name, kind.title["vi"], kind.title["en"], measures, profile.time_path, profile.late_s)


def _told(measure: Measure) -> dict[str, object]:
    return {key: value for key, value in asdict(measure).items() if value is not None}


def _device(one: Station, secret: bytes) -> Brought:
    facts = Facts(
        one.kind.profile.name, one.name, one.name_en or one.name, one.lon, one.lat, one.ward_code, one.group
    )
    twins = [
        Twin(measure, one.entity_id, one.kind.entity_type, term) for measure, term in one.kind.terms.items()
    ]
    token_hash = hashlib.sha256(token_of(secret, one.id).encode()).digest()
    return Brought(DeviceId(one.id), facts, token_hash, twins)
