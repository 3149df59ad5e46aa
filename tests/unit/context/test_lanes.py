"""What waits for one subscriber is in order, bounded, and never lost while it is true."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from dothi.context.jsonld.contexts import names
from dothi.context.query.entities import EntityQuery
from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.endpoints import Outcome
from dothi.context.subscriptions.lanes import MOST_HELD, Lane
from dothi.context.subscriptions.notification import Change
from dothi.context.subscriptions.selecting import Meant
from dothi.context.subscriptions.subscription import Subscription, wording_of
from tests.support.waiting import PATIENCE_S

STORED = {
    "id": "urn:s:1", "throttling": 0.01,
    "notification": {"endpoint": {"uri": "http://example.org/", "cooldown": 1}},
}  # fmt: skip


def subscription(**members: Any) -> Subscription:
    stored = {**STORED, **members}
    wording = wording_of(stored, names(None), None, "")
    return Subscription(("", "urn:s:1"), stored, Meant(EntityQuery()), wording, datetime.now(UTC))


def change(name: str, before: Any, after: Any) -> Change:
    states = (
        None if value is None else {"id": name, "type": ["T"], "attributes": {"a": [{"value": value}]}}
        for value in (before, after)
    )
    return Change(Difference(*states), "2026-11-22T00:00:00Z")


@dataclass
class Subscriber:
    """Takes what comes where it is `well`, and counts rows of the outbox that are done with."""

    well: bool = True
    came: list[list[Change]] = field(default_factory=list)
    tries: list[bool] = field(default_factory=list)
    """For each notification, whether what it tells was told in vain before."""
    done: list[UUID] = field(default_factory=list)

    async def deliver(self, _subscription: Subscription, changes: Sequence[Change]) -> Outcome:
        await asyncio.sleep(0)
        self.tries.append(all(one.tried for one in changes))
        if not self.well:
            return Outcome.LOST
        self.came.append(list(changes))
        return Outcome.ARRIVED

    @property
    def told(self) -> list[tuple[Any, Any]]:
        """Return what each change said was before and is now."""
        pairs = ((one.difference.before, one.difference.after) for each in self.came for one in each)
        return [(_value(before), _value(after)) for before, after in pairs]


def _value(state: Any) -> Any:
    return None if state is None else state["attributes"]["a"][0]["value"]


async def _until(holds: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.001)


class TestLane:
    def test_tells_different_entities_together_and_one_entity_in_turns(self) -> None:
        async def run() -> None:
            subscriber = Subscriber()
            plain = subscription(throttling=0)
            lane = Lane(plain, subscriber.deliver, subscriber.done.extend)
            for name, value in (("urn:a", 1), ("urn:b", 2), ("urn:a", 3)):
                lane.add(change(name, None, value), uuid4())
            await _until(lambda: len(subscriber.done) == 3)
            assert [len(each) for each in subscriber.came] == [2, 1]
            assert subscriber.told == [(None, 1), (None, 2), (None, 3)]

        asyncio.run(run())

    def test_makes_one_of_what_an_entity_went_through_while_held(self) -> None:
        async def run() -> None:
            subscriber = Subscriber()
            lane = Lane(subscription(), subscriber.deliver, subscriber.done.extend)
            lane.hold(0.05)
            for before, after in ((1, 2), (2, 3), (3, 4)):
                lane.add(change("urn:a", before, after), uuid4())
            await _until(lambda: len(subscriber.done) == 3)
            assert subscriber.told == [(1, 4)]

        asyncio.run(run())

    def test_tries_again_what_was_lost(self) -> None:
        async def run() -> None:
            subscriber = Subscriber(well=False)
            lane = Lane(subscription(), subscriber.deliver, subscriber.done.extend)
            lane.add(change("urn:a", None, 1), uuid4())
            await _until(lambda: len(subscriber.tries) == 2)
            assert not subscriber.done
            assert subscriber.tries == [False, True]
            lane.add(change("urn:a", 1, 2), uuid4())
            subscriber.well = True
            await _until(lambda: subscriber.told == [(None, 2)])
            assert subscriber.tries[2:] == [False], "with a new change it is another notification"

        asyncio.run(run())

    def test_keeps_so_many_entities_and_not_more_for_who_is_away(self) -> None:
        async def run() -> None:
            subscriber = Subscriber(well=False)
            lane = Lane(subscription(), subscriber.deliver, subscriber.done.extend)
            for number in range(5 * MOST_HELD):
                lane.add(change(f"urn:{number}", None, number), uuid4())
                await asyncio.sleep(0)
            await _until(lambda: len(subscriber.done) >= 4 * MOST_HELD)
            lane.drop()
            await _until(lambda: len(subscriber.done) == 5 * MOST_HELD)

        asyncio.run(run())
