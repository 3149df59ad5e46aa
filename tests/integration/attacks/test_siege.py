"""
All doors of a running node at once, under fire: nothing fails, nothing is held up, no process grows or ends.

The short forms, each with its own servers, are `context/test_anything`, `telemetry/test_anything`,
`architecture/test_intruders` and `test_outsider`. DOTHI_SIEGE_MINUTES says how long; an hour otherwise.
"""

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from dothi.config.demo.accounts import credentials
from dothi.foundation.keys.roots import read_root_keys
from tests.integration.context.test_anything import answered as answered_by_broker
from tests.integration.faults.city import City, a_city
from tests.integration.faults.speaking import DEVICE, speaking
from tests.integration.telemetry.test_anything import answered as answered_by_ingest
from tests.integration.telemetry.test_anything import message, stream
from tests.support import ngsi
from tests.support.browser import Browser
from tests.support.devices import TOKEN
from tests.support.firing import Answer, Request, fire, thrown
from tests.support.hostile import Watch, bent, resident_mib
from tests.support.intruders import Sent, forms_on, odd_address, spoiled_form
from tests.support.walking import Official, identify

MINUTES = float(os.environ.get("DOTHI_SIEGE_MINUTES", "60"))
PAUSE_S = 10.0
PARTS = ("broker", "ingest", "pages-1", "pages-2", "live", "watch", "worker")
MOST_MIB = 40.0
"""By how much a process may grow from one half of the time after its warm-up to the other."""
PAGES = (
    "/", "/procedures/", "/track/", "/my-ward/", "/warnings/", "/verify/", "/inbox/", "/center/",
    "/center/situation", "/center/shifts/", "/center/incidents/new", "/center/warnings/new", "/desk/",
    "/backoffice/devices/", "/backoffice/devices/register/", "/backoffice/devices/boxes/", "/vault/",
    "/backoffice/devices/claim/", "/dossiers/", "/center/series/1", "/center/figures/rain",
    "/center/alerts/00000000-0000-0000-0000-000000000000",
    f"/backoffice/devices/one/{DEVICE}/", f"/backoffice/devices/one/{DEVICE}/facts/", "/account/security/",
    f"/backoffice/devices/one/{DEVICE}/twins/level/",
)  # fmt: skip
MOST_TOLD = 20_000
"""Characters of each log."""
FAILED = 500
AWAY = 503


@dataclass
class Siege:
    """A city under fire from one seed."""

    city: City
    seed: int
    fired: dict[str, int] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self, minutes: float) -> dict[str, Watch]:
        """Fire at all doors for so long, and look after all processes meanwhile."""
        crews = [self.broker, self.ingest, self.mqtt, self.pages, self.live]
        with ThreadPoolExecutor(len(crews)) as pool:
            going = [pool.submit(self._crew, one) for one in crews]
            try:
                watches = self._watch(minutes, lambda: any(one.done() for one in going))
            finally:
                self._over.set()
            for one in going:
                one.result()
        return watches

    def _crew(self, volley: Callable[[random.Random], Iterator[int]]) -> None:
        dice = random.Random(f"{self.seed} {volley.__name__}")
        for count in volley(dice):
            self.fired[volley.__name__] = self.fired.get(volley.__name__, 0) + count
            if self._over.is_set():
                return

    def _watch(self, minutes: float, ended: Callable[[], bool]) -> dict[str, Watch]:
        probe = self._probe()
        watches = {part: Watch(self._pid(part), probe) for part in PARTS}
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end and not ended():
            for part, watch in watches.items():
                assert self._pid(part) == watch.pid, f"{part} ended\n{self.city.node.logs()}"
                watch.look()
            time.sleep(PAUSE_S)
        return watches

    def _pid(self, part: str) -> int:
        """Return the process of a part: of those that its order names, the largest."""
        return max(self.city.node.named(f"--order={part}"), key=resident_mib)

    def _probe(self) -> Callable[[], None]:
        url, broker = self.city.node.url, f"http://127.0.0.1:{self.broker_port}/-/alive"

        def probe() -> None:
            assert httpx.get(f"{url}/components/view/", timeout=60).status_code == 200
            assert httpx.get(broker, timeout=60).status_code == 200
            assert httpx.get(f"http://127.0.0.1:{self.http_port}/-/alive", timeout=60).json()["stores"]

        return probe

    # Crews: each fires volleys without end, and tells how many shots each had.

    def broker(self, dice: random.Random) -> Iterator[int]:
        """Ask anything of the broker, as a client that may do all."""
        bearer = {"Authorization": f"Bearer {self._token()}"}
        while True:
            asked = [ngsi.request(dice) for _ in range(200)]
            told = [Request(one.method, one.target, {**one.headers, **bearer}, one.content) for one in asked]
            fire(self.broker_port, told, answered_by_broker, 2)
            for _ in range(20):
                thrown(self.broker_port, bent(dice, ngsi.request(dice).raw()))
            yield 220

    def ingest(self, dice: random.Random) -> Iterator[int]:
        """Post messages of every form."""
        headers = {"Authorization": f"Bearer {TOKEN.decode()}"}
        while True:
            place = f"/devices/{DEVICE}/readings"
            told = [Request("POST", place, headers, message(dice)[1]) for _ in range(160)]
            fire(self.http_port, told, answered_by_ingest, 16)
            yield 160

    def mqtt(self, dice: random.Random) -> Iterator[int]:
        """Say anything by MQTT."""
        while True:
            for _ in range(20):
                thrown(self.mqtt_port, stream(dice, DEVICE))
            yield 20

    def pages(self, dice: random.Random) -> Iterator[int]:
        """Send spoiled forms and odd addresses, as a resident and as officials of the center."""
        people = list(self._people())
        try:
            while True:
                for browser in people:
                    for _ in range(20):
                        self._intrude(dice, browser)
                yield 20 * len(people)
        finally:
            for browser in people:
                browser.close()

    def live(self, dice: random.Random) -> Iterator[int]:
        """Open streams with odd tokens, and let them go."""
        port = int(str(self.city.node.state()["live_port"]))
        while True:
            for _ in range(20):
                token = quote(bent(dice, b"eyJ0IjpbImNlbnRlciJdfQ.AAAA"))
                told = thrown(port, Request("GET", f"/events?token={token}").raw())
                assert told.startswith((b"HTTP/1.1 401", b"HTTP/1.1 400")), told
            yield 20

    def _intrude(self, dice: random.Random, browser: Browser) -> None:
        here = dice.choice(PAGES)
        page = browser.open(odd_address(dice, here) if dice.random() < 0.4 else here)
        assert page.status < FAILED or page.status == AWAY, page.address
        if forms := forms_on(page.text if b"<form" in page.body else "", page.path):
            sent = spoiled_form(dice, dice.choice(forms))
            if not sent.path.startswith("/account/"):
                self._send(browser, sent)

    def _send(self, browser: Browser, sent: Sent) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": sent.media_type}

        def check(request: Request, answer: Answer) -> None:
            assert answer.status < FAILED or answer.status == AWAY, f"{request} {answer}"

        port = int(self.city.node.url.rpartition(":")[2])
        fire(port, [Request(sent.method, sent.path, headers, sent.body)], check, 1)

    def _people(self) -> Iterator[Browser]:
        known = {one.official.key: one for one in credentials(read_root_keys(self.city.root_key))}
        for key in ("van", "bao", "nam"):
            Official(browser := Browser(self.city.node.url, 60), known[key]).sign_in()
            yield browser
        resident = Browser(self.city.node.url, 60)
        identify(resident)
        yield resident

    def _token(self) -> str:
        name = f"siege-{uuid4().hex[:8]}"
        [(unit,)] = self.city.rows("select id::text from agencies_unit where code = 'ioc'")
        self._dothi("client", "register", name, "--unit", unit)
        self._dothi("client", "grant", name, "--operations", "read", "write", "--basis", "siege")
        return self._dothi("token", "issue", name, "--minutes", "720")

    def _dothi(self, *words: str) -> str:
        key = str(self.city.node.var / "secrets/broker.key")
        told = {**self.city.environ(), "DOTHI_BROKER_SIGNING_KEY_FILE": key}
        command = [sys.executable, "-m", "dothi.config.cli", *words]
        done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @property
    def broker_port(self) -> int:
        """Return the port of the broker."""
        return self._printed(r"http://\S+?:(\d+)/ngsi-ld/v1/")

    @property
    def mqtt_port(self) -> int:
        """Return the port of devices by MQTT."""
        return self._printed(r"mqtt://localhost:(\d+)")

    @property
    def http_port(self) -> int:
        """Return the port of devices by HTTP."""
        return self._printed(r"mqtt://localhost:\d+  http://localhost:(\d+)")

    def _printed(self, pattern: str) -> int:
        found = re.search(pattern, self.city.node.output.read_text())
        assert found
        return int(found[1])


@pytest.mark.long
class TestSiege:
    def test_of_an_hour_fails_nothing_and_grows_nothing(self) -> None:
        seed = int(time.time())
        print(f"siege of {MINUTES:g} minutes, seed {seed}")  # noqa: T201 - to be told with a failure
        with a_city() as city, speaking(city):
            siege = Siege(city, seed)
            try:
                watches = siege.run(MINUTES)
            except AssertionError:
                print(city.node.logs(MOST_TOLD))  # noqa: T201 - what the processes say of it
                raise
            grown = {part: round(watch.grew_mib, 1) for part, watch in watches.items()}
            told = {
                part: [round(watch.looks[-1].mib), round(watch.an_hour_mib)]
                for part, watch in watches.items()
            }
            print(json.dumps({"fired": siege.fired, "grown_mib": grown, "mib_and_an_hour": told}))  # noqa: T201 - what it came to
            assert max(grown.values()) < MOST_MIB, grown
            assert "Traceback" not in city.node.logs()
