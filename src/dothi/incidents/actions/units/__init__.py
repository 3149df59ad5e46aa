"""Acts on response units: make one known, send it, say what it does, and what tells where it is."""

from dothi.incidents.actions.units.positions import Fix, bind, release, take_positions
from dothi.incidents.actions.units.sending import arrive, clear_unit, send_unit
from dothi.incidents.actions.units.service import NewUnit, make_known, put_on, take_off

__all__ = [
    "Fix", "NewUnit", "arrive", "bind", "clear_unit", "make_known", "put_on", "release", "send_unit",
    "take_off", "take_positions",
]  # fmt: skip
