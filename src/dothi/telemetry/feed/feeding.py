"""
The consumer `context` of telemetry's queue: what a batch says of entities becomes their state and past.

Each batch is heard at least once, whoever is killed. What was heard twice changes nothing: an attribute only
goes forward in time, and the past has one row for an attribute and an instant.

    await follow(dsn, changes, clock)   beside the broker, until cancelled
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import asyncpg

from dothi.context.jsonld.contexts import names
from dothi.context.store import history
from dothi.context.store.changes import Changes
from dothi.context.store.rows import as_text
from dothi.telemetry import queue
from dothi.telemetry.feed import observing
from dothi.telemetry.feed.observing import Observed
from dothi.telemetry.queue import Taken, Told
from dothi.telemetry.types import REJECTED

CONSUMER: Final = "context"
TENANT: Final = ""
AGAIN_S: Final = 1.0
UNIT_CODES: Final[Mapping[str, str]] = {
    "mm": "MMT", "cm": "CMT", "m": "MTR", "km": "KMT", "m/s": "MTS", "km/h": "KMH", "m3/s": "MQS",
    "Cel": "CEL", "K": "KEL", "ug/m3": "GQ", "%RH": "P1", "%": "P1", "Pa": "PAL", "hPa": "A97", "V": "VLT",
    "W": "WTT", "kWh": "KWH", "lx": "LUX", "dB": "2N", "s": "SEC", "min": "MIN",
}  # fmt: skip
"""Units of SenML (RFC 8428, 8798) as UN/CEFACT Recommendation 20 has them; others have no unitCode."""
log = logging.getLogger(__name__)


OfEntity = Mapping[str, tuple[str, list[Observed]]]
"""The IRI of its type, and what was observed of it, by the id of an entity."""


class Twin(NamedTuple):
    """Which attribute of which entity a series is; `entity_type` and `attribute` are IRIs."""

    entity_id: str
    entity_type: str
    attribute: str
    unit_code: str


@dataclass
class Feed:
    """
    Feeds the context on the database `dsn` from telemetry's there.

    `expand` makes IRIs of the names in telemetry.twin; `device_id` makes the id of a device's entity;
    `on_fed` hears of the entities of which something was told, once it is committed. `dated` has, by the IRI
    of a type, the IRI of the attribute that says when such an entity was last observed, where its model asks.
    """

    dsn: str
    changes: Changes
    expand: Callable[[str], str]
    device_id: Callable[[str], str]
    on_fed: Callable[[Iterable[str]], None] = lambda _: None
    dated: Mapping[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        """Feed, until cancelled; what goes wrong is tried again."""
        while True:
            try:
                await queue.follow(self.dsn, CONSUMER, self.take)
            except Exception:
                log.exception("what devices told is tried again in %g s", AGAIN_S)
            await asyncio.sleep(AGAIN_S)

    async def take(self, connection: asyncpg.Connection, taken: Taken) -> None:
        """Bring what batches say into the context; harmless when it is there already."""
        good = [one for one in taken.readings if not one.flags & REJECTED]
        twins = await self._twins_of(connection, {(one.device, one.name) for one in good})
        of_entity = self._gathered(good, twins)
        if not of_entity:
            return
        shown = await self._show(of_entity)
        await self._record(of_entity, shown)
        self.on_fed(of_entity)

    def _gathered(
        self, good: Sequence[Told], twins: Mapping[tuple[str, str], Twin | None]
    ) -> dict[str, tuple[str, list[Observed]]]:
        """Return for each entity its type and what was observed of it."""
        found: dict[str, tuple[str, list[Observed]]] = {}
        for one in good:
            if twin := twins[one.device, one.name]:
                _, observed = found.setdefault(twin.entity_id, (twin.entity_type, []))
                observed.append(self._observed(one, twin))
        return found

    def _observed(self, one: Told, twin: Twin) -> Observed:
        said = one.words if one.value is None else one.value
        assert said is not None
        return Observed(twin.attribute, one.at, said, twin.unit_code, one.flags, self.device_id(one.device))

    async def _show(self, of_entity: OfEntity) -> dict[str, list[Observed]]:
        steps = [
            (entity_id, observing.observe(entity_id, [entity_type], self._latest(entity_type, observed)))
            for entity_id, (entity_type, observed) in of_entity.items()
        ]
        results = await self.changes.apply_all(TENANT, steps)
        for result in results:
            if isinstance(result, Exception):
                raise result
        return dict(zip(of_entity, results, strict=True))

    def _latest(self, entity_type: str, observed: Sequence[Observed]) -> list[Observed]:
        """Return the latest of each attribute, and when that was where the type says it of itself."""
        found = observing.latest(observed)
        at = max(one.at for one in found)
        dated = self.dated.get(entity_type)
        return [*found, Observed(dated, at, as_text(at))] if dated else found

    async def _record(self, of_entity: OfEntity, shown: Mapping[str, list[Observed]]) -> None:
        """Record what was not shown, because something later was, in the past of the entities."""
        at = as_text(self.changes.clock())
        past = [
            history.Said(
                TENANT, entity_id, [entity_type], one.attribute,
                {**one.instance(), "createdAt": at, "modifiedAt": at},
            )
            for entity_id, (entity_type, observed) in of_entity.items()
            for one in observed
            if one not in shown[entity_id]
        ]  # fmt: skip
        if past:
            async with self.changes.pool.acquire() as connection, connection.transaction():
                await history.record_missing(connection, past)

    async def _twins_of(
        self, connection: asyncpg.Connection, series: set[tuple[str, str]]
    ) -> Mapping[tuple[str, str], Twin | None]:
        """Return the twins of series, by device and measure; None where it has none."""
        found: dict[tuple[str, str], Twin | None] = dict.fromkeys(series)
        devices, names = [one[0] for one in series], [one[1] for one in series]
        for row in await connection.fetch(_TWINS, devices, names):
            found[row["device"], row["measure"]] = Twin(
                row["entity_id"], self.expand(row["entity_type"]), self.expand(row["attribute"]),
                UNIT_CODES.get(row["unit"] or "", ""),
            )  # fmt: skip
        return found


async def follow(
    dsn: str, changes: Changes, _clock: Callable[[], datetime], *,
    expand: Callable[[str], str] | None = None, device_id: Callable[[str], str] = str,
    on_fed: Callable[[Iterable[str]], None] = lambda _: None, dated: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Feed the context from the database `dsn` until cancelled; without `expand`, by the core @context."""
    known = names(None)
    await Feed(dsn, changes, expand or known.expand, device_id, on_fed, dated or {}).run()


_TWINS: Final = """
select twin.device, twin.measure, twin.entity_id, twin.entity_type, twin.attribute,
    (select one ->> 'unit' from jsonb_array_elements(profile.measures) one
     where one ->> 'name' = twin.measure) as unit
from telemetry.twin
join unnest($1::text[], $2::text[]) as told (device, measure) using (device, measure)
join telemetry.device on device.id = twin.device
join telemetry.profile on profile.name = device.profile
"""
