"""
The watcher's turns: readings that wait go through the rules, and time goes on for what they remember.

Each turn is one transaction. It holds the watcher's lock, so that two watchers take turns and never share
one; it takes batches of readings, folds them, keeps what rules remember, raises and clears alerts with
their events, and lets the batches go. Killed at any point, all of it is undone and done again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from dothi.alerts.engine.correlation import (
    due_near,
    fold_near,
    together_from_json,
    together_to_json,
)
from dothi.alerts.engine.flags import counted_by, rejected_by
from dothi.alerts.engine.fold import due, fold
from dothi.alerts.engine.looking import Reading, covers, samples_of
from dothi.alerts.engine.samples import Decision, Sample, from_json, to_json
from dothi.alerts.keeping import (
    ALL,
    Kept,
    Key,
    at_work,
    fits,
    hold_watcher,
    keep,
    memories,
    places_of,
    things,
)
from dothi.alerts.models import Memory
from dothi.alerts.raising import Thing, Watching, apply, instant, microseconds
from dothi.alerts.types import Place, RuleId
from dothi.foundation.statements import Statement, ask, ask_one
from dothi.kernel.documents.types import Text

CONSUMER = "alerts"
BATCHES = 20
"""At most some 100,000 readings."""
DUE = 500

Folded = tuple[Kept, Sequence[Decision]]
Work = dict[Key, list[tuple[str, Sample]]]


def register() -> None:
    """Let this room hear of each batch of readings from now on; harmless if it does already."""
    ask_one(
        "insert into telemetry.consumer (name) values (%(name)s) on conflict do nothing returning name",
        {"name": CONSUMER},
    )


def turn(now: datetime) -> int:
    """
    Take the batches that wait, at most BATCHES, through all rules at work; return how many there were.

    `now` is when the node learned of what they hold. Seven statements, and those of each decision.
    """
    with transaction.atomic():
        hold_watcher()
        batches = [row[0] for row in _asked("select * from telemetry.take(%(consumer)s, %(most)s)",
                                            consumer=CONSUMER, most=BATCHES)]  # fmt: skip
        if batches:
            _through(_readings(batches), now)
            _asked("select telemetry.done(%(consumer)s, %(batches)s)", consumer=CONSUMER, batches=batches)
    return len(batches)


def pass_time(now: datetime) -> int:
    """Let time go on for at most DUE memories that are due; return how many. Four statements or more."""
    with transaction.atomic():
        hold_watcher()
        work = {watching.id: watching for watching in at_work()}
        due_now = Memory.objects.filter(due_at__lte=now, version__in=work).order_by("due_at", "id")
        rows = due_now.values_list("version_id", "thing", "state")[:DUE]
        known = things() if rows else {}
        gone = {thing for _, thing, _ in rows if thing not in known and thing != ALL}
        folded = [
            _fold(work[RuleId(version)], thing, state, [], known, now)
            for version, thing, state in rows if thing not in gone
        ]  # fmt: skip
        # Of a thing that was taken out of service no word is expected.
        Memory.objects.filter(version__in=work, thing__in=gone).delete()
        _take_effect(folded, work, known, now)
    return len(rows)


def _readings(batches: Sequence[int]) -> list[Reading]:
    rows = _asked("select device, name, at, value, flags from telemetry.readings_of(%(batches)s)",
                  batches=batches)  # fmt: skip
    return [Reading(device, name, microseconds(at), value, flags) for device, name, at, value, flags in rows]


def _through(readings: Sequence[Reading], now: datetime) -> None:
    """Fold readings through the rules at work, and let the decisions take effect."""
    work = {watching.id: watching for watching in at_work()}
    together = any(watching.rule.kind == "correlation" for watching in work.values())
    known = things(None if together else {one.device for one in readings})
    asked = _shared_out(work.values(), readings, known)
    remembered = memories(asked.keys())
    folded = [
        _fold(work[key.version], key.thing, remembered.get(key, {}), samples, known)
        for key, samples in asked.items()
    ]
    _take_effect(folded, work, known, now)


def _shared_out(
    work: Iterable[Watching], readings: Sequence[Reading], known: Mapping[str, Thing]
) -> Work:  # fmt: skip
    """Return the samples of each memory: those that its rule looks at, of its thing."""
    by_measure: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.device in known:
            by_measure[reading.measure].append(reading)
    found: Work = defaultdict(list)
    for watching in work:
        rule = watching.rule
        looked = [*by_measure[rule.looks_at.measure]]
        if rule.geofence is not None:
            looked += by_measure[rule.geofence.latitude]
        chosen = {device for device in {one.device for one in looked}
                  if covers(rule.looks_at, fits(known[device]))}  # fmt: skip
        for thing, sample in samples_of(rule, (one for one in looked if one.device in chosen)):
            found[Key(watching.id, ALL if rule.kind == "correlation" else thing)].append((thing, sample))
    return found


def _fold(
    watching: Watching, thing: str, state: dict[str, Any], samples: Sequence[tuple[str, Sample]],
    known: Mapping[str, Thing], now: datetime | None = None,
) -> Folded:  # fmt: skip
    rule, until = watching.rule, None if now is None else microseconds(now)
    if rule.kind == "correlation":
        together, decisions = fold_near(
            rule, together_from_json(state), samples, places_of(known), rejects=rejected_by(rule), now=until
        )
        return _kept(watching, thing, together_to_json(together), due_near(rule, together)), decisions
    memory, decisions = fold(
        rule, thing, from_json(state), [sample for _, sample in samples], rejects=rejected_by(rule),
        flag=counted_by(rule), now=until,
    )  # fmt: skip
    return _kept(watching, thing, to_json(memory), due(rule, memory)), decisions


def _kept(watching: Watching, thing: str, state: dict[str, Any], due_us: int | None) -> Kept:
    return Kept(Key(watching.id, thing), state, None if due_us is None else instant(due_us))


def _take_effect(
    folded: Sequence[Folded], work: Mapping[Any, Watching], known: Mapping[str, Thing], now: datetime
) -> None:
    keep([kept for kept, _ in folded])
    decided = [(decision, work[kept.key.version]) for kept, decisions in folded for decision in decisions]
    for decision, watching in sorted(decided, key=lambda one: (one[0].at, one[1].rule.code, one[0].thing)):
        apply(watching, decision, known.get(decision.thing) or _unknown(decision.thing), now)


def _unknown(thing: str) -> Thing:
    return Thing(thing, Text(thing, thing), Place())


def _asked(query: str, **params: Any) -> Sequence[Any]:
    return ask(Statement(query, params))[0]
