"""
The subscriber of `notify`: `python -m bench.listener`, an HTTP server; commands and answers as JSON lines.

    (at its start)                         {"port": 40123}
    {"wait": 5000, "patience_s": 60}       {"told": 5000, "counts": {subscription: 12, …}}
    {"last": true}                         {"last": {subscription: {entity: level, …}, …}}

`told` counts entities in notifications since the start. It answers 200 to every request, at once.
"""

import asyncio
import json
import sys
from collections import Counter, defaultdict
from typing import Any, cast

import orjson
import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Told:
    """What was told so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.last: dict[str, dict[str, float]] = defaultdict(dict)
        self.many = 0
        self.more = asyncio.Event()

    def take(self, body: bytes) -> None:
        """Count the entities of one notification."""
        told = orjson.loads(body)
        for entity in told["data"]:
            self.last[told["subscriptionId"]][entity["id"]] = entity["level"]
        self.counts[told["subscriptionId"]] += len(told["data"])
        self.many += len(told["data"])
        self.more.set()

    async def reach(self, many: int) -> None:
        """Wait until so many were told."""
        while self.many < many:
            self.more.clear()
            await self.more.wait()


class Connection(asyncio.Protocol):
    """One connection of the broker's."""

    def __init__(self, told: Told) -> None:
        self.told, self.heard = told, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.heard += data
        while (end := self.heard.find(b"\r\n\r\n")) >= 0:
            length = int(self.heard[:end].lower().split(b"content-length:")[1].split(b"\r\n")[0])
            if len(self.heard) < end + 4 + length:
                return
            self.told.take(self.heard[end + 4 : end + 4 + length])
            self.heard = self.heard[end + 4 + length :]
            self.transport.write(ANSWER)


async def main() -> None:
    """Serve, and answer commands until there are no more."""
    told, loop = Told(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(told), "127.0.0.1", 0, backlog=1_024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await _answer(told, json.loads(line))), flush=True)


async def _answer(told: Told, asked: dict[str, Any]) -> dict[str, Any]:
    if "last" in asked:
        return {"last": told.last}
    try:
        await asyncio.wait_for(told.reach(asked["wait"]), asked["patience_s"])
    except TimeoutError:
        return {"told": told.many, "counts": {}}
    return {"told": told.many, "counts": told.counts}


if __name__ == "__main__":
    uvloop.run(main())
