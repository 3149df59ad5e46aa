"""A device of the city that goes on speaking while parts die, and what must hold of it afterwards."""

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg
import psycopg

from dothi.config.demo.accounts import credentials
from dothi.foundation.keys.roots import read_root_keys
from dothi.telemetry.store.devices import provide
from dothi.telemetry.types import Measure, Profile
from tests.integration.faults.city import PATIENCE_S, City
from tests.support.browser import Browser
from tests.support.devices import TOKEN, Sensor
from tests.support.walking import Official

DEVICE, MEASURE, WARD = "level-of-the-siege", "level", "00070"
ENTITY = "urn:ngsi-ld:Siege:1"
STEP = timedelta(milliseconds=50)
"""Between the instants of two readings; also about how long the device waits."""


@dataclass
class Speaker:
    """A device whose readings are 1, 2, 3, ..., each once, whatever became of the one before."""

    city: City
    sensor: Sensor
    said: list[int] = field(default_factory=list)
    """Numbers of the messages, under which they are acknowledged; the reading of the first is 1."""
    _over: threading.Event = field(default_factory=threading.Event)

    def speak(self) -> None:
        """Go on until it is over."""
        first = datetime.now(UTC) - timedelta(hours=1)
        while not self._over.wait(STEP.total_seconds()):
            number = len(self.said) + 1
            at = (first + number * STEP).timestamp()
            self.said.append(self.sensor.publish(f'[{{"n":"{MEASURE}","v":{number},"t":{at}}}]'))

    def end(self) -> None:
        """Say no more."""
        self._over.set()

    def check(self) -> None:
        """Check that all was acknowledged and is stored once, and that context and screen have the last."""
        wanted = len(self.said)
        assert wanted > 20
        _until(lambda: self.sensor.acknowledged.issuperset(self.said), "acknowledged")
        assert [value for (value,) in self.city.rows(_STORED, DEVICE)] == list(range(1, wanted + 1))
        _until(lambda: self.city.rows(_SHOWN, ENTITY) == [(wanted,)], "the state of the context")
        _until(lambda: self.city.rows(_PAST, ENTITY) == [(wanted, wanted)], "its past")
        assert f">{wanted} m<" in self._screen()

    def _screen(self) -> str:
        """Return what an operator sees of the series."""
        known = {one.official.key: one for one in credentials(read_root_keys(self.city.root_key))}
        [(number,)] = self.city.rows("select number from telemetry.series where device = %s", DEVICE)
        browser = Browser(self.city.node.url, PATIENCE_S)
        try:
            Official(browser, known["van"]).sign_in()
            return browser.open(f"/center/series/{number}").text
        finally:
            browser.close()


@contextlib.contextmanager
def speaking(city: City) -> Iterator[Speaker]:
    """Let the device speak while the block lasts."""
    asyncio.run(_enter(city.dsn("dothi_telemetry")))
    found = re.search(r"mqtt://localhost:(\d+)", city.node.output.read_text())
    assert found
    speaker = Speaker(city, Sensor(int(found[1]), DEVICE))
    thread = threading.Thread(target=speaker.speak)
    thread.start()
    try:
        yield speaker
    finally:
        speaker.end()
        thread.join()
        speaker.sensor.close()


async def _enter(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    profile = Profile("siege", {MEASURE: Measure(MEASURE, "m")})
    await provide(connection, profile, {DEVICE: TOKEN}, at=datetime.now(UTC))
    await connection.execute("update telemetry.device set ward_code = $1", WARD)
    await connection.execute(
        "insert into telemetry.twin values ($1, $2, $3, 'Siege', 'level')", DEVICE, MEASURE, ENTITY
    )
    await connection.close()


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(psycopg.Error):
            if holds():
                return
        assert time.monotonic() < deadline, f"not so in time: {what}"
        time.sleep(0.05)


_STORED = """select value::integer from telemetry.reading join telemetry.series on number = series
    where device = %s order by at"""
_SHOWN = """select jsonb_path_query(attributes, '$.*[*] ? (exists(@.unitCode)).value')::integer
    from context.entity where id = %s"""
_PAST = """select count(*)::integer, count(distinct value)::integer from context.history
    join context.evolution e on e.number = evolution where id = %s"""
