"""What a notice is before and after it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Fact = str | int | bool


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """What happened: a slug and two msgids whose named placeholders the facts fill."""

    slug: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """
    One line of an inbox. `title` and `text` are msgids; the edge translates and fills `facts`.
    `about` is the urn of the thing that it tells of.

    An erased person's notices stay as rows without words: `title` is then empty.
    """

    id: UUID
    kind: str
    title: str
    text: str
    facts: Mapping[str, Fact]
    about: str
    at: datetime
    read_at: datetime | None
