"""Answers of a dossier in words, page by page, each with where it came from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from dothi.foundation.clock import HANOI
from dothi.procedures.engine import pages
from dothi.procedures.types import Answers, Field, Input, Json, Procedure
from dothi.registers.agencies.queries import area_names
from dothi.web.casework.course import said
from dothi.web.components import formats
from dothi.web.components.rows import Choice, Fact, Provenance

Link = Callable[[str], str]
Group = tuple[str, list[Fact]]
"""Title of a page of questions, and its answers."""


def facts_by_page(
    procedure: Procedure, answers: Answers, provenance: Mapping[str, Json], on: date, change: Link
) -> list[Group]:
    """Return the title of each page that applies with its answers; `change` gives a page's address."""
    names = wards_in(answers, on)
    return [
        (
            said(page.title),
            [
                Fact(
                    label=said(field.label),
                    value=in_words(field, answers.get(field.id), names),
                    change_url=change(page.id),
                    provenance=source_of(provenance.get(field.id)),
                )
                for field in page.fields
            ],
        )
        for page in pages(procedure, answers, on)
    ]


def gathered(groups: Sequence[Group]) -> list[Group]:
    """
    Return the groups with pages of one question under that question, neighbors in one untitled list.

    A heading over each single answer would say everything twice.
    """
    joined: list[Group] = []
    for title, facts in groups:
        if len(facts) != 1:
            joined.append((title, facts))
            continue
        asked = replace(facts[0], label=title)
        if joined and not joined[-1][0]:
            joined[-1][1].append(asked)
        else:
            joined.append(("", [asked]))
    return joined


def page_of(procedure: Procedure, about: str) -> str:
    """Return the title of the page that asks for a field, or of a component; empty for neither."""
    for page in procedure.pages:
        if about in {field.id for field in page.fields}:
            return said(page.title)
    return next((said(part.title) for part in procedure.components if part.id == about), "")


def label_of(procedure: Procedure, about: str) -> str:
    """Return the name of a field or a component; empty for neither."""
    labels = {field.id: field.label for page in procedure.pages for field in page.fields}
    labels |= {part.id: part.title for part in procedure.components}
    return said(labels.get(about))


def claims_in_words(procedure: Procedure, claims: Mapping[str, Json], on: date) -> list[Fact]:
    """Return what a result says, each claim under its field's name, in the order of the form."""
    return [fact for _title, facts in _claims(procedure, claims, on) for fact in facts]


def claims_by_page(procedure: Procedure, claims: Mapping[str, Json], on: date) -> list[Group]:
    """Return what a result says under the title of the page that asked for it, in the order of the form."""
    return gathered([group for group in _claims(procedure, claims, on) if group[1]])


def in_words(field: Field, answer: Json, wards: Mapping[str, str]) -> str:
    """Return one answer as a person reads it; empty when there is none."""
    if answer is None or answer == "":
        return ""
    match field.input:
        case Input.YES_NO:
            return gettext("Yes") if answer is True else gettext("No")
        case Input.DATE:
            return _date(str(answer))
        case Input.CHOICE:
            return next((said(one.label) for one in field.options if one.value == answer), str(answer))
        case Input.ADDRESS if isinstance(answer, dict):
            return ", ".join(str(part) for part in (answer.get("line"), _ward(answer, wards)) if part)
        case Input.FILE if isinstance(answer, dict):
            return str(answer.get("name", ""))
        case Input.LIST if isinstance(answer, list):
            return "\n".join(_item(field, item, wards) for item in answer)
        case _:
            return str(answer)


def ward_choices(on: date) -> list[Choice]:
    """Return the wards and communes on a day as choices."""
    return [Choice(code, name) for code, name in area_names(on)]


def wards_in(answers: Mapping[str, Json], on: date) -> dict[str, str]:
    """Return the names of the wards that `answers` speak of; asked only when they speak of any."""
    items = [part for value in answers.values() for part in (value if isinstance(value, list) else [value])]
    codes = {str(one["ward"]) for one in items if isinstance(one, dict) and one.get("ward")}
    return dict(area_names(on, codes)) if codes else {}


def source_of(kept: Json) -> Provenance | None:
    """Return where a prefilled answer came from; None for one written by hand."""
    if not isinstance(kept, dict):
        return None
    basis: Any = kept.get("basis") or {}
    taken = datetime.fromisoformat(str(kept["read_at"])).astimezone(HANOI).date()
    return Provenance(source_name(str(kept["kind"])), taken, str(basis.get("clause", "")))


def source_name(kind: str) -> str:
    """Return the name of a kind of record in words."""
    if kind == "population":
        return gettext("the national population database, as told by VNeID")
    if kind == "marital-status-certificate":
        return gettext("your certificate of marital status in the data vault")
    return gettext("your data vault")


def _claims(procedure: Procedure, claims: Mapping[str, Json], on: date) -> list[Group]:
    names = wards_in(claims, on)
    return [
        (
            said(page.title),
            [
                Fact(label=said(field.label), value=in_words(field, claims[field.id], names))
                for field in page.fields
                if claims.get(field.id) not in (None, "")
            ],
        )
        for page in procedure.pages
    ]


def _date(answer: str) -> str:
    try:
        return formats.day(date.fromisoformat(answer))
    except ValueError:
        return answer


def _ward(answer: Mapping[str, Json], wards: Mapping[str, str]) -> str:
    code = str(answer.get("ward") or "")
    return wards.get(code, code)


def _item(field: Field, item: Json, wards: Mapping[str, str]) -> str:
    kept = item if isinstance(item, dict) else {}
    return "; ".join(filter(None, (in_words(part, kept.get(part.id), wards) for part in field.items)))
