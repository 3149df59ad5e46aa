"""The outline of a ward in a warning, from the entity that the live context has of it."""

import json
from typing import Any

import psycopg
import pytest
from django.conf import settings
from lxml import etree

from dothi.config.supervisor import postgres
from dothi.incidents.queries import public_message
from dothi.incidents.types import WarningId
from dothi.sectors.territory.wards import approximate
from tests.integration.incidents.test_warnings import CAP, SCHEMA
from tests.support.center import BA_DINH, HOAN_KIEM, center
from tests.support.data import DATA
from tests.support.warnings import issued

REAL = DATA / "admin_units/hanoi_wards_2025_full.geojson"
BOMB = [[105.8 + n * 1e-6, 21 + (n % 2) * 1e-3] for n in range(25_000)]


@pytest.fixture(scope="module")
def shapes() -> dict[str, Any]:
    """The real areas of wards where there are any, else the approximate ones of the node."""
    if not REAL.exists():
        return {ward.code: ward.shape for ward in approximate()}
    features = json.loads(REAL.read_bytes())["features"]
    return {one["properties"]["code"]: one["geometry"] for one in features}


def draw(cluster: postgres.Cluster, name: str, code: str, shape: Any) -> None:
    """Let the context know the area of a ward, as its importer does."""
    told = json.dumps({"https://uri.etsi.org/ngsi-ld/location": [{"type": "GeoProperty", "value": shape}]})
    with psycopg.connect(cluster.dsn("dothi_context", name)) as wire:
        wire.execute(
            "insert into context.entity (tenant, id, types, created_at, modified_at, attributes)"
            " values ('', %s, '{urn:dothi:ns:AdministrativeArea}', now(), now(), %s)",
            [f"urn:ngsi-ld:AdministrativeArea:{settings.NODE}:{code}", told],
        )


def polygons(warning_id: WarningId) -> list[list[tuple[float, float]]]:
    """Return the polygons of a message that fits the schema, as they stand in it."""
    document = etree.fromstring(public_message(warning_id))
    SCHEMA.assertValid(document)
    told = [str(one.text) for one in document.findall("cap:info/cap:area/cap:polygon", CAP)]
    return [[tuple(map(float, point.split(","))) for point in one.split(" ")] for one in told]  # type: ignore[misc]  # pairs


class TestOutline:
    def test_is_latitude_first_closed_and_small_and_a_bomb_is_left_out(
        self, cluster: postgres.Cluster, fresh_database: str, shapes: dict[str, Any]
    ) -> None:
        ioc = center()
        draw(cluster, fresh_database, HOAN_KIEM, shapes[HOAN_KIEM])
        draw(cluster, fresh_database, BA_DINH, {"type": "Polygon", "coordinates": [[*BOMB, BOMB[0]]]})
        found = polygons(issued(ioc, wards=(HOAN_KIEM, BA_DINH)))
        assert len(found) == 2, "one outline, in each language"
        for ring in found:
            assert ring[0] == ring[-1]
            assert 4 <= len(ring) <= 200
            assert all(20.9 < lat < 21.2 and 105.7 < lon < 106 for lat, lon in ring)
