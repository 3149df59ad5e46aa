"""Runbooks in words: what there is to do, how a begun one stands, who or what ended each step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from dothi.foundation.clock import civil_date
from dothi.incidents import kinds, rules, runbooks
from dothi.incidents.queries.runs import Ended, RunRow, Sensor, StepRow
from dothi.incidents.runbooks import Condition, Runbook, Step
from dothi.incidents.types import IncidentRow
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg
from dothi.web.casework.readings import measure
from dothi.web.center.acts import ActForm, select
from dothi.web.center.wording import kilometers, name, number, post_title
from dothi.web.components import formats
from dothi.web.components.rows import Tone

STATES = {"waiting": msg("to be done"), "watching": msg("waits for the sensor"), "done": msg("done")}
TONES: dict[str, Tone] = {"waiting": "neutral", "watching": "soon", "done": "good"}
TAKE = rules.acts_by("take-step", rules.OPERATE | rules.DISPATCH)
BEGIN = rules.acts_by("begin-runbook", rules.OPERATE | rules.DISPATCH)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: what is to be done, how it stands, what is said of that, and its button."""

    title: str
    state: str
    tone: Tone
    facts: Sequence[str]
    form: ActForm | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A begun runbook."""

    name: str
    version: int
    begun_at: datetime
    steps: Sequence[StepLine]


def runs(found: Sequence[RunRow], row: IncidentRow, *, may_take: bool) -> list[RunLine]:
    """Return the runbooks of an incident as they stand now."""
    return [
        RunLine(
            name(run.name),
            run.version,
            run.begun_at,
            [_step(one, run, row, may_take) for one in run.steps],
        )
        for run in found
    ]


def _step(one: StepRow, run: RunRow, row: IncidentRow, may_take: bool) -> StepLine:
    form = None
    if may_take and one.state == "waiting":
        url = reverse("center:incident-act", args=[row.id, "take-step"]) + f"?run={run.id}&step={one.id}"
        title = gettext("Done") if one.condition is None else gettext("Done, now watch the sensor")
        form = ActForm(f"take-step-{one.id}", title, url, new_id(), seen=row.revision, about=name(one.title))
    return StepLine(
        name(one.title), gettext(STATES[one.state]), TONES[one.state], list(_facts(one, run)), form
    )


def _facts(one: StepRow, run: RunRow) -> list[str]:
    """Return what is said of a step: its condition, how it ended, how often it was not met."""
    told = [condition(one.condition, run.device)] if one.condition else []
    if one.ended is not None and one.done_at is not None:
        told.append(_ended(one, one.ended, run.device, one.done_at))
    if one.state == "watching" and one.watched_since and one.due_at:
        since = {"since": formats.moment(one.watched_since), "due": formats.moment(one.due_at)}
        told.append(gettext("watched since %(since)s; it must have recovered by %(due)s") % since)
    if one.unmet:
        told.append(gettext("not met in time: %(times)s") % {"times": one.unmet})
    return told


def _ended(one: StepRow, ended: Ended, device: str, at: datetime) -> str:
    then = formats.moment(at)
    if ended.value is None:
        return gettext("by hand: %(who)s, %(at)s") % {
            "who": post_title(ended.post_id, civil_date(at)),
            "at": then,
        }
    unit = one.condition.unit if one.condition else ""
    facts = {
        "device": device,
        "value": f"{number(ended.value)} {unit}".strip(),
        "at": then,
        "count": ended.readings,
        "since": formats.moment(ended.since),
    }
    return (
        gettext(
            "by the sensor %(device)s: %(value)s at %(at)s, the last of %(count)s readings since %(since)s"
        )
        % facts
    )


def condition(told: Condition, device: str = "") -> str:
    """Return what a sensor must say, for how long, and within which time."""
    limit = told.below if told.below is not None else told.above
    facts = {
        "measure": measure(told.measure),
        "limit": f"{number(limit)} {told.unit}".strip(),
        "for": number(told.for_.total_seconds() / 60),
        "within": number(told.within.total_seconds() / 60),
    }
    said = (
        gettext(
            "the sensor must say: %(measure)s below %(limit)s for %(for)s minutes, within %(within)s minutes"
        )
        if told.below is not None
        else gettext(
            "the sensor must say: %(measure)s above %(limit)s for %(for)s minutes, within %(within)s minutes"
        )
    ) % facts
    return f"{said} ({device})" if device else said


def beginnings(
    found: Sequence[RunRow], row: IncidentRow, sensors: Sequence[Sensor], *, may_begin: bool
) -> list[ActForm]:
    """Return the forms that begin what was not begun, the runbook of the incident's type first."""
    begun = {run.code for run in found}
    own = kinds.types()[row.type].runbook if row.type in kinds.types() else ""
    books = [book for book in runbooks.runbooks().values() if book.code not in begun]
    if not may_begin:
        return []
    return [_begin(book, row, sensors) for book in sorted(books, key=lambda book: book.code != own)]


def _begin(book: Runbook, row: IncidentRow, sensors: Sequence[Sensor]) -> ActForm:
    fit = [(one.device, _sensor(one)) for one in sensors if one.measures & book.measures]
    asked = (
        [select("device", gettext("Sensor that is watched"), fit, act=f"begin-{book.code}")]
        if book.measures
        else []
    )
    url = reverse("center:incident-act", args=[row.id, "begin-runbook"]) + f"?code={book.code}"
    title = gettext("Begin the runbook “%(name)s”") % {"name": name(book.name)}
    return ActForm(f"begin-{book.code}", title, url, new_id(), asked, row.revision)


def _sensor(one: Sensor) -> str:
    if one.distance_m is None:
        return name(one.name)
    told = {"name": name(one.name), "km": kilometers(one.distance_m)}
    return gettext("%(name)s, %(km)s km away") % told


@dataclass(frozen=True, slots=True)
class BookLine:
    """One runbook of the list: for which incidents it is meant, and its steps with their conditions."""

    name: str
    code: str
    version: int
    types: str
    steps: Sequence[tuple[str, str]]


def books() -> list[BookLine]:
    """Return every runbook, in the order of the file."""
    return [
        BookLine(name(one.name), one.code, one.version, _types(one.code), [_told(step) for step in one.steps])
        for one in runbooks.runbooks().values()
    ]


def _told(step: Step) -> tuple[str, str]:
    return name(step.title), condition(step.condition) if step.condition else gettext("done by hand")


def _types(code: str) -> str:
    return ", ".join(name(one.name) for one in kinds.types().values() if one.runbook == code)
