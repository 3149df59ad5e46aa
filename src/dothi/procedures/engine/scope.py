"""Which pages apply for these answers, and what the conditions may see of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dothi.procedures.engine.conditions import condition
from dothi.procedures.types import Answers, Field, Json, Page, Procedure


@dataclass(frozen=True, slots=True)
class Scope:
    """
    The pages that apply now, in order, and the values of their answers.

    A required answer that is missing has no value: conditions over it are unknown. An optional one
    that was left out is null. Answers of pages that do not apply are not seen at all.
    """

    pages: tuple[Page, ...]
    values: Mapping[str, Json]
    on: date

    def holds(self, source: str, **more: Json) -> bool | None:
        """Return whether condition `source` holds; an empty one does."""
        return True if not source else condition(source).holds({**self.values, **more}, self.on)

    def missing(self, source: str) -> tuple[str, ...]:
        """Return the ids that `source` reads and that have no value."""
        return tuple(sorted(condition(source).names - set(self.values))) if source else ()


def scope(procedure: Procedure, answers: Answers, on: date) -> Scope:
    """Return what applies for `answers` on day `on`; a page sees only the answers before it."""
    values: dict[str, Json] = {"on": on.isoformat()}
    pages: list[Page] = []
    for page in procedure.pages:
        if page.when and condition(page.when).holds(values, on) is not True:
            continue
        pages.append(page)
        for field in page.fields:
            _add(values, field, answers)
    return Scope(tuple(pages), values, on)


def _add(values: dict[str, Json], field: Field, answers: Answers) -> None:
    answer = answers.get(field.id)
    if answer is not None and answer != "":
        values[field.id] = answer
    elif not field.required:
        values[field.id] = None
