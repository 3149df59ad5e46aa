"""Public warnings as the center drafts and approves them: the form, one message in words, the acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, decide
from dothi.incidents import rules
from dothi.incidents.hazards import hazards
from dothi.incidents.types import IncidentId, IncidentRow
from dothi.incidents.warning_types import (
    CERTAINTIES,
    LANGUAGES,
    SEVERITIES,
    URGENCIES,
    MsgType,
    NewWarning,
    Status,
    WarningRow,
    WarningState,
    Wording,
    may_be_replaced,
)
from dothi.kernel.ids import UnitId, new_id
from dothi.kernel.problems import msg
from dothi.registers.agencies.types import Name
from dothi.web.center import wards as of_wards
from dothi.web.center.acts import ActForm, Typed, line, select, words
from dothi.web.center.moments import Moment
from dothi.web.center.prefilled import PARTS, Known
from dothi.web.center.wording import name
from dothi.web.components import formats
from dothi.web.components.rows import Column, Field, Row, Tone

ACT = "draft"
HOURS = (3, 6, 12, 24)
"""Hours in force that the form offers."""
STATUSES = {
    Status.ACTUAL: msg("Actual: the public is told"),
    Status.EXERCISE: msg("Exercise: only the center sees it"),
    Status.TEST: msg("Test: only the center sees it"),
}
MSG_TYPES = {
    MsgType.ALERT: msg("First message"),
    MsgType.UPDATE: msg("Update"),
    MsgType.CANCEL: msg("Cancellation"),
}
STATES = {
    WarningState.DRAFTED: msg("waits for approval"),
    WarningState.ISSUED: msg("issued"),
    WarningState.REFUSED: msg("refused"),
    WarningState.DISCARDED: msg("taken back"),
}
OVER = msg("no longer in force")
CAP = {
    "Immediate": msg("Immediate"),
    "Expected": msg("Expected"),
    "Future": msg("In the future"),
    "Past": msg("Over"),
    "Unknown": msg("Unknown"),
    "Extreme": msg("Extreme"),
    "Severe": msg("Severe"),
    "Moderate": msg("Moderate"),
    "Minor": msg("Minor"),
    "Observed": msg("Seen to happen"),
    "Likely": msg("Likely"),
    "Possible": msg("Possible"),
    "Unlikely": msg("Unlikely"),
}
"""Words of CAP 1.2 for urgency, severity and certainty."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the list: its title, its rows, and what is said where there are none."""

    title: str
    rows: Sequence[Row]
    none: str


def parts() -> list[tuple[str, str]]:
    """Return the titles of the parts, each with what is said where it has no rows."""
    return [
        (gettext("Wait for approval"), gettext("No draft waits.")),
        (gettext("Now in force"), gettext("No warning is in force.")),
        (gettext("No longer in force"), gettext("None yet.")),
    ]


def columns() -> list[Column]:
    """Return the columns of the list."""
    return [
        Column(gettext("Warning")), Column(gettext("State"), narrow=True),
        Column(gettext("From – until"), narrow=True), Column(gettext("Hazard and severity")),
        Column(gettext("Whose")),
    ]  # fmt: skip


def listed(found: Sequence[WarningRow], names: Mapping[UnitId, Name], moment: Moment) -> list[Row]:
    """Return one line a message, as it stood; `names` are those of the units that warn."""
    return [
        Row([headline(one), standing(one, moment.at),
             formats.span(one.onset_at, one.expires_at),
             _what(one), _called(names.get(one.unit_id))],
            url=moment.address(reverse("center:warning", args=[one.id])), id=f"warning-{one.id}")
        for one in found
    ]  # fmt: skip


def standing(row: WarningRow, at: datetime) -> tuple[str, Tone]:
    """Return how a message stands, as a tag."""
    if row.state is not WarningState.ISSUED:
        return gettext(STATES[row.state]), "soon" if row.state is WarningState.DRAFTED else "paused"
    if row.in_force(at):
        return gettext("in force"), "good"
    if row.replaced_at is not None and row.replaced_at <= at:
        return gettext("replaced"), "paused"
    return gettext(STATES[row.state] if row.msg_type is MsgType.CANCEL else OVER), "paused"


def _what(row: WarningRow) -> str:
    """Return what is special before what is always said: that it is not meant, or no first message."""
    special = [gettext(STATUSES[row.status])] if row.status is not Status.ACTUAL else []
    special += [gettext(MSG_TYPES[row.msg_type])] if row.msg_type is not MsgType.ALERT else []
    return " · ".join([*special, name(hazards()[row.hazard].event), gettext(CAP[row.severity])])


def _called(found: Name | None) -> str:
    if found is None:
        return "–"
    return found.en if get_language() == "en" else found.vi


def headline(row: WarningRow) -> str:
    """Return the headline in the reader's language."""
    return row.words["en" if get_language() == "en" else "vi"].headline


def first_fields(known: Known, sent: QueryDict, at: datetime) -> list[Field]:
    """Return the form of a first message: whether it is meant and of what, then what each is asked."""
    events = [(key, name(one.event)) for key, one in hazards().items()]
    meant = [(one.value, gettext(said)) for one, said in STATUSES.items()]
    hazard = sent.get("hazard", known.values.get("hazard", ""))
    return [
        select("status", gettext("Is it meant"), meant, sent.get("status", Status.ACTUAL), act=ACT),
        select("hazard", gettext("Hazard"), events, hazard, act=ACT),
        *fields(known, sent, at),
    ]


def fields(known: Known, sent: QueryDict, at: datetime) -> list[Field]:
    """Return what each message is asked, filled with what is known or with what was sent."""
    told = {"urgency": "Immediate", "certainty": "Observed", "hours": "6", **known.values}
    told |= {name: str(value) for name, value in sent.items()}
    hours = [(str(one), gettext("%(hours)s hours") % {"hours": one}) for one in HOURS]
    return [
        _of_cap("severity", gettext("Severity"), SEVERITIES, told["severity"]),
        _of_cap("urgency", gettext("Urgency"), URGENCIES, told["urgency"]),
        _of_cap("certainty", gettext("Certainty"), CERTAINTIES, told["certainty"]),
        select("hours", gettext("In force for"), hours, told["hours"], act=ACT),
        *[one for language in LANGUAGES for one in _wording(language, told, ACT)],
        _wards(known, sent, at),
    ]  # fmt: skip


def _wards(known: Known, sent: QueryDict, at: datetime) -> Field:
    """Return the question which wards are meant; a group that a button took is chosen besides."""
    near = of_wards.around(known.lon, known.lat) if known.lon is not None and known.lat is not None else []
    offered = of_wards.offered(known.told, of_wards.with_alerts(at), near)
    taken = [code for one in offered if one.key == sent.get(of_wards.TAKE) for code in one.codes]
    chosen = sent.getlist("wards") if sent else known.wards
    return of_wards.field(list(dict.fromkeys([*chosen, *taken])), offered, at)


def _of_cap(part: str, label: str, of: tuple[str, ...], value: str) -> Field:
    return select(part, label, [(one, gettext(CAP[one])) for one in of], value, act=ACT)


def _wording(language: str, told: Mapping[str, object], act: str) -> list[Field]:
    tongue = gettext("in Vietnamese") if language == "vi" else gettext("in English")
    asked = {"headline": gettext("Headline"), "description": gettext("What happens"),
             "instruction": gettext("What people should do")}  # fmt: skip
    found = []
    for part, label in asked.items():
        key = f"{part}_{language}"
        kind = line if part == "headline" else words
        found.append(kind(key, f"{label}, {tongue}", str(told.get(key, "")), act=act))
    return found


def new_warning(sent: QueryDict, incident: IncidentRow | None, at: datetime) -> NewWarning:
    """Return what was sent as a message that is in force from now on."""
    told = sent.get("hours", "")
    hours = int(told) if told.isascii() and told.isdigit() and len(told) < 3 else 0
    status = sent.get("status", "")
    return NewWarning(
        Status(status) if status in set(Status) else Status.TEST, sent.get("hazard", ""),
        sent.get("urgency", ""), sent.get("severity", ""), sent.get("certainty", ""),
        words_of(sent), tuple(sent.getlist("wards")[:200]), at,
        at + timedelta(hours=hours), IncidentId(incident.id) if incident else None,
    )  # fmt: skip


def following(earlier: WarningRow, sent: QueryDict, at: datetime) -> NewWarning:
    """Return what was sent as the message that is to stand for `earlier`, of its status and hazard."""
    told = new_warning(sent, None, at)
    return replace(told, status=earlier.status, hazard=earlier.hazard, incident_id=earlier.incident_id)


def words_of(sent: QueryDict) -> dict[str, Wording]:
    """Return the words that were sent, by language of the node."""
    return {language: _words(sent, language) for language in LANGUAGES}


def _words(sent: QueryDict, language: str) -> Wording:
    return Wording(*(sent.get(f"{part}_{language}", "").strip() for part in PARTS))


def forms(row: WarningRow, actor: Actor, at: datetime, typed: Typed | None) -> list[ActForm]:
    """Return the acts that the actor can do on a message now."""
    sent = typed.sent if typed else QueryDict()
    case = CaseFacts("warning", unit_id=row.unit_id)
    offered: list[tuple[str, ActRule, str, Sequence[Field]]] = []
    if may_be_replaced(row.state, row.msg_type, row.replaced_at):
        told = {name: str(value) for name, value in sent.items()}
        taken_back = [one for language in LANGUAGES for one in _wording(language, told, "cancel")]
        offered = [("cancel", rules.DRAFT_WARNING, gettext("Draft its cancellation"), taken_back)]
    if row.state is WarningState.DRAFTED:
        why = words("note", gettext("Why it is refused"), sent.get("note", ""), act="refuse")
        offered = [
            ("approve", rules.APPROVE_WARNING, gettext("Approve and issue"), []),
            ("refuse", rules.REFUSE_WARNING, gettext("Refuse"), [why]),
            ("discard", rules.DISCARD_WARNING, gettext("Take back"), []),
        ]
    return [
        ActForm(act, title, reverse("center:warning-act", args=[row.id, act]), new_id(), asked,
                primary=act == "approve", error=typed.error if typed and typed.act == act else "")
        for act, rule, title, asked in offered if decide(actor, rule, case, at).allowed
    ]  # fmt: skip


def may_update(row: WarningRow, actor: Actor, at: datetime) -> bool:
    """Tell whether the actor may draft what is to stand for this message."""
    stands = may_be_replaced(row.state, row.msg_type, row.replaced_at)
    case = CaseFacts("warning", unit_id=row.unit_id)
    return stands and decide(actor, rules.DRAFT_WARNING, case, at).allowed


@dataclass(frozen=True, slots=True)
class Other:
    """Another message of the same warning: what it is to this one, and how it stands."""

    id: UUID
    said: str
    headline: str


def others(earlier: WarningRow | None, later: Sequence[WarningRow]) -> list[Other]:
    """Return the message that one stands for, and those that are to stand for it, drafts too."""
    found = [Other(earlier.id, gettext("Stands for"), headline(earlier))] if earlier else []
    return [*found, *(Other(one.id, _other(one), headline(one)) for one in later)]


def _other(row: WarningRow) -> str:
    return f"{gettext(MSG_TYPES[row.msg_type])}, {gettext(STATES[row.state])}"
