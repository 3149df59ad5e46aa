"""What a device is and where, which things of the live context it measures, and its end."""

from datetime import datetime
from uuid import UUID

from dothi.foundation.identity.authority import Actor
from dothi.foundation.statements import Statement, ask, ask_one, together, write
from dothi.registers.devices.errors import EntityTaken, MeasureUnknown, ProfileUnknown, TwinUnfit
from dothi.registers.devices.owners import CENTER, administers
from dothi.registers.devices.queries.profiles import profile_named
from dothi.registers.devices.recording import By, Happened, allowed, in_service, locked, tell, told
from dothi.registers.devices.rules import is_fit
from dothi.registers.devices.statements import sql
from dothi.registers.devices.types import DeviceId, Facts, Twin

ASSIGN = administers("devices.assign")
LINK = administers("devices.link")
UNLINK = administers("devices.unlink")
REVOKE = administers("devices.revoke")
ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('devices.twin:' || %(entity)s))"


def assign(*, device_id: DeviceId, facts: Facts, key: UUID, actor: Actor, at: datetime) -> bool:
    """
    Say anew what a device is and where; tell whether that was new.

    Raises Refused, DeviceUnknown, DeviceRevoked, ProfileUnknown.
    """
    by = By(actor, at, key)
    with together():
        kept = locked(device_id)
        decision = allowed(ASSIGN, by, kept.owner)
        if in_service(kept).facts == facts:
            return False
        if profile_named(facts.profile) is None:
            raise ProfileUnknown(profile=facts.profile)
        write(sql("say"), {"id": device_id, "owner": kept.owner or CENTER, **told(facts)})
        changed = sorted(name for name, one in told(facts).items() if one != told(kept.facts)[name])
        tell(ASSIGN, by, decision, device_id, Happened.ASSIGNED, facts={"changed": changed})
    return True


def link(*, device_id: DeviceId, twin: Twin, key: UUID, actor: Actor, at: datetime) -> None:
    """
    Say which attribute of which entity a measure is; harmless when it is already.

    For one entity devices of one unit speak: the first that was linked to it.
    Raises Refused, DeviceUnknown, DeviceRevoked, MeasureUnknown, TwinUnfit, EntityTaken.
    """
    by = By(actor, at, key)
    with together():
        kept = locked(device_id)
        decision = allowed(LINK, by, kept.owner)
        profile = profile_named(in_service(kept).facts.profile)
        if profile is None or twin.measure not in {one.name for one in profile.measures}:
            raise MeasureUnknown(measure=twin.measure)
        if _linked(device_id, twin.measure) == twin:
            return
        if not is_fit(twin):
            raise TwinUnfit(entity=twin.entity_id)
        _check_unspoken(twin.entity_id, kept.owner or CENTER)
        write(
            sql("twin_keep"),
            {"device": device_id, "measure": twin.measure, "entity_id": twin.entity_id,
             "entity_type": twin.entity_type, "attribute": twin.attribute},
        )  # fmt: skip
        facts = {"measure": twin.measure, "entity": twin.entity_id, "attribute": twin.attribute}
        tell(LINK, by, decision, device_id, Happened.LINKED, facts=facts)


def unlink(*, device_id: DeviceId, measure: str, key: UUID, actor: Actor, at: datetime) -> None:
    """
    Let a measure be no entity's attribute any more; from then on no import says otherwise of the device.

    Raises Refused, DeviceUnknown.
    """
    by = By(actor, at, key)
    with together():
        kept = locked(device_id)
        decision = allowed(UNLINK, by, kept.owner)
        if _linked(device_id, measure) is None:
            return
        write(sql("twin_drop"), {"device": device_id, "measure": measure})
        write(sql("own"), {"id": device_id, "owner": CENTER})
        tell(UNLINK, by, decision, device_id, Happened.LINKED, facts={"measure": measure})


def revoke(*, device_id: DeviceId, reason: str, key: UUID, actor: Actor, at: datetime) -> bool:
    """
    Shut a device out for good; a live connection ends within seconds. Tell whether it was in service.

    `reason` stands in the ledger. Raises Refused, DeviceUnknown.
    """
    by = By(actor, at, key)
    with together():
        kept = locked(device_id)
        decision = allowed(REVOKE, by, kept.owner)
        if kept.revoked:
            return False
        write(sql("revoke"), {"id": device_id, "at": at})
        tell(REVOKE, by, decision, device_id, Happened.REVOKED, basis=reason)
    return True


def _check_unspoken(entity_id: str, owner: str) -> None:
    """See to it that no other unit's devices speak for an entity while this act lasts. Raises EntityTaken."""
    write(ONE_AT_A_TIME, {"entity": entity_id})
    if ask_one(sql("spoken_for"), {"entity": entity_id, "owner": owner, "center": CENTER}):
        raise EntityTaken(entity=entity_id)


def _linked(device_id: DeviceId, measure: str) -> Twin | None:
    rows = ask(Statement(sql("twins"), {"device": device_id}))[0]
    return next((Twin(*row) for row in rows if row[0] == measure), None)
