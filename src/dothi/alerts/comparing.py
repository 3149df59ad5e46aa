"""A rule in shadow beside the live one: what each made of the same readings, by what people said of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from dothi.alerts.errors import RuleUnknown
from dothi.alerts.models import Alert, Firing, Standing
from dothi.alerts.types import Compared, Label
from dothi.alerts.watched import ALL

MARGIN = timedelta(hours=1)
"""An alert and a firing of one thing that are no further apart are about the same happening."""
FAR = datetime.max.replace(tzinfo=UTC) - MARGIN
Span = tuple[datetime, datetime]


def compared(shadow: Standing) -> Compared:
    """Return how a version in shadow did, since it stands so, by the live one's alerts; three statements."""
    live = Alert.objects.filter(rule=shadow.code, raised_at__gte=shadow.since).exclude(thing=ALL)
    crowds = Firing.objects.filter(alert__rule=shadow.code, raised_at__gte=shadow.since)
    alerts = [
        (thing, (raised, closed or FAR), label)
        for thing, raised, closed, label in (
            *live.values_list("thing", "raised_at", "closed_at", "label"),
            *crowds.values_list("thing", "raised_at", "cleared_at", "alert__label"),
        )
    ]
    fired = Firing.objects.filter(version_id=shadow.version_id, raised_at__gte=shadow.since)
    firings = [
        (thing, (raised, cleared or FAR))
        for thing, raised, cleared in fired.values_list("thing", "raised_at", "cleared_at")
    ]
    return _counted(alerts, firings)


def judged(code: str, version: str) -> Compared:
    """Return how a version that is in shadow did; four statements. Raises RuleUnknown."""
    shadow = Standing.objects.filter(code=code, version__version=version, live=False, until=None).first()
    if shadow is None:
        raise RuleUnknown(rule=f"{code} {version}")
    return compared(shadow)


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
