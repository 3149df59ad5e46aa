"""What sources may tell, for one request and for all together."""

import pytest

from dothi.context.federation.budget import MOST_HELD, MOST_TOGETHER, Budget, Held
from dothi.context.outbound import SMALL, TooLarge


class TestBudget:
    def test_gives_back_what_it_took(self) -> None:
        held, one, other = Held(), Budget(), Budget()
        other.take(7, held)
        with one:
            one.take(1_000, held)
            assert (one.left, held.bytes) == (MOST_TOGETHER - 1_000, 1_007)
        assert held.bytes == 7

    def test_leaves_only_small_answers_room_where_others_hold_much(self) -> None:
        held = Held(MOST_HELD - SMALL)
        Budget().take(SMALL, held)
        with pytest.raises(TooLarge):
            Budget().take(SMALL + 1, held)
        Budget().take(SMALL, held)

    def test_leaves_none_room_where_they_hold_twice_that(self) -> None:
        held = Held(2 * MOST_HELD)
        with pytest.raises(TooLarge):
            Budget().take(1, held)
        assert held.bytes == 2 * MOST_HELD
