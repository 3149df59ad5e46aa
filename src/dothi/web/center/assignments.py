"""What was asked of agencies in words, the form that asks, and the one that asks no longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, CaseFacts, decide
from dothi.incidents import rules
from dothi.incidents.assignments.actions import KIND, WITHDRAW
from dothi.incidents.assignments.errors import AssignmentUnfit
from dothi.incidents.assignments.types import OPEN, AssignmentRow, NewAssignment, State
from dothi.incidents.types import IncidentRow
from dothi.kernel.ids import UnitId, new_id
from dothi.kernel.problems import msg
from dothi.registers.agencies.queries import units
from dothi.registers.agencies.types import UnitKind
from dothi.web.casework.assignments import agency, standing
from dothi.web.center.acts import ActForm, Offered, Typed, select, words
from dothi.web.center.moments import Moment
from dothi.web.components import formats
from dothi.web.components.rows import Field, Tone

ACT = "assign"
HOURS = (1, 2, 4, 8, 24, 72)
"""Deadlines that the form offers, from now."""
AGENCIES = (UnitKind.DEPARTMENT, UnitKind.WARD)
STATES = {
    State.GIVEN: msg("not accepted yet"),
    State.ACCEPTED: msg("accepted"),
    State.DONE: msg("reported done"),
    State.WITHDRAWN: msg("no longer asked"),
}
OVERDUE = msg("overdue")


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of what was asked in an incident."""

    agency: str
    words: str
    state: str
    tone: Tone
    due: str
    note: str
    form: ActForm | None


def due(row: AssignmentRow) -> str:
    """Return until when it is asked."""
    return gettext("until %(at)s") % {"at": formats.moment(row.due_at)}


def listed(
    found: Sequence[AssignmentRow], row: IncidentRow, actor: Actor, moment: Moment, typed: Typed | None
) -> list[Asked]:
    """Return what was asked in an incident; what is open can be withdrawn by who may."""
    case = CaseFacts(KIND, unit_id=row.unit_id)
    may = moment.live and decide(actor, WITHDRAW, case, moment.at).allowed
    return [_asked(one, row, moment.at, typed, may=may) for one in found]


def _asked(one: AssignmentRow, row: IncidentRow, at: datetime, typed: Typed | None, *, may: bool) -> Asked:
    said, tone = standing(one, at, STATES, OVERDUE)
    act = f"withdraw-{one.id}"
    url = reverse("center:incident-act", args=[row.id, "withdraw"]) + f"?assignment={one.id}"
    why = words("note", gettext("Why"), act=act)
    error = typed.error if typed and typed.act == "withdraw" else ""
    form = ActForm(act, gettext("Ask no longer"), url, new_id(), [why], error=error, about=agency(one))
    return Asked(
        agency(one), one.words, said, tone, due(one), one.note, form if may and one.state in OPEN else None
    )


def offered(row: IncidentRow, sent: QueryDict, at: datetime) -> Offered:
    """Return the act of asking an agency, with its questions."""
    return ACT, gettext("Ask an agency"), rules.OPERATE | rules.DISPATCH, fields(row, sent, at)


def fields(row: IncidentRow, sent: QueryDict, at: datetime) -> list[Field]:
    """Return the questions of who is to do what until when; at first the ward of the incident is chosen."""
    english = get_language() == "en"
    found = [unit for kind in AGENCIES for unit in units(kind, civil_date(at))]
    here = next((str(unit.id) for unit in found if unit.area_code == row.place.ward_code), "")
    choices = [(str(unit.id), unit.name.en if english else unit.name.vi) for unit in found]
    hours = [(str(one), gettext("%(hours)s hours") % {"hours": one}) for one in HOURS]
    return [
        select("agency", gettext("Which agency"), choices, sent.get("agency", here), act=ACT),
        words("words", gettext("What is asked"), sent.get("words", ""), act=ACT),
        select("hours", gettext("Until when, from now"), hours, sent.get("hours", "4"), act=ACT),
    ]


def new_assignment(sent: QueryDict, at: datetime) -> NewAssignment:
    """Return what was sent. Raises AssignmentUnfit."""
    told = sent.get("hours", "")
    hours = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0
    try:
        agency_id = UnitId(UUID(sent.get("agency", "")))
    except ValueError as error:
        raise AssignmentUnfit from error
    return NewAssignment(agency_id, sent.get("words", "").strip()[:2001], at + timedelta(hours=hours))
