"""
Telling a page of entities again: the text of an entity is remembered for as long as its row stays as it is.

Screens ask the same again and again, and of what they ask few entities have changed. So a query first finds
ids and versions of rows; those only that were never told in this way, or have changed, are read and written.
PostgreSQL decides each time which entities are meant and reached, so a text tells nobody what is not his.
"""

import itertools
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import orjson
from starlette.responses import Response

from dothi.context.api import answers, media
from dothi.context.api.ask import Ask
from dothi.context.api.paging import Page
from dothi.context.model.write import Writer
from dothi.context.operations.consume import View
from dothi.context.query.entities import EntityQuery
from dothi.context.store.search import Head, Version

MOST_BYTES: Final = 192 * 1024 * 1024
BESIDE: Final = 500
"""Bytes that a text takes in memory beside its own."""
MOST_WAYS: Final = 200
MOST_SPARED: Final = 100
"""Texts that stay when one is kept: to look through all of them at once would keep others waiting."""
Way = tuple[str, Writer]
"""Tenant, and how entities are written."""


@dataclass(slots=True)
class Text:
    """The text of one entity; `asked` since it last was the oldest."""

    version: Version
    told: bytes
    asked: bool = False

    @property
    def size(self) -> int:
        """Return what it takes of memory, in bytes."""
        return len(self.told) + BESIDE


class Texts:
    """
    JSON of entities by way, id and version of the row, `most` bytes of it.

    Of those not asked for in one round through all the oldest goes first: to note that one was asked for
    takes less than to put it behind the others, which was a sixteenth of a query.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._size = most, 0
        self._ways: OrderedDict[Way, int] = OrderedDict()
        self._numbers = itertools.count()
        self._texts: OrderedDict[tuple[int, str], Text] = OrderedDict()

    def number(self, way: Way) -> int:
        """
        Return what stands for a way: much sooner compared than its names and words, and never given twice.

        The way that was not told in for the longest time goes, and its texts as they grow old.
        """
        number = self._ways[way] if way in self._ways else next(self._numbers)
        self._ways[way] = number
        self._ways.move_to_end(way)
        if len(self._ways) > MOST_WAYS:
            self._ways.popitem(last=False)
        return number

    def get(self, way: int, head: Head) -> bytes | None:
        """Return the text of an entity, if its row is as it was."""
        found = self._texts.get((way, head.id))
        if found is None or found.version != head.version:
            return None
        found.asked = True
        return found.told

    def keep(self, way: int, head: Head, text: bytes) -> None:
        """Remember a text in the place of an older one."""
        before = self._texts.pop((way, head.id), None)
        self._size -= before.size if before else 0
        kept = self._texts[way, head.id] = Text(head.version, text)
        self._size += kept.size
        self._shrink()

    def _shrink(self) -> None:
        """Let the oldest go; those that were asked for stay for another round, some at a time."""
        spared = 0
        while self._size > self._most:
            key, oldest = self._texts.popitem(last=False)
            if oldest.asked and spared < MOST_SPARED:
                oldest.asked, spared = False, spared + 1
                self._texts[key] = oldest
            else:
                self._size -= oldest.size


@dataclass(frozen=True)
class Retelling:
    """How one request is told entities: in a `way` of which texts are remembered."""

    ask: Ask
    writer: Writer

    @property
    def texts(self) -> Texts:
        """Return what this broker remembers."""
        texts: Texts = self.ask.state.texts
        return texts

    async def page(self, asked: EntityQuery, page: Page) -> Response:
        """Answer a query. Raises TooComplexQuery."""
        found = await self.ask.search.heads(self.ask.tenant, asked, page)
        told = await self._told(asked, found.entities)
        answer = answers.texts(told, self.ask.context, self.ask.wanted)
        return page.tell(self.ask, answer, more=found.more, total=found.total)

    async def _told(self, asked: EntityQuery, heads: list[Head]) -> list[bytes]:
        """Return the texts of entities; one that is gone, or is meant no longer, has none."""
        texts = self.texts
        way = texts.number((self.ask.tenant, self.writer))
        known = {head.id: texts.get(way, head) for head in heads}
        missing = [each for each, text in known.items() if text is None]
        found = await self.ask.search.versioned(self.ask.tenant, asked, missing)
        for head, entity in found.values():
            text = known[head.id] = orjson.dumps(self.writer.entity(entity))
            texts.keep(way, head, text)
        return [text for text in known.values() if text is not None]


def retelling(ask: Ask, writer: Writer, view: View) -> Retelling | None:
    """Return how a request is told entities whose texts may be remembered; None where they may not."""
    plain = ask.version is None and ask.wanted != media.GEO_JSON
    return Retelling(ask, writer) if plain and view.whole and ask.reads.whole_entities else None
