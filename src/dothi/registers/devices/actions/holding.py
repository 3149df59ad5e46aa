"""Holds: nothing of their days is deleted from the archive of readings, whatever the policy says."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from dothi.foundation.identity.authority import Actor
from dothi.foundation.ledger import actions as ledger
from dothi.foundation.ledger.types import Entry, Fact
from dothi.foundation.statements import ask_one, together, write
from dothi.kernel.ids import urn
from dothi.registers.devices.errors import HoldUnknown
from dothi.registers.devices.owners import CENTER, administers
from dothi.registers.devices.recording import By, allowed
from dothi.registers.devices.statements import sql

HOLD = administers("devices.hold-readings")
LIFT = administers("devices.lift-hold")


def hold(
    *, first: date, last: date, reason: str, order: str, key: UUID, actor: Actor, at: datetime
) -> int | None:
    """
    Let nothing of some days (UTC, both included) be deleted; return the hold's number, None if it is there.

    `order` is by whose decision. Raises Refused.
    """
    by = By(actor, at, key)
    with together():
        authority = allowed(HOLD, by, CENTER).authority
        told = {"first": first, "last": last, "reason": reason, "order": order, "at": at, "entry": key}
        row = ask_one(sql("hold_add"), told)
        if row is None:
            return None
        number = int(row[0])
        _record(HOLD.name, by, authority, number, first, last, f"{order}: {reason}")
    return number


def lift(*, number: int, order: str, key: UUID, actor: Actor, at: datetime) -> bool:
    """Let a hold stand no more; tell whether it stood. Raises Refused, HoldUnknown."""
    by = By(actor, at, key)
    with together():
        authority = allowed(LIFT, by, CENTER).authority
        row = ask_one(sql("hold_lock"), {"number": number})
        if row is None:
            raise HoldUnknown(hold=number)
        first, last, stands = row
        if not stands:
            return False
        write(sql("hold_lift"), {"number": number, "order": order, "at": at})
        _record(LIFT.name, by, authority, number, first, last, order)
    return True


def _record(
    act: str, by: By, authority: str, number: int, first: date, last: date, basis: str
) -> None:  # fmt: skip
    days: Mapping[str, Fact] = {"hold": number, "first": first.isoformat(), "last": last.isoformat()}
    ledger.record(
        Entry(
            id=by.key, act=act, at=by.at, actor=by.actor.ref, authority=authority,
            object=urn(settings.NODE, "hold", str(number)), basis=basis, facts=days,
        )
    )  # fmt: skip
