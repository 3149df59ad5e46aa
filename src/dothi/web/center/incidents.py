"""One incident in words: how it stands, its timeline, its units, and the acts that are possible now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Duty, decide
from dothi.incidents import kinds, rules
from dothi.incidents.kinds import Words
from dothi.incidents.types import (
    EntryKind,
    EntryRow,
    IncidentRow,
    Measure,
    Nearest,
    Over,
    State,
    UnitRow,
    UnitState,
    Weighed,
)
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg
from dothi.web.center.acts import ActForm, Typed, select, words
from dothi.web.center.wording import age, number
from dothi.web.components.rows import Field, Moment

STATES = {
    State.OPEN: msg("open"),
    State.UNDER_WAY: msg("units under way"),
    State.STABILIZED: msg("stabilized"),
    State.CLOSED: msg("closed"),
}
LINES = {
    EntryKind.OPENED: msg("Incident opened"),
    EntryKind.ALERT_JOINED: msg("Alert joined"),
    EntryKind.NOTED: msg("Note"),
    EntryKind.ASSESSED: msg("Severity assessed anew"),
    EntryKind.UNIT_SENT: msg("Unit sent"),
    EntryKind.UNIT_ARRIVED: msg("Unit arrived"),
    EntryKind.UNIT_CLEARED: msg("Unit free again"),
    EntryKind.RUNBOOK_STARTED: msg("Runbook started"),
    EntryKind.STEP_DONE: msg("Step done"),
    EntryKind.STEP_UNMET: msg("Step not met"),
    EntryKind.WARNING_ISSUED: msg("Public warning issued"),
    EntryKind.STABILIZED: msg("Stabilized"),
    EntryKind.MERGED: msg("Merged"),
    EntryKind.CLOSED: msg("Closed"),
}
UNIT_STATES = {
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
Offered = tuple[str, str, frozenset[Duty], Sequence[Field]]
"""An act: its name, its title, the duties of which one is asked, its questions."""


def name(said: Words) -> str:
    """Return a name of the room's lists in the reader's language."""
    return said.en if get_language() == "en" else said.vi


def type_of(row: IncidentRow) -> str:
    """Return what happens, in words."""
    found = kinds.types().get(row.type)
    return name(found.name) if found else row.type


def severity_of(key: str) -> str:
    """Return how grave, in words."""
    found = kinds.severities().get(key)
    return name(found.name) if found else key


def unit_name(row: UnitRow) -> str:
    """Return call sign and name of a unit."""
    return f"{row.call_sign}, {row.name_en if get_language() == 'en' else row.name_vi}"


def moments(lines: Sequence[EntryRow]) -> list[Moment]:
    """Return the timeline, the oldest first; what was recorded later than it happened says so."""
    return [
        Moment(gettext(LINES[one.kind]) + _what(one), at=one.occurred_at, text=one.note, state="past")
        for one in lines
    ]


def _what(one: EntryRow) -> str:
    told = one.facts.get("unit") or one.facts.get("after") or one.facts.get("into") or one.facts.get("from")
    return f": {told}" if told else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One unit that could be sent: how far, and why it was passed over; empty for the nearest fitting."""

    unit: str
    state: str
    away: str
    over: str
    form: ActForm | None


def choices(found: Nearest, row: IncidentRow, *, may_send: bool) -> list[Choice]:
    """Return the units as they were weighed, the chosen one first."""
    return [_choice(one, found.measure, row, may_send=may_send) for one in found.weighed]


def _choice(one: Weighed, measure: Measure, row: IncidentRow, *, may_send: bool) -> Choice:
    free = may_send and one.unit.state is UnitState.AVAILABLE
    away = (
        gettext("%(min)s min by road") % {"min": number(round(one.road_s / 60))}
        if measure is Measure.ROAD_TIME and one.road_s is not None
        else gettext("%(km)s km as the crow flies") % {"km": number(round(one.distance_m / 1000, 1))}
    )
    over = gettext(OVERS[one.over]) if one.over else ""
    form = _of_unit("send", gettext("Send"), one.unit, row, primary=one.over is None) if free else None
    return Choice(unit_name(one.unit), gettext(UNIT_STATES[one.unit.state]), away, over, form)


@dataclass(frozen=True, slots=True)
class Out:
    """A unit that is out for this incident, and what it can do next."""

    unit: str
    state: str
    seen: str
    stale: bool
    forms: Sequence[ActForm]


def out(units: Sequence[UnitRow], row: IncidentRow, at: datetime, *, may_send: bool) -> list[Out]:
    """Return the units of this incident."""
    return [
        Out(unit_name(one), gettext(UNIT_STATES[one.state]), age(one.seen_at, at), one.stale,
            _next(one, row) if may_send else [])
        for one in units if one.incident_id == row.id
    ]  # fmt: skip


def _next(one: UnitRow, row: IncidentRow) -> list[ActForm]:
    acts = [("clear", gettext("Free again"))]
    if one.state is UnitState.SENT:
        acts.insert(0, ("arrive", gettext("Has arrived")))
    return [_of_unit(act, title, one, row) for act, title in acts]


def _of_unit(act: str, title: str, one: UnitRow, row: IncidentRow, *, primary: bool = False) -> ActForm:
    """Return the form of an act on one unit, which its address names."""
    url = reverse("center:incident-act", args=[row.id, act]) + f"?unit={one.id}"
    return ActForm(
        f"{act}-{one.id}", title, url, new_id(), seen=row.revision, primary=primary, about=one.call_sign
    )  # fmt: skip


def may_open(actor: Actor, at: datetime) -> bool:
    """Tell whether the actor may open an incident at `at`."""
    return decide(actor, rules.OPEN, None, at).allowed


def may(actor: Actor, rule: ActRule, row: IncidentRow, at: datetime) -> bool:
    """Tell whether the actor may do an act on this incident at `at`."""
    return decide(actor, rule, CaseFacts("incident", unit_id=row.unit_id, state=row.state), at).allowed


def forms(row: IncidentRow, actor: Actor, at: datetime, typed: Typed | None) -> list[ActForm]:
    """Return the acts that the actor can do on an incident now, beside those on its units."""
    if row.state is State.CLOSED:
        return []
    done = {"stabilize"} if row.state is State.STABILIZED else set()
    offered = [one for one in _offered(row, typed.sent if typed else QueryDict()) if one[0] not in done]
    return [
        ActForm(
            act, title, reverse("center:incident-act", args=[row.id, act]), new_id(), fields, row.revision,
            error=typed.error if typed and typed.act == act else "",
        )
        for act, title, duties, fields in offered
        if may(actor, rules.acts_by(act, duties), row, at)
    ]  # fmt: skip


def _offered(row: IncidentRow, sent: QueryDict) -> list[Offered]:
    both, note = rules.OPERATE | rules.DISPATCH, sent.get("note", "")
    severities = [(key, name(one.name)) for key, one in kinds.severities().items()]
    causes = [("", gettext("Choose a cause")), *((key, name(one)) for key, one in kinds.causes().items())]
    ended = gettext("What was the matter, and how it ended")
    return [
        ("note", gettext("Write a note"), both, [words("note", gettext("Note"), note, act="note")]),
        ("assess", gettext("Assess the severity anew"), rules.OPERATE,
         [select("severity", gettext("Severity"), severities, row.severity, act="assess")]),
        ("stabilize", gettext("It grows no worse"), both, []),
        ("close", gettext("Close the incident"), rules.OPERATE,
         [select("cause", gettext("Cause"), causes, sent.get("cause", ""), act="close"),
          words("note", ended, note, act="close")]),
    ]  # fmt: skip


def unit_of_form(text: str) -> UUID | None:
    """Return the unit that an address names, None where it names none."""
    try:
        return UUID(text)
    except ValueError:
        return None
