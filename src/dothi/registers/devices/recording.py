"""What every act on a device does: decide, lock, write, record in the ledger and emit, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings

from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Decision, require
from dothi.foundation.ledger import actions as ledger
from dothi.foundation.ledger.types import Entry, Fact
from dothi.foundation.statements import ask_one
from dothi.kernel.ids import new_id, urn
from dothi.registers.devices.errors import DeviceRevoked, DeviceUnknown
from dothi.registers.devices.owners import unit_id_of
from dothi.registers.devices.statements import sql
from dothi.registers.devices.types import DeviceId, Facts


class Happened(StrEnum):
    """What others hear of."""

    REGISTERED = "vn.dothi.devices.device.registered.v1"
    CLAIMED = "vn.dothi.devices.device.claimed.v1"
    ASSIGNED = "vn.dothi.devices.device.assigned.v1"
    REKEYED = "vn.dothi.devices.device.rekeyed.v1"
    LINKED = "vn.dothi.devices.device.linked.v1"
    REVOKED = "vn.dothi.devices.device.revoked.v1"


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, when, and under which key: the same key never does something twice."""

    actor: Actor
    at: datetime
    key: UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """A device as its row stands, locked."""

    id: DeviceId
    token_hash: bytes | None
    certificate_hash: bytes | None
    claim_until: datetime | None
    waiting: bool
    revoked: bool
    owner: str
    facts: Facts


def locked(device_id: DeviceId) -> Kept:
    """Return a device that nobody else changes until the transaction ends. Raises DeviceUnknown."""
    row = ask_one(sql("lock"), {"id": device_id})
    if row is None:
        raise DeviceUnknown(device=device_id)
    (key, profile, token, _old, _until, certificate, claim, claim_until, revoked, owner, name_vi, name_en,
     lon, lat, ward, group, contract) = row  # fmt: skip
    facts = Facts(profile, name_vi, name_en, lon, lat, ward, group, contract)
    return Kept(
        DeviceId(key), bytes(token) if token else None, bytes(certificate) if certificate else None,
        claim_until, claim is not None, revoked is not None and claim is None, owner, facts,
    )  # fmt: skip


def allowed(rule: ActRule, by: By, owner: str) -> Decision:
    """Return what lets the actor act on a device of the unit with the code `owner`. Raises Refused."""
    case = CaseFacts("device", unit_id=unit_id_of(owner, by.at), absent=DeviceUnknown)
    return require(by.actor, rule, case, by.at)


def in_service(kept: Kept) -> Kept:
    """Return a device that is not revoked. Raises DeviceRevoked."""
    if kept.revoked:
        raise DeviceRevoked(device=kept.id)
    return kept


def tell(
    rule: ActRule, by: By, decision: Decision, device: DeviceId, happened: Happened, *,
    facts: Mapping[str, Fact] | None = None, basis: str = "", entry_id: UUID | None = None,
) -> None:  # fmt: skip
    """Record the act on `device` under its key, and emit what happened."""
    name = name_of(device)
    ledger.record(
        Entry(
            id=entry_id or by.key, act=rule.name, at=by.at, actor=decision.by(by.actor),
            authority=decision.authority, object=name, basis=basis, facts={"device": device, **(facts or {})},
        )
    )  # fmt: skip
    emit(Event(new_id(), happened, name, by.at, {"device": device}))


def told(facts: Facts) -> dict[str, object]:
    """Return what is said of a device as parameters."""
    return {
        "profile": facts.profile, "name_vi": facts.name_vi, "name_en": facts.name_en, "lon": facts.lon,
        "lat": facts.lat, "ward_code": facts.ward_code, "group": facts.group, "contract": facts.contract,
    }  # fmt: skip


def name_of(device: DeviceId) -> str:
    """Return the device's name across nodes."""
    return urn(settings.NODE, "device", device)
