"""What a schema cannot say of a document: that its parts name each other rightly."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from dothi.kernel.documents.faults import Fault
from dothi.kernel.problems import msg
from dothi.procedures.engine.conditions import condition
from dothi.procedures.errors import ConditionInvalid
from dothi.procedures.types import Basis, Procedure

NO_SUCH = msg("There is no %(kind)s %(name)s")
MEND = msg("Declare it, or name one that is declared.")


def faults_of(procedure: Procedure) -> Iterator[Fault]:
    """Yield every incoherence of the document."""
    yield from _twice(procedure)
    yield from _sources(procedure)
    yield from _names(procedure)
    yield from _course(procedure)
    yield from _conditions(procedure)
    yield from _days(procedure)


def bases(value: object, path: str = "") -> Iterator[tuple[str, Basis]]:
    """Yield each basis in the document with its path."""
    if isinstance(value, Basis):
        yield path, value
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from bases(item, f"{path}[{getattr(item, 'id', None) or place}]")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from bases(item, f"{path}.{key}")
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from bases(getattr(value, part.name), f"{path}.{part.name}".removeprefix("."))


def _twice(procedure: Procedure) -> Iterator[Fault]:
    lists: dict[str, Iterable[str]] = {
        "pages": [page.id for page in procedure.pages],
        "fields": _field_ids(procedure),
        "components": [part.id for part in procedure.components],
        "states": [state.id for state in procedure.states],
        "golden": [golden.id for golden in procedure.golden],
        "sources": [source.id for source in procedure.sources],
        "fees": [fee.id for fee in procedure.fees],
        "eligibility": [row.id for row in procedure.eligibility],
        "checks": [check.id for check in procedure.checks],
    }
    for path, ids in lists.items():
        for name, count in Counter(ids).items():
            if count > 1:
                yield Fault(
                    path, msg("%(name)s stands twice"), msg("Give each its own id."), (("name", name),)
                )


def _sources(procedure: Procedure) -> Iterator[Fault]:
    known = {source.id for source in procedure.sources}
    for path, basis in bases(procedure):
        if basis.source not in known:
            yield _unknown(path, msg("source"), basis.source)


def _names(procedure: Procedure) -> Iterator[Fault]:
    fields, parts = set(_field_ids(procedure)), {part.id for part in procedure.components}
    for check in procedure.checks:
        if check.field not in fields:
            yield _unknown(f"checks[{check.id}].field", msg("field"), check.field)
    for part in procedure.components:
        if part.field is not None and part.field not in fields:
            yield _unknown(f"components[{part.id}].field", msg("field"), part.field)
    about = fields | parts | {""}
    for kind, reasons in (("corrections", procedure.corrections), ("refusals", procedure.refusals)):
        for reason in reasons:
            if reason.about not in about:
                yield _unknown(f"{kind}[{reason.id}].about", msg("field or component"), reason.about)


def _course(procedure: Procedure) -> Iterator[Fault]:
    states = {state.id for state in procedure.states}
    for row in procedure.transitions:
        for name in (*row.origins, row.target):
            if name not in states:
                yield _unknown(f"transitions[{row.act}]", msg("state"), name)
    acts = {(origin, row.act) for row in procedure.transitions for origin in row.origins}
    for tacit in procedure.clock.tacit:
        if (tacit.state, tacit.act) not in acts:
            yield _unknown("clock.tacit", msg("act"), f"{tacit.state} > {tacit.act}")
    for channel in procedure.filing.channels:
        if not procedure.clock.durations.get(channel):
            yield _unknown(f"clock.durations.{channel}", msg("duration of channel"), channel)


def _days(procedure: Procedure) -> Iterator[Fault]:
    """An example outside the period of its version would try no rule of it."""
    for golden in procedure.golden:
        on = golden.given.get("on")
        if isinstance(on, str) and not _within(procedure, on):
            mend = msg("Choose a day in the period of the version.")
            facts = (("day", on),)
            yield Fault(f"golden[{golden.id}].given.on", msg("%(day)s is not in the period"), mend, facts)


def _within(procedure: Procedure, day: str) -> bool:
    try:
        return procedure.valid.holds(date.fromisoformat(day))
    except ValueError:
        return False


def _conditions(procedure: Procedure) -> Iterator[Fault]:
    names = {"on", *_field_ids(procedure)}
    for path, source, more in _sources_of_conditions(procedure):
        try:
            strangers = sorted(condition(source).names - names - more)
        except ConditionInvalid as error:
            problem = str(error.facts.get("problem"))
            yield Fault(
                path, msg("Not a condition: %(problem)s"), ConditionInvalid.way_out, (("problem", problem),)
            )
            continue
        for stranger in strangers:
            yield _unknown(path, msg("field"), stranger)


def _sources_of_conditions(procedure: Procedure) -> Iterator[tuple[str, str, set[str]]]:
    """Yield path, expression and the names it may read beside the fields."""
    yield from _of_the_questions(procedure)
    yield from _of_the_parts(procedure)
    for name, source in procedure.result.claims.items():
        yield f"result.claims.{name}", source, {"dossier"}


def _of_the_questions(procedure: Procedure) -> Iterator[tuple[str, str, set[str]]]:
    none: set[str] = set()
    for page in procedure.pages:
        yield from _given(f"pages[{page.id}].when", page.when, none)
        for field in page.fields:
            for origin in field.prefill:
                yield from _given(f"fields[{field.id}].prefill", origin.unless, none)
    for row in procedure.eligibility:
        yield f"eligibility[{row.id}].when", row.when, none
    for check in procedure.checks:
        yield f"checks[{check.id}].holds", check.holds, none


def _of_the_parts(procedure: Procedure) -> Iterator[tuple[str, str, set[str]]]:
    none: set[str] = set()
    for part in procedure.components:
        yield from _given(f"components[{part.id}].when", part.when, none)
        for satisfaction in part.satisfied_by:
            yield from _given(f"components[{part.id}].satisfied_by", satisfaction.when, {"result"})
    for fee in procedure.fees:
        yield from _given(f"fees[{fee.id}].when", fee.when, none)
    for channel, durations in procedure.clock.durations.items():
        for duration in durations:
            yield from _given(f"clock.durations.{channel}", duration.when, none)


def _given(path: str, source: str, more: set[str]) -> Iterator[tuple[str, str, set[str]]]:
    if source:
        yield path, source, more


def _field_ids(procedure: Procedure) -> list[str]:
    return [field.id for page in procedure.pages for field in page.fields]


def _unknown(path: str, kind: str, name: str) -> Fault:
    return Fault(path, NO_SUCH, MEND, (("kind", kind), ("name", name)))
