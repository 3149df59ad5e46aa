"""
Ids: rows are uuidv7, things across nodes are `urn:dothi:<node>:<kind>:<id>`.

Nothing parses an id for meaning. Standard: RFC 9562, section 5.7.
"""

from typing import NewType
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
