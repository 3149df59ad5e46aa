"""The questions that apply, the answers that have problems, and the one form in which answers are kept."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final
from unicodedata import normalize as unicode_form

from dothi.kernel.problems import msg
from dothi.procedures.engine.fields import answer_fault
from dothi.procedures.engine.scope import Scope, scope
from dothi.procedures.types import (
    Answers,
    Check,
    Field,
    FieldProblem,
    Input,
    Json,
    Normalized,
    Page,
    Procedure,
)

MAX_LIST: Final = 20
MAX_DEPTH: Final = 4
MAX_TEXT: Final = 4000


def pages(procedure: Procedure, answers: Answers, on: date) -> tuple[Page, ...]:
    """Return the pages that apply now, in order. Pages that hang on a missing answer do not apply yet."""
    return scope(procedure, answers, on).pages


def problems(procedure: Procedure, answers: Answers, on: date) -> tuple[FieldProblem, ...]:
    """
    Return every problem of `answers` on the filing day `on`, in the order of the pages.

    First each answer by itself (missing, or against its schema), then the rules across answers whose
    answers are all there. Never raises for any answers.
    """
    seen = scope(procedure, answers, on)
    alone = [problem for page in seen.pages for problem in _of_page(page, answers)]
    faulty = {problem.field for problem in alone}
    across = [_failed(seen, check) for check in procedure.checks if check.field not in faulty]
    order = {field.id: place for place, (_, field) in enumerate(_fields(seen))}
    found = alone + [problem for problem in across if problem is not None]
    return tuple(sorted(found, key=lambda problem: order[problem.field]))


def page_problems(procedure: Procedure, page_id: str, answers: Answers, on: date) -> tuple[FieldProblem, ...]:
    """Return the problems that belong on one page, for a form that is filled page by page."""
    return tuple(problem for problem in problems(procedure, answers, on) if problem.page == page_id)


def normalize(procedure: Procedure, answers: Mapping[str, object]) -> Normalized:
    """
    Return `answers` as they are kept: NFC, no blanks at the ends, unknown ids dropped and reported.

    What is too deep, too long or of a type that JSON lacks is dropped and reported too.
    """
    known = {field.id: field for page in procedure.pages for field in page.fields}
    kept: dict[str, Json] = {}
    dropped: list[str] = []
    for key, value in answers.items():
        try:
            field = known[str(key)]
            kept[field.id] = _digits(_clean(value, MAX_DEPTH), field)
        except (KeyError, ValueError):
            dropped.append(str(key)[:60])
    return Normalized(kept, tuple(sorted(dropped)))


def _clean(value: object, depth: int) -> Json:
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        return _clean_text(value)
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    if isinstance(value, list) and len(value) <= MAX_LIST:
        return [_clean(item, depth - 1) for item in value]
    if isinstance(value, dict) and len(value) <= MAX_LIST:
        return {str(key): _clean(item, depth - 1) for key, item in value.items()}
    raise ValueError("not an answer")


def _digits(value: Json, field: Field) -> Json:
    """People write a personal number in groups, as on the card."""
    if field.input is Input.PERSONAL_NUMBER and isinstance(value, str):
        return value.translate({ord(mark): None for mark in " .-"})
    return value


def _clean_text(value: str) -> str:
    if len(value) > MAX_TEXT or "\x00" in value:
        raise ValueError("too long")
    lines = unicode_form("NFC", value).strip().splitlines()
    return "\n".join(" ".join(line.split()) for line in lines)


def _fields(seen: Scope) -> Iterator[tuple[Page, Field]]:
    for page in seen.pages:
        for field in page.fields:
            yield page, field


def _of_page(page: Page, answers: Answers) -> Iterator[FieldProblem]:
    for field in page.fields:
        answer = answers.get(field.id)
        if answer is None or answer in ("", []):
            if field.required:
                yield _missing(page, field)
            continue
        fault = answer_fault(field, answer)
        if fault is not None:
            yield FieldProblem(field.id, page.id, fault.code, fault.message, fault.way_out, fault.facts)


def _missing(page: Page, field: Field) -> FieldProblem:
    choose = field.input in (Input.YES_NO, Input.CHOICE)
    message = msg("Choose an answer") if choose else msg("Enter an answer")
    if field.input is Input.FILE:
        message = msg("Add a file")
    return FieldProblem(
        field.id, page.id, "required", message, msg("We need it to decide your application."), {}
    )


def _failed(seen: Scope, check: Check) -> FieldProblem | None:
    page = next((page for page, field in _fields(seen) if field.id == check.field), None)
    if page is None or seen.holds(check.holds) is not False:
        return None
    return FieldProblem(check.field, page.id, check.id, check.message, check.way_out, {}, check.basis)
