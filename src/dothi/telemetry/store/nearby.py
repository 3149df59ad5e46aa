"""Whether readings agree with what the neighbors of their devices measured last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import numpy as np

from dothi.telemetry.quality.checks import Block, Checked, Flags
from dothi.telemetry.quality.limits import Limits
from dothi.telemetry.quality.neighbors import FRESH_US, Place, Value, disagrees, near
from dothi.telemetry.store.statements import sql
from dothi.telemetry.types import Device, Flag, Measure

NOBODY: Final[Mapping[int, list[int]]] = {}


@dataclass
class Nearby:
    """Who stands near whom, by what is measured; made when first asked for, forgotten when devices change."""

    _near: dict[str, dict[int, list[int]]] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget where devices stand, or which series there are."""
        self._near.clear()

    async def flag(
        self, connection: asyncpg.Connection, block: Block, checked: Checked, limits: Limits,
        measured: Mapping[int, tuple[Device, Measure]], known: Mapping[str, Device],
    ) -> Flags:  # fmt: skip
        """
        Return the flags of a block with those of last values that disagree with their neighbors.

        `measured` says what series of the block with a limit measure. One statement where there are
        neighbors, another one the first time something is measured.
        """
        asked = {int(block.series[place]): int(place) for place in checked.last if place >= 0}
        asked = {series: place for series, place in asked.items() if series in measured}
        around = {one: await self._around(connection, one, *measured[one], known) for one in asked}
        values = await _values(connection, {other for others in around.values() for other in others})
        values |= _own(block, checked)
        flags = checked.flags.copy()
        for series, place in asked.items():
            most, fresh = limits.of("near", block.series[[place]]), limits.of("gap_us", block.series[[place]])
            fresh_us = FRESH_US if np.isnan(fresh[0]) else float(fresh[0])
            if disagrees(values[series], around[series], values, float(most[0]), fresh_us):
                flags[place] |= Flag.NEIGHBOR
        return flags

    async def _around(
        self, connection: asyncpg.Connection, series: int, device: Device, measure: Measure,
        known: Mapping[str, Device],
    ) -> list[int]:  # fmt: skip
        if device.lon is None or not measure.near_m:
            return []
        if measure.name not in self._near:
            rows = await connection.fetch(sql("series_named"), measure.name)
            self._near[measure.name] = near(_places(rows, measure.name, known))
        return self._near[measure.name].get(series, [])


def _places(rows: list[asyncpg.Record], name: str, known: Mapping[str, Device]) -> list[Place]:
    places = []
    for row in rows:
        device = known.get(row["device"])
        measure = device.profile.measures.get(name) if device else None
        if device and measure and device.lon is not None and device.lat is not None:
            places.append(Place(row["number"], device.lon, device.lat, measure.near_m or 0))
    return places


async def _values(connection: asyncpg.Connection, series: set[int]) -> dict[int, Value]:
    if not series:
        return {}
    rows = await connection.fetch(sql("near_values"), sorted(series))
    return {row["series"]: Value(row["at_us"], row["value"]) for row in rows}


def _own(block: Block, checked: Checked) -> dict[int, Value]:
    """Return the last good numbers that the block itself brings."""
    places = checked.last[checked.last >= 0]
    told = zip(block.series[places], block.at_us[places], block.value[places], strict=True)
    return {int(series): Value(int(at_us), float(value)) for series, at_us, value in told if value == value}
