"""
The territory of Hanoi as it was before 1 July 2025 and as it is since, as facts to record.

Names, codes and the mapping come from PyPI `vietnamadminunits` (see `package`). `data/residents_2025.csv`
restates from the table of the statistics office which parts took all residents with them and which took
none; the package does not say.

Law: Resolution 1656/NQ-UBTVQH15 of 16 June 2025, in force on 1 July 2025 (verified: false);
codes: Decision 19/2025/QĐ-TTg.
"""

import csv
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.kernel import text
from dothi.registers.agencies import package
from dothi.registers.agencies.ids import area_id, succession_id
from dothi.registers.agencies.models import Area, Succession
from dothi.registers.agencies.package import CITY, CORRECTED_NAMES, MISSING_STEPS
from dothi.registers.agencies.types import AreaLevel, Relation, Residents

REFORM = date(2025, 7, 1)
# Resolution 1286/NQ-UBTVQH15 made 579 wards 526 (recalled, verified: false). The sources hold no
# older list: a question about an earlier day has no answer here.
OLD_FROM = date(2025, 1, 1)
SOURCE = "PyPI vietnamadminunits 1.0.4; General Statistics Office table of 2025"

_LEVELS = {
    "Phường": (AreaLevel.WARD, "{} Ward"),
    "Xã": (AreaLevel.COMMUNE, "{} Commune"),
    "Thị trấn": (AreaLevel.TOWNSHIP, "{} Township"),
    "Quận": (AreaLevel.DISTRICT, "{} District"),
    "Huyện": (AreaLevel.DISTRICT, "{} Rural District"),
    "Thị xã": (AreaLevel.DISTRICT, "{} Town"),
    "Thành phố": (AreaLevel.CITY, "{}"),
}


@dataclass(frozen=True)
class Territory:
    """What the package says of one city. Read once, then thrown away."""

    old: list[sqlite3.Row]
    new: list[sqlite3.Row]
    steps: frozenset[tuple[str, str]]

    def areas(self) -> Iterator[Area]:
        """Yield the city, the districts, the old wards and the new ones."""
        yield from self._old_areas()
        yield from self.wards()

    def wards(self) -> Iterator[Area]:
        """Yield the wards and communes since 1 July 2025."""
        for row in self.new:
            yield _area(row["wardCode"], row["ward"], CITY, REFORM, None)

    def _old_areas(self) -> Iterator[Area]:
        yield _area(CITY, "Thành phố Hà Nội", None, OLD_FROM, None)
        districts = {row["districtCode"]: row["district"] for row in self.old}
        for code, name in sorted(districts.items()):
            yield _area(code, name, CITY, OLD_FROM, REFORM)
        for row in self.old:
            name = CORRECTED_NAMES.get(row["wardCode"], row["ward"])
            yield _area(row["wardCode"], name, row["districtCode"], OLD_FROM, REFORM)

    def successions(self) -> Iterator[Succession]:
        """Yield each step from an old ward to a new one."""
        residents = _residents()
        for old, new in sorted(self.steps | set(MISSING_STEPS)):
            whole = old not in self._split
            moved = Residents.ALL if whole else residents.get((old, new), Residents.SOME)
            yield Succession(
                key=succession_id(old, new, REFORM), valid=DateRange(REFORM, None),
                from_code=old, to_code=new, residents=moved,
                relation=Relation.WHOLE if whole else Relation.PART,
                effective_on=REFORM, source=SOURCE, verified=False,
            )  # fmt: skip

    @cached_property
    def _split(self) -> frozenset[str]:
        olds = [old for old, _new in self.steps | set(MISSING_STEPS)]
        return frozenset(old for old in olds if olds.count(old) > 1)


def read_territory(city: str = CITY) -> Territory:
    """Read the territory of a city from the package. Raises LookupError when it is not installed."""
    told = package.read(city)
    return Territory(told.old, told.new, told.steps)


def _residents() -> dict[tuple[str, str], Residents]:
    path = Path(__file__).with_name("data") / "residents_2025.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {(row["from_code"], row["to_code"]): Residents(row["residents"]) for row in rows}


def split_level(name: str) -> tuple[AreaLevel, str, str]:
    """Return level, bare name and English name of e.g. "Phường Ba Đình". Raises LookupError."""
    for word, (level, english) in _LEVELS.items():
        if name.startswith(word + " "):
            bare = name.removeprefix(word + " ")
            return level, bare, english.format(bare)
    raise LookupError(name)


def _area(code: str, name: str, parent: str | None, start: date, end: date | None) -> Area:
    name = text.nfc(name)
    level, bare, english = split_level(name)
    return Area(
        key=area_id(code, start), valid=DateRange(start, end), code=code, level=level, name_vi=name,
        name_en=english, parent_code=parent, search=text.fold(bare), sort_key=text.sort_key(bare),
    )  # fmt: skip
