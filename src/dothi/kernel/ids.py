"""
Ids: rows are uuidv7, things across nodes are `urn:dothi:<node>:<kind>:<id>`.

Nothing parses the last part of a name for meaning. Standard: RFC 9562, section 5.7.
"""

from typing import NamedTuple, NewType
from uuid import UUID

import uuid_utils.compat

PersonId = NewType("PersonId", UUID)
UnitId = NewType("UnitId", UUID)
PostId = NewType("PostId", UUID)
DossierId = NewType("DossierId", UUID)


def new_id() -> UUID:
    """Return a uuidv7. Ids of one process rise; ids of several are only roughly ordered."""
    return uuid_utils.compat.uuid7()


def urn(node: str, kind: str, key: UUID | str) -> str:
    """Return the name of a thing across nodes, e.g. `urn:dothi:hanoi.example:dossier:0192…`."""
    return f"urn:dothi:{node}:{kind}:{key}"


class Name(NamedTuple):
    """The parts of a urn of ours."""

    node: str
    kind: str
    key: str


def name_in(text: str) -> Name | None:
    """Return the parts of `text`, None when it is no urn of ours."""
    match text.split(":", 4):
        case ["urn", "dothi", node, kind, key] if node and kind and key:
            return Name(node, kind, key)
    return None
