"""What the engine and the queries answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dothi.procedures.types.course import Component, Fee, Satisfaction
from dothi.procedures.types.questions import Row
from dothi.procedures.types.texts import Basis, Json, Period, Text, VersionId


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """
    A record offered for prefilling or for satisfying a component.

    `kind` and `subject` as in `PrefillFrom`; `id` and `version` name it; `read_at` is when it was read.
    """

    kind: str
    subject: str
    id: str
    version: str
    read_at: datetime
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a prefilled answer came from."""

    field: str
    kind: str
    record: str
    version: str
    read_at: datetime
    path: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Prefilled:
    """Answers that need not be asked again, each with its provenance."""

    answers: Mapping[str, Json]
    provenance: Mapping[str, Provenance]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """
    A problem of one answer, shown beside its field.

    `code` is stable, for tests and the desk. `message` and `way_out` are texts of the document, or
    msgids that `facts` fill; `wording.say` reads both.
    """

    field: str
    page: str
    code: str
    message: Text | str
    way_out: Text | str
    facts: Mapping[str, object]
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Traced:
    """What one row of a decision table answered: fired true, false, or None when answers are missing."""

    row: str
    fired: bool | None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """`entitled` is None while answers are missing; `fired` is the row that said no."""

    entitled: bool | None
    fired: Row | None
    missing: tuple[str, ...]
    trace: tuple[Traced, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A component that this dossier needs; `result` is the record that satisfies it."""

    component: Component
    result: SourceRecord | None
    satisfaction: Satisfaction | None

    @property
    def open(self) -> bool:
        """Whether the applicant still has to bring it."""
        part = self.component
        return self.result is None and part.provided_by == "applicant" and not part.optional


@dataclass(frozen=True, slots=True)
class FeeDue:
    """The row that applies to one item, with the trace of all rows of that item."""

    fee: Fee
    trace: tuple[Traced, ...]


@dataclass(frozen=True, slots=True)
class Normalized:
    """Answers in the one form in which they are kept; `dropped` are ids the document does not know."""

    answers: dict[str, Json]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version as `queries` return it."""

    id: VersionId
    code: str
    version: str
    valid: Period
    sha256: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A procedure found by everyday words; `matched` are the words of the document that did it."""

    code: str
    version_id: VersionId
    title: Text
    summary: Text
    score: float
    matched: tuple[str, ...]
