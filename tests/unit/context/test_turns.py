"""Work of one request that is done aside, so that others are answered meanwhile."""

import asyncio
import threading

import pytest

from dothi.context.turns import aside


class TestAside:
    @pytest.mark.parametrize("many", [True, False])
    def test_is_done_in_a_thread_of_its_own_where_it_is_much(self, many: bool) -> None:
        worker = asyncio.run(aside(many, threading.current_thread))
        assert (worker is not threading.current_thread()) is many

    @pytest.mark.parametrize("many", [True, False])
    def test_raises_what_goes_wrong(self, many: bool) -> None:
        with pytest.raises(ValueError, match="no number"):
            asyncio.run(aside(many, _wrong, "no number"))


def _wrong(reason: str) -> None:
    raise ValueError(reason)
