"""The document that one version of one procedure is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dothi.procedures.types.course import Clock, Component, Fee, Reason, ResultSpec, State, Transition
from dothi.procedures.types.questions import Check, Field, Page, Row
from dothi.procedures.types.texts import Basis, Channel, Json, Period, Slug, Source, Text


@dataclass(frozen=True, slots=True)
class Applicants:
    """Who may apply, and whether another may be authorized to."""

    who: Text
    authorization: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class Filing:
    """Where it is filed: the rule that names the unit, and the channels."""

    level: Literal["commune", "city", "ministry"]
    unit: Slug
    where: Text
    channels: tuple[Channel, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Golden:
    """An executable example. Its mappings are what the runner of `engine.golden` compares."""

    id: Slug
    title: Text
    given: Mapping[str, Json]
    expect: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Procedure:
    """One version of one procedure; the parts stand in the order in which the document has them."""

    code: str
    version: str
    title: Text
    summary: Text
    aliases: tuple[str, ...]
    life_events: tuple[Text, ...]
    sector: Text
    valid: Period
    valid_basis: Basis
    sources: tuple[Source, ...]
    applicants: Applicants
    filing: Filing
    pages: tuple[Page, ...]
    eligibility: tuple[Row, ...]
    checks: tuple[Check, ...]
    components: tuple[Component, ...]
    fees: tuple[Fee, ...]
    clock: Clock
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    corrections: tuple[Reason, ...]
    refusals: tuple[Reason, ...]
    result: ResultSpec
    golden_calendar: Mapping[str, Json]
    golden: tuple[Golden, ...]
    sha256: str

    def field(self, field_id: str) -> Field:
        """Return the field; raises KeyError where there is none."""
        return {f.id: f for p in self.pages for f in p.fields}[field_id]

    def state(self, state_id: str) -> State:
        """Return the state; raises KeyError where there is none."""
        return {s.id: s for s in self.states}[state_id]

    def page(self, page_id: str) -> Page:
        """Return the page; raises KeyError where there is none."""
        return {p.id: p for p in self.pages}[page_id]
