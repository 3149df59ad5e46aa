"""One incident in words: how it stands, its timeline, and the acts that are possible now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, decide
from dothi.incidents import kinds, rules, runbooks
from dothi.incidents.types import EntryKind, EntryRow, IncidentRow, State
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg
from dothi.operations.rules import level_of
from dothi.operations.types import Level
from dothi.web.center import assignments as asked
from dothi.web.center import joining
from dothi.web.center.acts import ActForm, Offered, Typed, select, words
from dothi.web.center.joining import Around
from dothi.web.center.moments import Moment
from dothi.web.center.units import weighed
from dothi.web.center.wording import age, name, post_title
from dothi.web.components import rows as parts

STATES = {
    State.OPEN: msg("open"),
    State.UNDER_WAY: msg("units under way"),
    State.STABILIZED: msg("stabilized"),
    State.CLOSED: msg("closed"),
}
LINES = {
    EntryKind.OPENED: msg("Incident opened"),
    EntryKind.ALERT_JOINED: msg("Alert joined"),
    EntryKind.CALL_JOINED: msg("A call joined"),
    EntryKind.REPORT_JOINED: msg("A report joined"),
    EntryKind.NOTED: msg("Note"),
    EntryKind.ASSESSED: msg("Severity assessed anew"),
    EntryKind.UNIT_SENT: msg("Unit sent"),
    EntryKind.UNIT_ARRIVED: msg("Unit arrived"),
    EntryKind.UNIT_CLEARED: msg("Unit free again"),
    EntryKind.RUNBOOK_STARTED: msg("Runbook started"),
    EntryKind.STEP_DONE: msg("Step done"),
    EntryKind.STEP_UNMET: msg("Step not met"),
    EntryKind.ROADS_CLOSED: msg("Roads closed around the place"),
    EntryKind.WARNING_ISSUED: msg("Public warning issued"),
    EntryKind.ASSIGNMENT_GIVEN: msg("Asked of an agency"),
    EntryKind.ASSIGNMENT_ACCEPTED: msg("Accepted by the agency"),
    EntryKind.ASSIGNMENT_DONE: msg("Reported done by the agency"),
    EntryKind.ASSIGNMENT_WITHDRAWN: msg("No longer asked of the agency"),
    EntryKind.STABILIZED: msg("Stabilized"),
    EntryKind.MERGED: msg("Merged"),
    EntryKind.CLOSED: msg("Closed"),
}
NAMED = ("unit", "agency", "after", "into", "from", "reference")
"""Facts of a line of which the first that is there stands in its title."""


def type_of(row: IncidentRow) -> str:
    """Return what happens, in words."""
    found = kinds.types().get(row.type)
    return name(found.name) if found else row.type


def severity_of(key: str) -> str:
    """Return how grave, in words."""
    found = kinds.severities().get(key)
    return name(found.name) if found else key


def moments(lines: Sequence[EntryRow]) -> list[parts.Moment]:
    """
    Return the timeline, the oldest first, with who acted: the post as it was on the day of the act.

    Two statements for each post and day.
    """
    acted = {(one.post_id, civil_date(one.recorded_at)) for one in lines}
    posts = {(post, on): post_title(post, on) for post, on in acted}
    return [
        parts.Moment(
            _title(one) + _what(one),
            at=one.occurred_at,
            text=" ".join(filter(None, (one.note, _weighed(one)))),
            holder=posts[one.post_id, civil_date(one.recorded_at)],
        )
        for one in lines
    ]


def _weighed(one: EntryRow) -> str:
    return weighed(one.facts) if one.kind is EntryKind.UNIT_SENT else ""


def _title(one: EntryRow) -> str:
    watched = one.kind is EntryKind.NOTED and "watched" in one.facts
    return gettext("Step taken, its sensor is watched") if watched else gettext(LINES[one.kind])


def _what(one: EntryRow) -> str:
    part = next((part for part in NAMED if one.facts.get(part)), "")
    told = (one.facts.get(f"{part}_en") if get_language() == "en" else None) or one.facts.get(part)
    book = runbooks.runbooks().get(str(one.facts.get("runbook", "")))
    if book is not None:
        steps = {step.id: step.title for step in book.steps}
        told = name(steps.get(str(one.facts.get("step")), book.name))
    return f": {told}" if told else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One incident of the list."""

    code: str
    title: str
    said: str
    level: Level
    url: str


def listed(found: Sequence[IncidentRow], moment: Moment) -> list[Listed]:
    """Return what was open at a moment, in its order."""
    return [
        Listed(one.code, one.title, _standing(one, moment.at), level_of(one),
               moment.address(reverse("center:incident", args=[one.id])))
        for one in found
    ]  # fmt: skip


def _standing(one: IncidentRow, at: datetime) -> str:
    facts = type_of(one), severity_of(one.severity), gettext(STATES[one.state]), age(one.opened_at, at)
    return " · ".join(facts)


def may_open(actor: Actor, at: datetime) -> bool:
    """Tell whether the actor may open an incident at `at`."""
    return decide(actor, rules.OPEN, None, at).allowed


def may(actor: Actor, rule: ActRule, row: IncidentRow, at: datetime) -> bool:
    """Tell whether the actor may do an act on this incident at `at`."""
    return decide(actor, rule, CaseFacts("incident", unit_id=row.unit_id, state=row.state), at).allowed


def forms(row: IncidentRow, actor: Actor, at: datetime, typed: Typed | None, around: Around) -> list[ActForm]:
    """Return the acts that the actor can do on an incident now, beside those on its units and runbooks."""
    if row.state is State.CLOSED:
        return []
    done = {"stabilize"} if row.state is State.STABILIZED else set()
    sent = typed.sent if typed else QueryDict()
    first, *rest = _offered(row, sent)
    every = [first, asked.offered(row, sent, at), *joining.offered(around, sent, at), *rest]
    return [
        ActForm(
            act, title, reverse("center:incident-act", args=[row.id, act]), new_id(), fields, row.revision,
            error=typed.error if typed and typed.act == act else "",
        )
        for act, title, duties, fields in every
        if act not in done and may(actor, rules.acts_by(act, duties), row, at)
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


def id_of(text: str) -> UUID | None:
    """Return the id that an address or a form names, None where it names none."""
    try:
        return UUID(text)
    except ValueError:
        return None
