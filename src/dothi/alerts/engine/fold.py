"""
A rule as a pure fold: of what it remembers and samples in order, what it remembers then, and decisions.

Nothing here reads a clock. What time alone changes (a sample leaves the window, a thing falls silent)
happens at the instant that follows from the samples, whether it is noticed at once, by a sweep, or when
the next sample comes: as long as samples come before their instant is settled (`late.settle_s`), how
often a watcher looks changes no decision.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

from dothi.alerts.engine import exact
from dothi.alerts.engine.evidence import collected
from dothi.alerts.engine.latch import Latch
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.samples import SECOND, Decision, Memory, Sample, is_number
from dothi.alerts.engine.signals import signal, span_us


def fold(
    rule: Rule, thing: str, memory: Memory, samples: Iterable[Sample], *, rejects: int, flag: int = 0,
    now: int | None = None,
) -> tuple[Memory, list[Decision]]:  # fmt: skip
    """
    Fold `samples` of one thing, in any order, into `memory`; with `now`, time goes on to that instant.

    A sample with one of the quality flags in the bits `rejects` never counts; `flag` is the bit that a
    rule of kind flag counts. Instants in microseconds since 1970. Decisions come in their order.
    """
    turn = _Turn(rule, thing, memory, rejects & ~flag, flag)
    for sample in sorted(samples, key=itemgetter(0)):
        turn.receive(sample)
    if now is not None:
        turn.go_on(now)
    return turn.memory(), turn.decisions


def due(rule: Rule, memory: Memory) -> int | None:
    """Return when time alone will change something, microseconds since 1970; None when never."""
    instants = [sample.at + rule.late.wait_s * SECOND for sample in memory.waiting[:1]]
    if rule.kind == "absence" and not memory.on and memory.last is not None:
        instants.append(memory.last + _silence(rule) + settled_us(rule))
    if rule.kind in SPANNING and memory.on and memory.samples:
        instants.append(memory.samples[0].at + span_us(rule) + settled_us(rule))
    return min(instants, default=None)


def settled_us(rule: Rule) -> int:
    """Return how long after an instant its samples are taken to have come, in microseconds."""
    return max(rule.late.wait_s, rule.late.settle_s) * SECOND


ADDING = ("sum", "mean")
SPANNING = ("window", "flag")
"""Kinds whose signal is of all samples in a span: one that comes late still changes it."""


def _after(samples: list[Sample], at: int) -> int:
    """Return the place of the first sample later than `at`, in samples in their order."""
    # A tuple of the instant alone stands before every sample of that instant: no key function is called.
    return bisect_left(samples, (at + 1,))


def _silence(rule: Rule) -> int:
    return round(rule.limit.fire_at * SECOND)


@dataclass(slots=True)
class _Turn:
    """One fold in progress."""

    rule: Rule
    thing: str
    before: Memory
    rejects: int
    flag: int
    decisions: list[Decision] = field(default_factory=list)
    span: int = field(init=False)
    latch: Latch = field(init=False)
    samples: list[Sample] = field(init=False)
    waiting: list[Sample] = field(init=False)
    last: int | None = field(init=False)
    late: int = field(init=False)
    rejected: int = field(init=False)
    adds: bool = field(init=False)
    """Whether the signal is of the sum, which is then kept up instead of made anew."""
    begin: int = field(init=False)
    """Place of the first sample in the span; those before it are kept for the evidence of a run."""
    total: int = field(init=False)
    """Exact sum of the samples in the span, where the rule adds."""

    def __post_init__(self) -> None:
        before, rule = self.before, self.rule
        self.span = span_us(rule)
        self.latch = Latch(rule, before.on, before.since)
        self.samples, self.waiting = list(before.samples), list(before.waiting)
        self.last, self.late, self.rejected = before.last, before.late, before.rejected
        self.adds = rule.kind == "flag" or (rule.window is not None and rule.window.what in ADDING)
        self.begin, self.total = before.added or (0, self._sum())

    def _sum(self) -> int:
        return sum(exact.units(sample.value) for sample in self.samples) if self.adds else 0

    def memory(self) -> Memory:
        """Return what is to be remembered."""
        return Memory(
            tuple(self.samples), tuple(self.waiting), self.last, self.latch.on, self.latch.since,
            self.late, self.rejected, (self.begin, self.total),
        )  # fmt: skip

    def receive(self, sample: Sample) -> None:
        """Take a sample as it comes: reject it, hold it back, or fold it."""
        # A thing that sends nonsense is not silent.
        if sample.flags & self.rejects or (self.rule.kind != "absence" and not is_number(sample.value)):
            self.rejected += 1
            return
        wait = self.rule.late.wait_s * SECOND
        if not wait:
            self._step(sample)
            return
        insort(self.waiting, sample, key=lambda one: one.at)
        self._release(self.waiting[-1].at - wait)

    def go_on(self, now: int) -> None:
        """Let time go on to `now`; what time alone brings waits until its samples must have come."""
        self._release(now - self.rule.late.wait_s * SECOND)
        self._pass(now - settled_us(self.rule))

    def _release(self, until: int) -> None:
        ready = _after(self.waiting, until)
        for sample in self.waiting[:ready]:
            self._step(sample)
        del self.waiting[:ready]

    def _step(self, sample: Sample) -> None:
        if self.last is not None and sample.at <= self.last:
            self._take_late(self._counted(sample), self.last)
            return
        self._pass(sample.at - 1)
        gap, self.last = sample.at - (sample.at if self.last is None else self.last), sample.at
        if self.rule.kind == "absence":
            self._heard(sample, gap)
            return
        self._add(self._counted(sample), len(self.samples))
        self._forget(sample.at)
        self._judge(sample.at)

    def _take_late(self, sample: Sample, last: int) -> None:
        """
        Let a late sample count in the span that ends at the last one, once; older ones are only counted.

        While a run is held it is only counted, too: the run's evidence is of what was seen at the time.
        """
        place = _after(self.samples, sample.at)
        known = place and self.samples[place - 1].at == sample.at
        open_ = self.rule.kind in SPANNING and self.latch.since is None and sample.at > last - self.span
        if known or place < self.begin or not open_:
            self.late += 1
            return
        self._add(sample, place)
        self._judge(last)

    def _counted(self, sample: Sample) -> Sample:
        if self.rule.kind != "flag":
            return sample
        return sample._replace(value=float(bool(sample.flags & self.flag)))

    def _add(self, sample: Sample, place: int) -> None:
        self.samples.insert(place, sample)
        if self.adds:
            self.total += exact.units(sample.value)

    def _judge(self, at: int, *, may_fire: bool = True) -> None:
        """Look at the signal of the samples in the span that ends at `at`."""
        level = self._level(at)
        began = at if self.latch.since is None else self.latch.since
        if level is not None and self.latch.take(level, at, may_fire=may_fire):
            self._decide(at, level, began)
        self._forget(at)

    def _level(self, at: int) -> float | None:
        """Return the signal of the span that ends at `at`: what `signals.signal` makes of its samples."""
        self._move_on(at)
        if self.adds:
            return self._added(len(self.samples) - self.begin)
        held = self.samples[self.begin :] if self.span else self.samples[-1:]
        return signal(self.rule, held) if held else None

    def _added(self, many: int) -> float | None:
        window = self.rule.window
        if many < (window.min_samples if window else 1) or not many:
            return None
        total = exact.number(self.total)
        return total / many if window and window.what == "mean" else total

    def _move_on(self, at: int) -> None:
        """Let the span end at `at`; it never goes back."""
        samples, start = self.samples, at - self.span
        while self.span and self.begin < len(samples) and samples[self.begin].at <= start:
            if self.adds:
                self.total -= exact.units(samples[self.begin].value)
            self.begin += 1

    def _forget(self, at: int) -> None:
        """Drop samples that neither the signal nor the evidence of the run will need."""
        self._move_on(at)
        since = None if self.latch.on else self.latch.since
        if since is not None:
            gone = _after(self.samples, since - (self.span or 1))
        else:
            gone = self.begin if self.span else max(len(self.samples) - 1, 0)
        if gone:
            del self.samples[:gone]
            self.begin = max(0, self.begin - gone)

    def _pass(self, until: int) -> None:
        """Let happen what time alone brings, up to and with `until`."""
        if self.rule.kind == "absence":
            self._miss(until)
        elif self.rule.kind in SPANNING and (self.latch.on or self.latch.since is not None):
            for at in self._leaving(until):
                if self.latch.on or self.latch.since is not None:
                    self._judge(at, may_fire=False)

    def _leaving(self, until: int) -> list[int]:
        """Return the instants after the last sample, up to `until`, at which samples leave the window."""
        last = until if self.last is None else self.last
        gone, going = _after(self.samples, last - self.span), _after(self.samples, until - self.span)
        return [sample.at + self.span for sample in self.samples[gone:going]]

    def _miss(self, until: int) -> None:
        if self.latch.on or self.last is None or until - self.last < _silence(self.rule):
            return
        self.latch.on = True
        self._decide(self.last + _silence(self.rule), self.rule.limit.fire_at, self.last)

    def _heard(self, sample: Sample, gap: int) -> None:
        # What it said does not matter here, and must stand in JSON.
        self.samples = [sample if is_number(sample.value) else sample._replace(value=0.0)]
        if self.latch.on:
            self.latch.on = False
            self._decide(sample.at, gap / SECOND, sample.at)

    def _decide(self, at: int, level: float, began: int) -> None:
        self.latch.since = None
        act = "raise" if self.latch.on else "clear"
        evidence = collected(self.rule, self.memory(), at, level, began) if self.latch.on else {}
        self.decisions.append(Decision(act, self.thing, at, level, evidence))  # type: ignore[arg-type]  # two words
