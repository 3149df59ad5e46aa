"""
Which types everybody may read, and why: what a node begins with, from `sectors/public_types.json`.

From then on people of the city say it: each type is a right of its own (`foundation.clients`), and one that
somebody withdrew is not published again. Laws that reasons name are not read yet (verified: false).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Openness:
    """Whether a type is public at first, and the reason in Vietnamese (vi) and English (en)."""

    name: str
    public: bool
    reason: Mapping[str, str]


@cache
def openness() -> Sequence[Openness]:
    """Return what is said of each type, in the order of the file."""
    place = resources.files("dothi.sectors") / "public_types.json"
    return [
        Openness(one["type"], one["public"], one["reason"]) for one in json.loads(place.read_text("utf-8"))
    ]


def public_types() -> Sequence[Openness]:
    """Return the types that are public at first."""
    return [one for one in openness() if one.public]
