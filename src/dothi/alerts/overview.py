"""
Reads of rules for who watches and keeps them: how each stood, how often it was right, its versions.

Each takes the instant it asks about and until when it was known (None: what is known now).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from dothi.alerts import rules
from dothi.alerts.document import trusted
from dothi.alerts.engine.rule import Rule
from dothi.alerts.errors import RuleUnknown, TrialUnknown
from dothi.alerts.models import Alert, Finding, RuleVersion, Standing, TrialRun
from dothi.alerts.types import Label, Precision, RuleId, State
from dothi.foundation.clock import acted_by

RECENT = timedelta(days=30)
TRIALS = 10


class Stands(StrEnum):
    """How a version stands. One in quarantine has failed, and waits for a person."""

    LIVE = "live"
    SHADOW = "shadow"
    QUARANTINED = "quarantined"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class FindingRow:
    """
    What the evaluation of a version raised; `reading` holds at, value and flags, or is None.

    Only the last failure is kept: where it came after the moment asked about, `times` is None.
    """

    error: str
    said: str
    thing: str
    reading: Mapping[str, Any] | None
    first_at: datetime
    last_at: datetime
    times: int | None
    quarantined_at: datetime | None
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a rule, its document as data, and how it stood, since when (None: it did not)."""

    id: RuleId
    rule: Rule
    document: Mapping[str, Any]
    stands: Stands
    published_at: datetime
    since: datetime | None
    unit_id: UUID
    findings: Sequence[FindingRow] = ()


@dataclass(frozen=True, slots=True)
class RuleOverview:
    """A rule by its foremost version (live, else in shadow, else the latest), and how it does."""

    code: str
    foremost: VersionRow
    shadows: Sequence[VersionRow]
    precision: Precision
    recent: int
    """Alerts that were raised in the last RECENT."""


@dataclass(frozen=True, slots=True)
class TrialRow:
    """
    A trial on [start_at, end_at): how many of `days` are done; `result` by version, None until it is.

    `days_done` is None at a moment of the past before its end: how far it was is not kept.
    """

    id: UUID
    code: str
    start_at: datetime
    end_at: datetime
    asked_at: datetime
    days_done: int | None
    days: int
    result: Sequence[Mapping[str, Any]] | None
    finished_at: datetime | None

    def failed(self, at: datetime) -> bool:
        """Tell whether its job must have died: it should have been finished by `at`."""
        return self.finished_at is None and self.asked_at <= at - rules.TRIAL_WITHIN


def overviews(at: datetime, known_at: datetime | None = None) -> list[RuleOverview]:
    """Return all rules that were published, those at work first, then by code; five statements."""
    by_code: dict[str, list[VersionRow]] = defaultdict(list)
    for row in _versions(Q(), acted_by(at, known_at)):
        by_code[row.rule.code].append(row)
    labels, recent = _labels(Q(), at, known_at), _recent(at, known_at)
    found = [
        RuleOverview(code, foremost(rows), [one for one in rows if one.stands is Stands.SHADOW],
                     rules.precision(code, labels.get(code, {})), recent.get(code, 0))
        for code, rows in by_code.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.foremost.stands is Stands.OFF, one.code))


def versions(code: str, at: datetime, known_at: datetime | None = None) -> list[VersionRow]:
    """Return the versions of a rule, the latest first; three statements. Raises RuleUnknown."""
    found = _versions(Q(code=code), acted_by(at, known_at))
    if not found:
        raise RuleUnknown(rule=code)
    return found


def foremost(rows: Sequence[VersionRow]) -> VersionRow:
    """Return the version that a rule is shown by: live, else in quarantine, in shadow, the latest."""
    order = [Stands.LIVE, Stands.QUARANTINED, Stands.SHADOW, Stands.OFF]
    return min(rows, key=lambda one: order.index(one.stands))


def precision(code: str, at: datetime, known_at: datetime | None = None) -> Precision:
    """Return how often a rule had been right; one statement."""
    return rules.precision(code, _labels(Q(rule=code), at, known_at).get(code, {}))


def code_of(version_id: RuleId) -> str:
    """Return the code of the rule that a version is of; one statement. Raises RuleUnknown."""
    found = RuleVersion.objects.filter(id=version_id).values_list("code", flat=True).first()
    if found is None:
        raise RuleUnknown(rule=str(version_id))
    return found


def trial(trial_id: UUID, at: datetime, known_at: datetime | None = None) -> TrialRow:
    """Return a trial and what had come of it by a moment; one statement. Raises TrialUnknown."""
    by = acted_by(at, known_at)
    found = TrialRun.objects.filter(id=trial_id, asked_at__lte=by).first()
    if found is None:
        raise TrialUnknown(trial=str(trial_id))
    return _stood(_trial(found), by)


def trials(code: str, at: datetime, known_at: datetime | None = None) -> list[TrialRow]:
    """Return the latest trials of a rule without what came of them, the latest first; one statement."""
    by = acted_by(at, known_at)
    found = TrialRun.objects.filter(code=code, asked_at__lte=by).order_by("-asked_at", "-id")
    return [_stood(_trial(one, brief=True), by) for one in found.defer("result")[:TRIALS]]


def _stood(one: TrialRow, by: datetime) -> TrialRow:
    """Return a trial as it stood at `by`."""
    later = one.finished_at is not None and one.finished_at > by
    return replace(one, days_done=None, finished_at=None, result=None) if later else one


def _versions(chosen: Q, by: datetime) -> list[VersionRow]:
    rows = list(
        RuleVersion.objects.filter(chosen, published_at__lte=by).order_by("-published_at", "-version", "id")
    )
    stood = Standing.objects.filter(Q(until=None) | Q(until__gt=by), version__in=rows, since__lte=by)
    standing = {one.version_id: one for one in stood.order_by("since", "id")}
    told: dict[UUID, list[FindingRow]] = defaultdict(list)
    for one in Finding.objects.filter(version__in=rows, first_at__lte=by).order_by("-last_at", "id"):
        told[one.version_id].append(_finding(one, by))
    return [_version(row, standing.get(row.id), told[row.id]) for row in rows]


def _version(row: RuleVersion, standing: Standing | None, told: Sequence[FindingRow]) -> VersionRow:
    held = any(one.quarantined_at and not one.lifted_at for one in told)
    stands = Stands.OFF if standing is None else Stands.LIVE if standing.live else Stands.SHADOW
    if held and standing is not None:
        stands = Stands.QUARANTINED
    return VersionRow(
        RuleId(row.id), trusted(row.document), row.document, stands, row.published_at,
        standing.since if standing else None, row.unit_id, told,
    )  # fmt: skip


def _finding(one: Finding, by: datetime) -> FindingRow:
    return FindingRow(
        one.error, one.said, one.thing, one.reading, one.first_at, one.last_at,
        one.times if one.last_at <= by else None, _until(one.quarantined_at, by), _until(one.lifted_at, by),
    )  # fmt: skip


def _until(at: datetime | None, by: datetime) -> datetime | None:
    """Return an instant that had come at `by`."""
    return at if at is not None and at <= by else None


def _labels(
    chosen: Q, at: datetime, known_at: datetime | None
) -> Mapping[str, Mapping[Label, int]]:  # fmt: skip
    """Return what alerts of each rule turned out to be, of those that had been closed."""
    closed = Alert.objects.filter(chosen, state=State.CLOSED.value, label__isnull=False, closed_at__lte=at)
    if known_at is not None:
        closed = closed.filter(closed_recorded_at__lte=known_at)
    found: dict[str, dict[Label, int]] = defaultdict(dict)
    for code, label, count in (
        closed.values_list("rule", "label").annotate(count=Count("id")).order_by("rule")
    ):
        found[code][Label(label)] = count
    return found


def _recent(at: datetime, known_at: datetime | None) -> Mapping[str, int]:
    raised = Alert.objects.filter(raised_at__gt=at - RECENT, raised_at__lte=at)
    if known_at is not None:
        raised = raised.filter(recorded_at__lte=known_at)
    return dict(raised.values_list("rule").annotate(count=Count("id")).order_by("rule"))


def _trial(one: TrialRun, *, brief: bool = False) -> TrialRow:
    return TrialRow(
        one.id, one.code, one.start_at, one.end_at, one.asked_at, one.days_done, one.days,
        None if brief else one.result, one.finished_at,
    )  # fmt: skip
