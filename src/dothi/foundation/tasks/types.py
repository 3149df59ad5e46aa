"""What a task is before and after it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

Fact = str | int | bool


class Place(NamedTuple):
    """Whose work it is: a duty in a unit."""

    unit_id: UUID
    duty: str


@dataclass(frozen=True, slots=True)
class Work:
    """
    What is to be done. `key` names the occasion and makes posting idempotent; `about` is a urn.

    `title` is a msgid that `facts` fill; neither holds personal data. A fact that differs in English has a
    second one beside it, `name_en`.
    """

    key: str
    place: Place
    title: str
    about: str
    due_at: datetime
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of a work list."""

    id: UUID
    place: Place
    title: str
    facts: Mapping[str, Fact]
    about: str
    due_at: datetime
    claimed_by: UUID | None
