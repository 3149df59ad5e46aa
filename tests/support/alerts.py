"""Rules and alerts for tests: a small rule to change at will, alerts that it raised, and who handles them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from dothi.alerts import document
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.samples import Decision
from dothi.alerts.models import Alert, RuleVersion, Standing
from dothi.alerts.queries import one
from dothi.alerts.raising import take_effect
from dothi.alerts.types import AlertId, AlertRow, Place, RuleId
from dothi.alerts.watched import Thing, Watching, microseconds
from dothi.alerts.watching import Watcher
from dothi.foundation.identity.authority import Actor, Duty, Holding, Kind
from dothi.kernel.documents.types import Text
from dothi.kernel.ids import PostId, UnitId, new_id

AT = datetime(2025, 9, 30, 1, 0, tzinfo=UTC)
"""Eight in the morning of the day of the storm, in Hanoi."""
CENTER = UnitId(UUID("7c1f9a52-4a1b-4a8e-9d0c-0d6c1c7f4a01"))
GAUGE = Thing("rain-00070", Text("Hoàn Kiếm", "Hoàn Kiếm"), Place("00070", 105.85, 21.03))


def document_of(**changes: Any) -> dict[str, Any]:
    """Return the document of a rule for more than 30 mm in one reading; `changes` replace parts of it."""
    plain: dict[str, Any] = {
        "code": "rain-heavy",
        "version": "1",
        "title": {"vi": "Mưa lớn", "en": "Heavy rain"},
        "summary": {"vi": "Mưa lớn", "en": "Heavy rain"},
        "hazard": "rain",
        "severity": "Severe",
        "unit": "ioc",
        "sources": [{"id": "tests", "number": "tests", "title": {"vi": "thử", "en": "tests"}}],
        "looks_at": {"measure": "rain", "unit": "mm"},
        "kind": "threshold",
        "limit": {
            "direction": "above", "fire_at": 31, "clear_at": 25,
            "basis": {"source": "tests", "clause": {"vi": "1", "en": "1"}, "verified": False},
        },
        "words": {
            "headline": {"vi": "{thing}: mưa {value} mm", "en": "{thing}: {value} mm of rain"},
            "advice": {"vi": "Xem camera.", "en": "Look at the camera."},
        },
        "escalation": [{"after_s": 300, "duty": "operate"}, {"after_s": 900, "duty": "approve_warning"}],
        "golden": [
            {
                "id": "fires", "title": {"vi": "phát", "en": "fires"},
                "given": {"readings": {"one": [["2025-09-30T08:00", 31]]}},
                "expect": [{"act": "raise", "thing": "one", "at": "2025-09-30T08:00", "signal": 31}],
            }
        ],
    }  # fmt: skip
    return {**plain, **changes}


def a_rule(limit: Mapping[str, Any] | None = None, **changes: Any) -> Rule:
    """Return a rule whose document was checked; `limit` changes parts of its limit."""
    plain = document_of()["limit"]
    changed = document_of(limit={**plain, **(limit or {})}, **changes)
    return document.trusted(changed)


def a_watching(live: bool = True, **changes: Any) -> Watching:
    """Keep a version of a rule in the database and return it at work."""
    data = document_of(**changes)
    rule = document.trusted(data)
    version = RuleVersion.objects.create(
        id=uuid5(CENTER, rule.sha256), code=rule.code, version=rule.version, document=data,
        sha256=rule.sha256, unit_id=CENTER, published_at=AT,
    )  # fmt: skip
    Standing.objects.create(id=new_id(), code=rule.code, version=version, live=live, since=AT)
    return Watching(RuleId(version.id), rule, CENTER, live)


def decided(thing: str = GAUGE.id, at: datetime = AT, signal: float = 31.0, act: Any = "raise") -> Decision:
    """Return a decision of a rule."""
    return Decision(act, thing, microseconds(at), signal, {"samples": []})


def turn(at: datetime) -> int:
    """Take what waits, as a watcher that has just begun."""
    return Watcher().turn(at)


def pass_time(at: datetime) -> int:
    """Let time go on, as a watcher that has just begun."""
    return Watcher().pass_time(at)


def raise_alert(watching: Watching, decision: Decision, thing: Thing, known_at: datetime) -> AlertId | None:
    """Let one decision raise an alert; None where one is open."""
    before = set(Alert.objects.values_list("id", flat=True))
    with transaction.atomic():
        take_effect(watching, [decision], {thing.id: thing}, known_at)
    new = set(Alert.objects.values_list("id", flat=True)) - before
    return AlertId(new.pop()) if new else None


def clear_alert(watching: Watching, decision: Decision, known_at: datetime) -> None:
    """Let one decision clear an alert."""
    with transaction.atomic():
        take_effect(watching, [decision], {}, known_at)


def raised(
    watching: Watching, thing: Thing = GAUGE, at: datetime = AT, late: timedelta = timedelta(seconds=5)
) -> AlertRow:
    """Raise an alert about something that happened at `at` and became known `late` afterwards."""
    alert_id = raise_alert(watching, decided(thing.id, at), thing, at + late)
    assert alert_id is not None
    return one(alert_id, at + late)


def operator(*duties: Duty, unit: UnitId = CENTER) -> Actor:
    """Return an official with a post in the center; without other word, one who operates."""
    post, since = PostId(new_id()), date(2025, 7, 1)
    held = tuple(
        Holding(post, unit, duty, frozenset(), since) for duty in duties or (Duty.OPERATE, Duty.DISPATCH)
    )
    return Actor(Kind.OFFICIAL, new_id(), new_id(), 2, held)
