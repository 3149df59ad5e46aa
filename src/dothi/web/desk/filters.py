"""Filters of the list of dossiers: an address that can be kept and sent, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext

from dothi.dossiers.models import FAR
from dothi.dossiers.queries import Row
from dothi.foundation.clock import HANOI, civil_date
from dothi.procedures.queries import in_force, version
from dothi.procedures.types import Procedure
from dothi.web.casework import course
from dothi.web.components.rows import Choice, Field

After = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty is everything that is still open."""

    state: str = ""
    procedure: str = ""
    due: str = ""
    mine: bool = False
    newest: bool = False

    @property
    def given(self) -> bool:
        """Return whether anything is asked for."""
        return bool(self.state or self.procedure or self.due or self.mine)

    def address(self, after: After | None = None) -> str:
        """Return the query string that asks for this again, from a row on."""
        asked = {"state": self.state, "procedure": self.procedure, "due": self.due}
        asked |= {"mine": "1"} if self.mine else {}
        asked |= {"order": "newest"} if self.newest else {}
        asked |= {"after": f"{after[0].isoformat()}~{after[1]}"} if after else {}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def filters_of(request: HttpRequest) -> Filters:
    """Return what the address asks for; what it does not know counts as not asked."""
    asked = request.GET
    due = asked.get("due", "")
    return Filters(
        asked.get("state", "")[:30], asked.get("procedure", "")[:20],
        due if due in ("late", "soon") else "", asked.get("mine") == "1",
        asked.get("order") == "newest",
    )  # fmt: skip


def place_of(row: Row, *, newest: bool) -> After:
    """Return what the list is ordered by, and the id, of a row."""
    at = row.submitted_at if newest else row.due_at
    return at or FAR, row.id


def after_of(request: HttpRequest) -> After | None:
    """Return the row after which the list goes on; None at its start or for nonsense."""
    due, _, key = request.GET.get("after", "").partition("~")
    try:
        at = datetime.fromisoformat(due.replace(" ", "+"))
        return (at, UUID(key)) if at.tzinfo else None
    except ValueError:
        return None


def procedures_on(on: date) -> list[Procedure]:
    """Return the procedures in force, by code."""
    return [version(row.id) for row in in_force(on)]


def states_of(procedures: Sequence[Procedure]) -> dict[str, str]:
    """Return the states in which a filed dossier can be, in the order of the documents, by their names."""
    rows = {row.id: row for one in procedures for row in one.states if row.code}
    return {name: course.said(row.title) for name, row in rows.items()}


def open_states(procedures: Sequence[Procedure]) -> list[str]:
    """Return the states in which something is still to be done."""
    return sorted({row.id for one in procedures for row in one.states if row.code and not row.final})


def wanted_states(filters: Filters, procedures: Sequence[Procedure]) -> list[str]:
    """Return the states to list: the chosen name may stand for several states of the same name."""
    names = states_of(procedures)
    if filters.state == "all":
        return []
    if filters.state not in names:
        return open_states(procedures)
    return [state for state, name in names.items() if name == names[filters.state]]


def due_between(filters: Filters, at: datetime) -> Mapping[str, datetime]:
    """Return the bounds of the deadline: late is before now, soon is until the end of today."""
    tomorrow = datetime.combine(civil_date(at) + timedelta(days=1), time.min, HANOI)
    match filters.due:
        case "late":
            return {"due_before": at}
        case "soon":
            return {"due_from": at, "due_before": tomorrow}
        case _:
            return {}


def fields(filters: Filters, procedures: Sequence[Procedure]) -> list[Field]:
    """Return the filters as questions."""
    states = [Choice("", gettext("Still open")), Choice("all", gettext("All"))]
    states += [Choice(state, name) for state, name in _by_name(procedures)]
    kinds = [Choice("", gettext("All")), *(Choice(one.code, course.said(one.title)) for one in procedures)]
    dues = [
        Choice("", gettext("All")), Choice("late", gettext("Late")), Choice("soon", gettext("Due today")),
    ]  # fmt: skip
    whose = [Choice("", gettext("All")), Choice("1", gettext("Claimed by me"))]
    orders = [Choice("", gettext("By deadline")), Choice("newest", gettext("Newest first"))]
    asked = (
        ("state", gettext("State"), states, filters.state),
        ("procedure", gettext("Procedure"), kinds, filters.procedure),
        ("due", gettext("Deadline"), dues, filters.due),
        ("mine", gettext("Work of"), whose, "1" if filters.mine else ""),
        ("order", gettext("Order"), orders, "newest" if filters.newest else ""),
    )
    return [Field("select", name, label, choices=of, value=value) for name, label, of, value in asked]


def _by_name(procedures: Sequence[Procedure]) -> list[tuple[str, str]]:
    """Return each name of a state once, with the first state that bears it."""
    first: dict[str, str] = {}
    for state, name in states_of(procedures).items():
        first.setdefault(name, state)
    return [(state, name) for name, state in first.items()]
