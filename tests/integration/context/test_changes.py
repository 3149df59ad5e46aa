"""Group commit: what waits together is committed together, and who fails fails alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from dothi.context.errors import AlreadyExists, ResourceNotFound
from dothi.context.operations import provision
from dothi.context.operations.evolve import Target
from dothi.context.store import history, pool, rows
from dothi.context.store.changes import LANES, MOST, Changes
from dothi.context.store.rows import Entity
from dothi.context.store.waiting import Change, Changed

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
ROUNDS = 150
ORPHANS = """
    select count(*) from context.history h
    where not exists (select from context.evolution e where e.number = h.evolution)
"""
SAID = """
    select array_agg(h.value order by h.number)
    from context.history h join context.evolution e on e.number = h.evolution
    where e.id = $1
"""
HELD_UP = (
    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
)
LEVEL = "https://uri.etsi.org/ngsi-ld/default-context/level"


def sensor(value: float = 1, name: str = "") -> dict[str, Any]:
    instance = {"type": "Property", "value": value}
    return {"id": name or f"urn:x:{uuid4()}", "type": ["Sensor"], "attributes": {LEVEL: [instance]}}


def raised(entity: Entity | None, at: str) -> Changed:
    """Add one to the level, as a change does that depends on what is there."""
    assert entity
    [one] = entity["attributes"][LEVEL]
    young = {**one, "value": one["value"] + 1, "modifiedAt": at}
    return Changed({**entity, "modifiedAt": at, "attributes": {LEVEL: [young]}}, young["value"])


def spoiled(entity: Entity | None, _at: str) -> Changed:
    """Make of an entity what no table holds."""
    return Changed({**(entity or sensor()), "createdAt": "never", "modifiedAt": "never", "scope": []})


def broken(_entity: Entity | None, _at: str) -> Changed:
    raise ZeroDivisionError


@asynccontextmanager
async def committing(dsn: str) -> AsyncIterator[Changes]:
    connections = await pool.connect(dsn)
    await pool.create_tables(connections)
    changes = Changes(connections, lambda: AT)
    writer = asyncio.create_task(changes.run())
    try:
        yield changes
    finally:
        writer.cancel()
        await connections.close()


async def held_up(pool: asyncpg.Pool, many: int) -> None:
    """Wait until so many wait for a lock."""
    while await pool.fetchval(HELD_UP) < many:
        await asyncio.sleep(0.01)


def run(dsn: str, act: Callable[[Changes], Awaitable[None]]) -> None:
    async def acted() -> None:
        async with committing(dsn) as changes:
            await asyncio.wait_for(act(changes), 60)

    asyncio.run(acted())


class TestApply:
    def test_of_many_to_one_entity_loses_none(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one = sensor(0)
            await changes.apply("", one["id"], provision.create(one))
            seen = await asyncio.gather(*(changes.apply("", one["id"], raised) for _ in range(200)))
            assert sorted(seen) == list(range(1, 201))

        run(dsn, act)

    def test_of_two_brokers_to_one_entity_loses_none(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one = sensor(0)
            await changes.apply("", one["id"], provision.create(one))
            async with committing(dsn) as others:
                both = [each.apply("", one["id"], raised) for each in (changes, others) for _ in range(50)]
                assert max(await asyncio.gather(*both)) == 100

        run(dsn, act)

    def test_by_two_brokers_of_new_entities_creates_each_once(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            some = [sensor() for _ in range(100)]
            async with committing(dsn) as others:
                there = [changes.apply("", one["id"], provision.create(one)) for one in some]
                back = [others.apply("", one["id"], provision.create(one)) for one in reversed(some)]
                done = await asyncio.gather(*there, *back, return_exceptions=True)
            assert [done.count(True), sum(isinstance(one, AlreadyExists) for one in done)] == [100, 100]

        run(dsn, act)

    @pytest.mark.parametrize(("wrong", "error"), [(broken, ZeroDivisionError), (spoiled, asyncpg.DataError)])
    def test_that_fails_takes_nobody_along(self, dsn: str, wrong: Change, error: type[Exception]) -> None:
        async def act(changes: Changes) -> None:
            some = [sensor() for _ in range(10)]
            good = [changes.apply("", one["id"], provision.create(one)) for one in some]
            bad = changes.apply("", f"urn:x:{uuid4()}", wrong)
            *done, failure = await asyncio.gather(*good, bad, return_exceptions=True)
            assert done == [True] * 10
            assert isinstance(failure, error)
            assert await rows.one(changes.pool, "", some[0]["id"])

        run(dsn, act)

    def test_of_what_another_broker_changes_meanwhile_begins_anew(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one = sensor(0)
            await changes.apply("", one["id"], provision.create(one))
            async with committing(dsn) as others, changes.pool.acquire() as connection:
                async with connection.transaction():
                    await rows.locked(connection, [("", one["id"])])
                    both = [
                        asyncio.create_task(each.apply("", one["id"], raised)) for each in (changes, others)
                    ]
                    await held_up(changes.pool, 2)
                assert sorted(await asyncio.gather(*both)) == [1, 2]
            assert await changes.pool.fetchval(SAID, one["id"]) == [0, 1, 2]

        run(dsn, act)


class TestApplyAll:
    def test_tells_what_came_of_each_and_leaves_out_who_refused(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one, nobody = sensor(1), "urn:x:nobody"
            steps: list[tuple[str, Change]] = [
                (one["id"], provision.create(one)), (nobody, provision.delete()), (one["id"], raised),
            ]  # fmt: skip
            created, refused, value = await changes.apply_all("", steps)
            assert (created, value) == (True, 2)
            assert isinstance(refused, ResourceNotFound)

        run(dsn, act)

    def test_may_delete_and_create_one_entity_in_turn(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one = sensor(1)
            make, drop = provision.create(one), provision.delete()
            await changes.apply_all("", [(one["id"], make), (one["id"], drop), (one["id"], make)])
            assert await rows.one(changes.pool, "", one["id"])
            await changes.apply_all("", [(one["id"], drop), (one["id"], make), (one["id"], drop)])
            assert await rows.one(changes.pool, "", one["id"]) is None

        run(dsn, act)

    def test_of_very_many_gives_others_their_turn(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one, *many = [sensor(0) for _ in range(LANES + 1)]
            for each in (one, *many):
                await changes.apply("", each["id"], provision.create(each))
            steps = [[(each["id"], raised)] * (4 * MOST) for each in many]
            long = [asyncio.create_task(changes.apply_all("", told)) for told in steps]
            await asyncio.sleep(0)
            assert await changes.apply("", one["id"], raised) == 1
            assert not all(each.done() for each in long)
            assert [told[-1] for told in await asyncio.gather(*long)] == [4 * MOST] * LANES

        run(dsn, act)


class TestHistory:
    def test_has_a_row_for_each_instance_that_was_said(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one = sensor(4711)
            await changes.apply("", one["id"], provision.create(one))
            await asyncio.gather(*(changes.apply("", one["id"], raised) for _ in range(5)))
            count = "select count(*) from context.history where value between 4711 and 4716"
            assert await changes.pool.fetchval(count) == 6

        run(dsn, act)

    def test_that_is_deleted_while_it_goes_on_leaves_nothing_behind(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one = sensor(0)
            await changes.apply("", one["id"], provision.create(one))
            past = Target(changes.pool, "", one["id"])

            async def forget() -> None:
                while True:
                    with contextlib.suppress(ResourceNotFound):
                        await past.delete()

            forgetting = asyncio.create_task(forget())
            for value in range(1, ROUNDS):
                assert await changes.apply("", one["id"], raised) == value
            forgetting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await forgetting
            assert await changes.pool.fetchval(ORPHANS) == 0

        run(dsn, act)

    def test_that_is_deleted_before_a_change_is_written_begins_with_that(self, dsn: str) -> None:
        async def act(changes: Changes) -> None:
            one = sensor(0)
            await changes.apply("", one["id"], provision.create(one))
            async with changes.pool.acquire() as connection, connection.transaction():
                assert await history.locked(connection, "", one["id"])
                changing = asyncio.create_task(changes.apply("", one["id"], raised))
                await held_up(changes.pool, 1)
                await history.forget(connection, [("", one["id"])])
            assert await changing == 1
            assert await changes.pool.fetchval(SAID, one["id"]) == [1]
            assert await changes.pool.fetchval(ORPHANS) == 0

        run(dsn, act)
