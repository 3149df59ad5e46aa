"""Devices that hold on whatever ends (holding.c): what they were told, and when."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_suffix(".c")
TOKEN = "0123456789abcdef0123456789abcdef"
needs_compiler = pytest.mark.skipif(not shutil.which("cc"), reason="NO C COMPILER: nobody spoke so fast")


@dataclass(frozen=True)
class Load:
    """How many devices send how many messages in all, and how many a second; none: they only stay."""

    devices: int
    messages: int = 0
    per_second: int = 1
    window: int = 50

    @property
    def names(self) -> list[str]:
        """Return the names of the devices."""
        return [f"device-{number}" for number in range(self.devices)]

    def device(self, message: int) -> str:
        """Return who sends a message."""
        return f"device-{message % self.devices}"

    @staticmethod
    def value(message: int) -> float:
        """Return what a message tells."""
        return 100 + message % 1000 / 10


@dataclass
class Told:
    """What the devices were told: milliseconds since 1970 of each acknowledgment, and of each CONNACK."""

    acknowledged: dict[int, int] = field(default_factory=dict)
    let_in: list[int] = field(default_factory=list)

    def per_second(self) -> float:
        """Return how many were acknowledged a second, from the first to the last."""
        times = self.acknowledged.values()
        return len(times) * 1000 / (max(times) - min(times))

    def longest_silence_ms(self, since_ms: int, until_ms: int) -> int:
        """Return the longest time without an acknowledgment between two instants."""
        inside = sorted(at for at in self.acknowledged.values() if since_ms <= at <= until_ms)
        return max(after - before for before, after in pairwise([since_ms, *inside, until_ms]))


@dataclass
class Holding:
    """Devices at a door, as a process of their own; message k is of the instant `first_ms` + k."""

    load: Load
    first_ms: int
    process: "subprocess.Popen[bytes]"
    _output: Path

    def told(self) -> Told:
        """Return what they were told by now."""
        told = Told()
        for line in self._output.read_text().rpartition("\n")[0].splitlines():
            kind, at, number = line.split()
            if kind == "ack":
                told.acknowledged[int(number)] = int(at)
            else:
                told.let_in.append(int(at))
        return told

    def await_let_in(self, count: int, patience_s: float) -> None:
        """Wait until so many CONNECTs were accepted."""
        self._await("in ", count, patience_s)

    def await_acknowledged(self, count: int, patience_s: float) -> None:
        """Wait until so many messages are acknowledged."""
        self._await("ack ", count, patience_s)

    def _await(self, kind: str, count: int, patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        while (found := self._output.read_text().count(kind)) < count:
            assert time.monotonic() < deadline, f"{found} of {count}: {kind}"
            time.sleep(0.05)

    def kill(self) -> None:
        """Cut all of them off at once."""
        self.process.kill()
        self.process.wait(20)


@contextlib.contextmanager
def holding(folder: Path, port: int, load: Load, first_ms: int) -> Iterator[Holding]:
    """Let devices speak while the block lasts."""
    program = folder / "holding"
    if not program.exists():
        subprocess.run(["cc", "-O2", "-o", str(program), str(SOURCE)], check=True)
    output = folder / f"told-{time.monotonic_ns()}"
    words = [port, load.devices, load.messages, load.window, first_ms, TOKEN, load.per_second]
    with output.open("wb") as told:
        process = subprocess.Popen([str(program), *map(str, words)], stdin=subprocess.PIPE, stdout=told)
    made = Holding(load, first_ms, process, output)
    try:
        yield made
    finally:
        made.kill()
        assert process.stdin
        process.stdin.close()
