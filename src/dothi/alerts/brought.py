"""
How the rules that the product brings stand on this node: as they are there, otherwise, or not at all.

A published version never changes, so what was edited in the catalog under its number reaches no node by
itself; a person publishes it as the next version. Without Django, for who has it not begun yet asks too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from dothi.alerts.catalog import latest
from dothi.kernel.documents.authoring import parse
from dothi.kernel.documents.differences import Change, changes
from dothi.kernel.documents.types import Json

PUBLISHED: Final = (Path(__file__).parent / "sql" / "published_versions.sql").read_text(encoding="utf-8")
"""Rows of what `brought` takes, the earliest published first."""

CHANGED = "Quy tắc cảnh báo khác với bản đã công bố · Rules of alerts that differ from those published"
WAITS = (
    "Quy tắc cảnh báo có phiên bản mới còn chạy thử · Rules of alerts whose next version is in shadow only"
)
ABSENT = "Quy tắc cảnh báo chưa công bố ở đây · Rules of alerts that are not published here"


@dataclass(frozen=True, slots=True)
class Published:
    """A version that is published here, and whether it is live, or in shadow."""

    code: str
    version: str
    document: Mapping[str, Json]
    live: bool
    shadow: bool


@dataclass(frozen=True, slots=True)
class Brought:
    """
    A rule of the catalog beside what stands here.

    `version` is the one here that says the same, else the live or the latest one, from which the catalog
    differs in `changes`; empty where no version is published. `waits` where that which says the same is in
    shadow only, beside a live one that says something else.
    """

    code: str
    file: Path
    title: Mapping[str, Json]
    version: str
    changes: Sequence[Change] = ()
    waits: bool = False

    @property
    def differs(self) -> bool:
        """Tell whether it works here otherwise, or not at all."""
        return bool(self.changes) or self.waits or not self.version


def brought(published: Iterable[Published]) -> list[Brought]:
    """Compare the latest document of each rule of the catalog with what is published here; by code."""
    here: dict[str, list[Published]] = defaultdict(list)
    for row in published:
        here[row.code].append(row)
    return [_compared(code, file, here[code]) for code, file in latest().items()]


def same(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    """Tell whether two documents say the same, under whatever version."""
    return _content(one) == _content(other)


def told(found: Sequence[Brought]) -> list[str]:
    """Return what is said of it at the start of a node; nothing where all is as it is there."""
    waiting, absent = sum(one.waits for one in found), sum(not one.version for one in found)
    said = {CHANGED: ", ".join(one.code for one in found if one.changes),
            WAITS: str(waiting or ""), ABSENT: str(absent or "")}  # fmt: skip
    return [f"{what}: {which} → dothi rules catalog" for what, which in said.items() if which]


def _compared(code: str, file: Path, here: Sequence[Published]) -> Brought:
    data = _document(file, file.stat().st_mtime_ns)
    title = cast("Mapping[str, Json]", data["title"])
    equal = next((row for row in here if same(row.document, data)), None)
    if equal:
        waits = equal.shadow and any(row.live for row in here)
        return Brought(code, file, title, equal.version, waits=waits)
    if not here:
        return Brought(code, file, title, "")
    stands = next((row for row in here if row.live), here[-1])
    told = tuple(changes(_content(stands.document), _content(data)))
    return Brought(code, file, title, stands.version, told)


@lru_cache(maxsize=256)
def _document(file: Path, _written: int) -> Mapping[str, Json]:
    """Return what a file of the catalog says; reading all of them takes a quarter of a second."""
    return parse(file.read_text(encoding="utf-8"))


def _content(document: Mapping[str, Json]) -> dict[str, Json]:
    return {part: told for part, told in document.items() if part != "version"}
