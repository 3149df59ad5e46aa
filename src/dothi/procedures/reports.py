"""
What the command line says of a document: its faults, its unsourced values, what follows from answers.

Each function returns lines in the language asked for. Nothing here prints.
"""

from collections.abc import Iterator
from datetime import date

from dothi.kernel.clock import Unit
from dothi.kernel.documents.differences import Change
from dothi.kernel.documents.faults import Fault
from dothi.kernel.problems import msg
from dothi.procedures import engine
from dothi.procedures.coherence import bases
from dothi.procedures.types import Answers, Json, Procedure
from dothi.procedures.wording import say

UNITS = {
    Unit.WORKING_DAYS: msg("%(count)s working days"),
    Unit.WORKING_HOURS: msg("%(count)s working hours"),
    Unit.WORKING_MINUTES: msg("%(count)s working minutes"),
    Unit.CALENDAR_DAYS: msg("%(count)s days"),
}


def faults(found: tuple[Fault, ...], language: str) -> Iterator[str]:
    """Yield each fault with its place and how to mend it."""
    for fault in found:
        facts = {name: _told(value, language) for name, value in fault.facts}
        yield f"✗ {fault.path or '-'}: {say(fault.message, language, facts)}"
        yield f"    {say(fault.mend, language, facts)}"


def checked(procedure: Procedure, language: str) -> Iterator[str]:
    """Yield that the document is sound, then each value whose source nobody has read."""
    facts = {"code": procedure.code, "version": procedure.version, "count": len(procedure.golden)}
    yield say(msg("✓ %(code)s %(version)s: sound, all %(count)s golden dossiers pass"), language, facts)
    unread = [(path, basis) for path, basis in bases(procedure) if not basis.verified]
    yield say(msg("%(count)s values without a source that was read:"), language, {"count": len(unread)})
    for path, basis in unread:
        yield f"  ? {path}: {engine.cite(procedure, basis)}" + (f" ({basis.note})" if basis.note else "")


def compared(found: list[Change], language: str) -> Iterator[str]:
    """Yield each change with what was and what is."""
    if not found:
        yield say(msg("No difference."), language)
    for change in found:
        yield f"~ {change.path}"
        yield f"  - {_short(change.before)}"
        yield f"  + {_short(change.after)}"


def explained(procedure: Procedure, answers: Answers, on: date, language: str) -> Iterator[str]:
    """Yield what follows from `answers` on day `on`: entitlement, pages, documents, fees, time, problems."""
    yield f"{procedure.code} {procedure.version}: {procedure.title.read(language)}"
    yield from _entitlement(procedure, answers, on, language)
    yield from _pages(procedure, answers, on, language)
    yield from _components(procedure, answers, on, language)
    yield from _fees(procedure, answers, on, language)
    yield from _time(procedure, answers, on, language)
    yield from _problems(procedure, answers, on, language)


def _entitlement(procedure: Procedure, answers: Answers, on: date, language: str) -> Iterator[str]:
    told = engine.eligibility(procedure, answers, on)
    words = {
        True: msg("Entitled: yes"),
        False: msg("Entitled: no"),
        None: msg("Entitled: not yet known, missing %(missing)s"),
    }
    yield say(words[told.entitled], language, {"missing": ", ".join(told.missing)})
    if told.fired:
        yield f"  {told.fired.id}: {told.fired.reason.read(language)}"
        yield f"  {engine.cite(procedure, told.fired.basis)}"
        if told.fired.way_out:
            yield f"  → {told.fired.way_out.read(language)}"
    for row in told.trace:
        mark = {True: "●", False: "○", None: "?"}[row.fired]
        yield f"    {mark} {row.row}"


def _pages(procedure: Procedure, answers: Answers, on: date, language: str) -> Iterator[str]:
    yield say(msg("Questions:"), language)
    for page in engine.pages(procedure, answers, on):
        given = sum(field.id in answers for field in page.fields)
        yield f"  {page.id} [{given}/{len(page.fields)}] {page.title.read(language)}"


def _components(procedure: Procedure, answers: Answers, on: date, language: str) -> Iterator[str]:
    yield say(msg("Documents:"), language)
    for asked in engine.components(procedure, answers, (), on):
        part = asked.component
        mark = "!" if asked.open else "·"
        yield f"  {mark} {part.title.read(language)} ({part.provided_by}): {part.why.read(language)}"
        yield f"      {engine.cite(procedure, part.basis)}"


def _fees(procedure: Procedure, answers: Answers, on: date, language: str) -> Iterator[str]:
    yield say(msg("Fees:"), language)
    for due in engine.fees(procedure, answers, on):
        amount = "?" if due.fee.amount_vnd is None else f"{due.fee.amount_vnd:,} ₫"
        yield f"  {amount}  {due.fee.label.read(language)}: {due.fee.note.read(language)}"


def _time(procedure: Procedure, answers: Answers, on: date, language: str) -> Iterator[str]:
    rule = engine.clock_rule(procedure, answers, on)
    amount = say(UNITS[rule.term.unit], language, {"count": rule.term.count})
    yield say(msg("Legal time: %(amount)s (%(source)s)"), language, {"amount": amount, "source": rule.source})


def _problems(procedure: Procedure, answers: Answers, on: date, language: str) -> Iterator[str]:
    found = engine.problems(procedure, answers, on)
    yield say(msg("Problems: %(count)s"), language, {"count": len(found)})
    for problem in found:
        message = say(problem.message, language, problem.facts)
        yield f"  {problem.field}: {message}. {say(problem.way_out, language, problem.facts)}"


def _told(fact: str, language: str) -> str:
    """Return a fact in words: some are msgids themselves, others are what the author wrote."""
    return say(fact, language) if fact and "%" not in fact else fact


def _short(value: Json) -> str:
    text = "-" if value is None else str(value)
    return text if len(text) <= 300 else f"{text[:297]}…"
