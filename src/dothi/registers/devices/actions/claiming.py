"""Claiming a device by the code on its box."""

from datetime import datetime
from uuid import UUID

from dothi.foundation.identity.authority import Actor
from dothi.foundation.statements import ask_one, together, write
from dothi.registers.devices.errors import ClaimExpired, ClaimUnknown
from dothi.registers.devices.owners import administers, code_of
from dothi.registers.devices.recording import By, Happened, allowed, locked, tell
from dothi.registers.devices.rules import normalized
from dothi.registers.devices.statements import sql
from dothi.registers.devices.tokens import blind, hash_of, token_of
from dothi.registers.devices.types import DeviceId, Issued

CLAIM = administers("devices.claim")


def claim(*, code: str, unit_id: UUID, key: UUID, actor: Actor, at: datetime) -> Issued:
    """
    Open the box with this code: the device is the unit's `unit_id` from now on, and may connect.

    Return it with a token, empty when its maker gave it one. A code works once; the same key again returns
    the same. Raises Refused, ClaimUnknown, ClaimExpired.
    """
    by, told = By(actor, at, key), normalized(code)
    with together():
        owner = code_of(unit_id, at)
        decision = allowed(CLAIM, by, owner)
        token = token_of(key)
        if again := _claimed_by(token):
            return Issued(again, token)
        row = ask_one(sql("waiting"), {"claim_hash": blind(told)}) if told else None
        if row is None:
            raise ClaimUnknown
        kept = locked(DeviceId(row[0]))
        if kept.claim_until is not None and kept.claim_until <= at:
            raise ClaimExpired
        token_hash = kept.token_hash or hash_of(token)
        write(sql("open"), {"id": kept.id, "owner": owner, "token_hash": token_hash})
        tell(CLAIM, by, decision, kept.id, Happened.CLAIMED, facts={"owner": owner, "before": kept.owner})
    return Issued(kept.id, "" if kept.token_hash else token)


def _claimed_by(token: str) -> DeviceId | None:
    """Return the device that has this token, as after a lost answer."""
    row = ask_one("select id from telemetry.device where token_hash = %(hash)s", {"hash": hash_of(token)})
    return DeviceId(row[0]) if row else None
