"""A rule in shadow beside the live one: what each made of the same readings, by what people said of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from dothi.alerts.errors import RuleUnknown
from dothi.alerts.models import Alert, Firing, Standing
from dothi.alerts.types import Compared, Label
from dothi.alerts.watched import ALL
from dothi.foundation.clock import acted_by

MARGIN = timedelta(hours=1)
"""An alert and a firing of one thing that are no further apart are about the same happening."""
FAR = datetime.max.replace(tzinfo=UTC) - MARGIN
Span = tuple[datetime, datetime]


def compared(shadow: Standing, at: datetime = FAR, known_at: datetime | None = None) -> Compared:
    """
    Return how a version in shadow had done at `at`, since it stood so, by the live one's alerts.

    Three statements; `known_at` bounds what was recorded of them (None: what is known now).
    """
    told = {"raised_at__gte": shadow.since, "raised_at__lte": at, "recorded_at__lte": known_at or FAR}
    live = Alert.objects.filter(rule=shadow.code, **told).exclude(thing=ALL)
    crowds = Firing.objects.filter(alert__rule=shadow.code, **told)
    by = acted_by(at, known_at)
    alerts = [
        (thing, (raised, _end(ended, at)), label if labeled and labeled <= by else None)
        for thing, raised, ended, label, labeled in (
            *live.values_list("thing", "raised_at", "closed_at", "label", "closed_recorded_at"),
            *crowds.values_list(
                "thing", "raised_at", "cleared_at", "alert__label", "alert__closed_recorded_at"
            ),
        )
    ]
    fired = Firing.objects.filter(version_id=shadow.version_id, **told)
    firings = [
        (thing, (raised, _end(cleared, at)))
        for thing, raised, cleared in fired.values_list("thing", "raised_at", "cleared_at")
    ]
    return _counted(alerts, firings)


def _end(ended: datetime | None, at: datetime) -> datetime:
    return ended if ended is not None and ended <= at else FAR


def judged(code: str, version: str, at: datetime, known_at: datetime | None = None) -> Compared:
    """Return how a version that was in shadow had done; four statements. Raises RuleUnknown."""
    by = acted_by(at, known_at)
    stood = Standing.objects.filter(Q(until=None) | Q(until__gt=by), since__lte=by, live=False)
    shadow = stood.filter(code=code, version__version=version).order_by("-since", "-id").first()
    if shadow is None:
        raise RuleUnknown(rule=f"{code} {version}")
    return compared(shadow, at, known_at)


def _counted(
    alerts: Sequence[tuple[str, Span, str | None]], firings: Sequence[tuple[str, Span]]
) -> Compared:  # fmt: skip
    fired, raised = _by_thing(firings), _by_thing((thing, span) for thing, span, _ in alerts)
    met = Counter((label, meets(span, fired.get(thing, ()))) for thing, span, label in alerts)
    extra = sum(not meets(span, raised.get(thing, ())) for thing, span in firings)
    true, false = Label.TRUE.value, Label.FALSE.value
    return Compared(met[true, True], met[true, False], met[false, True], met[false, False], extra)


def _by_thing(rows: Iterable[tuple[str, Span]]) -> Mapping[str, list[Span]]:
    found: dict[str, list[Span]] = defaultdict(list)
    for thing, span in rows:
        found[thing].append(span)
    return found


def meets(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether a span lies at about the time of another."""
    return any(span[0] - MARGIN <= end and start <= span[1] + MARGIN for start, end in others)
