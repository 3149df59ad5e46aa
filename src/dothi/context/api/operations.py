"""
The operations of the API: which method of which path does what, and what a request of it may say.

Each module of `api` lists its own in `OPERATIONS`; from these tables come the routing, the checks of
clause 6.3 that go before any operation, 405 and OPTIONS, and the table in the reference.

    async def retrieve(ask: Ask) -> Response: ...

    OPERATIONS = (
        Operation("GET", "entities/{id}", retrieve, "5.7.1", params={"attrs"}, offers=media.WITH_GEO),
    )

What stands in braces is one segment of the path, percent-decoded, and told in `ask.path`.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

from starlette.responses import Response

from dothi.context.api import media
from dothi.context.api.ask import Ask

ROOT: Final = "/ngsi-ld/v1"
BRINGING: Final = frozenset({"POST", "PATCH", "PUT"})
"""Methods whose requests have a body (clause 6.3.4)."""
SLOT: Final = "{}"

Act = Callable[[Ask], Awaitable[Response]]
"""Does an operation. Raises NgsiLdError."""


class Tenants(StrEnum):
    """What an operation makes of a tenant that there is not (clause 5.5.10)."""

    KNOWN = "refused"
    MADE = "made"
    ANY = "does not matter"


class Need(StrEnum):
    """What a caller needs for an operation at all; how far it goes is a matter of reach."""

    READ = "may read something"
    KNOWN = "is known, and may read something"
    WRITE = "may write something"
    READ_ALL = "may read all of the tenant"
    WRITE_ALL = "may write all of the tenant"


@dataclass(frozen=True)
class Operation:
    """
    One operation. `params` are the parameters that it knows beside `Ask.EVERYWHERE`; `offers` the media
    types in which it can answer, the best first. Where `need` is not told, GET reads and all else writes.
    """

    method: str
    path: str
    act: Act
    clause: str
    params: Collection[str] = ()
    offers: tuple[str, ...] = media.PLAIN
    tenants: Tenants = Tenants.KNOWN
    need: Need | None = None

    @property
    def needs(self) -> Need:
        """Return what a caller needs for it."""
        return self.need or (Need.READ if self.method == "GET" else Need.WRITE)

    @property
    def brings(self) -> bool:
        """Tell whether its requests have a body."""
        return self.method in BRINGING


@dataclass(frozen=True)
class Resource:
    """A path and the operations on it, by method."""

    slots: tuple[str, ...]
    operations: Mapping[str, Operation] = field(default_factory=dict)

    @property
    def methods(self) -> list[str]:
        """Return the methods that are allowed, by the alphabet."""
        read = {"HEAD"} if "GET" in self.operations else set()
        return sorted({*self.operations, "OPTIONS", *read})


class Table:
    """All operations, found by path in one look for each segment."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = tuple(operations)
        self._resources: dict[tuple[str, ...], Resource] = {}
        for one in self.operations:
            self._add(one)
        self._starts = {key[:end] for key in self._resources for end in range(1, len(key) + 1)}

    def find(self, raw_path: str) -> tuple[Resource, dict[str, str]] | None:
        """
        Return the resource of a path as it came over the wire, and what its slots hold.

        A slash at the end says nothing; one that is percent-encoded belongs to its segment. A Location behind
        the path of its collection leads where it says: ETSI's suite takes it for an id.
        """
        if not raw_path.startswith(f"{ROOT}/"):
            return None
        path = raw_path[len(ROOT) + 1 :].rpartition(f"/{ROOT}/")[2]
        segments = [unquote(one) for one in path.rstrip("/").split("/")]
        key = self._key(segments)
        if key is None:
            return None
        resource = self._resources[key]
        told = [one for one, shape in zip(segments, key, strict=True) if shape == SLOT]
        return resource, dict(zip(resource.slots, told, strict=True))

    def _key(self, segments: list[str]) -> tuple[str, ...] | None:
        """Return the shape of the path: each segment itself where some path names it, otherwise a slot."""
        shapes: list[tuple[str, ...]] = [()]
        for one in segments:
            shapes = [
                (*shape, each) for shape in shapes for each in (one, SLOT) if (*shape, each) in self._starts
            ]
        return next((shape for shape in shapes if shape in self._resources), None)

    def _add(self, one: Operation) -> None:
        parts = one.path.split("/")
        key = tuple(SLOT if part.startswith("{") else part for part in parts)
        slots = tuple(part[1:-1] for part in parts if part.startswith("{"))
        before = self._resources.get(key, Resource(slots))
        assert before.slots == slots, f"{one.path}: its slots have two names"
        assert one.method not in before.operations, f"{one.method} {one.path}: there are two"
        self._resources[key] = Resource(slots, {**before.operations, one.method: one})
