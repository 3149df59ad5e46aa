"""The watcher as a process: woken by each batch of readings, and by time."""

import threading
from collections.abc import Callable
from datetime import datetime

import psycopg
from django.db import Error, connection

from dothi.alerts import watching
from dothi.alerts.tending import expect, tend

CHANNEL = "telemetry_batch"
LOOK_S = 1.0
"""How often time is let go on; also how long a lost notice can go unnoticed."""
EXPECT_S = 60.0
AGAIN_S = 1.0

Tell = Callable[[str], None]


def watch(clock: Callable[[], datetime], stop: threading.Event, tell: Tell) -> None:
    """Watch until `stop`; when PostgreSQL goes away, or has no telemetry yet, wait and begin anew."""
    while not stop.is_set():
        try:
            _session(clock, stop)
        except (Error, psycopg.Error) as error:
            tell(f"the watcher waits: {type(error).__name__}: {str(error).strip()}")
            connection.close()
            stop.wait(AGAIN_S)


def once(clock: Callable[[], datetime]) -> None:
    """Take all that waits, let time go on to now, and return."""
    watching.register()
    expect(clock())
    _all(clock)


def _session(clock: Callable[[], datetime], stop: threading.Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"listen {CHANNEL}")
    watching.register()
    expected: datetime | None = None
    while not stop.is_set():
        now = clock()
        if expected is None or abs((now - expected).total_seconds()) >= EXPECT_S:
            expect(now)
            expected = now
        _all(clock)
        for _ in connection.connection.notifies(timeout=LOOK_S, stop_after=1):
            pass


def _all(clock: Callable[[], datetime]) -> None:
    while watching.turn(clock()):
        pass
    while watching.pass_time(clock()) >= watching.DUE:
        pass
    tend(clock())
