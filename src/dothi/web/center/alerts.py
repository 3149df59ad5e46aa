"""One alert in words: how it stands, what the decision was made of, its steps, and the acts possible now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from dothi.alerts import rules
from dothi.alerts.types import Act, AlertRow, Label, Severity, State, StepRow
from dothi.alerts.watched import ALL
from dothi.alerts.wording import lasting
from dothi.foundation.identity.authority import Actor, CaseFacts, decide
from dothi.incidents.hazards import hazards
from dothi.incidents.rules import DRAFT_WARNING
from dothi.kernel.documents.types import Text
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg
from dothi.web.casework import readings
from dothi.web.casework.readings import measure
from dothi.web.center.acts import ActForm, Typed, select, words
from dothi.web.center.charts import Chart, Value, chart
from dothi.web.center.wording import amount, doubts, number
from dothi.web.components import formats
from dothi.web.components.rows import Column, Moment, Row

SEVERITIES = {
    Severity.MINOR: msg("Minor"),
    Severity.MODERATE: msg("Moderate"),
    Severity.SEVERE: msg("Severe"),
    Severity.EXTREME: msg("Extreme"),
}
STATES = {
    State.RAISED: msg("not answered"),
    State.ACKNOWLEDGED: msg("acknowledged"),
    State.CLEARED: msg("ended, waits for its label"),
    State.CLOSED: msg("closed"),
}
ACTS = {
    Act.RAISE: msg("Alert raised"),
    Act.ACKNOWLEDGE: msg("Acknowledged"),
    Act.SNOOZE: msg("Snoozed"),
    Act.ESCALATE: msg("Escalated"),
    Act.CLEAR: msg("The condition ended"),
    Act.CLOSE: msg("Closed"),
}
LABELS = {
    Label.TRUE: msg("right: it was so"),
    Label.FALSE: msg("wrong: it was not so"),
    Label.TEST: msg("a test"),
    Label.UNKNOWN: msg("nobody can tell"),
}
SNOOZES = (1, 4, 12, 24)
"""Hours that the form offers."""
SECOND = 1_000_000
HOUR_S = 3_600


def title(row: AlertRow) -> str:
    """Return what the alert says, in the reader's language."""
    return row.title_en if get_language() == "en" else row.title_vi


def moments(found: Sequence[StepRow], at: datetime) -> list[Moment]:
    """Return the steps that had happened by `at`, the oldest first."""
    return [
        Moment(gettext(ACTS[one.act]), at=one.occurred_at, text=_said(one))
        for one in found if one.occurred_at <= at
    ]  # fmt: skip


def _said(one: StepRow) -> str:
    until = gettext("until %(at)s") % {"at": formats.moment(one.until)} if one.until else ""
    label = gettext(LABELS[one.label]) if one.label else ""
    return " · ".join(filter(None, (until, label, one.note)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a decision was made of: a sentence, a drawing, its table."""

    sentence: str
    chart: Chart | None
    columns: Sequence[Column]
    rows: Sequence[Row]


def reason(row: AlertRow, told: Mapping[str, Any], names: Mapping[str, Text]) -> dict[str, object]:
    """Return what the page says of why: thing, measure, value and evidence; `names` are by device."""
    said = _places_said(row, told, names) if "things" in told else _samples_said(row, told)
    found = Evidence(_sentence(row, told), *said)
    return {"thing": _called(row.thing, names), "measure": measure(row.measure),
            "value": _amount(row.value, row, told), "evidence": found}  # fmt: skip


def devices_of(row: AlertRow, told: Mapping[str, Any]) -> list[str]:
    """Return the devices that the page of an alert names."""
    return [row.thing, *told.get("things", ())]


def _called(device: str, names: Mapping[str, Text]) -> str:
    if device == ALL:
        return gettext("Several places")
    return names[device].read(get_language() or "vi") if device in names else device


def _amount(value: float | None, row: AlertRow, told: Mapping[str, Any]) -> str:
    """Return a signal in words: of a rule about near things it is how many places there are."""
    if "things" not in told or value is None:
        return amount(value, row.unit)
    return ngettext("%(n)s place", "%(n)s places", int(value)) % {"n": number(value)}


def _sentence(row: AlertRow, told: Mapping[str, Any]) -> str:
    """Return at which limit it would not have fired."""
    facts = {
        "weakest": _amount(told.get("weakest"), row, told),
        "limit": _amount(told.get("fire_at"), row, told),
    }
    return (
        gettext("With a limit above %(weakest)s it would not have fired; the limit is %(limit)s.") % facts
        if told.get("direction") == "above"
        else gettext("With a limit below %(weakest)s it would not have fired; the limit is %(limit)s.")
        % facts
    )


Said = tuple[Chart | None, Sequence[Column], Sequence[Row]]


def _places_said(row: AlertRow, told: Mapping[str, Any], names: Mapping[str, Text]) -> Said:
    """Return the places that were counted, the nearest first, each with its sample; a crowd's by name."""
    if "meters" not in told:
        return None, [Column(gettext("Place"))], [Row([_called(one, names)]) for one in told["things"]]
    columns = [Column(gettext("Place")), Column(gettext("Distance"), numeric=True, narrow=True),
               Column(gettext("Value"), numeric=True, narrow=True),
               Column(gettext("Observed"), narrow=True), Column(gettext("Doubts"), narrow=True)]  # fmt: skip
    near = sorted(told["meters"].items(), key=lambda one: (one[1], one[0]))
    rows = [
        Row([_called(device, names), gettext("%(count)s m") % {"count": number(round(meters))},
             *_sample_said(row, *told["things"][device][:3])])
        for device, meters in near
    ]  # fmt: skip
    return None, columns, rows


def _sample_said(row: AlertRow, at: int, value: float, flags: int) -> list[str]:
    """Return value, instant and doubts of one sample."""
    return [amount(value, row.unit, row.measure), formats.moment(_instant(at)), doubts(int(flags))]


def _samples_said(row: AlertRow, told: Mapping[str, Any]) -> Said:
    """Return the samples of one thing that were used, drawn and listed, the latest first."""
    samples, unit = _samples(told), readings.unit(row.unit)
    columns = [Column(gettext("Observed")), Column(gettext("Value"), numeric=True),
               Column(gettext("Doubts"))]  # fmt: skip
    rows = [
        Row([formats.moment(at), amount(value, row.unit), doubts(flags)])
        for at, value, flags in reversed(samples[-200:])
    ]
    label = gettext("What was measured before the alert") + (f", {unit}" if unit else "")
    values: list[Value] = [(at, value) for at, value, _ in samples]
    return chart(values, label, _same_scale(told)), columns, rows


def _samples(told: Mapping[str, Any]) -> list[tuple[datetime, float, int]]:
    """Return instant, value and flags of each sample that has a number, in order of time."""
    kept = told.get("samples") or []
    rows = [one for group in kept.values() for one in group] if isinstance(kept, dict) else kept
    return sorted(
        (_instant(at), float(value), int(flags))
        for at, value, flags, *_ in rows if value is not None
    )  # fmt: skip


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / SECOND, UTC)


def _same_scale(told: Mapping[str, Any]) -> float | None:
    """Return the limit where it is one of the values themselves, not of their rate or their sum."""
    return told.get("fire_at") if told.get("kind") in ("threshold", None) else None


def may_warn(row: AlertRow, actor: Actor, at: datetime) -> bool:
    """Tell whether the actor may draft a public warning of it; of a device there is none."""
    return row.hazard in hazards() and decide(actor, DRAFT_WARNING, None, at).allowed


def forms(row: AlertRow, actor: Actor, at: datetime, typed: Typed | None) -> list[ActForm]:
    """Return the acts that the actor can do on an alert now."""
    sent = typed.sent if typed else QueryDict()
    case = CaseFacts("alert", unit_id=row.unit_id, state=row.state)
    found = []
    for act, rule, label, fields in _offered(sent):
        fits = row.state in rules.FROM[act] and not (act is Act.ACKNOWLEDGE and row.acknowledged_at)
        if fits and decide(actor, rule, case, at).allowed:
            url = reverse("center:alert-act", args=[row.id, act.value])
            error = typed.error if typed and typed.act == act else ""
            primary = act is Act.ACKNOWLEDGE
            found.append(ActForm(act.value, label, url, new_id(), fields, primary=primary, error=error))
    return found


def _offered(sent: QueryDict) -> list[Any]:
    hours = [(str(one), lasting(one * HOUR_S)) for one in SNOOZES]
    labels = [
        ("", gettext("Choose what it was")),
        *((one.value, gettext(said)) for one, said in LABELS.items()),
    ]
    note = sent.get("note", "")
    return [
        (Act.ACKNOWLEDGE, rules.ACKNOWLEDGE, gettext("Acknowledge"), []),
        (Act.SNOOZE, rules.SNOOZE, gettext("Snooze"),
         [select("hours", gettext("For how long"), hours, sent.get("hours", "1"), act="snooze"),
          words("note", gettext("Why"), note, act="snooze", optional=True)]),
        (Act.CLOSE, rules.CLOSE, gettext("Close with a label"),
         [select("label", gettext("What it was"), labels, sent.get("label", ""), act="close"),
          words("note", gettext("Note"), note, act="close", optional=True)]),
    ]  # fmt: skip


def snooze_end(hours: str, at: datetime) -> datetime:
    """Return until when a chosen number of hours snoozes; `at` itself for none, which the domain refuses."""
    return at + timedelta(hours=int(hours)) if hours.isascii() and hours.isdigit() and len(hours) < 4 else at
