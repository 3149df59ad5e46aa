"""
What PyPI `vietnamadminunits` 1.0.4 (MIT) says of the wards of a city before and since 1 July 2025.

Its data files are read as files: importing the package takes a second. Without Django.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

CITY = "01"
# The package drops hyphens that the law writes, and one capital.
CORRECTED_NAMES = {
    "00181": "Phường Văn Miếu - Quốc Tử Giám",
    "00226": "Phường Phương Liên - Trung Tự",
    "00679": "Xã Đại Áng",
}
# The statistics office's table prints Xã Đặng Xá once under 00553, the code of Xã Cổ Bi; the name
# and the package say 00556. Read by code it gives 328 wards with one successor and 198 split; in
# truth 327 and 199. And the package lacks this step, which moved land without residents:
MISSING_STEPS = (("09013", "09817"),)
_OLD = "select wardCode, ward, districtCode, district, districtKey || '_' || wardKey as key,"
_OLD += " wardLon as lon, wardLat as lat, wardBounds as bounds"
_OLD += " from admin_units_legacy where provinceCode = ? order by wardCode"
_NEW = "select wardCode, ward, wardKey as key, wardLon as lon, wardLat as lat, wardAreaKm2 as area_km2"
_NEW += " from admin_units where provinceCode = ? order by wardCode"


@dataclass(frozen=True)
class Told:
    """
    The wards before and since, and the steps from an old one to a new one that the package knows.

    Rows have wardCode, ward, lon and lat of the center (EPSG:4326); old ones also districtCode, district and
    bounds ("south,west – north,east"), new ones area_km2.
    """

    old: list[sqlite3.Row]
    new: list[sqlite3.Row]
    steps: frozenset[tuple[str, str]]


def read(city: str = CITY) -> Told:
    """Read what the package says of a city. Raises LookupError when it is not installed."""
    folder = _package_data()
    with closing(sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro&immutable=1", uri=True)) as database:
        database.row_factory = sqlite3.Row
        old = database.execute(_OLD, [city]).fetchall()
        new = database.execute(_NEW, [city]).fetchall()
    return Told(old, new, frozenset(_steps(folder / "converter_2025.json", old, new)))


def _package_data() -> Path:
    found = find_spec("vietnamadminunits")
    if found is None or found.origin is None:
        raise LookupError("the package vietnamadminunits is not installed")
    return Path(found.origin).parent / "data"


def _steps(path: Path, old: list[sqlite3.Row], new: list[sqlite3.Row]) -> Iterator[tuple[str, str]]:
    """Yield (old code, new code). The package writes both by keys: province_district_ward, ward."""
    mapping = json.loads(path.read_bytes())
    old_codes = {row["key"]: row["wardCode"] for row in old}
    new_codes = {row["key"]: row["wardCode"] for row in new}
    for target, sources in mapping["DICT_PROVINCE_WARD_NO_DIVIDED"]["thanhphohanoi"].items():
        yield from ((old_codes[_short(source)], new_codes[target]) for source in sources)
    for source, targets in mapping["DICT_PROVINCE_WARD_DIVIDED"]["thanhphohanoi"].items():
        yield from ((old_codes[_short(source)], new_codes[target["newWardKey"]]) for target in targets)


def _short(key: str) -> str:
    return key.split("_", 1)[1]
