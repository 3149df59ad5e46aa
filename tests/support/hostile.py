"""
What strangers, broken programs and attackers send: good messages spoiled in a place or two.

All of it comes of the dice that are handed in: one seed, one sequence. `Watch` holds a process to what it
must keep meanwhile: a good request is answered soon, and its memory does not grow.
"""

import copy
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_S = 20.0
"""Within which a good request is answered, however slow the machine; one that is stuck never does it."""
MIB = 1_048_576
WORDS = (
    "", " ", "*", "/", "//", "#", "%", "%00", "%2e%2e%2f", "..", "-1", "0", "1e400", "NaN", "Infinity",
    "null", "true", "[]", "{}", "@none", "@context", "__proto__", "urn:x:0", "urn:ngsi-ld:null",
    "urn:ngsi-ld:T:1", "a" * 3_000, "é" * 300, "' or 1=1; --", '"; drop table x; --', "$(id)", "`id`",
    "{{7*7}}", "{% load x %}", "${7*7}", "<script>alert(1)</script>", "<![CDATA[", "&x;", "../../etc/passwd",
    "\u202egpj", "\u200b", "\ufeff", "\u0130", "ﬀ", "a\u0301" * 5, "Ａ", "\U0001f300", "\ud800", "\x00",
    "\x1b[2J", "\r\nX-Injected: 1", "\n", "\t", "\x7f", "\u2028", "http://127.0.0.1:9/x", "http://[::1]:9",
    "http://169.254.169.254/", "http://a:b@c:99999/", "file:///etc/passwd", "mqtt://127.0.0.1:9/#", "http://",
    "2026-11-22T08:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-45", "24:60",
    "P1D", "P99999999999Y", "P99999999999W",
    "PT99999999999999999S", "-P1D", "PT0S", "R/PT1S", "00000000-0000-0000-0000-000000000000", "1,2,3", "a,,b",
    "(((((", ")", "a==1;", "^(a+)+$", "[[[", "near;maxDistance==1e999", "application/json", "vi",
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, -1, 0.1, 5e-324, 1e-12, 1e15, 1e16, 1e20, 1.7e308, 2**31, 2**31 - 1, -(2**31) - 1, 2**53 + 1,
    2**63, 2**63 - 1, 2**64, -(2**63) - 1, 10**40, 1e400, -1e400, float("nan"),
)  # fmt: skip
NAMES = (
    "id",
    "type",
    "value",
    "object",
    "@context",
    "@type",
    "observedAt",
    "n",
    "v",
    "t",
    "",
    "\x00",
    "__class__",
)


def word(dice: random.Random) -> str:
    """Return a text that breaks programs, or one that nobody has thought of."""
    if dice.random() < 0.8:
        return dice.choice(WORDS)
    return "".join(
        chr(dice.choice((dice.randrange(128), dice.randrange(0x3000)))) for _ in range(dice.randrange(12))
    )


def scalar(dice: random.Random) -> Any:
    """Return a text, a number, a truth or null."""
    return dice.choice((word(dice), word(dice), dice.choice(NUMBERS), None, True, False))


def tree(dice: random.Random, levels: int = 3) -> Any:
    """Return any JSON; now and then a list that is very long, or lists that are very deep."""
    odd = dice.random()
    if odd < 0.01:
        return [scalar(dice)] * 3_000
    if odd < 0.02:
        return json.loads("[" * 90 + "]" * 90)
    if not levels or odd < 0.4:
        return scalar(dice)
    count = dice.randrange(4)
    if odd < 0.7:
        return [tree(dice, levels - 1) for _ in range(count)]
    return {dice.choice((*NAMES, word(dice))): tree(dice, levels - 1) for _ in range(count)}


def spoiled(dice: random.Random, good: Any) -> Any:
    """Return a copy of good JSON that is other in one to three places; every third is good."""
    found = copy.deepcopy(good)
    if dice.random() < 0.33:
        return found
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        places = list(_places(found))
        if not places or dice.random() < 0.03:
            return tree(dice)
        _spoil(dice, *dice.choice(places))
    return found


def _places(told: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container with each of its keys or places."""
    if isinstance(told, dict | list):
        for key in list(told) if isinstance(told, dict) else range(len(told)):
            yield told, key
            yield from _places(told[key])


def _spoil(dice: random.Random, inside: Any, key: Any) -> None:
    here = inside[key]
    kind = dice.randrange(7)
    if kind == 0:
        del inside[key]
    elif kind == 1:
        inside[key] = [here] * dice.choice((0, 1, 2, 300))
    elif kind == 2 and isinstance(inside, dict):
        inside[dice.choice((*NAMES, word(dice)))] = inside.pop(key)
    elif kind == 3:
        inside[key] = {dice.choice(NAMES): here}
    elif kind == 4:
        inside[key] = tree(dice)
    else:
        inside[key] = scalar(dice)


def written(dice: random.Random, told: Any) -> bytes:
    """Return JSON as bytes, now and then damaged; what JSON has no word for stands in it all the same."""
    raw = json.dumps(told, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    return bent(dice, raw) if dice.random() < 0.1 else raw


def bent(dice: random.Random, raw: bytes) -> bytes:
    """Return bytes that are cut short, doubled, or other in a few places."""
    kind, at = dice.randrange(4), dice.randrange(len(raw) + 1)
    if kind == 0:
        return raw[:at]
    if kind == 1:
        return raw[:at] + dice.randbytes(dice.randrange(1, 9)) + raw[at:]
    if kind == 2:
        return raw[:at] + raw
    found = bytearray(raw or b"x")
    for _ in range(dice.randrange(1, 5)):
        found[dice.randrange(len(found))] = dice.randrange(256)
    return bytes(found)


@dataclass(frozen=True)
class Look:
    """How large a process was at an instant of the monotonic clock."""

    at: float
    mib: float


@dataclass
class Watch:
    """
    Holds the process `pid` to its promises while it is fired at. `probe` asks something good of it, and
    fails where the answer is not good.
    """

    pid: int
    probe: Callable[[], object]
    looks: list[Look] = field(default_factory=list)

    def look(self) -> None:
        """Ask something good: it is answered within bound. Then note how large the process is."""
        begun = time.monotonic()
        self.probe()
        took = time.monotonic() - begun
        assert took < PATIENCE_S, f"a good request took {took:.1f} s"
        self.looks.append(Look(time.monotonic(), own_mib(self.pid)))

    @property
    def grew_mib(self) -> float:
        """
        Return by how much the process grew from one half of its looks to the other, by their medians.

        The first third is its warm-up and does not count; nor does what was let go again.
        """
        before, after = self._halves()
        return statistics.median(one.mib for one in after) - statistics.median(one.mib for one in before)

    @property
    def an_hour_mib(self) -> float:
        """Return by how much it would grow in an hour if it went on so."""
        before, after = self._halves()
        took = statistics.median(one.at for one in after) - statistics.median(one.at for one in before)
        return self.grew_mib / took * 3_600

    def _halves(self) -> tuple[list[Look], list[Look]]:
        warm = self.looks[len(self.looks) // 3 :]
        assert len(warm) > 1, "nobody looked"
        return warm[: len(warm) // 2], warm[len(warm) // 2 :]


def own_mib(pid: int) -> float:
    """
    Return the memory of a process, of what it shares its share only (PSS): all of it where that is secret.

    Source: proc_pid_smaps(5), smaps_rollup.
    """
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except PermissionError:  # whose processes do not let themselves be dumped
        return resident_mib(pid)
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1_024


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process. Source: proc_pid_statm(5)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB
