"""How answers tell entities: format, options, lang; JSON or GeoJSON (6.3.6, 6.3.7, 6.3.11, 6.3.15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from dothi.context.api import media
from dothi.context.api.ask import FORMS, Ask
from dothi.context.errors import BadRequestData, InvalidRequest
from dothi.context.jsonld.names import Names
from dothi.context.model import geojson, terms, versions
from dothi.context.model.geojson import LOCATION, Place
from dothi.context.model.write import Writer
from dothi.context.operations.consume import DEFAULT_INSTANCE, Told
from dothi.context.turns import MANY, aside

Json = Mapping[str, Any]
PARAMS: Final = frozenset({"format", "options", "lang", "geometryProperty"})
SYSTEM: Final = "sysAttrs"


@dataclass(frozen=True)
class Representation:
    """A writer and, for GeoJSON, which geometry a feature has."""

    ask: Ask
    writer: Writer
    place: Place

    async def one(self, told: Told) -> Response:
        """Answer one entity, or the list of it and its linked ones."""
        if told.linked:
            return await self.several(told)
        ((stored, written),), amended = self._written(told)
        if self.ask.wanted == media.GEO_JSON:
            return self._answer(geojson.feature(stored, written, self.place), amended=amended)
        return self._answer(written, amended=amended)

    async def several(self, told: Told, *, status: int = 200) -> Response:
        """Answer a list of entities."""
        return await aside(told.attributes > MANY, self._several, told, status)

    def _several(self, told: Told, status: int) -> Response:
        written, amended = self._written(told)
        if self.ask.wanted != media.GEO_JSON:
            return self._answer([one for _, one in written], amended=amended, status=status)
        features = [geojson.feature(stored, one, self.place) for stored, one in written]
        return self._answer(geojson.collection(features), amended=amended, status=status)

    def _written(self, told: Told) -> tuple[list[tuple[Json, Json]], bool]:
        """Return entities as they are with how they are told, and whether any had to be amended for that."""
        pairs, version = [*told.entities, *told.linked], self.ask.version
        if version is None:
            return [(stored, self.writer.entity(one)) for one, stored in pairs], False
        found = [(stored, one, versions.amended(one, version, self.writer.names)) for one, stored in pairs]
        amended = any(one is not told for _, one, told in found)
        return [(stored, self.writer.entity(one)) for stored, _, one in found], amended

    def _answer(self, told: Any, *, amended: bool, status: int = 200) -> Response:
        """Answer 203 where entities are told otherwise, for an older version of the standard is wanted."""
        altered = HTTPStatus.NON_AUTHORITATIVE_INFORMATION if amended and status == HTTPStatus.OK else status
        return self.ask.answer(told, status=altered)


def representation(
    ask: Ask, names: Names, *, lang: str | None, datasets: frozenset[str] | None, geometry: str | None
) -> Representation:
    """Return how the answer tells entities. Raises InvalidRequest, BadRequestData."""
    unknown = ask.options - {*FORMS, SYSTEM}
    if unknown:
        raise InvalidRequest(f"options has unknown words: {', '.join(sorted(unknown))}")
    if geometry is not None and ask.wanted != media.GEO_JSON:
        raise BadRequestData(f"geometryProperty makes sense with {media.GEO_JSON} only")
    attribute = LOCATION if geometry is None else names.expand(terms.name(geometry))
    single = next(iter(datasets)) if datasets is not None and len(datasets) == 1 else DEFAULT_INSTANCE
    place = Place(attribute, None if single == DEFAULT_INSTANCE else single)
    return Representation(ask, Writer(names, ask.form, ask.system, lang), place)
