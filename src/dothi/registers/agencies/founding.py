"""
The units that the two-tier organization gives the city: its committee, the center that watches over
it, and in each ward or commune a committee with a one-stop desk.

Law: Law on Organization of Local Government 72/2025/QH15 (verified: false); desks: Decree
118/2025/ND-CP. The organization codes of 2025 were not found: `H26` is the province code of Decision
20/2020/QĐ-TTg, what follows it is the ward code, and stands for the true one until it is entered.
"""

from collections.abc import Iterable, Iterator

from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.kernel import text
from dothi.kernel.ids import UnitId
from dothi.registers.agencies.ids import unit_id
from dothi.registers.agencies.models import Area, Unit
from dothi.registers.agencies.package import CITY
from dothi.registers.agencies.territory import REFORM
from dothi.registers.agencies.types import UnitKind

PROVINCE = "H26"
CENTER = "ioc"
SOURCE = "one committee and one desk for each ward and commune since 1 July 2025; code not official"


def city_unit_id(node: str) -> UnitId:
    """Return the id of the city's People's Committee."""
    return unit_id(node, UnitKind.CITY, PROVINCE)


def center_unit_id(node: str) -> UnitId:
    """Return the id of the city's operations center."""
    return unit_id(node, UnitKind.DEPARTMENT, CENTER)


def ward_unit_id(node: str, ward_code: str) -> UnitId:
    """Return the id of a ward's People's Committee."""
    return unit_id(node, UnitKind.WARD, ward_code)


def desk_unit_id(node: str, ward_code: str) -> UnitId:
    """Return the id of a ward's one-stop desk."""
    return unit_id(node, UnitKind.DESK, ward_code)


def founding_units(node: str, wards: Iterable[Area]) -> Iterator[Unit]:
    """Yield the city's committee and its center, then of each ward its committee and its desk."""
    yield _unit(city_unit_id(node), UnitKind.CITY, PROVINCE, "Ủy ban nhân dân thành phố Hà Nội",
                "Hà Nội People's Committee", None, CITY, text.sort_key("Hà Nội"))  # fmt: skip
    yield _unit(center_unit_id(node), UnitKind.DEPARTMENT, CENTER, "Trung tâm điều hành đô thị",
                "City operations center", city_unit_id(node), CITY,
                text.sort_key("Trung tâm điều hành đô thị"))  # fmt: skip
    for ward in wards:
        yield from _of_ward(node, ward)


def _of_ward(node: str, ward: Area) -> Iterator[Unit]:
    name = ward.name_vi[0].lower() + ward.name_vi[1:]
    committee = ward_unit_id(node, ward.code)
    code = f"{PROVINCE}.{ward.code}"
    yield _unit(
        committee, UnitKind.WARD, code, f"Ủy ban nhân dân {name}", f"People's Committee of {ward.name_en}",
        city_unit_id(node), ward.code, ward.sort_key,
    )  # fmt: skip
    yield _unit(
        desk_unit_id(node, ward.code), UnitKind.DESK, f"{code}.1", f"Bộ phận Một cửa {name}",
        f"One-stop desk of {ward.name_en}", committee, ward.code, ward.sort_key,
    )  # fmt: skip


def _unit(
    key: UnitId,
    kind: UnitKind,
    code: str,
    name: str,
    english: str,
    parent: UnitId | None,
    area: str,
    sort_key: str,
) -> Unit:
    return Unit(
        key=key, valid=DateRange(REFORM, None), kind=kind.value, code=code, name_vi=name, name_en=english,
        parent_id=parent, area_code=area, sort_key=sort_key, source=SOURCE, verified=False,
    )  # fmt: skip
