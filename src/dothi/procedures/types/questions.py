"""What a person is asked: fields under stable ids, on pages of one question each, and the rules over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dothi.procedures.types.texts import AnswerId, Basis, Cel, Json, Slug, Subject, Text


class Input(StrEnum):
    """How a field is asked for. The portal has one component for each."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    DATE = "date"
    YES_NO = "yes-no"
    CHOICE = "choice"
    NUMBER = "number"
    PERSON_NAME = "person-name"
    PERSONAL_NUMBER = "personal-number"
    ADDRESS = "address"
    FILE = "file"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field."""

    value: str
    label: Text
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class PrefillFrom:
    """
    A place a field's answer can come from.

    `kind` names the kind of record (`population`, or a vault result's kind); `subject` whose record;
    `path` the dotted way into its data; not taken where `unless` holds of the answers so far.
    """

    kind: Slug
    subject: Subject
    path: str
    basis: Basis
    unless: Cel = ""


@dataclass(frozen=True, slots=True)
class Field:
    """
    One answer under a stable id.

    `schema` is its JSON Schema 2020-12. Answers by input: date "YYYY-MM-DD"; yes-no a boolean;
    number an integer; address {"ward": "00070", "line": "…"}; file {"file": "<id>", "name": "…"};
    list a list of objects of `items`; all others a string.
    """

    id: AnswerId
    label: Text
    input: Input
    required: bool
    schema: Mapping[str, Json] = field(default_factory=dict)
    help: Text | None = None
    autocomplete: str = ""
    options: tuple[Option, ...] = ()
    items: tuple["Field", ...] = ()
    prefill: tuple[PrefillFrom, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One question a page: its title is the heading; `when` says whether it applies."""

    id: Slug
    title: Text
    fields: tuple[Field, ...]
    help: Text | None = None
    when: Cel = ""
    determinant: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a decision table: where `when` is true, `then` holds, and `basis` says by which law."""

    id: Slug
    when: Cel
    basis: Basis
    reason: Text
    way_out: Text | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule across fields: where `holds` is false, `field` has the problem `message`."""

    id: Slug
    field: AnswerId
    holds: Cel
    message: Text
    way_out: Text
    basis: Basis
