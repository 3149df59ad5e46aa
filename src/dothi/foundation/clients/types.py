"""What a right says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

READ, WRITE = "read", "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    What a right opens: operations (read, write) in a tenant, "" the default one.

    `types` and `attributes` are IRIs or names of the core @context, `scopes` as in scopeQ; None is any.
    `basis` is the instrument or agreement that the right rests on.
    """

    operations: Sequence[str]
    basis: str
    tenant: str = ""
    types: Sequence[str] | None = None
    scopes: Sequence[str] | None = None
    attributes: Sequence[str] | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RightRow:
    """One right as it stands in the table; `client` is empty for what everybody may."""

    id: UUID
    client: str
    terms: Terms
    valid_from: datetime
