"""
A request as every operation hears it: tenant, parameters, body, and the @context it speaks under.

    async def act(ask: Ask) -> Response:
        told = await ask.body()              JSON of a POST, PATCH or PUT; its @context is taken off
        names = await ask.names()            names of the @context of body, Link header or neither
        return ask.answer(told)              in the media type that is wanted, with the @context
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import Response

from dothi.context.api import answers, bodies, media
from dothi.context.api.request import Request
from dothi.context.errors import BadRequestData, InvalidRequest, NgsiLdError
from dothi.context.federation.budget import Budget
from dothi.context.jsonld.names import Names
from dothi.context.model import geojson, terms
from dothi.context.model.versions import Version
from dothi.context.model.write import Form
from dothi.context.operations.guard import Guarded
from dothi.context.rights.book import Maker
from dothi.context.rights.caller import STRANGER, Caller
from dothi.context.rights.reach import Reach
from dothi.context.rights.right import Act
from dothi.context.store.search import Search

PREFERENCE = re.compile(r"[,;]")
VERSION = re.compile(r"ngsi-ld=(\d{1,3})\.(\d{1,3})(?:\.\d{1,3})?")
WARNINGS = "dothi.warnings"
"""Where a request keeps the values of NGSILD-Warning that its answer, also an error, is to have."""
LOCAL = "local"
EVERYWHERE = frozenset({LOCAL, "via"})
"""Parameters that every operation takes."""
FORMS = {
    "normalized": Form.NORMALIZED, "concise": Form.CONCISE,
    "simplified": Form.SIMPLIFIED, "keyValues": Form.SIMPLIFIED,
}  # fmt: skip


@dataclass
class Ask:
    """
    One request. `known` are the parameters of its operation, `offers` the media types that it can
    answer in, `path` what the slots of its path hold.
    """

    request: Request
    known: Collection[str] = ()
    offers: tuple[str, ...] = media.PLAIN
    path: Mapping[str, str] = field(default_factory=dict)
    caller: Caller = STRANGER
    context: object = field(default=None, init=False)
    """The @context as the request told it, to be told again in the answer."""
    linked_maps: dict[str, str] = field(default_factory=dict, init=False)
    """The entity maps that sources made for the request, by registration (5.2.39)."""
    budget: Budget = field(default_factory=Budget, init=False)
    """What sources may tell for the request."""
    _names: Names | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.params:
            self._check_params()
        self.context = self.request.headers.linked

    def _check_params(self) -> None:
        unknown = set(self.params) - set(self.known) - EVERYWHERE
        if unknown:
            raise InvalidRequest(f"unknown parameters: {', '.join(sorted(unknown))}")
        if LOCAL in self.params:
            self.flag(LOCAL)  # also where nothing would be handed on

    @property
    def state(self) -> Any:
        """Return what the application holds: `pool`, `changes`, `contexts`, …"""
        return self.request.scope["app"].state

    def reach(self, act: Act) -> Reach:
        """Return what the caller may read, or write, in the tenant."""
        return self.caller.reach(act, self.tenant, self.state.clock())

    @cached_property
    def reads(self) -> Reach:
        """Return what the caller may read: whatever is told him lies in it, and depends on nothing else."""
        return self.reach(Act.READ)

    @cached_property
    def writes(self) -> Reach:
        """Return what the caller may write."""
        return self.reach(Act.WRITE)

    @property
    def search(self) -> Search:
        """Return what finds entities that the caller may read."""
        searching: Search = self.state.search
        return searching.within(self.reads)

    @property
    def changes(self) -> Guarded:
        """Return the one way by which the caller changes entities, as far as he may write them."""
        return Guarded(self.state.changes, self.writes)

    @property
    def maker(self) -> Maker | None:
        """Return whose rights bound what is kept for the caller; None where the doors are open."""
        return None if self.caller.open else Maker(self.caller.name, self.caller.told)

    @property
    def params(self) -> QueryParams:
        """Return the parameters of the address."""
        return self.request.query_params

    @property
    def tenant(self) -> str:
        """Return the name of the tenant; "" is the default one. Raises BadRequestData."""
        return self.request.headers.tenant

    @cached_property
    def entity_id(self) -> str:
        """Return the id of the entity that the path names. Raises BadRequestData."""
        return terms.uri(self.path["id"])

    @cached_property
    def options(self) -> set[str]:
        """Return the words of the parameter `options` (clause 6.3.11)."""
        return set(filter(None, self.params.get("options", "").split(",")))

    @property
    def wanted(self) -> str:
        """Return the media type of the answer (clause 6.3.4). Raises NotAcceptable."""
        return media.wanted(self.request.headers.accepted, self.offers)

    @cached_property
    def form(self) -> Form:
        """Return the representation that is wanted: `format`, or a word of `options` (clause 6.3.7)."""
        told = self.params.get("format")
        if told is None:
            return next((FORMS[one] for one in FORMS if one in self.options), Form.NORMALIZED)
        if told not in FORMS:
            raise InvalidRequest(f"format is one of {', '.join(FORMS)}")
        return FORMS[told]

    @property
    def system(self) -> bool:
        """Tell whether instants of ours are wanted: createdAt, modifiedAt (clause 6.3.11)."""
        return "sysAttrs" in self.options

    async def place(self) -> geojson.Place:
        """Return which geometry a GeoJSON answer is to have: `geometryProperty`, `datasetId` (6.3.15)."""
        names = await self.names()
        return geojson.Place(
            names.expand(self.params.get("geometryProperty", "location")), self.params.get("datasetId")
        )

    @property
    def host(self) -> str:
        """Return how the requester calls this broker: host, and port if any."""
        return str(self.request.headers.get("Host", ""))

    def address(self, path: str) -> str:
        """Return the whole address of a path of this broker."""
        return f"{self.request.url.scheme}://{self.host}{path}"

    def flag(self, name: str) -> bool:
        """Return a parameter that is true or false, false where it is not told. Raises BadRequestData."""
        told = self.params.get(name, "false").lower() if self.params else "false"
        if told not in ("true", "false"):
            raise BadRequestData(f"{name} is true or false")
        return told == "true"

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
        """Return a parameter that is a whole number from `least` to `most`. Raises BadRequestData."""
        told = self.params.get(name)
        if told is None:
            return default
        if not (told.isascii() and told.isdigit() and len(told) <= 10 and least <= int(told) <= most):
            raise BadRequestData(f"{name} is a whole number from {least} to {most}")
        return int(told)

    def words(self, name: str) -> list[str] | None:
        """Return a parameter that is a list with commas; None where it is not told. Raises BadRequestData."""
        told = self.params.get(name)
        if told is None:
            return None
        words = [one.strip() for one in told.split(",")]
        if not all(words):
            raise BadRequestData(f"{name} has an empty member")
        return words

    async def body(self, *, empty: type[NgsiLdError] | None = None, linked: bool = False) -> Any:
        """
        Return the JSON of the body; members of a list keep their @contexts.

        With `linked` the @context of JSON-LD may stand in the Link header as well. Raises InvalidRequest,
        BadRequestData, LengthRequired, and `empty`, if told, for an empty object.
        """
        told_kind = self.request.headers.get("Content-Type")
        kind = media.brought(told_kind, patch=self.request.method == "PATCH")
        told = await self.json()
        if empty and told == {}:
            raise empty("the body says nothing")
        if linked and self.context is not None and not _brings_context(told):
            return told
        if kind == media.JSON_LD:
            if self.context is not None:
                raise BadRequestData("with application/ld+json the @context stands in the body only")
            self.context = _context_of(told)
        elif _brings_context(told):
            raise BadRequestData("with application/json the @context stands in the Link header only")
        return told

    @property
    def large(self) -> bool:
        """Tell whether the body takes so long to read that it is read aside."""
        return int(self.request.headers.get("Content-Length", 0)) >= bodies.LARGE_BYTES

    async def json(self) -> Any:
        """Return the JSON of the body with its @context, if any, left in it."""
        return await bodies.read(self.request)

    async def names(self) -> Names:
        """Return the names under which this request speaks. Raises BadRequestData, LdContextNotAvailable."""
        if self._names is None:
            self._names = await self.names_of(self.context)
        return self._names

    async def names_of(self, context: object) -> Names:
        """Return the names of another @context, such as that of one entity of a batch. Raises the same."""
        found: Names = await self.state.contexts.names(context, tenant=self.tenant, host=self.host)
        return found

    @cached_property
    def wishes(self) -> list[str]:
        """Return what Prefer says (RFC 7240), in small letters and without quotation marks."""
        told = ",".join(self.request.headers.getlist("Prefer")).lower()
        return [re.sub(r'[\s"]', "", one) for one in PREFERENCE.split(told)]

    @cached_property
    def version(self) -> Version | None:
        """Return the version of the standard that the answer is to conform to (6.3.21), if one is told."""
        found = next(filter(None, map(VERSION.fullmatch, self.wishes)), None)
        return (int(found[1]), int(found[2])) if found else None

    def answer(self, told: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """
        Return `told` in the media type that is wanted, with the @context of this request.

        Whoever tells entities tells them as `version` has them; all else is the same in every version.
        """
        answer = answers.body(
            told, self.context, self.wanted, status=status, headers=headers, plain="body=json" in self.wishes
        )
        if self.version is not None:
            answer.headers["Preference-Applied"] = f"ngsi-ld={self.version[0]}.{self.version[1]}"
        return answer

    def warn(self, warnings: Iterable[str]) -> None:
        """Have the answer, whatever it is, tell warnings (6.3.17)."""
        self.request.scope.setdefault(WARNINGS, []).extend(warnings)


def _context_of(told: Any) -> object:
    """Return the @context of a body; a list has none, for each of its members has its own."""
    if isinstance(told, dict):
        if told.get("@context") is None:
            raise BadRequestData("with application/ld+json the body has an @context")
        return told.pop("@context")
    return None


def _brings_context(told: Any) -> bool:
    return isinstance(told, dict) and "@context" in told
