"""The words that every part of the document is made of: texts in two languages, sources of law, periods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, NewType
from uuid import UUID

VersionId = NewType("VersionId", UUID)
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Answers = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Says:
    """What the document's JSON Schema says of a string, beside that it is one."""

    at_most: int
    pattern: str = ""


Slug = Annotated[str, Says(60, "^[a-z][a-z0-9-]*$")]
AnswerId = Annotated[str, Says(60, "^[a-z][a-z0-9_]*$")]
Cel = Annotated[str, Says(500)]
Channel = Literal["online", "counter", "post"]
Unit = Literal["working-day", "working-hour", "day"]
Subject = Literal["applicant", "partner"]
Duty = Literal[
    "receive", "process", "approve", "sign", "return", "administer", "audit", "applicant", "system"
]
Effect = Literal[
    "none", "submitted", "accepted", "supplement-requested", "supplemented", "paused", "resumed",
    "extended", "handed-over", "finished", "stopped",
]  # fmt: skip
"""What an act is to the legal clock: a `kernel.clock.ClockEventKind`, or none."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text for people in both languages."""

    vi: str
    en: str

    def read(self, language: str) -> str:
        """Return the text in `language`; Vietnamese when it is neither."""
        return self.en if language.startswith("en") else self.vi


@dataclass(frozen=True, slots=True)
class Source:
    """An instrument of law or an official text that values of the document rest on."""

    id: Slug
    number: str
    title: Text


@dataclass(frozen=True, slots=True)
class Basis:
    """Where one value comes from. `verified` is true only when the clause itself was read."""

    source: Slug
    clause: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open legal validity: from `start`, up to but without `end`; open when `end` is None."""

    start: date
    end: date | None

    def holds(self, on: date) -> bool:
        """Return whether `on` lies in the period."""
        return self.start <= on and (self.end is None or on < self.end)
