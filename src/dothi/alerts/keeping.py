"""What the watcher reads and keeps: rules at work, things, and what rules remember of things."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from dothi.alerts import document
from dothi.alerts.engine.correlation import Position
from dothi.alerts.engine.looking import Fits
from dothi.alerts.engine.rule import Rule
from dothi.alerts.models import RuleVersion, Standing
from dothi.alerts.raising import Thing, Watching
from dothi.alerts.types import Place, RuleId
from dothi.foundation.statements import Statement, ask, write
from dothi.kernel.documents.types import Text

_SQL = Path(__file__).parent / "sql"
_THINGS = (_SQL / "things.sql").read_text()
_MEMORIES = (_SQL / "memories.sql").read_text()
_KEEP = (_SQL / "keep_memories.sql").read_text()


class Key(NamedTuple):
    """Of one memory: a version of a rule, and a thing (`ALL` for a rule about several at once)."""

    version: RuleId
    thing: str


ALL = "*"
LOCK = 0x646F746869_03
"""`dothi` in ASCII, then 3 for the watcher."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A memory as it is to be kept; `due_at` is when time alone changes it."""

    key: Key
    state: dict[str, Any]
    due_at: datetime | None


def hold_watcher() -> None:
    """Wait until no watcher has a turn, and let none begin before the end of the transaction."""
    ask(Statement("select pg_advisory_xact_lock(%(lock)s)", {"lock": LOCK}))


def at_work() -> list[Watching]:
    """Return the versions that are live or in shadow now, by code, the live one first; one statement."""
    rows = Standing.objects.filter(until=None).order_by("code", "-live", "version_id")
    told = rows.values_list("version_id", "version__unit_id", "live")
    return [Watching(RuleId(key), rule(key), unit, live) for key, unit, live in told]


@lru_cache(maxsize=1024)
def rule(version_id: UUID) -> Rule:
    """Return the rule of a published version; one statement, none when known."""
    return document.trusted(RuleVersion.objects.values_list("document", flat=True).get(id=version_id))


def things(devices: Collection[str] | None = None) -> dict[str, Thing]:
    """Return devices by id, those named or all that are not revoked; one statement."""
    asked = None if devices is None else list(devices)
    rows = ask(Statement(_THINGS, {"devices": asked}))[0]
    return {row[0]: _thing(*row) for row in rows}


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


def memories(keys: Collection[Key]) -> dict[Key, dict[str, Any]]:
    """Return what is remembered under each key, where there is something; one statement."""
    rows = ask(Statement(_MEMORIES, _columns(keys)))[0] if keys else []
    return {Key(RuleId(version), thing): _parsed(state) for version, thing, state in rows}


def keep(kept: Sequence[Kept]) -> None:
    """Keep memories, in the caller's transaction; one statement."""
    if kept:
        more = {
            "states": [json.dumps(one.state, separators=(",", ":")) for one in kept],
            "dues": [one.due_at for one in kept],
        }
        write(_KEEP, {**_columns([one.key for one in kept]), **more})


def _columns(keys: Iterable[Key]) -> Mapping[str, Any]:
    found = list(keys)
    return {"versions": [key.version for key in found], "things": [key.thing for key in found]}


def _parsed(state: Any) -> dict[str, Any]:
    """Return JSON that this connection may give as text."""
    loaded: dict[str, Any] = json.loads(state) if isinstance(state, str) else state
    return loaded


def _thing(
    device: str, profile: str, group: str, ward: str, lon: float | None, lat: float | None, vi: str,
    en: str, entities: Any,
) -> Thing:  # fmt: skip
    return Thing(device, Text(vi, en), Place(ward, lon, lat), profile, group, _parsed(entities))
