"""Wards by their names, whatever the place of the tone mark, the form of Unicode, or the level before it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dothi.kernel import text
from dothi.sectors.importing.rows import Unusable
from dothi.sectors.territory.wards import Ward

LEVEL: Final = re.compile(r"^(phường|xã) ")
NUMBER: Final = re.compile(r" \(\d+\)$")


@dataclass
class Gazetteer:
    """Finds wards by name."""

    wards: Iterable[Ward]
    _by_name: dict[str, list[Ward]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for ward in self.wards:
            whole = key(ward.name)
            for name in {whole, LEVEL.sub("", whole)}:
                self._by_name.setdefault(name, []).append(ward)

    def ward(self, name: str) -> Ward:
        """
        Return the one ward of a name, with or without its level; " (2)" behind it counts stations there.

        A name that leaves out what follows a dash is taken where one ward alone begins so. Raises Unusable.
        """
        wanted = NUMBER.sub("", key(name))
        found = self._by_name.get(wanted) or [
            ward for one, wards in self._by_name.items() if one.startswith(f"{wanted} - ") for ward in wards
        ]
        if len(found) != 1:
            raise Unusable(f"{'several wards bear' if found else 'no ward bears'} the name {name!r}")
        return found[0]


def key(name: str) -> str:
    """Return what two spellings of one name have in common: NFC, one place of the tone mark, one space."""
    return " ".join(text.tone_position(name).lower().split())


def slug(name: str) -> str:
    """Return a name as part of an id: ASCII letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.fold(name)).strip("-")
