"""Entities as answers: in JSON, JSON-LD or GeoJSON (clauses 6.3.6, 6.3.7 and 6.3.15)."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from dothi.context.api import media
from dothi.context.api.ask import Ask
from dothi.context.model import geojson
from dothi.context.model.write import Writer

Stored = Mapping[str, Any]


async def one(ask: Ask, writer: Writer, stored: Stored) -> Response:
    """Return an entity as it is wanted."""
    told: Mapping[str, Any] = writer.entity(stored)
    if ask.wanted == media.GEO_JSON:
        told = geojson.feature(stored, told, await ask.place())
    return ask.answer(told)


async def several(
    ask: Ask, writer: Writer, stored: Iterable[Stored], headers: Mapping[str, str] | None = None
) -> Response:
    """Return entities as they are wanted; `headers` say what a page of them is part of."""
    if ask.wanted != media.GEO_JSON:
        return ask.answer([writer.entity(entity) for entity in stored], headers=headers)
    place = await ask.place()
    features = [geojson.feature(entity, writer.entity(entity), place) for entity in stored]
    return ask.answer(geojson.collection(features), headers=headers)
