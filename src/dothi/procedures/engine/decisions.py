"""
What follows from the answers: entitlement, components, fees, prefilled answers, claims of the result.

Each is a decision table in the manner of DMN: rows with a condition, read in order, with a trace of
which row fired, which did not, and which cannot be told yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from dothi.procedures.engine.conditions import condition
from dothi.procedures.engine.fields import answer_fault
from dothi.procedures.engine.scope import Scope, scope
from dothi.procedures.types import (
    Answers,
    Asked,
    Component,
    Eligibility,
    Fee,
    FeeDue,
    Field,
    Json,
    Prefilled,
    PrefillFrom,
    Procedure,
    Provenance,
    Satisfaction,
    SourceRecord,
    Traced,
)

NOTHING: Mapping[str, Json] = MappingProxyType({})


def eligibility(procedure: Procedure, answers: Answers, on: date) -> Eligibility:
    """
    Return whether the applicant is entitled on `on`: False with the row that fired, None while unknown.

    `missing` are the answers that would decide the rows that cannot be told yet.
    """
    seen = scope(procedure, answers, on)
    trace = tuple(Traced(row.id, seen.holds(row.when)) for row in procedure.eligibility)
    fired = next((row for row, told in zip(procedure.eligibility, trace, strict=True) if told.fired), None)
    open_rows = [row for row, told in zip(procedure.eligibility, trace, strict=True) if told.fired is None]
    missing = {name for row in open_rows for name in seen.missing(row.when)}
    entitled = False if fired else (None if open_rows else True)
    return Eligibility(entitled, fired, tuple(sorted(missing)), trace)


def components(
    procedure: Procedure, answers: Answers, records: Sequence[SourceRecord], on: date
) -> tuple[Asked, ...]:
    """
    Return the components that these answers ask for, in order, each with the record that satisfies it.

    `records` are vault results that may be used; the first that fits, in the order given, is taken.
    """
    seen = scope(procedure, answers, on)
    asked = [part for part in procedure.components if seen.holds(part.when) is True]
    return tuple(_asked(part, records, seen) for part in asked)


def fitting(
    procedure: Procedure, answers: Answers, records: Sequence[SourceRecord], on: date
) -> tuple[SourceRecord, ...]:
    """Return the records that satisfy a component, or may once the answers that are missing are there."""
    seen = scope(procedure, answers, on)
    ways = [way for part in procedure.components for way in part.satisfied_by]
    return tuple(record for record in records if any(_may_satisfy(way, record, seen) for way in ways))


def fees(procedure: Procedure, answers: Answers, on: date) -> tuple[FeeDue, ...]:
    """Return for each fee item the row in force that applies: of several the one of highest priority."""
    seen = scope(procedure, answers, on)
    in_force = [fee for fee in procedure.fees if fee.valid.holds(on)]
    items = dict.fromkeys(fee.item for fee in in_force)
    due = (_fee_due([fee for fee in in_force if fee.item == item], seen) for item in items)
    return tuple(fee for fee in due if fee is not None)


def prefill(
    procedure: Procedure, records: Iterable[SourceRecord], given: Answers = NOTHING
) -> Prefilled:  # fmt: skip
    """
    Return the answers that need not be asked again, each with its provenance.

    `given` are the answers so far: who applies for another is not filled in as that other.

    For each field the first of its sources that has a sound value; a value that the field would
    refuse from the applicant is not taken from a register either.
    """
    held = list(records)
    answers: dict[str, Json] = {}
    provenance: dict[str, Provenance] = {}
    for field in (field for page in procedure.pages for field in page.fields):
        for origin, record in _offers(field, held, given):
            value = _at(record.data, origin.path)
            if value not in (None, "") and answer_fault(field, value) is None:
                answers[field.id] = value
                provenance[field.id] = _provenance(field, origin, record)
                break
    return Prefilled(answers, provenance)


def misfilled(procedure: Procedure, answers: Answers, kinds: Mapping[str, str]) -> frozenset[str]:
    """
    Return the fields whose prefilled answer no longer fits `answers`, e.g. since it is for another.

    `kinds` tells from which kind of record each prefilled field was taken.
    """
    return frozenset(
        field.id
        for page in procedure.pages
        for field in page.fields
        for origin in field.prefill
        if origin.kind == kinds.get(field.id) and not _fits(origin, answers)
    )


def claims(procedure: Procedure, answers: Answers, facts: Mapping[str, Json], on: date) -> dict[str, Json]:
    """
    Return the claims of the result; `facts` is what the dossier knows (`dossier` in the expressions).

    A claim that the answers leave open is null.
    """
    seen = scope(procedure, answers, on)
    values = {**_nulls(procedure), **seen.values, "dossier": dict(facts)}
    return {name: condition(source).evaluate(values, on) for name, source in procedure.result.claims.items()}


def _nulls(procedure: Procedure) -> dict[str, Json]:
    return {field.id: None for page in procedure.pages for field in page.fields}


def _asked(component: Component, records: Sequence[SourceRecord], seen: Scope) -> Asked:
    for satisfaction in component.satisfied_by:
        for record in records:
            if _satisfies(satisfaction, record, seen):
                return Asked(component, record, satisfaction)
    return Asked(component, None, None)


def _satisfies(satisfaction: Satisfaction, record: SourceRecord, seen: Scope) -> bool:
    if (record.kind, record.subject) != (satisfaction.kind, satisfaction.subject):
        return False
    return seen.holds(satisfaction.when, result=dict(record.data)) is True


def _may_satisfy(satisfaction: Satisfaction, record: SourceRecord, seen: Scope) -> bool:
    same = (record.kind, record.subject) == (satisfaction.kind, satisfaction.subject)
    return same and seen.holds(satisfaction.when, result=dict(record.data)) is not False


def _fee_due(rows: Sequence[Fee], seen: Scope) -> FeeDue | None:
    trace = tuple(Traced(fee.id, seen.holds(fee.when)) for fee in rows)
    applying = [fee for fee, told in zip(rows, trace, strict=True) if told.fired]
    return FeeDue(max(applying, key=lambda fee: fee.priority), trace) if applying else None


def _offers(
    field: Field, records: list[SourceRecord], given: Answers
) -> Iterable[tuple[PrefillFrom, SourceRecord]]:  # fmt: skip
    for origin in field.prefill:
        if not _fits(origin, given):
            continue
        for record in records:
            if (record.kind, record.subject) == (origin.kind, origin.subject):
                yield origin, record


def _fits(origin: PrefillFrom, given: Answers) -> bool:
    return not origin.unless or condition(origin.unless).holds(given, date.min) is not True


def _at(data: Mapping[str, Json], path: str) -> Json:
    value: Json = dict(data)
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _provenance(field: Field, origin: PrefillFrom, record: SourceRecord) -> Provenance:
    return Provenance(
        field.id, record.kind, record.id, record.version, record.read_at, origin.path, origin.basis
    )
