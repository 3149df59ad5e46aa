"""
Crowds: one alert of a rule that tells of very many things at once, instead of one for each.

When a network falls silent, five hundred alerts say less than one that says five hundred. Each thing stays
known, with its evidence, as a firing of the crowd; the alert ends when the last of them has recovered.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dothi.alerts.acting import Change, add_step, write
from dothi.alerts.engine.rule import Rule
from dothi.alerts.models import Alert, Firing
from dothi.alerts.types import Act, Label, State
from dothi.alerts.watched import ALL, Watching
from dothi.alerts.wording import say
from dothi.foundation.statements import insert
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg

OF_DEVICES, OF_ANY = 10, 200
"""So many things have an alert of a rule each; of more, one alert tells. House rule."""
ABOUT_DEVICES = ("absence", "flag")
FRESH = timedelta(hours=1)
NAMED = 1_000
MANY = msg("%(title)s: %(count)s at once")
TAKEN_IN = msg("Told together with others of the same rule.")


def most(rule: Rule) -> int:
    """Return how many things may have an alert of this rule each."""
    return OF_DEVICES if rule.kind in ABOUT_DEVICES else OF_ANY


def fresh(alerts: Iterable[Alert], known_at: datetime) -> list[Alert]:
    """Return the alerts of single things that are new and that nobody has answered."""
    return [
        one for one in alerts
        if one.thing != ALL and one.state == State.RAISED.value and one.recorded_at > known_at - FRESH
    ]  # fmt: skip


def raised(
    watching: Watching, things: Sequence[str], at: datetime, known_at: datetime, next_at: datetime | None
) -> Alert:
    """Raise one alert about many things."""
    rule, count = watching.rule, len(things)
    title = {language: say(MANY, language, {"title": rule.title.read(language), "count": count})
             for language in ("vi", "en")}  # fmt: skip
    alert = Alert(
        id=new_id(), group_id=new_id(), version_id=watching.id, rule=rule.code, hazard=rule.hazard,
        severity=rule.severity, title_vi=title["vi"], title_en=title["en"], thing=ALL,
        measure=rule.looks_at.measure, unit="", value=count, limit=most(rule), unit_id=watching.unit_id,
        evidence=_evidence(rule, things), raised_at=at, recorded_at=known_at, state=State.RAISED.value,
        next_at=next_at,
    )  # fmt: skip
    insert(alert)
    add_step(alert, Change(act=Act.RAISE, occurred_at=at, recorded_at=known_at, key=new_id()))
    return alert


def take_in(crowd: Alert, alerts: Sequence[Alert], known_at: datetime) -> None:
    """Let a crowd tell of things that had an alert each; those are closed, and count for nothing."""
    evidence = dict(Alert.objects.filter(id__in=[one.id for one in alerts]).values_list("id", "evidence"))
    firings = [
        Firing(version_id=crowd.version_id, thing=one.thing, value=one.value, alert_id=crowd.id,
               evidence=evidence[one.id], raised_at=one.raised_at, recorded_at=one.recorded_at)
        for one in alerts
    ]  # fmt: skip
    Firing.objects.bulk_create(firings, ignore_conflicts=True)
    for one in alerts:
        write(one, Change(act=Act.CLOSE, occurred_at=known_at, recorded_at=known_at, key=new_id(),
                          label=Label.UNKNOWN, note=TAKEN_IN))  # fmt: skip


def is_over(crowd: Alert) -> bool:
    """Tell whether all things of a crowd have recovered; one statement."""
    return not Firing.objects.filter(alert_id=crowd.id, cleared_at=None).exists()


def _evidence(rule: Rule, things: Sequence[str]) -> dict[str, object]:
    """Return which things, the first thousand by name; each one's own evidence stands in its firing."""
    return {
        "rule": rule.code, "version": rule.version, "sha256": rule.sha256, "kind": "crowd",
        "direction": "above", "fire_at": most(rule), "signal": len(things), "weakest": len(things),
        "things": list(things[:NAMED]), "count": len(things),
    }  # fmt: skip
