"""What identity knows of a person, and how somebody proved who they are."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Profile:
    """
    What an authority of record says of a person. Dates are ISO 8601; empty when it did not say.

    `personal_number` has 12 digits and is never minted here; `ward` is a code of the territory.
    """

    full_name: str
    personal_number: str = ""
    sex: str = ""
    born_on: str = ""
    ethnicity: str = ""
    nationality: str = ""
    ward: str = ""
    address: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return it for sealing."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Profile":
        """Return the profile in `kept`; fields of a later or earlier version are ignored or empty."""
        return cls(**{field.name: str(kept.get(field.name, "")) for field in fields(cls)})

    def differs_in(self, other: "Profile") -> list[str]:
        """Return the names of the fields whose values differ, in order."""
        return [
            field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name)
        ]


@dataclass(frozen=True, slots=True)
class Claims:
    """What an identity provider vouched for: a profile and the level (1 or 2) of the account."""

    profile: Profile
    assurance: int
    id_token: str


class Method(StrEnum):
    """How somebody proved who they are."""

    VNEID = "vneid"
    PASSKEY = "passkey"
    TOTP = "totp"


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One session of an account; `current` marks the one that asks."""

    id: UUID
    method: Method
    at: datetime
    device: str
    current: bool


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One second factor of an official."""

    id: UUID
    kind: str
    name: str
    created_at: datetime
    used_at: datetime | None
