"""
Golden dossiers: a procedure's own examples, run. A version that fails one cannot be published.

Each is run through the same functions that serve people. What an example expects is compared whole,
key by key; an expectation of unknown name fails, so that a spelling error cannot pass for a test.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from dothi.kernel.calendar import DayKind, DayRow, HoursRow, WorkCalendar
from dothi.kernel.clock import Amount, ClockEvent, ClockReading, read
from dothi.kernel.documents.faults import Fault
from dothi.kernel.problems import Problem, msg
from dothi.procedures.engine import course, decisions, questions
from dothi.procedures.engine.legal_clock import clock_event, clock_rule, tacit_at
from dothi.procedures.types import Answers, Golden, Json, Procedure, SourceRecord

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
ALWAYS: Final = ("entitled", "pages", "components", "fees")


class NotPlayable(Exception):
    """The example itself cannot be run as it is written."""


@dataclass(slots=True)
class Run:
    """One example on its way: the answers, the state reached, what the clock took note of."""

    procedure: Procedure
    given: Mapping[str, Any]
    on: date
    answers: Answers
    records: tuple[SourceRecord, ...]
    calendar: WorkCalendar
    state: str = "draft"
    since: datetime | None = None
    events: list[ClockEvent] = field(default_factory=list)

    @property
    def online(self) -> bool:
        """Whether the dossier of the example came online."""
        return str(self.given.get("channel", "online")) == "online"


def failures(procedure: Procedure) -> Iterator[Fault]:
    """Yield each expectation of each golden dossier that does not come true."""
    for golden in procedure.golden:
        yield from failures_of(procedure, golden)


def failures_of(procedure: Procedure, golden: Golden) -> Iterator[Fault]:
    """Yield what does not come true of one golden dossier."""
    missing = [name for name in ALWAYS if name not in golden.expect]
    if missing:
        yield _fault(golden, ",".join(missing), "-", msg("not expected anything"))
    try:
        run = _play(procedure, golden)
        found = {name: _ANSWERS[name](run) if name in _ANSWERS else None for name in golden.expect}
    except (NotPlayable, Problem, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        yield _fault(golden, "given", str(golden.expect.get("state", "")), f"{type(error).__name__}: {error}")
        return
    for name, expected in golden.expect.items():
        if name not in _ANSWERS:
            yield _fault(golden, name, str(expected), msg("no such expectation"))
        elif not _same(name, expected, found[name]):
            yield _fault(golden, name, str(expected), str(found[name]))


def calendar_of(procedure: Procedure) -> WorkCalendar:
    """Return the calendar that the document gives its examples: public holidays and swapped Saturdays."""
    rows: Any = procedure.golden_calendar
    kinds = {"off": DayKind.OFF, "working": DayKind.WORKING}
    days = tuple(
        DayRow(date.fromisoformat(day), kinds[kind], "", "golden")
        for kind in kinds
        for day in rows.get(kind, ())
    )
    start, end = date.fromisoformat(rows["from"]), date.fromisoformat(rows["to"])
    spans = ((time(8), time(12)), (time(13), time(17)))
    return WorkCalendar(start, end, days, (HoursRow(spans, start, end, "golden"),))


def _play(procedure: Procedure, golden: Golden) -> Run:
    given = _inherited(procedure, golden)
    records = tuple(_record(row) for row in given.get("records", ()))
    known = (
        dict(decisions.prefill(procedure, records, given.get("answers", {})).answers)
        if given.get("prefill")
        else {}
    )
    answers = {**known, **given.get("answers", {})}
    answers = {key: answer for key, answer in answers.items() if answer is not None}
    normalized = questions.normalize(procedure, answers)
    if normalized.dropped:
        raise NotPlayable(f"unknown answers {normalized.dropped}")
    on = date.fromisoformat(given["on"])
    run = Run(procedure, given, on, normalized.answers, records, calendar_of(procedure))
    for act in given.get("acts", ()):
        _act(run, act)
    return run


def _inherited(procedure: Procedure, golden: Golden) -> dict[str, Any]:
    """Return what is given, on top of what the example that it `extends` is given; answers are merged."""
    given: dict[str, Any] = dict(golden.given)
    if "extends" not in given:
        return given
    base = next(other for other in procedure.golden if other.id == given["extends"])
    if "extends" in base.given:
        raise NotPlayable("an example may extend only one that extends none")
    merged: dict[str, Any] = {**base.given, **given}
    merged["answers"] = {**_mapping(base.given.get("answers")), **given.get("answers", {})}
    return merged


def _act(run: Run, act: Mapping[str, Any]) -> None:
    at = datetime.fromisoformat(act["at"]).replace(tzinfo=ZONE)
    row = course.transition(run.procedure, run.state, act["act"])
    if act.get("tacit"):
        _demand_silence(run, act["act"], at)
    extra = Amount(act["working_days"]) if "working_days" in act else None
    event = clock_event(row, at, online=run.online, ground=act.get("ground", ""), extra=extra)
    if event is not None:
        run.events.append(event)
    run.state, run.since = row.target, at


def _demand_silence(run: Run, act: str, at: datetime) -> None:
    rule = next(t for t in run.procedure.clock.tacit if (t.state, t.act) == (run.state, act))
    if run.since is None or at < tacit_at(rule, run.since, run.calendar):
        raise NotPlayable("silence has not lasted long enough")


def _record(row: Mapping[str, Any]) -> SourceRecord:
    read_at = datetime(2026, 1, 1, tzinfo=UTC)
    return SourceRecord(row["kind"], row["subject"], row["id"], row.get("version", "1"), read_at, row["data"])


def _reading(run: Run) -> ClockReading:
    at = datetime.fromisoformat(run.given["read_at"]).replace(tzinfo=ZONE)
    return read(clock_rule(run.procedure, run.answers, run.on), run.calendar, run.events, at)


def _asked(run: Run) -> list[Any]:
    return list(decisions.components(run.procedure, run.answers, run.records, run.on))


def _due_on(run: Run) -> Json:
    due = _reading(run).due_on
    return due.isoformat() if due else None


def _entitlement(run: Run) -> Any:
    return decisions.eligibility(run.procedure, run.answers, run.on)


def _claims(run: Run) -> Json:
    facts: dict[str, Json] = _mapping(run.given.get("dossier"))
    return decisions.claims(run.procedure, run.answers, facts, run.on)


def _fired(run: Run) -> Json:
    row = _entitlement(run).fired
    return row.id if row else None


def _satisfied(run: Run) -> Json:
    return {asked.component.id: asked.result.id for asked in _asked(run) if asked.result}


def _prefilled(run: Run) -> Json:
    return [*sorted(decisions.prefill(run.procedure, run.records).answers)]


def _problems(run: Run) -> Json:
    found = questions.problems(run.procedure, run.answers, run.on)
    return [f"{problem.field}: {problem.code}" for problem in found]


_ANSWERS: Final[Mapping[str, Callable[[Run], Json]]] = {
    "entitled": lambda run: _entitlement(run).entitled,
    "fired": _fired,
    "missing": lambda run: list(_entitlement(run).missing),
    "pages": lambda run: [page.id for page in questions.pages(run.procedure, run.answers, run.on)],
    "problems": _problems,
    "components": lambda run: [asked.component.id for asked in _asked(run)],
    "open": lambda run: [asked.component.id for asked in _asked(run) if asked.open],
    "satisfied": _satisfied,
    "prefilled": _prefilled,
    "fees": lambda run: {d.fee.item: d.fee.id for d in decisions.fees(run.procedure, run.answers, run.on)},
    "state": lambda run: run.state,
    "code": lambda run: run.procedure.state(run.state).code,
    "due_on": _due_on,
    "clock": lambda run: _reading(run).state.value,
    "claims": _claims,
}


def _same(name: str, expected: Json, found: Json) -> bool:
    """Compare whole, 1 not being true; save claims: there the example names those that it is about."""
    if name == "claims":
        wanted, got = _mapping(expected), _mapping(found)
        return all(claim in got and got[claim] == value for claim, value in wanted.items())
    return json.dumps(expected, sort_keys=True) == json.dumps(found, sort_keys=True)


def _mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _fault(golden: Golden, name: str, expected: str, found: str) -> Fault:
    facts = (("expected", expected), ("found", found))
    mend = msg("Correct the rule or the example, whichever contradicts the law.")
    return Fault(f"golden[{golden.id}].{name}", msg("Expected %(expected)s, found %(found)s"), mend, facts)
