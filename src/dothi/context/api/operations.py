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

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

from starlette.responses import Response

from dothi.context.api import media
from dothi.context.api.ask import Ask

ROOT: Final = "/ngsi-ld/v1"
BEFORE: Final = f"{ROOT}/"
AGAIN: Final = f"/{BEFORE}"
BRINGING: Final = frozenset({"POST", "PATCH", "PUT"})
"""Methods whose requests have a body (clause 6.3.4)."""

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


Found = tuple[Resource, dict[str, str]]
"""A resource, and what its slots hold."""


@dataclass
class Branch:
    """Paths that begin alike: the resource that ends here, and branches by the next segment, None a slot."""

    resource: Resource | None = None
    branches: dict[str | None, "Branch"] = field(default_factory=dict)

    def grown(self, shape: Iterable[str | None]) -> "Branch":
        """Return the branch at the end of `shape`, made where there is none."""
        branch = self
        for part in shape:
            branch = branch.branches.setdefault(part, Branch())
        return branch

    def find(self, segments: Sequence[str], told: tuple[str, ...] = ()) -> Found | None:
        """Return the resource at the end of `segments`: each itself where some path names it, or a slot."""
        if not segments:
            resource = self.resource
            return None if resource is None else (resource, dict(zip(resource.slots, told, strict=True)))
        first, rest = segments[0], segments[1:]
        if (named := self.branches.get(first)) and (found := named.find(rest, told)):
            return found
        slot = self.branches.get(None)
        return None if slot is None else slot.find(rest, (*told, first))


class Table:
    """All operations, found by path in one look for each segment."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = tuple(operations)
        self._root = Branch()
        for one in self.operations:
            self._add(one)

    def find(self, raw_path: str) -> Found | None:
        """
        Return the resource of a path as it came over the wire, and what its slots hold.

        A slash at the end says nothing; one that is percent-encoded belongs to its segment. A Location behind
        the path of its collection leads where it says: ETSI's suite takes it for an id.
        """
        if not raw_path.startswith(BEFORE):
            return None
        path = raw_path[len(BEFORE) :].rpartition(AGAIN)[2]
        return self._root.find([unquote(one) for one in path.rstrip("/").split("/")])

    def _add(self, one: Operation) -> None:
        parts = one.path.split("/")
        slots = tuple(part[1:-1] for part in parts if part.startswith("{"))
        branch = self._root.grown(None if part.startswith("{") else part for part in parts)
        before = branch.resource or Resource(slots)
        assert before.slots == slots, f"{one.path}: its slots have two names"
        assert one.method not in before.operations, f"{one.method} {one.path}: there are two"
        branch.resource = Resource(slots, {**before.operations, one.method: one})
