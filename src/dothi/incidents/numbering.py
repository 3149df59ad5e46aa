"""The code of an incident: a running number of the civil day, e.g. `SC-250930-004`."""

from datetime import date, datetime
from pathlib import Path

from dothi.foundation.clock import civil_date
from dothi.foundation.statements import ask_one

_NEXT = (Path(__file__).parent / "sql" / "next_number.sql").read_text(encoding="utf-8")
PREFIX = "SC"


def next_code(at: datetime) -> str:
    """Take the next code of the day. One statement; locks the day until commit."""
    on = civil_date(at)
    return f"{PREFIX}-{on:%y%m%d}-{_next(on):03}"


def _next(on: date) -> int:
    row = ask_one(_NEXT, {"name": PREFIX, "on": on})
    assert row is not None
    return int(row[0])
