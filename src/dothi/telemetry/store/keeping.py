"""One transaction of readings: numbers of their series, what is there already, flags, COPY, last values."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import numpy as np

from dothi.telemetry.quality.checks import NEVER, Checked, Flags, State, Truths, check, recheck, skewed
from dothi.telemetry.quality.limits import Limits
from dothi.telemetry.store import rows
from dothi.telemetry.store.nearby import Nearby
from dothi.telemetry.store.rows import Rows
from dothi.telemetry.store.statements import sql
from dothi.telemetry.types import REJECTED, Device, Measure, Readings

Devices = Callable[[], Mapping[str, Device]]
NOTICED: Final = timedelta(seconds=1)
NONE: Final[Mapping[str, Device]] = {}


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """Readings that are stored under the number of a batch, and not yet recorded."""

    batch: int
    told: Rows
    flags: Flags


@dataclass
class Keeper:
    """
    Keeps readings; knows the numbers of series and what is believable of them.

    `devices` gives the devices as they are now, by id. What was known of a series before stands in the
    database and is locked with it, so nothing is lost with a process and several may write.
    """

    devices: Devices = lambda: NONE
    _series: dict[str, dict[str, int]] = field(default_factory=dict)
    _limits: Limits = field(default_factory=Limits)
    _measured: dict[int, tuple[Device, Measure]] = field(default_factory=dict)
    _nearby: Nearby = field(default_factory=Nearby)
    _stale: bool = False
    clock_behind: timedelta = timedelta()
    """How far the clock stood before the last batch."""
    on_copy: Callable[[], None] = lambda: None
    """Called when the database begins to copy and this process has nothing to do; may not wait or fail."""

    def devices_changed(self) -> None:
        """Hear that devices or profiles are others now; what they say is read before the next batch."""
        self._stale = True

    async def rows(self, connection: asyncpg.Connection, told: Sequence[tuple[str, Readings]]) -> Rows:
        """Return the readings of devices as rows; series that are new get their numbers first."""
        if self._stale:
            self._renew()
        await self._number_new(connection, told)
        series: list[int] = []
        at_us: list[int] = []
        values: list[float] = []
        words: dict[int, str] = {}
        for device, readings in told:
            if readings.words:
                words |= {len(series) + place: text for place, text in readings.words.items()}
            series.extend(map(self._series[device].__getitem__, readings.series))
            at_us.extend(readings.at_us)
            values.extend(readings.values)
        return rows.ordered(series, at_us, values, words)

    async def keep(self, connection: asyncpg.Connection, told: Rows, at: datetime) -> "Kept | None":
        """
        Keep those of `told` that are not there yet, which are held against the clock `at`; None if all are.

        Inside a transaction, which ends with `record`. Locks the series' last values, so that nobody else
        adds readings to them meanwhile. Four statements; another where some are not later than the last
        reading of their series, or have neighbors.
        """
        now_us = rows.us(at)
        before = await _locked(connection, told, now_us)
        new = ~await _there(connection, told, before, now_us)
        told, before = told.only(new), _only(before, told, new)
        if not len(told.block.series):
            return None
        checked = check(told.block, self._limits, before, now_us)
        flags = await self._nearby.flag(
            connection, told.block, checked, self._limits, self._measured, self.devices()
        )
        kept = Kept(await connection.fetchval(sql("batch_number")), told, flags)
        self.on_copy()
        await _store(connection, kept, checked)
        return kept

    async def record(
        self, connection: asyncpg.Connection, kept: Kept, clock: Callable[[], datetime]
    ) -> datetime:
        """
        Say that a batch is there and when it was recorded: now, or just after the one before; returns when.

        The last statements of its transaction, for others wait until it ends. A clock that stands before the
        last batch moves on by microseconds until it is right: what was known when never changes.
        """
        before: datetime | None = await connection.fetchval("select telemetry.turn()")
        at = self._risen(clock(), before)
        await _add(connection, kept, at)
        return at

    def _risen(self, at: datetime, before: datetime | None) -> datetime:
        was_behind, self.clock_behind = self.clock_behind, max((before or at) - at, timedelta())
        if self.clock_behind > NOTICED and was_behind <= NOTICED:
            log.warning("the clock stands %s before the last batch", self.clock_behind)
        return before + timedelta(microseconds=1) if before and at <= before else at

    async def _number_new(self, connection: asyncpg.Connection, told: Sequence[tuple[str, Readings]]) -> None:
        new: set[tuple[str, str]] = set()
        for device, readings in told:
            mine = self._series.setdefault(device, {})
            if not mine.keys() >= set(readings.series):
                new |= {(device, name) for name in readings.series if name not in mine}
        if not new:
            return
        devices, names = zip(*sorted(new), strict=True)
        for row in await connection.fetch(sql("series_add"), devices, names):
            self._series[row["device"]][row["name"]] = row["number"]
            self._limit(row["device"], row["name"], row["number"])
        self._nearby.forget()

    def _renew(self) -> None:
        self._stale = False
        self._nearby.forget()
        self._measured.clear()
        for device, mine in self._series.items():
            for name, number in mine.items():
                self._limit(device, name, number)

    def _limit(self, device: str, name: str, number: int) -> None:
        known = self.devices().get(device)
        measure = known.profile.measures.get(name) if known else None
        self._limits.keep(number, measure or Measure(name))
        if known and measure and measure.near is not None:
            self._measured[number] = (known, measure)


async def _locked(connection: asyncpg.Connection, told: Rows, now_us: int) -> State:
    numbers = told.block.series[told.block.starts()].tolist()
    found = await connection.fetch(sql("last_lock"), numbers, NEVER)
    _, at_us, value, since_us, seen_us = zip(*found, strict=True)
    return State(
        np.array(at_us, np.int64), np.array(value, np.float64), np.array(since_us, np.int64),
        np.array(seen_us, np.int64),
    ).believable(now_us)  # fmt: skip


async def _there(connection: asyncpg.Connection, told: Rows, before: State, now_us: int) -> Truths:
    """Tell which rows are there already; only what is not later than all of its series is looked for."""
    block, starts = told.block, told.block.starts()
    seen = np.repeat(before.seen_us, np.diff(np.append(starts, len(block.series))))
    asked = np.flatnonzero((block.at_us <= seen) | skewed(block.at_us, now_us))
    there = np.zeros(len(block.series), bool)
    if len(asked):
        instants = [rows.instant(at_us) for at_us in block.at_us[asked].tolist()]
        found = await connection.fetch(
            sql("already"), block.series[asked].tolist(), instants, min(instants), max(instants)
        )
        known = {(row["series"], rows.us(row["at"])) for row in found}
        told_keys = zip(block.series[asked].tolist(), block.at_us[asked].tolist(), strict=True)
        there[asked] = [key in known for key in told_keys]
    return there


def _only(before: State, told: Rows, chosen: Truths) -> State:
    """Return the state of the series of which something is chosen."""
    starts = told.block.starts()
    left = np.logical_or.reduceat(chosen, starts)
    return State(before.at_us[left], before.value[left], before.since_us[left], before.seen_us[left])


async def keep_again(connection: asyncpg.Connection, kept: Kept, at: datetime) -> None:
    """
    Keep a batch once more, in another database: with its number and flags, as it was recorded at `at`.

    What came twice, because its day had left PostgreSQL, is kept once.
    """
    now_us = rows.us(at)
    before = await _locked(connection, kept.told, now_us)
    new = ~await _there(connection, kept.told, before, now_us)
    once = Kept(kept.batch, kept.told.only(new), kept.flags[new])
    if len(once.flags):
        checked = recheck(once.told.block, once.flags, _only(before, kept.told, new))
        await _store(connection, once, checked)
    await _add(connection, kept, at)


async def _store(connection: asyncpg.Connection, kept: Kept, checked: Checked) -> None:
    """
    Store readings and what is known of their series now.

    They go as one buffer: of a file asyncpg makes a class at each call, and that is a cycle which kept the
    readings of hundreds of transactions until the collector came by.
    """
    told = memoryview(rows.copied(kept.told, kept.flags, kept.batch))
    await connection.copy_to_table(
        "reading", schema_name="telemetry", columns=rows.COLUMNS, format="binary", source=told
    )
    await _keep_last(connection, kept.told, Checked(kept.flags, checked.state, checked.last), kept.batch)


async def _add(connection: asyncpg.Connection, kept: Kept, at: datetime) -> None:
    """Add a batch, and beside it what of it is late."""
    instants = kept.told.block.at_us
    row = await connection.fetchrow(
        sql("batch_add"), kept.batch, at, len(instants), rows.instant(int(instants.min())),
        rows.instant(int(instants.max())), rows.digest(kept.told, kept.flags, at),
    )  # fmt: skip
    if row["late_until"] is not None:
        await _keep_late(connection, kept, (rows.us(row["late_from"]), rows.us(row["late_until"])), at)


async def _keep_late(connection: asyncpg.Connection, kept: Kept, late: tuple[int, int], at: datetime) -> None:
    """Keep good readings of spans (microseconds) whose keyframe was announced beside it as well."""
    block, flags = kept.told.block, kept.flags
    chosen = (block.at_us >= late[0]) & (block.at_us < late[1]) & (flags & REJECTED == 0)
    if not chosen.any():
        return
    told = memoryview(rows.copied_late(block.only(chosen), flags[chosen], at))
    await connection.copy_to_table(
        "late", schema_name="telemetry", columns=rows.LATE_COLUMNS, format="binary", source=told
    )


async def _keep_last(connection: asyncpg.Connection, told: Rows, checked: Checked, batch: int) -> None:
    state, new = checked.state, checked.last >= 0
    last = checked.last.tolist()
    await connection.execute(
        sql("last_keep"), told.block.series[told.block.starts()].tolist(), new.tolist(), state.at_us.tolist(),
        state.value.tolist(), told.words_at(last), checked.flags[checked.last].tolist(),
        state.since_us.tolist(), state.seen_us.tolist(), batch, NEVER,
    )  # fmt: skip
