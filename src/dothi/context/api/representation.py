"""How answers tell entities: format, options, lang; JSON or GeoJSON (6.3.6, 6.3.7, 6.3.11, 6.3.15)."""

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from dothi.context.api import media
from dothi.context.api.ask import FORMS, Ask
from dothi.context.errors import BadRequestData, InvalidRequest
from dothi.context.jsonld.names import Names
from dothi.context.model import geojson, terms
from dothi.context.model.geojson import LOCATION, Place
from dothi.context.model.write import Writer
from dothi.context.operations.consume import DEFAULT_INSTANCE, Told

PARAMS: Final = frozenset({"format", "options", "lang", "geometryProperty"})
SYSTEM: Final = "sysAttrs"


@dataclass(frozen=True)
class Representation:
    """A writer and, for GeoJSON, which geometry a feature has."""

    ask: Ask
    writer: Writer
    place: Place

    def one(self, told: Told) -> Response:
        """Answer one entity, or the list of it and its linked ones."""
        if told.linked:
            return self.several(told)
        ((entity, stored),) = told.entities
        written = self.writer.entity(entity)
        if self.ask.wanted == media.GEO_JSON:
            return self.ask.answer(geojson.feature(stored, written, self.place))
        return self.ask.answer(written)

    def several(self, told: Told, *, status: int = 200) -> Response:
        """Answer a list of entities."""
        pairs = [*told.entities, *told.linked]
        written = [(stored, self.writer.entity(entity)) for entity, stored in pairs]
        if self.ask.wanted != media.GEO_JSON:
            return self.ask.answer([one for _, one in written], status=status)
        features = [geojson.feature(stored, one, self.place) for stored, one in written]
        return self.ask.answer(geojson.collection(features), status=status)


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
