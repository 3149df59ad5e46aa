"""
One client of `dossier_http`: a process that leads dossiers through the pages, or repeats their bytes.

Its first line tells whom it sits down for; each further one is a command,
`{"kind": "value" | "floor", "seconds": s}`, answered by one line. Needs no Django.
"""

import http.client
import json
import random
import sys
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from tests.support.browser import Browser, Exchange
from tests.support.walking import Walk


class Walker:
    """The windows of one client, and what the last whole dossier sent and read."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.residents: list[dict[str, str]] = told["residents"]
        self.dice = random.Random(told["seed"])
        address = told["address"]
        officials = {who: Browser(address, cookies=cookies) for who, cookies in told["officials"].items()}
        self.walk = Walk(Browser(address), {}, self.dice)
        self.walk.windows |= officials
        self.plain: str = told["plain"]
        self.exchanges: list[Exchange] = []

    def walk_for(self, seconds: float) -> dict[str, Any]:
        """Lead dossiers until `seconds` are over; the last one is finished."""
        done, times = list[str](), list[float]()
        self.walk.close()
        began = time.perf_counter()
        while (now := time.perf_counter() - began) < seconds:
            done.append(self._lead())
            times.append(time.perf_counter() - began - now)
        found = {"done": done, "seconds": time.perf_counter() - began, "times": times}
        self._check(done[-1])
        return {**found, "requests": len(self.exchanges), "bytes": sum(one.read for one in self.exchanges)}

    def _lead(self) -> str:
        self.walk.change_resident(self.dice.choice(self.residents))
        for browser in self.walk.windows.values():
            browser.exchanges.clear()
        dossier = [done.dossier for done in self.walk.lead()][-1]
        self.exchanges = [one for browser in self.walk.windows.values() for one in browser.exchanges]
        return dossier

    def _check(self, dossier: str) -> None:
        """The last upload of a round comes back byte for byte."""
        page = self.walk.windows["resident"].open(f"/dossiers/{dossier}/files/authorization_file/")
        assert sha256(page.body).digest() == self.walk.uploads[dossier]

    def repeat_for(self, seconds: float) -> dict[str, Any]:
        """Exchange the bytes of a dossier with the plain server until `seconds` are over."""
        parts, done = urlsplit(self.plain), 0
        line = http.client.HTTPConnection(parts.hostname or "", parts.port)
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            for one in self.exchanges:
                line.request(one.method, f"/{one.read}", b"x" * one.sent if one.method == "POST" else None)
                assert len(line.getresponse().read()) == one.read
            done += 1
        line.close()
        return {"done": done, "seconds": time.perf_counter() - began}


def main() -> None:
    """Answer commands until the end of input."""
    walker = Walker(json.loads(sys.stdin.readline()))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        work = walker.walk_for if command["kind"] == "value" else walker.repeat_for
        print(json.dumps(work(command["seconds"])), flush=True)


if __name__ == "__main__":
    main()
