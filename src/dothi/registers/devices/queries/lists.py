"""Devices of the units for which somebody administers them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dothi.foundation.identity.authority import Actor, CaseFacts, require
from dothi.foundation.statements import Row, Statement, ask
from dothi.kernel.text import fold
from dothi.registers.devices.owners import CENTER, administers, codes_of, units_of
from dothi.registers.devices.rules import QUIET_S
from dothi.registers.devices.statements import sql
from dothi.registers.devices.types import DeviceId, DeviceRow, Facts, State

LIST = administers("devices.list")
RECENT = timedelta(days=1)
TOLD = 14
"""Columns of devices.sql up to the interval; what follows is for the page of one device."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which devices are asked for; empty is any. `text` is part of an id or a name, with or without marks."""

    text: str = ""
    group: str = ""
    profile: str = ""
    state: str = ""


def devices(*, actor: Actor, at: datetime, wanted: Wanted, limit: int, after: str = "") -> list[DeviceRow]:
    """Return devices of one's units by id, after the id `after`; two statements. Raises Refused."""
    rows = ask(Statement(sql("devices"), _asked(actor, at, wanted, limit, after)))[0]
    return [row_of(row) for row in rows]


def groups(*, actor: Actor, at: datetime) -> list[str]:
    """Return the names of one's groups in their order; two statements. Raises Refused."""
    return [name for (name,) in ask(Statement(sql("groups"), owned(actor, at)))[0]]


def owned(actor: Actor, at: datetime) -> dict[str, object]:
    """Return as parameters whose devices the actor may see; nobody's are the center's. Raises Refused."""
    units = units_of(actor)
    require(actor, LIST, CaseFacts("devices", unit_id=units[0] if units else None), at)
    codes = codes_of(actor, at)
    return {"owners": codes, "center": CENTER in codes}


def _asked(actor: Actor, at: datetime, wanted: Wanted, limit: int, after: str) -> dict[str, object]:
    return {
        **owned(actor, at), "id": None, "after": after, "text": fold(wanted.text), "group": wanted.group,
        "profile": wanted.profile, "state": wanted.state, "limit": limit, **moment(at),
    }  # fmt: skip


def moment(at: datetime) -> dict[str, object]:
    """Return what depends on the instant, as parameters."""
    return {"at": at, "since": at - RECENT, "quiet_s": QUIET_S}


def row_of(row: Row) -> DeviceRow:
    """Return a row of devices.sql."""
    told: list[Any] = list(row)
    (key, profile, name_vi, name_en, lon, lat, ward, group, contract, owner, _waiting, _revoked, claim_until,
     seen_at, interval_s) = told[: TOLD + 1]  # fmt: skip
    facts = Facts(profile, name_vi, name_en, lon, lat, ward, group, contract)
    return DeviceRow(
        DeviceId(key), facts, owner or CENTER, State(told[-2]), claim_until, seen_at, interval_s, told[-1]
    )
