"""
Every part of a node dies by SIGKILL, NATS and PostgreSQL too, while people use the pages and a device speaks.

What was acknowledged to them is there once; context and screen have the last that the device said.
"""

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from tests.integration.faults.checks import check
from tests.integration.faults.city import MORTAL, NERVOUS, PATIENCE_S, City, a_city
from tests.integration.faults.speaking import speaking
from tests.support.walking import Done, Walk, signed_in

LOST = 0.2
"""How often an answer is taken for lost and the same form sent again."""
UPLOAD_BYTES = 150_000
"""More than one chunk of the files' encryption."""
DEATHS_OF_NATS = 9
"""The supervisor waits longer from each to the next: two minutes in all."""


@dataclass
class Siege:
    """People who lead dossiers, each the next when one is done, while parts of the node die."""

    city: City
    people: int
    seed: int
    told: list[Done] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    through: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _failed: threading.Event = field(default_factory=threading.Event)

    def run(self, rounds: int) -> None:
        """Let everybody go on until each has led a dossier and each part has died `rounds` times."""
        with signed_in(self.city.node.url, self.city.root_key, PATIENCE_S) as people:
            walks = [
                people.walk(f"{self.seed}:{number}", UPLOAD_BYTES, LOST) for number in range(self.people)
            ]
            with ThreadPoolExecutor(self.people) as crowd:
                going = [crowd.submit(self._go_on, walk) for walk in walks]
                try:
                    self._kill(random.Random(self.seed), rounds)
                finally:
                    self._over.set()
            for one in going:
                one.result()

    def _go_on(self, walk: Walk) -> None:
        """Lead a dossier, and another while it is not over."""
        led = 0
        with contextlib.closing(walk), self._telling():
            while not led or not self._over.is_set():
                for done in walk.lead():
                    self.told.append(done)
                led += 1
                self.through += led == 1
            self.uploads |= walk.uploads

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell the others when somebody cannot go on."""
        try:
            yield
        except BaseException:
            self._failed.set()
            raise

    def _kill(self, dice: random.Random, rounds: int) -> None:
        """Kill each part in its turn, always at work: between two deaths pages acknowledge acts."""
        while not self._failed.is_set() and (self.through < self.people or min(self._deaths()) < rounds):
            for name in dice.sample(sorted(MORTAL), len(MORTAL)):
                if name not in NERVOUS:
                    self._await_acts(dice.randint(1, 2 * self.people))
                time.sleep(dice.uniform(0.0, 0.2))
                self.city.kill(name, dice)
                self.killed[name] += 1

    def _deaths(self) -> list[int]:
        return [self.killed[name] for name in MORTAL]

    def _await_acts(self, more: int) -> None:
        """Wait until `more` acts have been acknowledged from here on."""
        wanted, deadline = len(self.told) + more, time.monotonic() + PATIENCE_S
        while len(self.told) < wanted and not self._failed.is_set():
            assert time.monotonic() < deadline, f"nobody gets on:\n{self.city.node.logs()}"
            time.sleep(0.02)


def survive(people: int, rounds: int, seed: int) -> Siege:
    """Besiege a node of its own, let it settle, and check all that was acknowledged."""
    with a_city() as city, speaking(city) as speaker:
        siege = Siege(city, people, seed)
        siege.run(rounds)
        speaker.end()
        city.node.await_ready()
        city.settle(PATIENCE_S)
        check(city, siege.told, siege.uploads)
        speaker.check()
    assert set(siege.killed) == set(MORTAL)
    return siege


class TestKill:
    def test_keeps_what_was_acknowledged_once_while_every_part_dies(self) -> None:
        assert survive(people=3, rounds=1, seed=20261122).through == 3

    @pytest.mark.long
    @pytest.mark.parametrize("seed", [7, 8])
    def test_keeps_fifty_dossiers_at_once_while_parts_die(self, seed: int) -> None:
        assert survive(people=50, rounds=3, seed=seed).through == 50

    @pytest.mark.long
    def test_keeps_what_a_device_says_while_nats_dies_as_often_as_it_begins(self) -> None:
        dice = random.Random(9)
        with a_city() as city, speaking(city) as speaker:
            for _ in range(DEATHS_OF_NATS):
                city.kill("nats", dice)
                time.sleep(dice.uniform(0.0, 0.2))
            speaker.end()
            city.node.await_ready()
            city.settle(PATIENCE_S)
            speaker.check()
