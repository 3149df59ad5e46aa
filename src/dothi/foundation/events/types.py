"""An event: what happened to which thing, with ids and never with personal data. CloudEvents 1.0."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

Datum = str | int | bool | None | Sequence["Datum"] | Mapping[str, "Datum"]

TYPE = re.compile(r"vn\.dothi(\.[a-z][a-z0-9-]*){3}\.v[1-9][0-9]*")
_NOT_IN_TOKEN = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True)
class Event:
    """`type` is `vn.dothi.<room>.<noun>.<past-verb>.v1`; events of one `subject` keep their order."""

    id: UUID
    type: str
    subject: str
    at: datetime
    data: Mapping[str, Datum] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not TYPE.fullmatch(self.type):
            raise ValueError(f"not a type of the form vn.dothi.<room>.<noun>.<past-verb>.v1: {self.type}")


def nats_subject(type_: str, subject: str) -> str:
    """Return where the event is published: its type, then its subject as one token."""
    return f"{type_}.{_NOT_IN_TOKEN.sub('_', subject) or '_'}"


def servers(url: str) -> list[str]:
    """Return the addresses of a setting: of one server, or with commas those of a cluster."""
    return [one for one in url.split(",") if one]
