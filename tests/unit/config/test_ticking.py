"""What screens of the center hear: kinds, gathered, never what has changed."""

import asyncio
import json

from dothi.config.ticking import PAUSE_S, Ticks


def kinds(message: bytes) -> list[str]:
    """Return the kinds that a tick names."""
    name, data, *_ = message.decode().splitlines()
    assert name == "event: tick"
    told: list[str] = json.loads(data.removeprefix("data: "))["kinds"]
    return told


async def _heard(notes: list[list[str]]) -> list[list[str]]:
    """Note each list at once, waiting for a tick after each, and return what was told."""
    told: asyncio.Queue[bytes] = asyncio.Queue()
    ticks = Ticks(told.put_nowait)
    task = asyncio.create_task(ticks.run())
    heard = []
    async with asyncio.timeout(20):
        for several in notes:
            for kind in several:
                ticks.note(kind)
            heard.append(kinds(await told.get()))
    task.cancel()
    assert told.empty()
    return heard


class TestTicks:
    def test_gather_what_changes_at_once(self) -> None:
        assert asyncio.run(_heard([["readings", "alerts", "readings"], ["incidents"]])) == [
            ["alerts", "readings"], ["incidents"]
        ]  # fmt: skip

    def test_come_at_most_four_a_second(self) -> None:
        async def timed() -> float:
            began = asyncio.get_running_loop().time()
            await _heard([["readings"]] * 3)
            return asyncio.get_running_loop().time() - began

        assert asyncio.run(timed()) >= 2 * PAUSE_S

    def test_leave_events_of_rooms_that_the_screen_does_not_show(self) -> None:
        ticks = Ticks(lambda _: None)
        ticks.heard({"type": "vn.dothi.papers.paper.made.v1"})
        assert not ticks._some.is_set()
        ticks.heard({"type": "vn.dothi.alerts.alert.raised.v1"})
        assert ticks._some.is_set()
