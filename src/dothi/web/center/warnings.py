"""Public warnings as the center drafts and approves them: the form, one message in words, the acts."""

from datetime import datetime, timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, CaseFacts, decide
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
)
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg
from dothi.registers.agencies.queries import area_names
from dothi.web.center.acts import ActForm, Typed, line, select, words
from dothi.web.center.incidents import name
from dothi.web.components.rows import Choice, Field

ACT = "draft"
HOURS = (3, 6, 12, 24)
"""Hours in force that the form offers."""
OF_TYPE = {"flood": "flood", "river-rise": "flood", "air": "air"}
"""The hazard that an incident of a type most likely brings, until the drafter says otherwise."""
STATUSES = {
    Status.ACTUAL: msg("Actual: the public is told"),
    Status.EXERCISE: msg("Exercise: only the center sees it"),
    Status.TEST: msg("Test: only the center sees it"),
}
STATES = {
    WarningState.DRAFTED: msg("waits for approval"),
    WarningState.ISSUED: msg("issued"),
    WarningState.REFUSED: msg("refused"),
    WarningState.DISCARDED: msg("taken back"),
}
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


def headline(row: WarningRow) -> str:
    """Return the headline in the reader's language."""
    return row.words["en" if get_language() == "en" else "vi"].headline


def fields(incident: IncidentRow | None, sent: QueryDict, at: datetime) -> list[Field]:
    """Return the form of a first message, filled with what the incident says or with what was sent."""
    likely = OF_TYPE.get(incident.type, "") if incident else ""
    known = [(key, name(one.event)) for key, one in hazards().items()]
    severity = incident.severity if incident else "Moderate"
    wards = sent.getlist("wards") or ([incident.place.ward_code] if incident else [])
    meant = [(one.value, gettext(said)) for one, said in STATUSES.items()]
    return [
        select("status", gettext("Is it meant"), meant, sent.get("status", Status.ACTUAL), act=ACT),
        select("hazard", gettext("Hazard"), known, sent.get("hazard", likely), act=ACT),
        _of_cap("severity", gettext("Severity"), SEVERITIES, sent.get("severity", severity)),
        _of_cap("urgency", gettext("Urgency"), URGENCIES, sent.get("urgency", "Immediate")),
        _of_cap("certainty", gettext("Certainty"), CERTAINTIES, sent.get("certainty", "Observed")),
        select("hours", gettext("In force for"), [(str(one), gettext("%(hours)s hours") % {"hours": one})
                                                   for one in HOURS], sent.get("hours", "6"), act=ACT),
        *[one for language in LANGUAGES for one in _wording(language, sent)],
        Field("checkboxes", "wards", gettext("Wards and communes concerned"), value=wards, small=True,
              choices=[Choice(code, said) for code, said in area_names(civil_date(at))], id="draft-wards"),
    ]  # fmt: skip


def _of_cap(part: str, label: str, of: tuple[str, ...], value: str) -> Field:
    return select(part, label, [(one, gettext(CAP[one])) for one in of], value, act=ACT)


def _wording(language: str, sent: QueryDict) -> list[Field]:
    tongue = gettext("in Vietnamese") if language == "vi" else gettext("in English")
    asked = {"headline": gettext("Headline"), "description": gettext("What happens"),
             "instruction": gettext("What people should do")}  # fmt: skip
    found = []
    for part, label in asked.items():
        key = f"{part}_{language}"
        kind = line if part == "headline" else words
        found.append(kind(key, f"{label}, {tongue}", sent.get(key, ""), act=ACT))
    return found


def new_warning(sent: QueryDict, incident: IncidentRow | None, at: datetime) -> NewWarning:
    """Return what was sent as a message that is in force from now on."""
    told = sent.get("hours", "")
    hours = int(told) if told.isascii() and told.isdigit() and len(told) < 3 else 0
    status = sent.get("status", "")
    return NewWarning(
        Status(status) if status in set(Status) else Status.TEST, sent.get("hazard", ""),
        sent.get("urgency", ""), sent.get("severity", ""), sent.get("certainty", ""),
        {language: _words(sent, language) for language in LANGUAGES}, tuple(sent.getlist("wards")[:200]), at,
        at + timedelta(hours=hours), IncidentId(incident.id) if incident else None,
    )  # fmt: skip


def _words(sent: QueryDict, language: str) -> Wording:
    parts = (
        sent.get(f"{part}_{language}", "").strip() for part in ("headline", "description", "instruction")
    )
    return Wording(*parts)


def forms(row: WarningRow, actor: Actor, at: datetime, typed: Typed | None) -> list[ActForm]:
    """Return the acts that the actor can do on a message now."""
    sent = typed.sent if typed else QueryDict()
    case = CaseFacts("warning", unit_id=row.unit_id)
    offered = []
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


def ended(row: WarningRow, at: datetime) -> bool:
    """Tell whether an issued message is no longer in force."""
    return row.state is WarningState.ISSUED and row.msg_type is not MsgType.CANCEL and not row.in_force(at)
