"""The watcher as a process: woken by each batch of readings, and by time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import psycopg
from django.db import Error, connection

from dothi.alerts import keeping
from dothi.alerts.tending import tend
from dothi.alerts.watching import Watcher
from dothi.registers.devices.batches import CHANNEL

DEVICE = "telemetry_device"
"""Channel: a device or a profile has changed."""
LOOK_S = 1.0
"""How often time is let go on; also how long a lost notice of readings can go unnoticed."""
EXPECT_S = 60.0
"""How long a lost notice of a device can go unnoticed."""
AGAIN_S = 1.0
JUMP = timedelta(seconds=30)
SETTLE_S = 30.0
"""After the clock has jumped, silence is believed only when what was held up has had time to come."""
LEAD = 0x646F746869_04
"""`dothi` in ASCII, then 4: which process watches, of several."""

Clock = Callable[[], datetime]
Tell = Callable[[str], None]


def watch(clock: Clock, stop: threading.Event, tell: Tell) -> None:
    """
    Watch until `stop`; when PostgreSQL goes away, or has no telemetry yet, wait and begin anew.

    Where another process watches already, wait for its end.
    """
    while not stop.is_set():
        try:
            if _lead():
                _session(clock, stop, tell)
            else:
                stop.wait(LOOK_S)
        except (Error, psycopg.Error) as error:
            tell(f"the watcher waits: {type(error).__name__}: {str(error).strip()}")
            connection.close()
            stop.wait(AGAIN_S)
    connection.close()


def once(clock: Clock) -> None:
    """Take all that waits, let time go on to now, and return."""
    keeping.QUEUE.register()
    watcher = Watcher()
    watcher.expect(clock())
    _all(watcher, clock)
    watcher.keep(clock())


class Jumps:
    """Whether the clock goes as time does."""

    def __init__(self, clock: Clock, passing: Callable[[], float] = monotonic) -> None:
        self._clock, self._passing = clock, passing
        self._before = clock(), passing()
        self._settled_at = passing()

    def settled(self, tell: Tell) -> bool:
        """Tell whether the clock has gone as time does for a while; a jump is told once."""
        now, passed = self._clock(), self._passing()
        jumped = now - self._before[0] - timedelta(seconds=passed - self._before[1])
        self._before = now, passed
        if abs(jumped) > JUMP:
            tell(f"the clock jumped by {jumped}: silence is not believed for {SETTLE_S:.0f} s")
            self._settled_at = passed + SETTLE_S
        return passed >= self._settled_at


def _lead() -> bool:
    """Be the process that watches, until this connection ends; tell whether it is."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LEAD])
        return bool(cursor.fetchone()[0])


def _session(clock: Clock, stop: threading.Event, tell: Tell) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"listen {CHANNEL}; listen {DEVICE}")
    keeping.QUEUE.register()
    watcher, jumps = Watcher(), Jumps(clock)
    expected: datetime | None = None
    while not stop.is_set():
        now = clock()
        if expected is None or abs((now - expected).total_seconds()) >= EXPECT_S:
            watcher.look_again()
            watcher.expect(now)
            expected = now
        _all(watcher, clock, settled=jumps.settled(tell))
        if any(
            note.channel == DEVICE for note in connection.connection.notifies(timeout=LOOK_S, stop_after=1)
        ):
            watcher.look_again()
    watcher.keep(clock())


def _all(watcher: Watcher, clock: Clock, *, settled: bool = True) -> None:
    while watcher.turn(clock()):
        pass
    if settled:
        watcher.pass_time(clock())
    tend(clock())
