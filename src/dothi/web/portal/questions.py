"""
Questions: a field of a procedure as a component of a page, and what was posted as an answer.

The two directions stand side by side, one pair for each kind of input, so that what a page shows is
what it can read back. Nothing is validated here: that is the engine's.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from dothi.procedures.types import Field, Input, Json
from dothi.web.casework.course import said
from dothi.web.components import rows

Posted = MultiValueDict[str, str]
Show = Callable[[Field, Json], rows.Field]
Read = Callable[[Field, Posted], Json]

DATE_PARTS = ("day", "month", "year")
MOST_ITEMS = 20


def as_component(field: Field, answer: Json, wards: list[rows.Choice]) -> list[rows.Field]:
    """Return the components that ask for `field`, filled with `answer`; an address takes two."""
    if field.input is Input.ADDRESS:
        return _address(field, answer, wards)
    return [_SHOW[field.input](field, answer)]


def as_answer(field: Field, posted: Posted) -> Json:
    """Return what was posted for `field` in the form in which answers are kept; None when nothing was."""
    return _READ.get(field.input, _read_text)(field, posted)


def _base(field: Field, kind: str, answer: Json) -> rows.Field:
    return rows.Field(
        kind=kind,
        name=field.id,
        label=said(field.label),
        hint=said(field.help),
        value="" if answer is None else str(answer),
        optional=not field.required,
        autocomplete=field.autocomplete,
    )


def _text(field: Field, answer: Json) -> rows.Field:
    return _base(field, "text_input", answer)


def _number(field: Field, answer: Json) -> rows.Field:
    return replace(_base(field, "text_input", answer), inputmode="numeric", width=10)


def _long_text(field: Field, answer: Json) -> rows.Field:
    return _base(field, "textarea", answer)


def _date(field: Field, answer: Json) -> rows.Field:
    parts = str(answer or "--").split("-")
    typed = tuple(reversed(parts)) if len(parts) == len(DATE_PARTS) else (str(answer), "", "")
    return replace(_base(field, "date_input", None), value=typed)


def _yes_no(field: Field, answer: Json) -> rows.Field:
    choices = [rows.Choice("yes", gettext("Yes")), rows.Choice("no", gettext("No"))]
    chosen = {True: "yes", False: "no"}.get(answer, "") if isinstance(answer, bool) else ""
    return replace(_base(field, "radios", None), choices=choices, value=chosen, inline=True)


def _choice(field: Field, answer: Json) -> rows.Field:
    choices = [rows.Choice(one.value, said(one.label), said(one.help)) for one in field.options]
    return replace(_base(field, "radios", answer), choices=choices)


def _file(field: Field, answer: Json) -> rows.Field:
    stored = []
    if isinstance(answer, dict):
        stored = [rows.StoredFile(str(answer.get("name", "")), int(str(answer.get("size", 0))))]
    base = _base(field, "file_upload", None)
    return replace(base, accept=".pdf,.jpg,.jpeg,.png,.heic", stored=stored)


def _address(field: Field, answer: Json, wards: list[rows.Choice]) -> list[rows.Field]:
    kept = answer if isinstance(answer, dict) else {}
    ward = replace(_base(field, "ward_picker", kept.get("ward")), name=f"{field.id}-ward", choices=wards)
    line = rows.Field(
        kind="text_input",
        name=field.id,
        label=gettext("House number and street"),
        value=str(kept.get("line") or ""),
        autocomplete="street-address",
    )
    return [ward, line]


_SHOW: Mapping[Input, Show] = {
    Input.TEXT: _text,
    Input.LONG_TEXT: _long_text,
    Input.DATE: _date,
    Input.YES_NO: _yes_no,
    Input.CHOICE: _choice,
    Input.NUMBER: _number,
    Input.PERSON_NAME: _text,
    Input.PERSONAL_NUMBER: _number,
    Input.FILE: _file,
}


def _read_text(field: Field, posted: Posted) -> Json:
    return posted.get(field.id, "").strip() or None


def _read_date(field: Field, posted: Posted) -> Json:
    day, month, year = (posted.get(f"{field.id}-{part}", "").strip() for part in DATE_PARTS)
    if not (day or month or year):
        return None
    return f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"


def _read_yes_no(field: Field, posted: Posted) -> Json:
    return {"yes": True, "no": False}.get(posted.get(field.id, ""))


def _read_number(field: Field, posted: Posted) -> Json:
    typed = posted.get(field.id, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < MOST_ITEMS else typed or None


def _read_address(field: Field, posted: Posted) -> Json:
    ward, line = posted.get(f"{field.id}-ward", ""), posted.get(field.id, "").strip()
    return {"ward": ward, "line": line} if ward or line else None


_READ: Mapping[Input, Read] = {
    Input.DATE: _read_date,
    Input.YES_NO: _read_yes_no,
    Input.NUMBER: _read_number,
    Input.ADDRESS: _read_address,
}
