"""
Devices entered in the registry of telemetry, each with its place and what it is in the context.

A device that is there keeps its token and whether it is revoked: to import again opens no door. What is
entered here carries tokens that a node derives from a secret of its own, so that it can play the device.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import asyncpg

from dothi.sectors.models.profiles import Kind
from dothi.telemetry.types import Measure

REPLAYED: Final = "replayed"
GENERATED: Final = "generated"
"""Groups of devices that no hardware stands behind; a screen that shows their values says so."""


@dataclass(frozen=True)
class Station:
    """
    A device of a kind and the entity that it observes.

    `group` is REPLAYED, GENERATED or ""; `ward_code` is "" where it is not known.
    """

    id: str
    kind: Kind
    name: str
    entity_id: str
    lon: float | None = None
    lat: float | None = None
    ward_code: str = ""
    group: str = ""
    name_en: str = ""


def token_of(secret: bytes, device: str) -> str:
    """Return the token of a device that a node plays itself: 256 bits, from the node's secret."""
    return hmac.new(secret, f"device {device}".encode(), hashlib.sha256).hexdigest()


async def enter(dsn: str, stations: Sequence[Station], secret: bytes, *, at: datetime) -> int:
    """Enter devices, their profiles and twins, all or none of them; returns how many are new."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            for kind in {one.kind.profile.name: one.kind for one in stations}.values():
                await _keep_profile(connection, kind)
            new = await connection.fetch(_DEVICES, json.dumps([_row(one, secret) for one in stations]), at)
            twins = [twin for one in stations for twin in _twins(one)]
            await connection.execute(_TWINS, json.dumps(twins))
    finally:
        await connection.close()
    return sum(row["new"] for row in new)


async def _keep_profile(connection: asyncpg.Connection, kind: Kind) -> None:
    profile = kind.profile
    measures = [_told(measure) for measure in profile.measures.values()]
    await connection.execute(
        _PROFILE, profile.name, json.dumps(measures), profile.time_path, profile.late_s,
        kind.title["vi"], kind.title["en"],
    )  # fmt: skip


def _told(measure: Measure) -> dict[str, object]:
    return {key: value for key, value in asdict(measure).items() if value is not None}


def _row(one: Station, secret: bytes) -> dict[str, object]:
    token = hashlib.sha256(token_of(secret, one.id).encode()).hexdigest()
    return {
        "id": one.id, "profile": one.kind.profile.name, "token": token, "name_vi": one.name,
        "name_en": one.name_en or one.name, "lon": one.lon, "lat": one.lat, "ward_code": one.ward_code,
        "group_name": one.group,
    }  # fmt: skip


def _twins(one: Station) -> list[dict[str, str]]:
    return [
        {
            "device": one.id, "measure": measure, "entity_id": one.entity_id,
            "entity_type": one.kind.entity_type, "attribute": term,
        }
        for measure, term in one.kind.terms.items()
    ]  # fmt: skip


_PROFILE: Final = """
insert into telemetry.profile (name, measures, time_path, late_s, name_vi, name_en)
values ($1, $2::text::jsonb, $3, $4, $5, $6)
on conflict (name) do update set measures = excluded.measures, time_path = excluded.time_path,
    late_s = excluded.late_s, name_vi = excluded.name_vi, name_en = excluded.name_en
"""
_DEVICES: Final = """
insert into telemetry.device as kept
    (id, profile, token_hash, created_at, name_vi, name_en, lon, lat, ward_code, group_name)
select id, profile, decode(token, 'hex'), $2, name_vi, name_en, lon, lat, ward_code, group_name
from jsonb_to_recordset($1::text::jsonb) as told (
    id text, profile text, token text, name_vi text, name_en text, lon float8, lat float8,
    ward_code text, group_name text
)
on conflict (id) do update set profile = excluded.profile, name_vi = excluded.name_vi,
    name_en = excluded.name_en, lon = excluded.lon, lat = excluded.lat, ward_code = excluded.ward_code,
    group_name = excluded.group_name
returning (kept.xmax = 0) as new
"""
_TWINS: Final = """
insert into telemetry.twin (device, measure, entity_id, entity_type, attribute)
select device, measure, entity_id, entity_type, attribute
from jsonb_to_recordset($1::text::jsonb) as told (
    device text, measure text, entity_id text, entity_type text, attribute text
)
on conflict (device, measure) do update set entity_id = excluded.entity_id,
    entity_type = excluded.entity_type, attribute = excluded.attribute
"""
