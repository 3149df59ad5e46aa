"""Devices that come with data of the city: one act for the import, one for each device that is new by it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from django.conf import settings

from dothi.foundation.identity.authority import Actor, Decision
from dothi.foundation.ledger import actions as ledger
from dothi.foundation.ledger.types import Entry
from dothi.foundation.statements import Statement, ask, together, write
from dothi.kernel.ids import urn
from dothi.registers.devices.owners import CENTER, administers
from dothi.registers.devices.recording import By, Happened, allowed, tell, told
from dothi.registers.devices.statements import sql
from dothi.registers.devices.types import Brought, DeviceId, Kind, Origin

IMPORT = administers("devices.import")
BRING = administers("devices.bring")


class Came(NamedTuple):
    """How many devices of an import are new, and how many are other than they were."""

    new: int
    changed: int


def bring(
    *, origin: Origin, kinds: Sequence[Kind], devices: Sequence[Brought], key: UUID, actor: Actor,
    at: datetime,
) -> Came:  # fmt: skip
    """
    Begin an import: record what is brought from where, and enter its devices, which are the center's.

    A device that is there already keeps its token, and stays shut out if it is; one that a unit answers for
    is left alone. Nothing of `devices` needs to be there: an import of places has none. Raises Refused,
    AlreadyRecorded for a key that was used before.
    """
    by = By(actor, at, key)
    with together():
        decision = allowed(IMPORT, by, CENTER)
        _record(origin, by, decision)
        changed = _declare(kinds)
        new = _enter(devices, at)
        _link([one for one in devices if one.id in new or one.facts.profile in changed])
        for device, is_new in new.items():
            _tell(device, origin, by, decision, is_new=is_new)
    return Came(sum(new.values()), len(new) - sum(new.values()))


def _name_of(key: UUID) -> str:
    """Return the name of an import across nodes."""
    return urn(settings.NODE, "import", key)


def _record(origin: Origin, by: By, decision: Decision) -> None:
    ledger.record(
        Entry(
            id=by.key, act=IMPORT.name, at=by.at, actor=decision.by(by.actor), authority=decision.authority,
            object=_name_of(by.key), basis=origin.program,
            facts={"operator": origin.operator, "files": dict(origin.files), "holds": dict(origin.holds)},
        )
    )  # fmt: skip


def _declare(kinds: Sequence[Kind]) -> set[str]:
    """Keep kinds of devices; return the names of those that are new or other than they were."""
    if not kinds:
        return set()
    asked = {"kinds": json.dumps([asdict(one) for one in kinds])}
    return {name for (name,) in ask(Statement(sql("bring_kinds"), asked))[0]}


def _enter(devices: Sequence[Brought], at: datetime) -> Mapping[DeviceId, bool]:
    """Enter devices; return those that are new (true) or other than they were."""
    if not devices:
        return {}
    asked = {"devices": json.dumps([_row(one) for one in devices]), "at": at}
    return {DeviceId(name): new for name, new in ask(Statement(sql("bring_devices"), asked))[0]}


def _row(one: Brought) -> dict[str, object]:
    facts = told(one.facts)
    return {"id": one.id, "token": one.token_hash.hex(), "group_name": facts.pop("group"), **facts}


def _link(devices: Sequence[Brought]) -> None:
    rows = [{"device": one.id, **asdict(twin)} for one in devices for twin in one.twins]
    if rows:
        write(sql("bring_twins"), {"twins": json.dumps(rows), "center": CENTER})


def _tell(device: DeviceId, origin: Origin, by: By, decision: Decision, *, is_new: bool) -> None:
    tell(
        BRING, by, decision, device, Happened.REGISTERED if is_new else Happened.ASSIGNED,
        facts={"import": _name_of(by.key), "new": is_new}, basis=origin.program,
        entry_id=uuid5(by.key, device),
    )  # fmt: skip
