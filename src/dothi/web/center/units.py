"""Response units in words: who can be sent and why not another, who is out, where each is and who says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, CaseFacts, decide
from dothi.incidents import kinds, rules
from dothi.incidents.queries.trackers import TrackerRow
from dothi.incidents.types import IncidentRow, Measure, Nearest, Over, UnitRow, UnitState, Weighed, Without
from dothi.kernel.ids import UnitId, new_id
from dothi.kernel.problems import msg
from dothi.registers.agencies.queries import unit_of
from dothi.web.center.acts import ActForm, Typed, select
from dothi.web.center.moments import Moment
from dothi.web.center.wording import age, kilometers, number
from dothi.web.components.rows import Field

STATES = {
    UnitState.AVAILABLE: msg("free"),
    UnitState.SENT: msg("on its way"),
    UnitState.ON_SCENE: msg("on the scene"),
    UnitState.OFF: msg("out of service"),
}
OVERS = {
    Over.WRONG_KIND: msg("not of a fitting kind"),
    Over.OFF: msg("out of service"),
    Over.OFF_SHIFT: msg("off shift"),
    Over.BUSY: msg("at another incident"),
    Over.STALE: msg("its position is too old"),
    Over.FARTHER: msg("farther away"),
    Over.NO_WAY: msg("no way there"),
}
NEAREST = {
    Measure.ROAD_TIME: msg("The nearest that fitted, by road."),
    Measure.DISTANCE: msg("The nearest that fitted, by distance."),
}
WITHOUT = {
    Without.NO_GRAPH: msg("This node knows no roads, so units are compared by distance."),
    Without.OFF_ROAD: msg("No known road is near this place, so units are compared by distance."),
}


def unit_name(row: UnitRow) -> str:
    """Return call sign and name of a unit."""
    return f"{row.call_sign}, {row.name_en if get_language() == 'en' else row.name_vi}"


def seen(row: UnitRow, at: datetime) -> str:
    """Return how old a unit's position is, and where it is taken to be where it told none."""
    if row.seen_at is not None:
        told = age(row.seen_at, at)
        said = gettext("old position, %(age)s") if row.stale else gettext("position: %(age)s")
        return said % {"age": told}
    if row.device:
        return gettext("%(device)s has not said yet where it is") % {"device": row.device}
    return gettext("taken to be at home")


@dataclass(frozen=True, slots=True)
class Choice:
    """One unit that could be sent: whether it is the nearest fitting, how far, why it was passed over."""

    unit: str
    best: bool
    state: str
    away: str
    seen: str
    over: str
    form: ActForm | None


def choices(found: Nearest, row: IncidentRow, *, may_send: bool) -> list[Choice]:
    """Return the units as they were weighed, the chosen one first; those of this incident are out already."""
    others = [one for one in found.weighed if one.unit.incident_id != row.id]
    return [_choice(one, row, found.at, may_send=may_send) for one in others]


def without(found: Nearest) -> str:
    """Return why units are compared by distance, empty where they are by road."""
    return gettext(WITHOUT[found.without]) if found.without else ""


def _choice(one: Weighed, row: IncidentRow, at: datetime, *, may_send: bool) -> Choice:
    free = may_send and one.unit.state is UnitState.AVAILABLE
    # That a position is old, `seen` says already, and how old.
    over = gettext(OVERS[one.over]) if one.over and one.over is not Over.STALE else ""
    form = of_unit("send", gettext("Send"), one.unit, row, primary=one.over is None) if free else None
    return Choice(
        unit_name(one.unit),
        one.over is None,
        gettext(STATES[one.unit.state]),
        away(one),
        seen(one.unit, at),
        over,
        form,
    )


def weighed(facts: Mapping[str, Any]) -> str:
    """Return by which measure a unit was sent, and why others that were nearer were passed over."""
    told = {str(one["unit"]): one for one in facts.get("weighed") or ()}
    sent = told.get(str(facts.get("unit")))
    if sent is None:
        return ""
    nearer = [one for one in told.values() if one["distance_m"] < sent["distance_m"]]
    return " ".join([*_by(facts), *_although(sent), *_passed(nearer, by_road=_is_by_road(facts))])


def _by(facts: Mapping[str, Any]) -> list[str]:
    if facts.get("nearest") != facts["unit"]:
        none = gettext("No unit fitted.")
        return [gettext("Nearest that fitted: %(nearest)s.") % facts if facts.get("nearest") else none]
    return [gettext(NEAREST[Measure(facts["measure"])])]


def _although(sent: Mapping[str, Any]) -> list[str]:
    if sent["over"] in (None, Over.FARTHER):
        return []
    return [gettext("Sent all the same: %(why)s.") % {"why": gettext(OVERS[Over(sent["over"])])}]


def _is_by_road(facts: Mapping[str, Any]) -> bool:
    return bool(facts["measure"] == Measure.ROAD_TIME and facts.get("nearest") == facts["unit"])


def _passed(nearer: Sequence[Mapping[str, Any]], *, by_road: bool) -> list[str]:
    """Return who did not go, by reason: one that fitted is farther only where the road decided."""
    left_out = {None} if by_road else {None, Over.FARTHER.value}
    reasons: dict[str, list[str]] = {}
    for one in nearer:
        if one["over"] not in left_out:
            reasons.setdefault(one["over"], []).append(one["unit"])
    if not reasons:
        return []
    units = "; ".join(f"{gettext(OVERS[Over(over)])} ({', '.join(of)})" for over, of in reasons.items())
    return [gettext("Nearer as the crow flies, but passed over: %(units)s.") % {"units": units}]


def away(one: Weighed) -> str:
    """Return how far a unit is, by which measure."""
    km = {"km": kilometers(one.distance_m)}
    if one.seconds is None:
        return gettext("%(km)s km as the crow flies") % km
    minutes = {**km, "min": number(max(1, round(one.seconds / 60)))}
    if one.measure is Measure.ROAD_TIME:
        return gettext("%(min)s min by road") % minutes
    return (
        gettext("about %(min)s min, by distance: off the known roads, %(km)s km as the crow flies") % minutes
    )


@dataclass(frozen=True, slots=True)
class Out:
    """A unit that is out for this incident, and what it can do next."""

    unit: str
    state: str
    seen: str
    forms: Sequence[ActForm]


def out(units: Sequence[UnitRow], row: IncidentRow, at: datetime, *, may_send: bool) -> list[Out]:
    """Return the units of this incident."""
    return [
        Out(unit_name(one), gettext(STATES[one.state]), seen(one, at), _next(one, row) if may_send else [])
        for one in units if one.incident_id == row.id
    ]  # fmt: skip


def _next(one: UnitRow, row: IncidentRow) -> list[ActForm]:
    acts = [("clear", gettext("Free again"))]
    if one.state is UnitState.SENT:
        acts.insert(0, ("arrive", gettext("Has arrived")))
    return [of_unit(act, title, one, row) for act, title in acts]


def of_unit(act: str, title: str, one: UnitRow, row: IncidentRow, *, primary: bool = False) -> ActForm:
    """Return the form of an act on one unit, which its address names."""
    url = reverse("center:incident-act", args=[row.id, act]) + f"?unit={one.id}"
    return ActForm(
        f"{act}-{one.id}", title, url, new_id(), seen=row.revision, primary=primary, about=one.call_sign
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the list: what it is and does, where it was seen last and by what, what can be done."""

    unit: str
    kind: str
    state: str
    incident: str
    """Address of the incident that it is out for, empty for none."""
    seen: str
    stale: bool
    device: str
    on_shift: bool
    forms: Sequence[ActForm]


Own = Mapping[UnitId | None, Sequence[TrackerRow]]
"""Devices that could be bound, by agency whose units the actor may act on."""


def lines(units: Sequence[UnitRow], own: Own, moment: Moment, typed: Typed | None) -> list[Line]:
    """Return every unit with the acts that can be done on it."""
    return [
        Line(
            unit_name(one), _kind(one.kind), gettext(STATES[one.state]), _incident(one, moment),
            seen(one, moment.at), one.stale, one.device if one.seen_at else "", one.on_shift,
            _forms(one, own[one.unit_id], typed) if one.unit_id in own else [],
        )
        for one in units
    ]  # fmt: skip


def _incident(one: UnitRow, moment: Moment) -> str:
    key = one.incident_id
    return moment.address(reverse("center:incident", args=[key])) if key else ""


def own(units: Sequence[UnitRow], trackers: Sequence[TrackerRow], actor: Actor, at: datetime) -> Own:
    """Return the devices of each agency whose units the actor may act on; one statement for each of these."""
    owners = {
        key: _owner(key, at) for key in {one.unit_id for one in units}
        if decide(actor, rules.BIND, CaseFacts("response-unit", unit_id=key), at).allowed
    }  # fmt: skip
    return {key: [row for row in trackers if row.owner == owner] for key, owner in owners.items()}


def _forms(one: UnitRow, own: Sequence[TrackerRow], typed: Typed | None) -> list[ActForm]:
    offered: list[tuple[str, str, Sequence[Field]]] = []
    if one.state is UnitState.AVAILABLE:
        offered.append(("off", gettext("Take out of service"), ()))
    if one.state is UnitState.OFF:
        offered.append(("on", gettext("Back into service"), ()))
    if one.device:
        offered.append(("release", gettext("Take the device from it"), ()))
    elif own:
        name = f"device-{one.id}"
        choices = [
            (row.device, f"{row.device}, {row.name_en if get_language() == 'en' else row.name_vi}")
            for row in own
        ]
        sent = (typed.sent if typed else QueryDict()).get("device", "")
        offered.append(
            (
                "bind",
                gettext("Let a device say where it is"),
                (select("device", gettext("Device"), choices, sent, act=name),),
            )
        )
    return [
        ActForm(
            f"{act}-{one.id}", title, reverse("center:unit-act", args=[one.id, act]), new_id(), fields,
            about=one.call_sign, error=typed.error if typed and typed.act == f"{act}-{one.id}" else "",
        )
        for act, title, fields in offered
    ]  # fmt: skip


def _owner(unit_id: UnitId | None, at: datetime) -> str:
    return unit_of(unit_id, civil_date(at)).code if unit_id else ""


def _kind(key: str) -> str:
    found = kinds.unit_kinds().get(key)
    return key if found is None else found.name.en if get_language() == "en" else found.name.vi
