"""Reads of alerts. Each takes the instant it asks about, so that a screen can be turned back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from json import loads
from pathlib import Path
from typing import Any

from django.db.models import Count, Q

from dothi.alerts import rules
from dothi.alerts.brought import PUBLISHED, Brought, Published, brought
from dothi.alerts.errors import AlertUnknown, RuleUnknown
from dothi.alerts.keeping import things
from dothi.alerts.models import Alert, RuleVersion, Standing, Step
from dothi.alerts.types import (
    OPEN,
    Act,
    AlertId,
    AlertRow,
    Group,
    GroupId,
    Happened,
    Label,
    Place,
    Precision,
    RuleId,
    RuleRow,
    Severity,
    State,
    StepRow,
)
from dothi.alerts.wording import retold
from dothi.foundation.statements import Row, Statement, ask
from dothi.kernel.documents.types import Text

_AT = (Path(__file__).parent / "sql" / "alerts_at.sql").read_text()
UNENDED = (*OPEN, State.CLEARED)
MOST = 1_000


def alerts_at(
    at: datetime,
    known_at: datetime | None = None,
    *,
    states: Collection[State] = UNENDED,
    limit: int = MOST,
) -> list[AlertRow]:
    """
    Return the alerts as they stood at `at`, by what the node knew at `known_at` (None: what it knows now).

    Those in one of `states`; without other word, all that nobody has closed. The gravest first, then the
    earliest, then by id; at most `limit`. One SQL statement. So "as it was" is `alerts_at(t)`, and "as it
    was known" `alerts_at(t, t)`.
    """
    rows = ask(_asked(at, known_at, states=states, limit=limit))[0]
    return [_alert(row) for row in rows]


def one(alert_id: AlertId, at: datetime, known_at: datetime | None = None) -> AlertRow:
    """Return one alert as it stood, whatever its state. One SQL statement. Raises AlertUnknown."""
    rows = ask(_asked(at, known_at, states=tuple(State), limit=1, alert_id=alert_id))[0]
    if not rows:
        raise AlertUnknown(alert=str(alert_id))
    return _alert(rows[0])


def groups_at(at: datetime, known_at: datetime | None = None) -> list[Group]:
    """Return open alerts by hazard and ward, the group of the gravest first. One SQL statement."""
    rows = alerts_at(at, known_at, states=OPEN)
    ranked = {row.group_id: place for place, row in reversed(list(enumerate(rows)))}
    ordered = sorted(rows, key=lambda row: ranked[row.group_id])
    return [_group(key, list(found)) for key, found in groupby(ordered, key=lambda row: row.group_id)]


def steps(alert_id: AlertId, known_at: datetime | None = None) -> list[StepRow]:
    """Return the steps of an alert in their order, those that were known at `known_at`. One SQL statement."""
    found = Step.objects.filter(alert_id=alert_id).order_by("number")
    if known_at is not None:
        found = found.filter(recorded_at__lte=known_at)
    return [_step(row) for row in found]


def happened(at: datetime, known_at: datetime | None = None, *, limit: int = 100) -> list[Happened]:
    """Return the steps of all alerts up to `at`, the latest first; at most `limit`. One SQL statement."""
    found = Step.objects.filter(occurred_at__lte=at).order_by("-occurred_at", "-id").select_related("alert")
    if known_at is not None:
        found = found.filter(recorded_at__lte=known_at)
    rows = found.defer("alert__evidence")[: min(limit, MOST)]
    return [
        Happened(
            _step(row),
            Severity(row.alert.severity),
            retold(row.alert.title_vi, row.alert.value, row.alert.unit, "vi"),
            retold(row.alert.title_en, row.alert.value, row.alert.unit, "en"),
        )
        for row in rows
    ]


def evidence(alert_id: AlertId) -> dict[str, Any]:
    """
    Return what the decision to raise an alert was made of, as `engine.evidence` describes it.

    One SQL statement. Raises AlertUnknown.
    """
    found: dict[str, Any] | None = (
        Alert.objects.filter(id=alert_id).values_list("evidence", flat=True).first()
    )
    if found is None:
        raise AlertUnknown(alert=str(alert_id))
    return found


def rules_at(at: datetime) -> list[RuleRow]:
    """Return the versions that stood at `at`, by code, the live one before its shadow; one statement."""
    stood = Standing.objects.filter(Q(until=None) | Q(until__gt=at), since__lte=at)
    rows = stood.order_by("code", "-live", "version_id").select_related("version")
    return [_rule(row) for row in rows.defer("version__document")]


def catalog_here() -> list[Brought]:
    """Return how the rules of the catalog stand here, by code; one statement."""
    rows = ask(Statement(PUBLISHED, {}))[0]
    return brought(Published(code, version, _json(told), *stands) for code, version, told, *stands in rows)


def names(devices: Collection[str]) -> dict[str, Text]:
    """Return the names of devices by id; one statement."""
    return {one.id: one.name for one in things(devices).values()}


def wards_of(alert_ids: Collection[AlertId]) -> list[str]:
    """
    Return codes of the wards where the things of alerts stand, all that their evidence names.

    By code; two SQL statements, however many alerts. Those that there are not name nothing.
    """
    found = Alert.objects.filter(id__in=alert_ids).values_list("thing", "evidence__things")
    named = {device for thing, others in found for device in (thing, *(others or ()))}
    return sorted({one.place.ward_code for one in things(named).values()} - {""})


def rule_id(code: str, version: str) -> RuleId:
    """Return the id of a published version; one statement. Raises RuleUnknown."""
    found = RuleVersion.objects.filter(code=code, version=version).values_list("id", flat=True).first()
    if found is None:
        raise RuleUnknown(rule=f"{code} {version}")
    return RuleId(found)


def versions(code: str) -> list[RuleRow]:
    """Return how all versions of a rule stood, the earliest first; one statement."""
    rows = Standing.objects.filter(code=code).order_by("since", "id").select_related("version")
    return [_rule(row) for row in rows.defer("version__document")]


def precision(rule: str, since: datetime | None = None) -> Precision:
    """Return how often a rule was right, of its alerts closed since then (None: ever); one statement."""
    closed = Alert.objects.filter(rule=rule, state=State.CLOSED.value)
    if since is not None:
        closed = closed.filter(closed_at__gte=since)
    counts = closed.values_list("label").annotate(count=Count("id")).order_by("label")
    return rules.precision(rule, {Label(label): count for label, count in counts})


def _json(told: Any) -> Any:
    return loads(told) if isinstance(told, str) else told


def _rule(row: Standing) -> RuleRow:
    held = row.version
    return RuleRow(
        RuleId(held.id), held.code, held.version, held.sha256, row.live, row.since, row.until,
        held.published_at,
    )  # fmt: skip


def _asked(
    at: datetime,
    known_at: datetime | None,
    *,
    states: Collection[State],
    limit: int,
    alert_id: AlertId | None = None,
) -> Statement:
    told = {
        "at": at, "known_at": known_at or datetime.max.replace(tzinfo=at.tzinfo), "id": alert_id,
        "states": [state.value for state in states], "closed": State.CLOSED in states, "limit": limit,
    }  # fmt: skip
    return Statement(_AT, told)


def _alert(row: Row) -> AlertRow:
    (key, group, rule, version, version_id, state, hazard, severity, title_vi, title_en, thing, measure,
     unit, value, limit, ward, lon, lat, entity, unit_id, raised, recorded, changed, acknowledged, cleared,
     closed, until, level, label) = row  # fmt: skip
    return AlertRow(
        id=AlertId(key), group_id=GroupId(group), rule=rule, rule_version=version, rule_id=RuleId(version_id),
        state=State(state), hazard=hazard, severity=Severity(severity),
        title_vi=retold(title_vi, value, unit, "vi"), title_en=retold(title_en, value, unit, "en"),
        thing=thing, measure=measure, unit=unit, value=value, limit=limit,
        place=Place(ward, lon, lat), entity_id=entity, unit_id=unit_id, raised_at=raised,
        recorded_at=recorded, changed_at=changed, acknowledged_at=acknowledged, cleared_at=cleared,
        closed_at=closed, snoozed_until=until, level=level, label=Label(label) if label else None,
    )  # fmt: skip


def _group(key: GroupId, rows: Sequence[AlertRow]) -> Group:
    return Group(key, rows[0].hazard, rows[0].place.ward_code, rows)


def _step(row: Step) -> StepRow:
    return StepRow(
        row.id, AlertId(row.alert_id), row.number, Act(row.act), State(row.state), row.occurred_at,
        row.recorded_at, row.actor_id, row.post_id, row.until, row.level,
        Label(row.label) if row.label else None, row.note,
    )  # fmt: skip
