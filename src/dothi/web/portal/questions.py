"""
Questions: a field of a procedure as a component of a page, and what was posted as an answer.

The two directions stand side by side, one pair for each kind of input, so that what a page shows is
what it can read back. Nothing is validated here: that is the engine's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from dothi.procedures.types import Field, Input, Json
from dothi.web.casework.course import said
from dothi.web.components import rows

Posted = MultiValueDict[str, str]
Show = Callable[[Field, Json], rows.Field]
Read = Callable[[Field, Posted], Json]

DATE_PARTS = ("day", "month", "year")
MOST_DIGITS = 18
MOST_ITEMS = 20
"""The engine allows no more items of a list, whatever the document says."""
LARGEST_FILE = 15 * 1024 * 1024
"""Bytes that every kind of file may have; source: foundation/files/limits.toml."""


@dataclass(frozen=True, slots=True)
class Group:
    """One item of a list: its heading, its questions, and the value of the button that takes it out."""

    heading: str
    fields: Sequence[rows.Field]
    remove: str


@dataclass(frozen=True, slots=True)
class Block:
    """What asks for one field: questions, or the items of a list with a button for one more."""

    field_id: str
    fields: Sequence[rows.Field] = ()
    groups: Sequence[Group] = ()
    add: str = ""
    error: str = ""

    @property
    def anchor(self) -> str:
        """Return the id that an error summary leads to."""
        first = self.fields[0] if self.fields else self.groups[0].fields[0]
        return first.key


def as_block(field: Field, answer: Json, wards: Sequence[rows.Choice]) -> Block:
    """Return what asks for `field`, filled with `answer`."""
    if field.input is Input.LIST:
        return _list(field, answer, wards)
    if field.input is Input.ADDRESS:
        return Block(field.id, _address(field, answer, wards))
    return Block(field.id, [_SHOW[field.input](field, answer)])


def as_answer(field: Field, posted: Posted) -> Json:
    """Return what was posted for `field` in the form in which answers are kept; None when nothing was."""
    return _READ.get(field.input, _read_text)(field, posted)


def with_item(field: Field, answer: Json) -> Json:
    """Return the answer of a list with one more, empty item."""
    items = list(answer) if isinstance(answer, list) else [{}]
    return [*items, {}] if len(items) < _most(field) else items


def without_item(answer: Json, number: int) -> Json:
    """Return the answer of a list without the item at `number`, from 0."""
    items = answer if isinstance(answer, list) else []
    return [item for place, item in enumerate(items) if place != number]


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
    return replace(_base(field, "text_input", answer), inputmode="numeric", width=5)


def _personal_number(field: Field, answer: Json) -> rows.Field:
    return replace(_base(field, "text_input", answer), inputmode="numeric", width=20)


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


def _file(field: Field, _answer: Json) -> rows.Field:
    base = _base(field, "file_upload", None)
    return replace(base, accept=".pdf,.jpg,.jpeg,.png,.heic", max_bytes=LARGEST_FILE)


def _address(field: Field, answer: Json, wards: Sequence[rows.Choice]) -> list[rows.Field]:
    kept = answer if isinstance(answer, dict) else {}
    base = _base(field, "ward_picker", kept.get("ward"))
    ward = replace(
        base, name=f"{field.id}-ward", label=gettext("Ward or commune"), choices=wards, autocomplete=""
    )
    line = rows.Field(
        kind="text_input",
        name=field.id,
        label=gettext("House number and street"),
        value=str(kept.get("line") or ""),
        autocomplete="street-address",
    )
    return [ward, line]


def _list(field: Field, answer: Json, wards: Sequence[rows.Choice]) -> Block:
    items = answer if isinstance(answer, list) and answer else [{}]
    groups = [_group(field, place, item, wards, len(items) > 1) for place, item in enumerate(items)]
    return Block(field.id, groups=groups, add=field.id if len(items) < _most(field) else "")


def _group(field: Field, place: int, item: Json, wards: Sequence[rows.Choice], removable: bool) -> Group:
    kept = item if isinstance(item, dict) else {}
    blocks = [as_block(_inside(field, place, part), kept.get(part.id), wards) for part in field.items]
    heading = f"{said(field.label)} {place + 1}"
    remove = f"{field.id}-{place}" if removable else ""
    return Group(heading, [one for block in blocks for one in block.fields], remove)


def _inside(field: Field, place: int, part: Field) -> Field:
    return replace(part, id=f"{field.id}-{place}-{part.id}")


def _most(field: Field) -> int:
    said_most = field.schema.get("maxItems")
    return min(said_most, MOST_ITEMS) if isinstance(said_most, int) else MOST_ITEMS


_SHOW: Mapping[Input, Show] = {
    Input.TEXT: _text,
    Input.LONG_TEXT: _long_text,
    Input.DATE: _date,
    Input.YES_NO: _yes_no,
    Input.CHOICE: _choice,
    Input.NUMBER: _number,
    Input.PERSON_NAME: _text,
    Input.PERSONAL_NUMBER: _personal_number,
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
    readable = typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS
    return int(typed) if readable else typed or None


def _read_address(field: Field, posted: Posted) -> Json:
    ward, line = posted.get(f"{field.id}-ward", ""), posted.get(field.id, "").strip()
    return {"ward": ward, "line": line} if ward or line else None


def _read_list(field: Field, posted: Posted) -> Json:
    asked = re.compile(rf"{re.escape(field.id)}-(\d{{1,2}})-")
    places = sorted({int(found[1]) for name in posted if (found := asked.match(name))})[:MOST_ITEMS]
    items = [_read_item(field, place, posted) for place in places]
    return [item for item in items if item] or None


def _read_item(field: Field, place: int, posted: Posted) -> dict[str, Json]:
    read = {part.id: as_answer(_inside(field, place, part), posted) for part in field.items}
    return {name: value for name, value in read.items() if value is not None}


_READ: Mapping[Input, Read] = {
    Input.DATE: _read_date,
    Input.YES_NO: _read_yes_no,
    Input.NUMBER: _read_number,
    Input.ADDRESS: _read_address,
    Input.LIST: _read_list,
}
