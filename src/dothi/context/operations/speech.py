"""
From documents to names: building is dear, so it happens once for each list of documents.

It happens in one thread of its own: a catalogue of tens of thousands of terms takes seconds, which other
requests are not to wait for, and pyld's caches are not made for two threads at once.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from dothi.context.jsonld.contexts import names_under
from dothi.context.jsonld.names import Names
from dothi.context.operations.together import Together

MOST: Final = 256
"""Lists of documents whose names are remembered."""
LARGE: Final = 1_000
"""Terms from which on a document that comes with one request is not remembered."""


@dataclass(frozen=True)
class Document:
    """One context document; `key` differs where the body differs; `passing` ones come with one request."""

    key: str
    body: Mapping[str, Any]
    passing: bool = False


def inline(body: Mapping[str, Any]) -> Document:
    """Return a document that stands in a request itself."""
    told = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return Document(hashlib.sha256(told).hexdigest(), body, passing=True)


@dataclass
class Speech:
    """Names by the documents that give them, those used last remembered."""

    _known: OrderedDict[tuple[str, ...], Names] = field(default_factory=OrderedDict)
    _building: Together[tuple[str, ...], Names] = field(default_factory=Together)
    _builder: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "names"))

    async def names(self, documents: Sequence[Document]) -> Names:
        """Return the names of `documents` under the core context. Raises BadRequestData."""
        key = tuple(one.key for one in documents)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        found = await self._building.of(key, lambda: self._built(documents))
        if not any(one.passing and len(one.body) > LARGE for one in documents):
            self._remember(key, found)
        return found

    def _remember(self, key: tuple[str, ...], names: Names) -> None:
        self._known[key] = names
        if len(self._known) > MOST:
            self._known.popitem(last=False)

    def close(self) -> None:
        """Let the thread go."""
        self._builder.shutdown(wait=False, cancel_futures=True)

    async def _built(self, documents: Sequence[Document]) -> Names:
        bodies = [one.body for one in documents]
        return await asyncio.get_running_loop().run_in_executor(self._builder, names_under, bodies)
