"""
The past of entities at sources (clauses 5.7.3 and 5.7.4), asked together with what is kept here.

What sources tell is recorded in a transaction that sees it alone and is rolled back. So windows, filters,
aggregations, pages and rights are those of one past, wherever its instances are kept.
"""

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from dothi.context.api import federating
from dothi.context.api.ask import Ask
from dothi.context.api.temporal_asks import TemporalAsk, Told
from dothi.context.federation.calls import Trigger
from dothi.context.federation.consumption import Question
from dothi.context.federation.recollection import Past, Recalled, Recollection
from dothi.context.federation.sources import Source
from dothi.context.query import temporal
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.registrations.wanted import period
from dothi.context.store import history
from dothi.context.store.history import Said
from dothi.context.store.rows import as_text

NOTHING: Final = Recalled()


async def retrieved(ask: Ask, told: Told, one: TemporalAsk, entity_id: str) -> Recalled:
    """Return what sources tell of one entity."""
    asking = await federating.trigger(ask)
    if asking is None:
        return NOTHING
    entities = EntityQuery((EntitySelector(ids=(entity_id,)),), tuple(one.wanted.kept.attributes or ()))
    recollection = await _recollection(ask, asking, told, entities)
    sources = await _sources(recollection, "retrieveTemporal")
    return await recollection.retrieve(sources, entity_id)


async def queried(ask: Ask, told: Told, one: TemporalAsk) -> Recalled:
    """Return what sources tell of the entities that are meant."""
    asking = await federating.trigger(ask)
    if asking is None:
        return NOTHING
    recollection = await _recollection(ask, asking, told, one.wanted.entities)
    return await recollection.query(await _sources(recollection, "queryTemporal"))


@contextlib.asynccontextmanager
async def recorded(ask: Ask, heard: Recalled) -> AsyncIterator[Any]:
    """Give a pool whose past has what was heard."""
    ask.warn(heard.warnings)
    said = _once(ask.tenant, heard.pasts)
    if not said:
        yield ask.state.pool
        return
    async with history.pretend(ask.state.pool, said) as within:
        yield within


async def _recollection(ask: Ask, asking: Trigger, told: Told, entities: EntityQuery) -> Recollection:
    window = told.get("temporalQ") or {}
    wanted = federating.wanted(asking, told, entities, await ask.names())
    wanted = replace(wanted, period=period(window), timeless=False)
    question = Question(
        entities, await federating.words(ask), wanted, federating.filters(told),
        split=ask.params.get("splitEntities", "").lower() == "true" or not ask.reads.everything,
    )  # fmt: skip
    time = {key: str(value) for key, value in window.items() if key in temporal.WINDOW}
    at = as_text(ask.state.clock())
    return Recollection(federating.consumption(ask), asking, question, time, at)


async def _sources(recollection: Recollection, operation: str) -> list[Source]:
    asking, wanted = recollection.trigger, recollection.question.wanted
    return await recollection.consumption.sources(asking, wanted, operation)


def _once(tenant: str, pasts: Iterable[Past]) -> list[Said]:
    """Return all instances, one of each instant: that of the source that weighs most."""
    said: dict[tuple[str, str, str, datetime], Said] = {}
    for past in sorted(pasts, key=lambda one: one.weight, reverse=True):
        for iri, instance in past.said:
            at = datetime.fromisoformat(history.instant_of(instance))
            key = (past.entity_id, iri, instance.get("datasetId", ""), at)
            said.setdefault(key, Said(tenant, past.entity_id, past.types, iri, instance))
    return list(said.values())
