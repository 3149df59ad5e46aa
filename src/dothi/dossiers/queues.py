"""Lists of the desk: dossiers by deadline, each with what its clock shows. Nothing names a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dothi.dossiers import clock, papers, rules
from dothi.dossiers.acting import KIND
from dothi.dossiers.models import FAR, UNTIL, Dossier, Step
from dothi.dossiers.queries import MOST, Row, row_of, slim
from dothi.foundation.clock import HANOI, civil_date
from dothi.foundation.identity.authority import Actor, require
from dothi.foundation.ledger.queries import last_read
from dothi.foundation.statements import Statement, ask
from dothi.kernel.clock import ClockReading
from dothi.kernel.ids import DossierId, UnitId
from dothi.procedures.queries import version
from dothi.procedures.types import VersionId

_DUE_IN_CITY = (Path(__file__).parent / "sql" / "due_in_city.sql").read_text(encoding="utf-8")
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which filed dossiers a list shows. Empty is every one of the actor's units.

    `due_from` and `due_before` bound a deadline that still counts.
    """

    states: Sequence[str] = ()
    procedure_code: str = ""
    mine: bool = False
    due_from: datetime | None = None
    due_before: datetime | None = None


ALL = Wanted()


def queue(
    *,
    actor: Actor,
    at: datetime,
    wanted: Wanted = ALL,
    newest: bool = False,
    limit: int = 50,
    after: tuple[datetime, UUID] | None = None,
) -> list[Row]:
    """
    Return the filed dossiers of the actor's units, by deadline, then id; at most `limit` (200).

    Those that wait for the applicant or are paused have no deadline and come last, at FAR. `newest` orders
    by filing instead, the newest first. `after` is what is ordered by, and id, of the last row already
    shown. One statement. Raises Refused.
    """
    require(actor, rules.LIST, None, at)
    rows = _wanted(actor, wanted).alias(until=UNTIL)
    rows = rows.order_by("-submitted_at", "-id") if newest else rows.order_by("until", "id")
    if after is not None and newest:
        rows = rows.filter(submitted_at__lte=after[0]).exclude(submitted_at=after[0], id__gte=after[1])
    elif after is not None:
        rows = rows.filter(until__gte=after[0]).exclude(until=after[0], id__lte=after[1])
    return [row_of(dossier) for dossier in slim(rows)[: min(limit, MOST)]]


def how_many(*, actor: Actor, at: datetime, wanted: Wanted = ALL) -> int:
    """Return how many dossiers `queue` would list on all its pages; one statement. Raises Refused."""
    require(actor, rules.LIST, None, at)
    return _wanted(actor, wanted).count()


def _wanted(actor: Actor, wanted: Wanted) -> QuerySet[Dossier]:
    # By `until`, not `due_at`: that is what the index is ordered by.
    rows = Dossier.objects.filter(unit_id__in={held.unit_id for held in actor.holdings}).exclude(code="")
    rows = rows.alias(until=UNTIL)
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.procedure_code:
        rows = rows.filter(procedure_code=wanted.procedure_code)
    if wanted.mine:
        rows = rows.filter(assignee_id=actor.person_id)
    if wanted.due_from is not None:
        rows = rows.filter(until__gte=wanted.due_from, until__lt=FAR, ended_at=None)
    if wanted.due_before is not None:
        rows = rows.filter(until__lt=wanted.due_before, ended_at=None)
    return rows


def about(urns: Collection[str]) -> dict[str, Row]:
    """Return by urn the dossiers that these urns of this node name; one statement. Nothing names a person."""
    ids = {name: UUID(name.rpartition(":")[2]) for name in urns if f":{KIND}:" in name}
    rows = {dossier.id: row_of(dossier) for dossier in slim(Dossier.objects.filter(pk__in=ids.values()))}
    return {name: rows[key] for name, key in ids.items() if key in rows}


def unread(rows: Sequence[Row], person_id: UUID) -> frozenset[DossierId]:
    """Return the dossiers that this person has not opened since they last moved; one statement."""
    names = {row.id: papers.about(row.id) for row in rows}
    opened = last_read(person_id, names.values())
    return frozenset(row.id for row in rows if opened.get(names[row.id], NEVER) < row.touched_at)


def moved_since(actor: Actor, since: datetime) -> int:
    """Return on how many filed dossiers of the actor's units somebody has acted since; one statement."""
    units = {held.unit_id for held in actor.holdings}
    acts = Step.objects.filter(unit_id__in=units, at__gt=since, number__gt=0)
    return acts.aggregate(moved=Count("dossier_id", distinct=True))["moved"] or 0


def promised(unit_id: UUID, on: date) -> tuple[int, int]:
    """
    Return how many open dossiers of a unit are promised for a day, and for it or a later one.

    One statement; nothing names a person.
    """
    start = datetime.combine(on, time.min, HANOI)
    of_the_day = Count("id", filter=Q(due_at__lt=start + timedelta(days=1)))
    rows = Dossier.objects.filter(unit_id=unit_id, ended_at=None).exclude(code="")
    rows = rows.alias(until=UNTIL).filter(until__gte=start, until__lt=FAR)
    found = rows.aggregate(that_day=of_the_day, from_then=Count("id"))
    return found["that_day"], found["from_then"]


def readings(rows: Sequence[Row], at: datetime) -> dict[DossierId, ClockReading]:
    """
    Return what the clock of each dossier shows at `at`.

    Two statements, whatever the number of rows, beside versions and calendars, which a process keeps.
    """
    dossiers = slim(Dossier.objects.filter(pk__in=[row.id for row in rows])).order_by("id")
    steps: dict[UUID, list[Step]] = {dossier.id: [] for dossier in dossiers}
    for step in Step.objects.filter(dossier_id__in=steps).defer("note").order_by("dossier_id", "number"):
        steps[step.dossier_id].append(step)
    return {
        DossierId(dossier.id): clock.reading_from(
            version(VersionId(dossier.version_id)), dossier, steps[dossier.id], at
        )
        for dossier in dossiers
    }


def due_in_city(at: datetime, known_at: datetime | None = None) -> tuple[int, int]:
    """Return how many dossiers of the node were due on the civil day of `at`, and late; as `due_by_unit`."""
    found = due_by_unit(at, known_at).values()
    return sum(today for today, _ in found), sum(late for _, late in found)


def due_by_unit(at: datetime, known_at: datetime | None = None) -> dict[UnitId, tuple[int, int]]:
    """
    Return by unit how many dossiers, open at `at`, were due on the civil day of `at`, and were late then.

    By the deadlines of that time, of what was recorded by `known_at` (None: of all). A dossier that was filed
    before deadlines were kept with each act counts by the one that it has now. One statement.
    """
    start = datetime.combine(civil_date(at), time.min, HANOI)
    asked = {"at": at, "known_at": known_at, "start": start, "end": start + timedelta(days=1)}
    return {UnitId(unit): (today, late) for unit, today, late in ask(Statement(_DUE_IN_CITY, asked))[0]}
