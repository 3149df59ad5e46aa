"""
The watcher's turns: readings that wait go through the rules, and time goes on for what they remember.

A turn is one transaction under the watcher's lock: it takes batches of readings, folds those that some rule
looks at, raises and clears alerts with their events, writes down what it took, and lets the batches go.
What rules remember stays in this process and is kept as a whole from time to time. Whoever begins
anew takes what was kept and folds again what later turns took: folds are pure, so they come to the same.
Killed at any point, a turn is undone and done again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

from dothi.alerts import findings, keeping
from dothi.alerts.engine.correlation import Position
from dothi.alerts.engine.samples import Decision, Memory
from dothi.alerts.indexing import Index, Read, Series
from dothi.alerts.keeping import Turn
from dothi.alerts.minds import Failure, Mind, mind_of
from dothi.alerts.raising import take_effect
from dothi.alerts.types import RuleId
from dothi.alerts.watched import Watching, microseconds

BATCHES = 20
"""At most some 100,000 readings."""
KEEP_AFTER = timedelta(minutes=1)
"""How much has to be folded again at most when a watcher was killed, in time and in readings."""
KEEP_READINGS = 500_000

Decided = Sequence[tuple[Mind, Sequence[Decision]]]


class Watcher:
    """What one process knows of rules, things and what rules remember, from turn to turn."""

    def __init__(self) -> None:
        self._seen: int | None = None
        """Number of the last turn whose outcome is remembered here; None: nothing is."""
        self._minds: dict[RuleId, Mind] = {}
        self._index = Index({})
        self._stale = True
        self._kept_at: datetime | None = None
        self._folded = 0

    def look_again(self) -> None:
        """Read anew which things there are, before the next turn: some have changed."""
        self._stale = True

    def turn(self, now: datetime) -> int:
        """
        Take the batches that wait, at most BATCHES, through all rules at work; return how many there were.

        `now` is when the node learned of what they hold. Nine statements, and those of each decision.
        """
        with self._held():
            batches = keeping.QUEUE.take(BATCHES)
            if batches:
                self._take_effect(self._fold(batches, self._minds.values()), now)
                self._end(now, batches)
                keeping.QUEUE.done(batches)
        return len(batches)

    def pass_time(self, now: datetime) -> int:
        """Let time go on for what is remembered; return of how many rules. Nothing due: no statement."""
        if self._seen is not None and not self._due(now):
            return 0
        with self._held():
            due_now = self._due(now)
            if due_now:
                self._take_effect(self._pass(due_now, now), now)
                self._end(now, [])
        return len(due_now)

    def expect(self, now: datetime) -> int:
        """Begin to count the silence of things that have never said a word; return of how many."""
        with self._held():
            found = sum(self._begin_silence(mind, now) for mind in self._minds.values())
            if found:
                self._end(now, [], keep=True)
        return found

    def keep(self, now: datetime) -> None:
        """Keep what is remembered, so that nothing has to be folded again."""
        if self._seen is not None and self._folded:
            with self._held():
                self._end(now, [], keep=True)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the watcher's lock in a transaction, knowing what was decided before; forget if it fails."""
        try:
            with transaction.atomic():
                keeping.hold_watcher()
                self._catch_up()
                yield
        except BaseException:
            self._seen = None
            raise

    def _catch_up(self) -> None:
        last, at_work = keeping.begun()
        if last != self._seen:
            self._remember(last, at_work)
        else:
            self._set_minds(at_work)
        self._look()

    def _remember(self, last: int, at_work: Iterable[Watching]) -> None:
        """Take back what was kept, and fold again what later turns took: that has taken effect already."""
        self._minds, self._stale, self._folded, self._kept_at = {}, True, 0, None
        self._set_minds(at_work)
        self._look()
        for turn in keeping.turns():
            minds = [self._minds[one] for one in turn.versions if one in self._minds]
            self._again(turn, minds)
        self._seen = last

    def _again(self, turn: Turn, minds: Sequence[Mind]) -> None:
        if turn.batches:
            self._fold(turn.batches, minds)
        else:
            self._pass(minds, turn.at)
        for mind in minds:
            mind.failures.clear()

    def _set_minds(self, at_work: Iterable[Watching]) -> None:
        """Let these versions be at work: those that are new remember what was kept of them."""
        found = {watching.id: watching for watching in at_work}
        new = found.keys() - self._minds.keys()
        if new or len(found) < len(self._minds):
            self._minds = {key: self._minds.get(key) or mind_of(found[key]) for key in found}
            for version, thing, state in keeping.memories(new):
                self._minds[version].remember(thing, state)
            self._index.set_minds(list(self._minds.values()))
        for key, watching in found.items():
            self._minds[key].watching = watching

    def _look(self) -> None:
        """Know the things in service and their series; of one that was taken out nothing is expected."""
        self._index.add(Series(*row) for row in keeping.series_after(self._index.newest))
        if not self._stale and not self._index.strange:
            return
        self._index = Index(keeping.things())
        self._index.set_minds(list(self._minds.values()))
        self._index.add(Series(*row) for row in keeping.series_after(0))
        self._index.strange = self._stale = False
        gone = {thing for mind in self._minds.values() for thing in mind.memories} - self._index.things.keys()
        if gone:
            for mind in self._minds.values():
                mind.forget(gone)
            keeping.forget(self._minds, gone)

    def _fold(self, batches: Sequence[int], minds: Iterable[Mind]) -> Decided:
        rows = keeping.readings(batches, self._index.looked_at())
        self._folded += len(rows)
        work = self._index.shared_out(Read(*row) for row in rows)
        asked = [(mind, work[mind.watching.id]) for mind in minds if mind.watching.id in work]
        return [(mind, mind.take(own, self._places)) for mind, own in asked]

    def _pass(self, minds: Iterable[Mind], at: datetime) -> Decided:
        self._folded += 1
        return [(mind, mind.pass_time(microseconds(at), self._places)) for mind in minds]

    @property
    def _places(self) -> Mapping[str, Position]:
        return self._index.places

    def _due(self, now: datetime) -> list[Mind]:
        return [mind for mind in self._minds.values() if mind.dues.any_until(microseconds(now))]

    def _begin_silence(self, mind: Mind, now: datetime) -> int:
        unheard = [thing for thing in self._index.expected_of(mind) if thing not in mind.memories]
        for thing in unheard:
            mind.begin(thing, Memory(last=microseconds(now)))
        return len(unheard)

    def _take_effect(self, decided: Decided, now: datetime) -> None:
        """Let decisions take effect rule by rule: one whose decisions cannot be written holds up no other."""
        for mind, decisions in decided:
            ordered = sorted(decisions, key=lambda one: (one.at, one.thing))
            if not ordered:
                continue
            try:
                with transaction.atomic():
                    take_effect(mind.watching, ordered, self._index.things, now)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:  # noqa: BLE001 - what one rule's words or numbers break, the others outlive
                mind.failures.append(Failure(ordered[0].thing, None, error))

    def _end(self, now: datetime, batches: Sequence[int], *, keep: bool = False) -> None:
        """Write down what the turn took; keep what is remembered where it is time, or a rule has failed."""
        number = keeping.add_turn(now, batches, self._minds)
        failed = [mind for mind in self._minds.values() if mind.failures]
        for mind in failed:
            self._tell(mind, now)
        if keep or failed or self._is_time(now):
            self._keep(number, now)
        self._seen = number

    def _tell(self, mind: Mind, now: datetime) -> None:
        if findings.tell(mind.watching, mind.failures, now):
            # What it remembered is gone from the database too.
            del self._minds[mind.watching.id]
            self._index.set_minds(list(self._minds.values()))
        mind.failures.clear()

    def _is_time(self, now: datetime) -> bool:
        if self._kept_at is None:
            return self._folded > 0
        return self._folded >= KEEP_READINGS or abs(now - self._kept_at) >= KEEP_AFTER

    def _keep(self, number: int, now: datetime) -> None:
        for mind in self._minds.values():
            keeping.keep(mind.watching.id, mind.kept())
        keeping.keep_turn(number)
        self._kept_at, self._folded = now, 0
