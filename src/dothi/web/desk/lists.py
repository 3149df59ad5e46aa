"""Lines of the desk's lists. No name of a person stands in one: a list shows what work there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.dossiers import queues
from dothi.dossiers.queries import Row as DossierRow
from dothi.dossiers.rules import ASSIGNED
from dothi.dossiers.telling import next_act
from dothi.foundation.identity.authority import Actor
from dothi.foundation.tasks.types import TaskRow
from dothi.kernel.clock import ClockReading
from dothi.kernel.ids import DossierId, name_in
from dothi.kernel.problems import msg
from dothi.procedures.queries import version
from dothi.procedures.types import VersionId
from dothi.web.casework import clocks, course
from dothi.web.casework.places import OFFICIALS, address
from dothi.web.components import formats
from dothi.web.components.rows import Column, Row, Tone


@dataclass(frozen=True, slots=True)
class Known:
    """What lists show of dossiers beside themselves: their clocks, which are unread, who looks."""

    readings: Mapping[DossierId, ClockReading]
    unread: frozenset[DossierId]
    person_id: UUID | None


def known(rows: Sequence[DossierRow], actor: Actor, at: datetime) -> Known:
    """Read clocks and unread marks of all rows; three statements, whatever their number."""
    unread = queues.unread(rows, actor.person_id) if actor.person_id else frozenset()
    return Known(queues.readings(rows, at), unread, actor.person_id)


KINDS: Mapping[str, str] = {
    "dossier": msg("Dossier"), "incident": msg("Incident"), "assignment": msg("Assignment"),
    "alert": msg("Alert"), "alert-rule": msg("Rule of alerts"),
}  # fmt: skip
"""What a line of the work list is about, by the kind in the urn of its task."""


def columns(of: str, first_act: str) -> list[Column]:
    """Return the columns of a list; `of` names its rows, `first_act` what is to be done or how it stands."""
    narrow = (of, first_act, gettext("Deadline"), gettext("Claimed by"), gettext("Seen"))
    return [*(Column(title, narrow=True) for title in narrow), Column(gettext("Procedure"))]


def is_ones_own(row: DossierRow | None, actor: Actor) -> bool:
    """Tell whether what is waited for is this actor's: what only a colleague may do is not one's work."""
    if row is None or row.assignee_id in (None, actor.person_id):
        return True
    waited_for = next_act(version(VersionId(row.version_id)), row.state)
    return waited_for is None or waited_for.act not in ASSIGNED


def work_row(task: TaskRow, row: DossierRow | None, facts: Known) -> Row:
    """Return one line of the work list."""
    if row is None:
        cells = [_kind(task.about, _said(task)), "", formats.moment(task.due_at), "", "", ""]
        return Row(cells, url=address(task.about, OFFICIALS), id=f"task-{task.id}")
    procedure = version(VersionId(row.version_id))
    waited_for = next_act(procedure, row.state)
    said = course.said(waited_for.title) if waited_for else course.state_title(procedure, row.state)
    return _row(row, _kind(task.about, row.code), said, facts)


def _kind(about: str, said: str) -> str:
    """Return a text with the kind of thing that it is about before it, where that has a name."""
    name = name_in(about)
    kind = KINDS.get(name.kind, "") if name else ""
    return f"{gettext(kind)}: {said}" if kind else said


def dossier_row(row: DossierRow, facts: Known) -> Row:
    """Return one line of the list of dossiers."""
    said = course.state_title(version(VersionId(row.version_id)), row.state)
    return _row(row, row.code, said, facts)


def _said(task: TaskRow) -> str:
    """Return what is to be done; a fact in two languages stands as `name` and `name_en`."""
    english = get_language() == "en"
    facts = {
        name: task.facts.get(f"{name}_en", told) if english else told for name, told in task.facts.items()
    }
    return gettext(task.title) % facts


def _row(row: DossierRow, name: str, said: str, facts: Known) -> Row:
    chip = clocks.chip(facts.readings[row.id])
    seen = (gettext("New"), "soon") if row.id in facts.unread else gettext("Seen")
    procedure = course.said(version(VersionId(row.version_id)).title)
    cells = [name, said, chip, _holder(row, facts), seen, procedure]
    tone: Tone = chip.tone if chip.tone == "late" else "neutral"
    url = reverse("desk:dossier", args=[row.id])
    return Row(cells, url=url, id=f"row-{row.id}", tone=tone)


def _holder(row: DossierRow, facts: Known) -> str:
    if row.assignee_id is None:
        return gettext("Nobody")
    return gettext("Me") if row.assignee_id == facts.person_id else gettext("A colleague")
