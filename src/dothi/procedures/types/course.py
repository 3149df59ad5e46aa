"""The course of a dossier: what belongs to it, what it costs, its clock, its states and its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dothi.procedures.types.texts import (
    AnswerId,
    Basis,
    Cel,
    Channel,
    Duty,
    Effect,
    Period,
    Slug,
    Subject,
    Text,
    Unit,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """A kind of vault result that satisfies a component where `when` is true of `result` and the answers."""

    kind: Slug
    subject: Subject
    when: Cel
    basis: Basis


@dataclass(frozen=True, slots=True)
class Component:
    """
    A document of the dossier.

    `provided_by`: `applicant` must bring it; `office` looks it up itself, so it is never asked of the
    applicant; `form` is the answers themselves; `at-desk` is shown when the result is signed or handed
    over. `field` is the file field that carries it online. `presented` is shown and given back.
    """

    id: Slug
    title: Text
    when: Cel
    provided_by: Literal["applicant", "office", "form", "at-desk"]
    presented: bool
    originals: int
    certified_copies: int
    copies: int
    why: Text
    basis: Basis
    field: AnswerId | None = None
    satisfied_by: tuple[Satisfaction, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Fee:
    """
    A fee row. `amount_vnd` is None where the text leaves the amount to another instrument.

    The applicable row of one `item` with the highest `priority` wins; it is shown, never collected here.
    """

    id: Slug
    item: str
    label: Text
    amount_vnd: int | None
    valid: Period
    when: Cel
    priority: int
    note: Text
    basis: Basis
    proof: Text | None = None


@dataclass(frozen=True, slots=True)
class PauseGround:
    """A lawful reason to stop the clock, and for how long at most."""

    id: Slug
    title: Text
    at_most_working_days: int | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Tacit:
    """Silence in `state` for `after` (unit `day` or `working-day`) is taken as the act `act`."""

    state: Slug
    after: int
    unit: Unit
    act: Slug
    basis: Basis


@dataclass(frozen=True, slots=True)
class Duration:
    """The legal time of one channel; `unit` is working-day, working-hour or day."""

    amount: int
    unit: Unit
    basis: Basis
    when: Cel = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """The share of one unit in the whole time."""

    id: Slug
    title: Text
    amount: int
    unit: Unit
    basis: Basis


@dataclass(frozen=True, slots=True)
class Clock:
    """
    The clock as the procedure's law sets it.

    Of `durations[channel]` the first whose condition holds counts. The rules of every one-stop dossier
    (15:00, afresh after a supplement, one extension) are `restart_on_supplement`, `forward_after`,
    `supplement_notice_working_days` and `extensions`, each with its basis in `bases`.
    """

    durations: Mapping[Channel, tuple[Duration, ...]]
    segments: tuple[Segment, ...]
    pauses: tuple[PauseGround, ...]
    tacit: tuple[Tacit, ...]
    restart_on_supplement: bool
    forward_after: str
    supplement_notice_working_days: int
    extensions: int
    extension_at_most: Duration | None
    bases: Mapping[str, Basis]


@dataclass(frozen=True, slots=True)
class State:
    """A state of the dossier; `code` is the public code of the one-stop systems, 1 to 10, 0 for a draft."""

    id: Slug
    code: int
    title: Text
    public: Text
    final: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """
    An act and where it leads.

    `duty` is one of the duties of officials, or `applicant` or `system`. `needs` and `produces` are
    names that the dossiers room knows; `clock` is what the act is to the legal clock.
    """

    act: Slug
    title: Text
    origins: tuple[Slug, ...]
    target: Slug
    duty: Duty
    needs: tuple[Slug, ...]
    produces: tuple[Slug, ...]
    clock: Effect
    basis: Basis


@dataclass(frozen=True, slots=True)
class Reason:
    """A structured reason for a correction request or a refusal; `about` is a field or component id."""

    id: Slug
    title: Text
    about: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature or seal on the result, in the order of the list that holds it."""

    kind: Literal["signature", "seal"]
    by: Text
    duty: Duty
    electronic: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the result is kept; None for ever."""

    years: int | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class ResultSpec:
    """
    What the procedure gives.

    `kind` is the vault's kind and `credential` the type of the verifiable credential. `claims` maps a
    claim to a CEL expression over the answers and `dossier`; `valid_months` from the day of issue.
    """

    kind: Slug
    title: Text
    template: Slug
    credential: str
    copies: int
    signatures: tuple[Signature, ...]
    retention: Retention
    register_effects: tuple[Text, ...]
    claims: Mapping[AnswerId, Cel]
    valid_months: int | None
    valid_basis: Basis | None
    in_person: bool
    in_person_basis: Basis | None
