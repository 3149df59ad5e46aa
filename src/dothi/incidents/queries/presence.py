"""Whether this node keeps readings: one that does not has no tables of telemetry to ask."""

from dothi.foundation.statements import Statement, ask

_THERE = "select to_regclass('telemetry.last_value') is not null"


def has_readings() -> bool:
    """Tell whether devices, series and last values can be asked for; one statement."""
    return bool(ask(Statement(_THERE, {}))[0][0][0])
