"""
The task that derives: hears of entities that were fed, reads their past, and keeps what rules make of it.

Beside the broker, on its database. Nothing waits anywhere: entities of which it had heard when it was killed
are found when it begins, which it does with all that have a source. Deriving twice changes nothing.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from dothi.context.model import update
from dothi.context.model.kinds import Instance
from dothi.context.store.changes import Changes
from dothi.context.store.rows import Entity
from dothi.context.store.waiting import Change, Changed
from dothi.sectors.deriving.rules import RULES, Past, Rule, Value, figures
from dothi.sectors.models import iri

TENANT: Final = ""
AT_ONCE: Final = 200
"""Entities that are derived in one transaction."""
PAUSE_S: Final = 0.5
"""Between two rounds: what is fed meanwhile is derived once."""
AGAIN_S: Final = 1.0
SYSTEM: Final = frozenset({"createdAt", "modifiedAt"})
log = logging.getLogger(__name__)


@dataclass
class Deriving:
    """Derives on the broker's database, through its `changes`."""

    changes: Changes
    _fed: set[str] = field(default_factory=set)
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, entity_ids: Iterable[str]) -> None:
        """Hear of entities that were fed."""
        self._fed.update(entity_ids)
        self._some.set()

    async def run(self) -> None:
        """Derive what is heard of, and at first everything, until cancelled; failures are tried again."""
        while True:
            try:
                self.heard(await self._everything())
                while True:
                    await self._some.wait()
                    await self._round()
                    await asyncio.sleep(PAUSE_S)
            except Exception:
                log.exception("figures are derived again in %g s", AGAIN_S)
            await asyncio.sleep(AGAIN_S)

    async def derive(self, entity_ids: Sequence[str]) -> None:
        """Derive the figures of some entities; those that no rule is about stay as they are."""
        for rule in RULES:
            pasts = await self._pasts(rule, entity_ids)
            makes = [iri(term) for term in rule.makes]
            steps = [(entity_id, shown(makes, figures(rule, past))) for entity_id, past in pasts.items()]
            for result in await self.changes.apply_all(TENANT, steps) if steps else ():
                if isinstance(result, Exception):
                    raise result

    async def _round(self) -> None:
        fed, self._fed = sorted(self._fed), set()
        self._some.clear()
        for start in range(0, len(fed), AT_ONCE):
            await self.derive(fed[start : start + AT_ONCE])

    async def _everything(self) -> list[str]:
        types = [iri(rule.entity_type) for rule in RULES]
        rows = await self.changes.pool.fetch(_ALL, TENANT, types)
        return [row["id"] for row in rows]

    async def _pasts(self, rule: Rule, entity_ids: Sequence[str]) -> Mapping[str, Past]:
        """Return what is known of entities within the rule's window, which ends with their latest reading."""
        terms = {iri(term): term for term in rule.sources}
        rows = await self.changes.pool.fetch(
            _PAST, TENANT, list(entity_ids), iri(rule.entity_type), list(terms), rule.window
        )
        values: defaultdict[str, defaultdict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        latest: dict[str, datetime] = {}
        for row in rows:
            values[row["id"]][terms[row["iri"]]].append(Value(row["at"], row["value"]))
            latest[row["id"]] = row["latest"]
        return {one: Past(one.rpartition(":")[2], at, values[one]) for one, at in latest.items()}


def shown(makes: Sequence[str], told: Sequence[tuple[str, Instance]]) -> Change:
    """
    Return the change that shows figures; those that an entity shows already are left as they are.

    Of what a rule `makes`, IRIs, those for which there are too few readings now are shown no longer.
    """

    def change(stored: Entity | None, at: str) -> Changed:
        if stored is None:  # it was deleted meanwhile
            return Changed(None)
        attributes = stored["attributes"]
        gone = {name for name in makes if name in attributes} - {name for name, _ in told}
        other = {name: [one] for name, one in told if not _same(attributes.get(name), one)}
        if not other and not gone:
            return Changed(stored)
        kept = {name: each for name, each in attributes.items() if name not in gone}
        return Changed({**stored, "attributes": update.put(kept, other, at).attributes, "modifiedAt": at})

    return change


def _same(there: Sequence[Instance] | None, told: Instance) -> bool:
    return there is not None and _plain(there[0]) == _plain(told)


def _plain(value: Any) -> Any:
    """Return an instance without instants of ours, which differ though nothing else does."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items() if key not in SYSTEM}
    return [_plain(one) for one in value] if isinstance(value, list) else value


_ALL: Final = "select id from context.entity where tenant = $1 and types && $2::text[] order by id"
# Down the index of each series, (evolution, attribute, at): first its end, then the window before it.
_PAST: Final = """
with wanted as (
    select e.number, e.id from context.evolution e
    where e.tenant = $1 and e.id = any($2::text[]) and $3 = any(e.types)
), series as (
    select w.number, w.id, a.number as attribute, a.iri, (
        select h.at from context.history h
        where h.evolution = w.number and h.attribute = a.number and h.deleted_at is null
        order by h.at desc limit 1
    ) as last_at
    from wanted w cross join context.attribute a where a.iri = any($4::text[])
), latest as (
    select number, max(last_at) as at from series group by number
)
select s.id, s.iri, h.at, h.value, l.at as latest
from series s
join latest l on l.number = s.number
join context.history h on h.evolution = s.number and h.attribute = s.attribute
    and h.at > l.at - $5::interval and h.at <= l.at
where h.value is not null and h.deleted_at is null
order by s.id, s.iri, h.at
"""
