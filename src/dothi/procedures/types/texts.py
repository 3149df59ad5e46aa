"""The words that every part of a procedure is made of, beside those of all documents: law, time, periods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, NewType
from uuid import UUID

from dothi.kernel.documents.types import Basis, Json, Says, Slug, Source, Text

__all__ = [
    "AnswerId", "Answers", "Basis", "Cel", "Channel", "Duty", "Effect", "Json", "Period", "Says", "Slug",
    "Source", "Subject", "Text", "Unit", "VersionId",
]  # fmt: skip

VersionId = NewType("VersionId", UUID)
Answers = Mapping[str, Json]


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
class Period:
    """Half-open legal validity: from `start`, up to but without `end`; open when `end` is None."""

    start: date
    end: date | None

    def holds(self, on: date) -> bool:
        """Return whether `on` lies in the period."""
        return self.start <= on and (self.end is None or on < self.end)
