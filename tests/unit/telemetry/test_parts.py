"""No part of ingest ends without being missed."""

import asyncio

import pytest

from dothi.telemetry.edge.parts import anew, first_end, side_by_side


class Lost(Exception):
    """A part met what it did not expect."""


class Part:
    """Fails so many times, and then goes on."""

    def __init__(self, fails: int) -> None:
        self.begun, self._fails = 0, fails
        self.goes_on = asyncio.Event()

    async def run(self) -> None:
        self.begun += 1
        if self.begun <= self._fails:
            raise Lost
        self.goes_on.set()
        await asyncio.Event().wait()


class TestFirstEnd:
    def test_raises_what_ended_a_part_and_ends_the_others(self) -> None:
        async def act() -> list["asyncio.Task[None]"]:
            async with side_by_side(Part(0).run(), Part(1).run()) as tasks:
                with pytest.raises(Lost):
                    await first_end(*tasks)
            return tasks

        other, failed = asyncio.run(act())
        assert other.cancelled()
        assert failed.done()


class TestAnew:
    def test_begins_a_part_again_that_failed_and_says_so(self, caplog: pytest.LogCaptureFixture) -> None:
        async def act() -> int:
            part = Part(2)
            async with side_by_side(anew("the rollups", part.run, 0.0)):
                await part.goes_on.wait()
            return part.begun

        assert asyncio.run(act()) == 3
        assert [one.message for one in caplog.records] == ["the rollups failed; again in 0 s"] * 2
