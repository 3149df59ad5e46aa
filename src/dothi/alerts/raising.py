"""
What the watcher does with the decisions of rules: raise alerts, clear them, and keep those in shadow.

All of it in the transaction that takes the readings: either all of it is there afterwards or none, whatever
is killed. One alert of a rule and a thing is open at a time. Where very many things would have one, one
alert tells of all: a crowd.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from dothi.alerts import crowds, shadows
from dothi.alerts.acting import Change, add_step, write
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.samples import Decision
from dothi.alerts.models import Alert
from dothi.alerts.types import OPEN, Act, GroupId, State
from dothi.alerts.watched import ALL, Thing, Watching, instant, unknown
from dothi.alerts.wording import Facts, filled, quantity
from dothi.foundation.statements import Statement, ask, insert, together
from dothi.kernel.ids import new_id

_ENTITIES = (Path(__file__).parent / "sql" / "entities.sql").read_text()
STILL = [state.value for state in OPEN]


def take_effect(
    watching: Watching, decisions: Sequence[Decision], known: Mapping[str, Thing], known_at: datetime
) -> None:
    """
    Let the decisions of one rule take effect, in their order; what is so already stays as it is.

    `known_at` is when the node learned of it. In the caller's transaction; some ten statements in five
    round trips, and those of each alert sent together.
    """
    if watching.live:
        Book(watching, known, known_at).take(decisions)
    else:
        shadows.fire(watching, decisions, known_at)


class Book:
    """The open alerts of one rule, locked while decisions take effect."""

    def __init__(self, watching: Watching, known: Mapping[str, Thing], known_at: datetime) -> None:
        held = Alert.objects.select_for_update().defer("evidence").filter(state__in=STILL)
        rows = held.filter(rule=watching.rule.code).order_by("raised_at", "id")
        self._watching, self._known, self._known_at = watching, known, known_at
        self._open = {row.thing: row for row in rows}
        self._entities: Mapping[str, str] = {}
        self._groups: dict[str, GroupId] = {}

    def take(self, decisions: Sequence[Decision]) -> None:
        """Raise and clear."""
        raised = {one.thing for one in decisions if one.act == "raise"} - self._open.keys()
        with together():
            if raised and ALL not in self._open and self._are_many(raised):
                self._gather(raised, decisions)
            if ALL in self._open:
                self._take_as_one(decisions)
            else:
                self._look_up(raised)
                self._take_each(decisions)

    def _are_many(self, raised: set[str]) -> bool:
        fresh = crowds.fresh(self._open.values(), self._known_at)
        return len(raised) + len(fresh) > crowds.most(self._watching.rule)

    def _gather(self, raised: set[str], decisions: Sequence[Decision]) -> None:
        """Raise one alert of all, and let it tell of those, too, that nobody has answered yet."""
        before = crowds.fresh(self._open.values(), self._known_at)
        at = instant(max(one.at for one in decisions if one.act == "raise"))
        crowd = crowds.raised(self._watching, sorted({*raised, *(one.thing for one in before)}), at,
                              self._known_at, _first_rung(self._watching.rule, self._known_at))  # fmt: skip
        crowds.take_in(crowd, before, self._known_at)
        self._open = {key: row for key, row in self._open.items() if row not in before} | {ALL: crowd}

    def _take_as_one(self, decisions: Sequence[Decision]) -> None:
        crowd = self._open[ALL]
        self._take_each([one for one in decisions if one.thing in self._open])
        rest = [one for one in decisions if one.thing not in self._open]
        shadows.fire(self._watching, rest, self._known_at, crowd.id)
        if rest and crowds.is_over(crowd):
            write(crowd, self._cleared(max(rest, key=lambda one: one.at)))

    def _take_each(self, decisions: Sequence[Decision]) -> None:
        ended = dict[str, datetime]()
        for one in decisions:
            if one.act == "raise":
                self._raise(one)
            elif not self._clear(one):
                ended[one.thing] = instant(one.at)
        # Of things that a crowd told of, which a person closed before it was over.
        shadows.end(self._watching.id, ended.items())

    def _raise(self, decision: Decision) -> None:
        """Raise an alert, unless one of this rule and thing is open already."""
        if decision.thing in self._open:
            return
        alert = self._new(decision, self._known.get(decision.thing) or unknown(decision.thing))
        self._open[decision.thing] = alert
        insert(alert)
        add_step(alert, _change(Act.RAISE, decision, self._known_at))

    def _clear(self, decision: Decision) -> bool:
        """Clear the open alert of a thing, where there is one: a person may have closed it."""
        alert = self._open.pop(decision.thing, None)
        if alert is not None:
            write(alert, self._cleared(decision))
        return alert is not None

    def _cleared(self, decision: Decision) -> Change:
        unlabeled_at = self._known_at + timedelta(seconds=self._watching.rule.close_after_s)
        return _change(Act.CLEAR, decision, self._known_at, unlabeled_at)

    def _look_up(self, raised: set[str]) -> None:
        """Find the entities of things and the groups of their wards; two statements."""
        if not raised:
            return
        rule = self._watching.rule
        asked = Statement(_ENTITIES, {"devices": list(raised), "measure": rule.looks_at.measure})
        self._entities = dict(ask(asked)[0])
        wards = {self._known[thing].place.ward_code for thing in raised if thing in self._known} - {""}
        near = Alert.objects.filter(hazard=rule.hazard, ward_code__in=wards, state__in=STILL)
        found = near.order_by("-raised_at", "-id").values_list("ward_code", "group_id") if wards else []
        self._groups.update((ward, GroupId(group)) for ward, group in found)

    def _new(self, decision: Decision, thing: Thing) -> Alert:
        watching, rule = self._watching, self._watching.rule
        value, limit = (quantity(one, rule.looks_at.unit) for one in (decision.signal, rule.limit.fire_at))
        facts: Facts = {"thing": thing.name, "value": value, "limit": limit}
        title, place = filled(rule.words.headline, facts), thing.place
        return Alert(
            id=new_id(), group_id=self._group(place.ward_code), version_id=watching.id,
            rule=rule.code, hazard=rule.hazard, severity=rule.severity, title_vi=title.vi, title_en=title.en,
            thing=decision.thing, measure=rule.looks_at.measure, unit=rule.looks_at.unit,
            value=decision.signal, limit=rule.limit.fire_at,
            entity_id=self._entities.get(decision.thing, ""), ward_code=place.ward_code, lon=place.lon,
            lat=place.lat, unit_id=watching.unit_id, evidence=dict(decision.evidence),
            raised_at=instant(decision.at), recorded_at=self._known_at, state=State.RAISED.value,
            next_at=_first_rung(rule, self._known_at),
        )  # fmt: skip

    def _group(self, ward_code: str) -> GroupId:
        """Return the group of an open alert of this hazard in this ward, or a new one."""
        return self._groups.setdefault(ward_code, GroupId(new_id())) if ward_code else GroupId(new_id())


def _first_rung(rule: Rule, known_at: datetime) -> datetime | None:
    return known_at + timedelta(seconds=rule.escalation[0].after_s) if rule.escalation else None


def _change(act: Act, decision: Decision, known_at: datetime, next_at: datetime | None = None) -> Change:
    return Change(
        act=act, occurred_at=instant(decision.at), recorded_at=known_at, key=new_id(), next_at=next_at
    )
