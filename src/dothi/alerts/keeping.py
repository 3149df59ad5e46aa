"""What the watcher reads and keeps: rules at work, things, readings, and what rules remember of things."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from dothi.alerts import document
from dothi.alerts.engine.correlation import Position
from dothi.alerts.engine.looking import Fits
from dothi.alerts.engine.rule import Rule
from dothi.alerts.models import RuleVersion
from dothi.alerts.types import Place, RuleId
from dothi.alerts.watched import Thing, Watching
from dothi.foundation.statements import Row, Statement, ask, write
from dothi.kernel.documents.types import Text
from dothi.registers.devices.batches import Queue

_SQL = {file.stem: file.read_text() for file in (Path(__file__).parent / "sql").glob("*.sql")}
LOCK = 0x646F746869_03
"""`dothi` in ASCII, then 3 for the watcher."""
QUEUE = Queue("alerts")
AT_ONCE = 5_000
"""Memories of one statement."""


class Turn(NamedTuple):
    """A turn of the watcher: which batches it took (none: time went on to `at`), for which versions."""

    number: int
    at: datetime
    batches: Sequence[int]
    versions: Sequence[RuleId]


def hold_watcher() -> None:
    """Wait until no watcher has a turn, and let none begin before the end of the transaction."""
    ask(Statement("select pg_advisory_xact_lock(%(lock)s)", {"lock": LOCK}))


def at_work() -> list[Watching]:
    """Return the versions that are live or in shadow and not in quarantine, by code; one statement."""
    return [_watching(row) for row in ask(Statement(_SQL["at_work"], {}))[0]]


def begun() -> tuple[int, list[Watching]]:
    """Return the number of the last turn that anybody took, and the versions at work; one round trip."""
    last = Statement("select coalesce(max(number), 0) from alerts_turn", {})
    ((number,),), rows = ask(last, Statement(_SQL["at_work"], {}))
    return number, [_watching(row) for row in rows]


def _watching(row: Row) -> Watching:
    version_id, unit_id, live = row
    return Watching(RuleId(version_id), rule(version_id), unit_id, live)


@lru_cache(maxsize=1024)
def rule(version_id: UUID) -> Rule:
    """Return the rule of a published version; one statement, none when known."""
    return document.trusted(RuleVersion.objects.values_list("document", flat=True).get(id=version_id))


def things(devices: Collection[str] | None = None) -> dict[str, Thing]:
    """Return devices by id, those named or all in service; one statement."""
    asked = None if devices is None else list(devices)
    return {row[0]: _thing(*row) for row in ask(Statement(_SQL["things"], {"devices": asked}))[0]}


def entered_before(end: datetime) -> Mapping[str, datetime]:
    """Return since when each device in service is there, those that came before `end`; one statement."""
    return dict(ask(Statement(_SQL["entered"], {"end": end}))[0])


def places_of(known: Mapping[str, Thing]) -> dict[str, Position]:
    """Return where things are, those of which it is known."""
    return {
        thing.id: (thing.place.lon, thing.place.lat)
        for thing in known.values()
        if thing.place.lon is not None and thing.place.lat is not None
    }


def fits(thing: Thing) -> Fits:
    """Return what rules choose the thing by."""
    return Fits(thing.id, thing.profile, thing.group, thing.place.ward_code)


def series_after(newest: int) -> Sequence[Row]:
    """Return number, device and measure of series that are newer; one statement."""
    return ask(Statement(_SQL["new_series"], {"newest": newest}))[0]


def readings(batches: Sequence[int], series: Sequence[int]) -> Sequence[Row]:
    """Return series, instant (microseconds since 1970), value and flags of readings; one statement."""
    return ask(Statement(_SQL["readings"], {"batches": list(batches), "series": list(series)}))[0]


def turns() -> list[Turn]:
    """Return the turns whose outcome is in no kept memory, in their order; one statement."""
    rows = ask(Statement(_SQL["turns"], {}))[0]
    return [Turn(number, at, batches, [RuleId(one) for one in versions])
            for number, at, batches, versions in rows]  # fmt: skip


def add_turn(at: datetime, batches: Sequence[int], versions: Iterable[RuleId]) -> int:
    """Keep that a turn took these batches, and return its number; one statement."""
    told = {"at": at, "batches": list(batches), "versions": list(versions)}
    ((number,),) = ask(Statement(_SQL["add_turn"], told))[0]
    return int(number)


def keep_turn(number: int) -> None:
    """Say that all memories are kept as they are after this turn; one statement."""
    write(_SQL["keep_turn"], {"number": number})


def memories(versions: Iterable[RuleId]) -> Iterable[tuple[RuleId, str, dict[str, Any]]]:
    """Return what versions remember of things; one statement."""
    rows = ask(Statement(_SQL["memories"], {"versions": list(versions)}))[0]
    return ((RuleId(version), thing, _parsed(state)) for version, thing, state in rows)


def keep(version: RuleId, kept: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Keep memories of a version, in the caller's transaction; one statement for each AT_ONCE."""
    told = list(kept)
    for begin in range(0, len(told), AT_ONCE):
        # One document: writing an array of so many texts takes longer than all else that is kept.
        states = json.dumps(dict(told[begin : begin + AT_ONCE]), separators=(",", ":"))
        write(_SQL["keep_memories"], {"version": version, "states": states})


def forget(versions: Iterable[RuleId], gone: Iterable[str]) -> None:
    """Remember nothing of some things; one statement."""
    write(_SQL["forget_memories"], {"versions": list(versions), "things": list(gone)})


def _parsed(state: Any) -> dict[str, Any]:
    """Return JSON that this connection may give as text."""
    loaded: dict[str, Any] = json.loads(state) if isinstance(state, str) else state
    return loaded


def _thing(
    device: str, profile: str, group: str, ward: str, lon: float | None, lat: float | None, vi: str, en: str
) -> Thing:
    return Thing(device, Text(vi, en), Place(ward, lon, lat), profile, group)
