"""
The client of `entity_update`: `python -m bench.patcher`, commands and answers as JSON lines.

    {"port": 9090, "entities": 100000, "connections": 64, "seconds": 20.0, "seed": "0", "first": 0}
    {"done": 120000, "seconds": 20.0, "times": {"p50": 0.009, "p99": 0.02}, "last": {"17": 4711, …}}

Each connection has entities of its own and one request under way at a time, so that the last value that
was acknowledged is what must be there afterwards.
"""

import asyncio
import json
import random
import sys
import time
from typing import Any, cast

import uvloop

URN = "urn:ngsi-ld:Sensor:{:06d}"
OBSERVED = "2026-11-22T08:00:00Z"
HEAD = (
    "PATCH /ngsi-ld/v1/entities/{}/attrs/ HTTP/1.1\r\nHost: broker\r\n"
    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n"
)
DONE = b"HTTP/1.1 204 "


class Connection(asyncio.Protocol):
    """One connection, which asks anew as soon as it is answered, until `until`."""

    def __init__(self, numbers: range, seed: str, first: int, until: float) -> None:
        self.numbers, self.random = numbers, random.Random(seed)
        self.value, self.until = first, until
        self.times: list[float] = []
        self.last: dict[int, int] = {}
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        self.ask()

    def ask(self) -> None:
        """Send the next request."""
        self.number = self.random.choice(self.numbers)
        self.value += 1
        body = f'{{"level":{{"type":"Property","value":{self.value},"observedAt":"{OBSERVED}"}}}}'
        self.began = time.perf_counter()
        self.transport.write((HEAD.format(URN.format(self.number), len(body)) + body).encode())

    def data_received(self, data: bytes) -> None:
        self.heard += data
        if not self.heard.endswith(b"\r\n\r\n"):
            return
        if not self.heard.startswith(DONE):
            self.ended.set_exception(AssertionError(self.heard[:300].decode()))
            return
        self.heard = b""
        now = time.perf_counter()
        self.times.append(now - self.began)
        self.last[self.number] = self.value
        if now < self.until:
            self.ask()
        else:
            self.transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


async def measure(told: dict[str, Any]) -> dict[str, Any]:
    """Return what came of one command."""
    loop, many = asyncio.get_running_loop(), told["connections"]
    began = time.perf_counter()
    connections = []
    for place in range(many):
        one = Connection(
            range(place, told["entities"], many), f"{told['seed']}:{place}", told["first"],
            began + told["seconds"],
        )  # fmt: skip
        await loop.create_connection(lambda one=one: one, "127.0.0.1", told["port"])  # type: ignore[misc]
        connections.append(one)
    await asyncio.gather(*(one.ended for one in connections))
    seconds = time.perf_counter() - began
    times = sorted(taken for one in connections for taken in one.times)
    last = {number: value for one in connections for number, value in one.last.items()}
    found = {"p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)]}
    return {"done": len(times), "seconds": seconds, "times": found, "last": last}


def main() -> None:
    """Answer commands until there are no more."""
    for line in sys.stdin:
        print(json.dumps(uvloop.run(measure(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
