"""
The evidence of a decision: all that it was made of, so that anyone can make it again, bit for bit.

It is plain JSON. `samples` are [at, value, flags, latitude] by thing, `since` begins the run of signals
beyond the limit, `signal` is the one at which the rule fired. `weakest` is the signal of the run that was
nearest to the limit: with a limit beyond it the rule would not have fired. `meters` are the distances of
the neighbors that were counted, `looked_at` how many things were near enough to be. `late` and `rejected`
count what had come and did not count when the decision was noticed; they depend on when somebody looked.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dothi.alerts.engine.latch import beyond
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.samples import SECOND, Memory, Sample, read_samples
from dothi.alerts.engine.signals import signal, span_us

Evidence = Mapping[str, Any]


class Again(NamedTuple):
    """A decision made again: whether the rule fires, when, and at which signal."""

    fires: bool
    at: int | None
    signal: float | None


def collected(rule: Rule, memory: Memory, at: int, level: float, since: int) -> dict[str, Any]:
    """Return the evidence of a rule about one thing that fires at `at`."""
    found = basic(rule, at, level, since)
    found["samples"] = [list(sample) for sample in memory.samples]
    found["late"], found["rejected"] = memory.late, memory.rejected
    run = [level for _, level in _run(rule, memory.samples, since)]
    found["weakest"] = (min if rule.limit.direction == "above" else max)(run, default=level)
    return found


def basic(rule: Rule, at: int, level: float, since: int) -> dict[str, Any]:
    """Return what the evidence of every kind of rule holds."""
    limit = rule.limit
    return {
        "rule": rule.code, "version": rule.version, "sha256": rule.sha256, "kind": rule.kind,
        "direction": limit.direction, "fire_at": limit.fire_at, "clear_at": limit.clear_at,
        "hold_s": limit.hold_s, "since": since, "at": at, "signal": level, "weakest": level,
    }  # fmt: skip


def again(rule: Rule, evidence: Evidence) -> Again:
    """
    Make the decision again from its evidence and the rule alone.

    The samples before `since` only fill the window. Raises ValueError when the evidence is of another
    rule or version.
    """
    if evidence["sha256"] != rule.sha256:
        raise ValueError("the evidence is of another version")
    samples = read_samples(evidence["samples"])
    if rule.kind == "absence":
        return _silent(rule, samples)
    run = _run(rule, samples, evidence["since"])
    if not run or not all(beyond(rule.limit, level) for _, level in run):
        return Again(False, None, None)
    at, level = run[-1]
    held = at - run[0][0] >= rule.limit.hold_s * SECOND
    return Again(held, at if held else None, level if held else None)


def _silent(rule: Rule, samples: Sequence[Sample]) -> Again:
    return Again(True, samples[-1].at + round(rule.limit.fire_at * SECOND), rule.limit.fire_at)


def _run(rule: Rule, samples: Sequence[Sample], since: int) -> list[tuple[int, float]]:
    """Return instant and signal at each sample from `since` on, where there is a signal."""
    span, found = span_us(rule), []
    if rule.kind == "absence":
        return []
    for place, sample in enumerate(samples):
        if sample.at >= since:
            held = [one for one in samples[: place + 1] if not span or one.at > sample.at - span]
            level = signal(rule, held)
            if level is not None:
                found.append((sample.at, level))
    return found
