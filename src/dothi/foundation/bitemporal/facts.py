"""
Facts: the shape of a bitemporal row, and how changes of facts are recorded.

`key` names the thing, `valid` the days on which the fact holds, `recorded_at` the instant at which
the node came to believe it. A row is never changed: `record` moves what is no longer believed to
`<table>_past` (the database does that itself, whoever deletes) and inserts what is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import DateRangeField
from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.kernel.ids import new_id
from dothi.kernel.problems import Conflict


class Fact(models.Model):
    """One belief: what holds about the thing `key` on the days of `valid`."""

    row_id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.UUIDField(db_column="id", default=new_id)
    valid = DateRangeField()
    recorded_at = models.DateTimeField(editable=False, null=False)

    class Meta:
        abstract = True

    @property
    def valid_from(self) -> date | None:
        """First day on which the fact holds; None without beginning."""
        found: date | None = self.valid.lower
        return found

    @property
    def valid_to(self) -> date | None:
        """First day on which the fact holds no more; None without end."""
        found: date | None = self.valid.upper
        return found

    def content(self) -> dict[str, object]:
        """Return what the fact says, without its periods and the row's name."""
        skipped = {"row_id", "valid", "recorded_at"}
        return {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields
                if field.attname not in skipped}  # fmt: skip

    def during(self, valid: DateRange) -> Self:
        """Return a new row that says the same about other days."""
        return type(self)(valid=valid, **self.content())


@dataclass(frozen=True)
class Change:
    """
    From now on believe `new` on its days, or nothing about `key` on the days of `over`.

    `seen`, where given, are the rows that the caller believes to overlap: others raise Conflict.
    """

    kind: type[Fact]
    key: UUID
    over: DateRange
    new: Fact | None = None
    seen: frozenset[UUID] | None = None


def believe(fact: Fact, seen: Iterable[UUID] | None = None) -> Change:
    """Return the change that makes `fact` what is believed on its days."""
    return Change(type(fact), fact.key, fact.valid, fact, None if seen is None else frozenset(seen))


def retract(kind: type[Fact], key: UUID, over: DateRange) -> Change:
    """Return the change after which nothing is believed about `key` on the days of `over`."""
    return Change(kind, key, over)


def record(changes: Sequence[Change], *, at: datetime) -> datetime | None:
    """
    Record changes with one `recorded_at`, returned; None when all of it is believed already.

    Call it once in a transaction and last: it holds the node's one stamp until commit. Changes of
    one kind and key must not overlap. Three SQL statements a kind. Raises Conflict.
    """
    with transaction.atomic():
        held = _Believed(changes)
        if not held.pending(changes):
            return None
        stamp = _take(at)
        # What was read before the stamp may have been corrected by the one who held it until now.
        held = _Believed(changes)
        _apply(held, held.pending(changes))
        return stamp


def _take(at: datetime) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("select bitemporal_take(%s)", [at])
        (stamp,) = cursor.fetchone()
    taken: datetime = stamp
    return taken


class _Believed:
    """The rows that are believed now about the keys of some changes."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._rows: Mapping[tuple[type[Fact], UUID], list[Fact]] = _believed(changes)

    def overlapping(self, change: Change) -> list[Fact]:
        """Return the rows that say something about the days of the change."""
        rows = self._rows.get((change.kind, change.key), [])
        return [row for row in rows if _overlap(row.valid, change.over)]

    def pending(self, changes: Sequence[Change]) -> list[Change]:
        """Return the changes that would change something. Raises Conflict."""
        return [change for change in changes if self._changes(change)]

    def _changes(self, change: Change) -> bool:
        rows = self.overlapping(change)
        if change.new and len(rows) == 1 and rows[0].content() == change.new.content():
            return not _covers(rows[0].valid, change.over)
        if change.seen is not None and change.seen != {row.row_id for row in rows}:
            raise Conflict(key=change.key)
        return bool(rows or change.new)


def _believed(changes: Sequence[Change]) -> dict[tuple[type[Fact], UUID], list[Fact]]:
    keys: dict[type[Fact], set[UUID]] = defaultdict(set)
    for change in changes:
        keys[change.kind].add(change.key)
    found: dict[tuple[type[Fact], UUID], list[Fact]] = defaultdict(list)
    for kind, wanted in keys.items():
        for row in kind._default_manager.filter(key__in=wanted).order_by("key", "valid"):
            found[kind, row.key].append(row)
    return found


def _apply(held: _Believed, changes: Sequence[Change]) -> None:
    gone: dict[type[Fact], set[UUID]] = defaultdict(set)
    come: dict[type[Fact], list[Fact]] = defaultdict(list)
    for change in changes:
        rows = held.overlapping(change)
        gone[change.kind].update(row.row_id for row in rows)
        come[change.kind] += [row.during(rest) for row in rows for rest in _outside(row.valid, change.over)]
        come[change.kind] += [change.new] if change.new else []
    for kind, ids in gone.items():
        kind._default_manager.filter(row_id__in=ids).delete()
    for kind, rows in come.items():
        kind._default_manager.bulk_create(rows)


def _low(days: DateRange) -> date:
    return days.lower or date.min


def _high(days: DateRange) -> date:
    return days.upper or date.max


def _overlap(one: DateRange, other: DateRange) -> bool:
    return _low(one) < _high(other) and _low(other) < _high(one)


def _covers(one: DateRange, other: DateRange) -> bool:
    return _low(one) <= _low(other) and _high(other) <= _high(one)


def _outside(days: DateRange, hole: DateRange) -> list[DateRange]:
    """Return the parts of `days` before and after `hole`."""
    parts = []
    if _low(days) < _low(hole):
        parts.append(DateRange(days.lower, hole.lower))
    if _high(hole) < _high(days):
        parts.append(DateRange(hole.upper, days.upper))
    return parts
