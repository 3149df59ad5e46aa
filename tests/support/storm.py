"""A storm for journeys: gauges and a watched point in three wards, told through the MQTT door."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psycopg

from dothi.config.bringing import brought
from dothi.kernel.ids import urn
from dothi.sectors.doors.mqtt import Door, Sample
from dothi.sectors.doors.registry import Station, token_of
from dothi.sectors.importing.city import Imported
from dothi.sectors.models import iri, models
from dothi.sectors.models.profiles import kinds
from dothi.sectors.territory.wards import approximate
from tests.support.town import Town

SECRET = b"only for this journey, 32 bytes.."
WARDS = {"00070": "Phường Hoàn Kiếm", "00004": "Phường Ba Đình", "00190": "Phường Ô Chợ Dừa"}
STEP = timedelta(minutes=10)
MM = {"00070": 14.0, "00004": 2.0, "00190": 9.0}
"""What falls at each gauge in ten minutes."""


def draw_wards(town: Town) -> None:
    """Let the live context know the areas of all wards, approximate as where no file draws them."""
    now = datetime.now(UTC)
    rows = [
        [urn("town", "area", ward.code), ["urn:dothi:ns:AdministrativeArea"], now, now, json.dumps({
            "urn:dothi:ns:areaCode": [{"type": "Property", "value": ward.code}],
            "urn:dothi:ns:areaLevel": [{"type": "Property", "value": "ward"}],
            "urn:dothi:ns:approximate": [{"type": "Property", "value": True}],
            "https://smartdatamodels.org/name": [{"type": "Property", "value": ward.name}],
            "https://uri.etsi.org/ngsi-ld/location": [{"type": "GeoProperty", "value": ward.shape}],
        })]
        for ward in approximate()
    ]  # fmt: skip
    with psycopg.connect(town.dsn("dothi_context")) as connection, connection.cursor() as cursor:
        cursor.executemany(_ENTITY, rows)


def draw_stops(town: Town) -> None:
    """Let the live context know a bus stop beside the lake."""
    now, place = datetime.now(UTC), {"type": "Point", "coordinates": [105.852, 21.029]}
    told = {
        iri("name"): [{"type": "Property", "value": "Bến Hàng Bài"}],
        iri("routes"): [{"type": "Property", "value": "09"}],
        iri("location"): [{"type": "GeoProperty", "value": place}],
    }
    row = ["urn:ngsi-ld:GtfsStop:town:1", [models()["GtfsStop"].iri], now, now, json.dumps(told)]
    with psycopg.connect(town.dsn("dothi_context")) as connection:
        connection.execute(_ENTITY, row)


def set_up_gauges(at: datetime) -> None:
    """Enter a rain gauge in each ward, and one watched point, in the database of the town that calls it."""
    middles = {ward.code: (ward.lon, ward.lat) for ward in approximate()}
    stations = [
        _station(f"rain-{code}", "rain-gauge", name, code, *middles[code]) for code, name in WARDS.items()
    ]
    stations.append(_station("flood-1", "flood-point", "Phố Hàng Bài", "00070", *middles["00070"]))
    brought(SECRET, Imported(stations, program="a storm for journeys"), at=at)


def rain(until: datetime, hours: float) -> list[Sample]:
    """Return the storm of the last hours: what each gauge told each ten minutes, and a flooded point."""
    instants = [until - STEP * place for place in range(int(hours * 6) - 1, -1, -1)]
    fell = [Sample(at, f"rain-{code}", "rain", mm) for at in instants for code, mm in MM.items()]
    return [*fell, Sample(until - STEP, "flood-1", "flooded", 1.0)]


def tell(port: int, samples: Sequence[Sample]) -> None:
    """Tell samples through the MQTT door of this port, and return once all are stored."""

    async def telling() -> None:
        async with Door(f"mqtt://127.0.0.1:{port}", lambda device: token_of(SECRET, device)) as door:
            await door.tell(samples)

    asyncio.run(telling())


def _station(device: str, profile: str, name: str, ward: str, lon: float, lat: float) -> Station:
    kind = kinds()[profile]
    return Station(device, kind, name, f"urn:ngsi-ld:{kind.entity_type}:town:{device}", lon, lat, ward)


_ENTITY = """
insert into context.entity (tenant, id, types, created_at, modified_at, attributes)
values ('', %s, %s, %s, %s, %s) on conflict do nothing
"""
