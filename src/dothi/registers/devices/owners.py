"""Whose a device is: the code of a unit stands in its row, posts name units by id."""

from datetime import datetime
from uuid import UUID

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, ActRule, Duty, Kind
from dothi.registers.agencies.errors import UnitUnknown
from dothi.registers.agencies.founding import CENTER
from dothi.registers.agencies.queries.units import unit_coded, unit_of

__all__ = ["CENTER", "administers", "code_of", "codes_of", "unit_id_of", "units_of"]


def administers(name: str) -> ActRule:
    """Return the rule of an act that needs the duty over devices in the unit that owns the device."""
    return ActRule(name, frozenset({Kind.OFFICIAL, Kind.SYSTEM}), frozenset({Duty.ADMINISTER_DEVICES}))


def unit_id_of(owner: str, at: datetime) -> UUID | None:
    """Return the id of the unit with the code `owner`; a device without an owner is the city center's."""
    try:
        return unit_coded(owner or CENTER, civil_date(at)).id
    except UnitUnknown:
        return None


def units_of(actor: Actor) -> list[UUID]:
    """Return the units for which the actor administers devices, in order."""
    held = {one.unit_id for one in actor.holdings if one.duty is Duty.ADMINISTER_DEVICES}
    return sorted(held)


def codes_of(actor: Actor, at: datetime) -> list[str]:
    """Return the codes of these units; one statement each."""
    return [unit_of(unit, civil_date(at)).code for unit in units_of(actor)]


def code_of(unit_id: UUID, at: datetime) -> str:
    """Return the code of a unit. Raises UnitUnknown."""
    return unit_of(unit_id, civil_date(at)).code
