"""What the templates of the screen take: rows with words, never what the rooms below answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dothi.alerts.types import AlertRow, State
from dothi.incidents.assignments.types import AssignmentRow
from dothi.incidents.hazards import hazards
from dothi.incidents.types import IncidentRow
from dothi.incidents.warning_types import Status, WarningRow
from dothi.operations.rules import judged, level_of, level_of_alert
from dothi.operations.types import Figure, Kind, Level, Measured, Point, Situation, Ward
from dothi.web.casework.assignments import agency, standing
from dothi.web.center import alerts as of_alert
from dothi.web.center import assignments as of_assignment
from dothi.web.center import incidents as of_incident
from dothi.web.center import warnings as of_warning
from dothi.web.center.moments import Moment
from dothi.web.center.wording import (
    FIGURES,
    ICONS,
    LEVELS,
    SOURCES,
    TARGETS,
    TONES,
    address_of,
    address_of_figure,
    age,
    amount,
    name,
    number,
    text,
)
from dothi.web.components import formats
from dothi.web.components.rows import Column, Row, Tone
from dothi.web.components.templatetags.components import empty_state


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the screen in words."""

    name: str
    label: str
    value: str
    unit: str
    level: Level
    said: str
    target: str
    of: str
    age: str
    at: datetime | None
    source: str
    stale: bool
    url: str = ""

    @property
    def icon(self) -> str:
        """Return the icon that stands beside the color."""
        return ICONS[self.level]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of what is wrong."""

    title: str
    facts: str
    url: str
    level: Level
    icon: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One part of what is wrong; `none` is said when it is empty. `unanswered` counts what rings."""

    title: str
    items: Sequence[Item]
    none: str
    urgent: bool = False
    unanswered: int | None = None
    url: str = ""
    """The list of its kind, at the moment that the screen shows."""

    beyond: int = 0
    """How many a wall leaves out."""

    @property
    def count(self) -> int:
        """Return how many there are, shown or not."""
        return len(self.items) + self.beyond


@dataclass(frozen=True, slots=True)
class Table:
    """One of the lists below the map."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: SafeString


@dataclass(frozen=True, slots=True)
class Screen:
    """The screen at `moment`."""

    moment: Moment
    tiles: Sequence[Tile]
    strip: Sequence[Strip]
    tables: Sequence[Table]
    generated: bool


def screen(found: Situation, moment: Moment, drafts: Sequence[WarningRow] = ()) -> Screen:
    """Return the screen of a situation; `drafts` are warnings that wait for approval now."""
    tables = [wards(found.wards, found.at), points(found.points, moment)]
    tiles = [tile(one, moment) for one in found.figures]
    first, *others = alerts(found.alerts, moment)
    asked = assignments(found.assignments, moment)
    strip = [
        first,
        incidents(found.incidents, moment),
        *asked,
        *warnings(found.warnings, drafts, moment),
        *others,
    ]
    return Screen(moment, tiles, strip, tables, found.generated)


def alerts(found: Sequence[AlertRow], moment: Moment) -> list[Strip]:
    """Return the alerts that nobody has answered, those answered, and those that ended without a label."""
    told = {
        state: [_alert(one, moment) for one in found if _waits(one) is state]
        for state in (State.RAISED, State.ACKNOWLEDGED, State.CLEARED)
    }
    waiting = told[State.RAISED]
    return [
        Strip(gettext("Alerts not answered"), waiting, gettext("Every alert is answered."), bool(waiting),
              len(waiting)),
        Strip(gettext("Alerts answered"), told[State.ACKNOWLEDGED], gettext("None.")),
        Strip(gettext("Ended, to be labeled"), told[State.CLEARED], gettext("None.")),
    ]  # fmt: skip


def _waits(one: AlertRow) -> State:
    """Return whose turn an alert is: a snooze that lies ahead counts as an answer."""
    return State.ACKNOWLEDGED if one.is_open and one.snoozed_until else one.state


def _alert(one: AlertRow, moment: Moment) -> Item:
    value = [amount(one.value, one.unit)] if one.unit else []
    told = [gettext(of_alert.SEVERITIES[one.severity]), *value, age(one.raised_at, moment.at)]
    if one.snoozed_until:
        told.append(gettext("snoozed until %(at)s") % {"at": formats.moment(one.snoozed_until)})
    level = level_of_alert(one)
    return Item(of_alert.title(one), " · ".join(told), _page("alert", one.id, moment), level, ICONS[level])


def _page(kind: str, key: UUID, moment: Moment) -> str:
    """Return the address of one thing at the moment that the screen shows."""
    return moment.address(reverse(f"center:{kind}", args=[key]))


def incidents(found: Sequence[IncidentRow], moment: Moment) -> Strip:
    """Return the open incidents, the gravest first."""
    items = [_incident(one, moment) for one in found]
    return Strip(gettext("Open incidents"), items, gettext("No incident is open."), urgent=bool(items),
                 url=moment.address(reverse("center:incidents")))  # fmt: skip


def _incident(one: IncidentRow, moment: Moment) -> Item:
    standing = gettext(of_incident.STATES[one.state])
    facts = " · ".join((one.code, of_incident.type_of(one), standing, age(one.opened_at, moment.at)))
    return Item(one.title, facts, _page("incident", one.id, moment), level_of(one), "siren")


def warnings(found: Sequence[WarningRow], drafts: Sequence[WarningRow], moment: Moment) -> list[Strip]:
    """Return the warnings in force, and those that wait for approval where there are some."""
    waiting = [_warning(one, one.drafted_at, moment) for one in drafts]
    issued = [_warning(one, one.issued_at or one.drafted_at, moment) for one in found]
    url = moment.address(reverse("center:warnings"))
    told = [Strip(gettext("Public warnings in force"), issued, gettext("No warning is in force."), url=url)]
    if waiting:
        told.insert(0, Strip(gettext("Warnings that wait for approval"), waiting, "", urgent=True, url=url))
    return told


def _warning(one: WarningRow, since: datetime, moment: Moment) -> Item:
    hazard = name(hazards()[one.hazard].event)
    facts = [hazard, gettext(of_warning.CAP[one.severity]), age(since, moment.at)]
    if one.status is not Status.ACTUAL:
        facts.insert(0, gettext(of_warning.STATUSES[one.status]))
    url = _page("warning", one.id, moment)
    return Item(of_warning.headline(one), " · ".join(facts), url, Level.RAISED, "megaphone")


def assignments(found: Sequence[AssignmentRow], moment: Moment) -> list[Strip]:
    """Return what agencies were asked: those overdue first, where there are some."""
    late = [_assignment(one, moment) for one in found if one.overdue(moment.at)]
    told = [_assignment(one, moment) for one in found if not one.overdue(moment.at)]
    parts = [Strip(gettext("Asked of agencies"), told, gettext("Nothing is asked of an agency."))]
    if late:
        parts.insert(0, Strip(gettext("Agencies overdue"), late, "", urgent=True))
    return parts


def _assignment(one: AssignmentRow, moment: Moment) -> Item:
    said, tone = standing(one, moment.at, of_assignment.STATES, of_assignment.OVERDUE)
    facts = " · ".join((agency(one), said, of_assignment.due(one), one.incident_code))
    level = Level.HIGH if tone == "late" else Level.CALM
    return Item(one.words, facts, _page("incident", one.incident_id, moment), level, "list-checks")


def tile(one: Figure, moment: Moment) -> Tile:
    """Return one figure in words, as old as it is at the moment, and the way to what it is made of then."""
    unit = "" if one.value is None else one.unit
    return Tile(
        one.name, gettext(FIGURES[one.name]), number(one.value), unit, one.level,
        gettext(LEVELS[one.level]), _target(one), text(one.of) if one.of else "", age(one.at, moment.at),
        one.at, _source(one.source), one.stale, moment.address(address_of_figure(one)),
    )  # fmt: skip


def _source(name: str) -> str:
    return gettext(SOURCES[name]) if name in SOURCES else name


def _target(one: Figure) -> str:
    if one.target is None:
        return gettext(TARGETS[one.name]) if one.name in TARGETS else ""
    if one.target == 0:
        return gettext("target: 0")
    return gettext("target: below %(value)s") % {"value": number(one.target)}


def wards(found: Sequence[Ward], at: datetime) -> Table:
    """Return the wards, the wettest first."""
    caption = gettext("Rain by ward")
    columns = [
        Column(gettext("Ward")),
        Column(gettext("Rain in 24 h, mm"), numeric=True, narrow=True),
        *_standing(),
    ]
    ordered = sorted(found, key=lambda one: -(one.value if one.value is not None else -1.0))
    rows = [
        Row([text(one.name), number(one.value), state(one.level, one.stale), when(one.at, at)],
            id=f"ward-{one.code}")
        for one in ordered
    ]  # fmt: skip
    return Table(caption, columns, rows, empty_state(gettext("No ward is known")))


def points(found: Sequence[Point], moment: Moment) -> Table:
    """Return what stands on the map, the gravest first."""
    caption = gettext("What the map shows")
    columns = [Column(gettext("Place")), Column(gettext("Value"), numeric=True, narrow=True), *_standing()]
    ordered = sorted(found, key=lambda one: (-one.level.weight, one.stale))
    rows = [
        Row([text(one.place.name), _amount(one), state(one.level, one.stale),
             when(one.at, moment.at)], id=one.id, url=moment.address(address_of(one)))
        for one in ordered
    ]  # fmt: skip
    return Table(caption, columns, rows, empty_state(gettext("Nothing is on the map")))


def _amount(one: Point) -> str:
    """Return what a point measures; a watched one that has no gauge says only whether it is under water."""
    return amount(one.value, one.unit, "flooded" if one.kind is Kind.FLOOD and not one.unit else "")


def state(level: Level, stale: bool) -> tuple[str, Tone]:
    """Return how something stands, as a tag."""
    return (gettext("old"), "paused") if stale else (gettext(LEVELS[level]), TONES[level])


def state_of(one: Measured) -> tuple[str, Tone]:
    """Return how the latest value of a series stands."""
    return state(judged(one, one.value), one.stale)


def when(then: datetime | None, at: datetime) -> str:
    """Return an instant with its age at `at`."""
    return f"{formats.moment(then)} ({age(then, at)})" if then else "–"


def _standing() -> list[Column]:
    return [Column(gettext("State"), narrow=True), Column(gettext("Observed"), narrow=True)]
