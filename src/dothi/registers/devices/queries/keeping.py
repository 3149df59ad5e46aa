"""How long readings are kept: what was done last, and the holds."""

from dothi.foundation.statements import Statement, ask
from dothi.registers.devices.statements import sql
from dothi.registers.devices.types import Hold, Keeping


def holds() -> list[Hold]:
    """Return holds over readings, those that stand first, then the latest; at most 200; one statement."""
    return [Hold(*row) for row in ask(Statement(sql("holds"), {}))[0]]


def last_keeping() -> Keeping | None:
    """Return the last run of the policy, None before the first; one statement."""
    rows = ask(Statement(sql("keeping"), {}))[0]
    return Keeping(*rows[0]) if rows else None
