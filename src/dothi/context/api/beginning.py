"""What a broker holds while it serves: begun in the order in which parts need each other, ended backwards."""

import asyncio
import contextlib
import functools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dothi.context.api.info import alias_of
from dothi.context.api.retelling import Texts
from dothi.context.federation.calls import Calls
from dothi.context.federation.registry import Registry
from dothi.context.federation.tally import Tally
from dothi.context.operations import subscribe
from dothi.context.operations.contexts import Contexts
from dothi.context.operations.copies import Copies
from dothi.context.operations.copy_plans import Plans
from dothi.context.operations.follow_sources import SourceSubscriptions
from dothi.context.operations.hearing import Hearing
from dothi.context.operations.limits import USUAL, Limits
from dothi.context.operations.register import Registrations
from dothi.context.operations.telling_sources import Telling
from dothi.context.outbound import Outbound
from dothi.context.rights.book import Book
from dothi.context.store import history, keys, pool
from dothi.context.store.changes import Changes
from dothi.context.store.published import Published
from dothi.context.store.search import Search
from dothi.context.store.source_changes import Happened
from dothi.context.store.tenants import Tenants
from dothi.context.subscriptions.endpoints import Ways
from dothi.context.subscriptions.endpoints.http import Http
from dothi.context.subscriptions.endpoints.mqtt import Mqtt

Clock = Callable[[], datetime]
Beside = Callable[[Any], Coroutine[Any, Any, None]]
"""What runs beside the requests, given the state of the application once that is whole."""


@dataclass(frozen=True)
class Beginning:
    """The database and the clock to begin with, how others call this broker, and what ends it all."""

    stack: contextlib.AsyncExitStack
    dsn: str
    clock: Clock
    alias: str
    book: Book
    address: str | None
    """Where sources notify this broker; empty for nowhere, None for wherever a subscriber found it."""
    limits: Limits = USUAL

    def work(self, *loops: Coroutine[Any, Any, None]) -> None:
        """Run `loops` beside the requests until the end, which waits until they have stopped."""
        tasks = [asyncio.create_task(one) for one in loops]

        async def stop() -> None:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self.stack.push_async_callback(stop)


async def begin(state: Any, beginning: Beginning, outbound: Outbound) -> None:
    """Fill `state` with all that operations ask of it."""
    state.clock, state.alias, state.began_at = beginning.clock, beginning.alias, beginning.clock()
    state.outbound = outbound
    beginning.stack.push_async_callback(outbound.close)
    await _begin_store(state, beginning)
    await _begin_names(state, beginning)
    await _begin_telling(state, beginning)
    state.changes = Changes(state.pool, beginning.clock, state.subscriptions.notifier)
    beginning.work(state.contexts.run(), state.changes.run())


async def _begin_store(state: Any, beginning: Beginning) -> None:
    stack = beginning.stack
    state.pool = await pool.connect(beginning.dsn)
    stack.push_async_callback(state.pool.close)
    await pool.create_tables(state.pool)
    searching = await pool.connect(beginning.dsn, most=4, searching=True)
    stack.push_async_callback(searching.close)
    state.search, state.texts = Search(searching, await keys.declared(searching)), Texts()
    await history.keep_months(state.pool, beginning.clock())
    state.tenants = Tenants(state.pool, beginning.clock)
    published = Published(state.pool, beginning.book)
    if await published.begin():
        beginning.work(published.run())


async def _begin_names(state: Any, beginning: Beginning) -> None:
    state.contexts = Contexts(state.pool, state.outbound, beginning.clock)
    await state.contexts.begin()
    beginning.stack.push_async_callback(state.contexts.end)


async def _begin_telling(state: Any, beginning: Beginning) -> None:
    clock, book, stack = beginning.clock, beginning.book, beginning.stack
    ways = Ways(Http(state.outbound), Mqtt(state.outbound))
    telling = Telling(state.pool, clock, state.contexts, ways, book)
    state.source_subscriptions = SourceSubscriptions(
        state.pool, clock, state.contexts, telling, beginning.limits.subscriptions
    )
    stack.push_async_callback(telling.end)
    state.registry, tally = Registry(state.pool, clock), Tally(state.pool, clock)
    state.calls = Calls(state.outbound, tally)
    beginning.work(tally.run(), telling.run())
    await _begin_subscriptions(state, beginning)


async def _begin_subscriptions(state: Any, beginning: Beginning) -> None:
    clock, stack = beginning.clock, beginning.stack
    others = (state.registry, state.calls)
    alias = functools.partial(alias_of, beginning.alias)
    plans = Plans(clock, state.contexts, state.registry, beginning.book, beginning.address)
    state.copies = Copies(state.pool, clock, plans, state.calls, alias)

    async def registered(tenant: str, happened: Happened | None) -> None:
        if happened is not None:
            await state.source_subscriptions.telling.take_up(happened)
        await state.copies.registered(tenant)

    limits = beginning.limits
    state.registrations = Registrations(
        state.pool, clock, state.registry.forget, registered, limits.registrations
    )
    state.subscriptions = subscribe.subscriptions(
        state.pool,
        clock,
        state.contexts,
        state.outbound,
        beginning.book,
        state.copies.changed,
        limits.subscriptions,
    )
    await state.subscriptions.begin()
    stack.push_async_callback(state.subscriptions.end)
    notifier = state.subscriptions.notifier
    state.hearing = Hearing(state.pool, clock, state.contexts, *others, notifier, alias)
    notifier.joining.join = state.hearing.joined
    await state.hearing.begin()
    stack.push_async_callback(state.hearing.end)
    stack.push_async_callback(state.copies.end)
    beginning.work(state.copies.run())
