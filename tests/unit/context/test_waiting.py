"""Who is next for a commit: entities go to one at a time, and nobody is overtaken at one entity."""

import asyncio
import contextlib
from collections.abc import Sequence
from random import Random

from dothi.context.store.waiting import Changed, Queue, Requester


def requester(*ids: str) -> Requester:
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        return Requester(
            [(("", one), lambda _entity, _at: Changed(None)) for one in ids], loop.create_future()
        )


def queue_of(*several: Requester) -> Queue:
    queue = Queue()
    for one in several:
        queue.join(one)
    return queue


class TestTake:
    def test_gives_those_of_one_entity_together_in_their_order(self) -> None:
        first, second, third = requester("a"), requester("b"), requester("a")
        assert queue_of(first, second, third).take(9) == [first, second, third]

    def test_leaves_an_entity_to_who_is_at_it_and_nobody_overtakes(self) -> None:
        at_a, more_of_a, behind_it, of_c = requester("a"), requester("a", "b"), requester("b"), requester("c")
        queue = queue_of(at_a)
        queue.take(9)
        for one in (more_of_a, behind_it, of_c):
            queue.join(one)
        assert queue.take(9) == [of_c]
        queue.let_go([at_a])
        assert queue.take(9) == [more_of_a, behind_it]

    def test_gives_as_many_changes_as_fit_but_the_first_in_any_case(self) -> None:
        large, small = requester("a", "b", "c"), requester("d")
        queue = queue_of(large, small)
        assert [queue.take(2), queue.take(2)] == [[large], [small]]

    def test_gives_half_of_those_who_ask(self) -> None:
        queue = queue_of(*(requester(one) for one in "abcdefg"))
        assert [len(queue.take(9)), len(queue.take(9)), len(queue.take(9))] == [4, 3, 0]

    def test_counts_those_who_are_under_way(self) -> None:
        under_way, *waiting = (requester(one) for one in "abc")
        queue = queue_of(under_way)
        queue.take(9)
        for one in waiting:
            queue.join(one)
        assert queue.half == 2
        queue.let_go([under_way])
        assert queue.take(9) == waiting[:1]

    def test_gives_all_who_want_the_same_entity(self) -> None:
        same, other = [requester("a") for _ in range(7)], requester("b")
        queue = queue_of(*same, other)
        assert queue.take(9) == same
        assert queue_of(*same, other).take(5) == same[:5]

    def test_gives_everybody_the_turn(self) -> None:
        """However many wait for few entities, and in whatever order they are let go."""
        random = Random(7)
        waiting = [requester(*random.sample("abcd", random.randint(1, 3))) for _ in range(200)]
        queue, under_way, done = queue_of(*waiting), list[Sequence[Requester]](), list[Requester]()
        while len(queue) or under_way:
            if batch := queue.take(5):
                under_way.append(batch)
            elif under_way:
                ended = under_way.pop(random.randrange(len(under_way)))
                queue.let_go(ended)
                done += ended
        for key in "abcd":
            of_key = [one for one in done if ("", key) in one.keys]
            assert of_key == [one for one in waiting if ("", key) in one.keys]
