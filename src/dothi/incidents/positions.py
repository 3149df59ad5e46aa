"""
Positions of units from the devices bound to them: a consumer of the readings that the node takes.

Each turn is one transaction: it takes batches, keeps the positions in them, and lets the batches go. Killed
at any point, all of it is undone and done again; a position is kept once for unit and instant.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from json import dumps
from pathlib import Path

import psycopg
from django.db import Error, connection, transaction

from dothi.foundation.statements import Statement, ask, ask_one
from dothi.incidents.models import UnitTracker
from dothi.incidents.rules import AHEAD
from dothi.registers.devices.batches import CHANNEL, Queue

QUEUE = Queue("unit-positions")
BATCHES = 50
LOOK_S = 1.0
"""How long a lost notice can go unnoticed."""
PROFILE = {"name": "unit-tracker", "vi": "Máy định vị của đơn vị", "en": "Tracker of a unit", "time": "at"}
MEASURES = [
    {"name": name, "unit": name, "path": name, "interval_s": 10, "low": -most, "high": most}
    for name, most in (("lon", 180), ("lat", 90))
]
"""Units of SenML (RFC 8428, 12.1): degrees of longitude and of latitude, WGS 84."""
_PROFILE = """
insert into telemetry.profile (name, measures, time_path, name_vi, name_en)
values (%(name)s, %(measures)s::jsonb, %(time)s, %(vi)s, %(en)s) on conflict do nothing returning name
"""
_KEEP = (Path(__file__).parent / "sql" / "unit_fixes.sql").read_text(encoding="utf-8")


def register() -> None:
    """
    Let this room hear of each batch of readings from now on; harmless if it does already.

    It also makes known what a device tells that says where a unit is, so that one can be registered.
    """
    QUEUE.register()
    ask_one(_PROFILE, {**PROFILE, "measures": dumps(MEASURES)})


def turn(now: datetime) -> int:
    """Take the batches that wait, at most BATCHES; return how many there were. Four statements."""
    with transaction.atomic():
        batches = QUEUE.take(BATCHES)
        if batches and UnitTracker.objects.exists():
            ask(Statement(_KEEP, {"batches": batches, "latest": now + AHEAD}))
        if batches:
            QUEUE.done(batches)
    return len(batches)


def follow(clock: Callable[[], datetime], stop: threading.Event, tell: Callable[[str], None]) -> None:
    """Keep positions until `stop`; when PostgreSQL goes away, or has no telemetry yet, begin anew."""
    while not stop.is_set():
        try:
            _session(clock, stop)
        except (Error, psycopg.Error) as error:
            tell(f"positions wait: {type(error).__name__}: {str(error).strip()}")
            connection.close()
            stop.wait(LOOK_S)
    connection.close()


def once(clock: Callable[[], datetime]) -> None:
    """Take all that waits, and return."""
    register()
    while turn(clock()):
        pass


def _session(clock: Callable[[], datetime], stop: threading.Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"listen {CHANNEL}")
    while not stop.is_set():
        once(clock)
        for _ in connection.connection.notifies(timeout=LOOK_S, stop_after=1):
            pass
