"""
Changing an entity here and at sources (clause 5.6): who does what of a request, and what came of it all.

    act = Act(ask, ("mergeEntity",), "entities/{id}", told, fragment)
    whole = await done(act, lambda rest: ask.changes.apply(…))
    return whole.update_result() or answers.empty()

One part that fails is the error of the request. Where there are several, 207 tells of each (6.3.17).
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from dothi.context.api import answers, federating
from dothi.context.api.ask import Ask
from dothi.context.errors import NgsiLdError, ResourceNotFound
from dothi.context.federation import narrowing
from dothi.context.federation.calls import Trigger
from dothi.context.federation.provision import Deed, Done, Provision
from dothi.context.federation.shares import Shares, shared
from dothi.context.federation.sources import Source
from dothi.context.model.update import Outcome
from dothi.context.operations import guard
from dothi.context.query import types
from dothi.context.query.types import Types
from dothi.context.registrations.wanted import EntityWanted, Wanted
from dothi.context.store import evolutions, rows

Json = Mapping[str, Any]
Fragment = dict[str, Any]
Here = Callable[[Fragment], Awaitable[Any]]
"""Does what is left for this broker, a fragment in stored form. Raises NgsiLdError."""
HERE_ONLY: Final = frozenset({"local", "via", "type"})
"""Parameters that are not handed on, or not as they are."""
DELETIONS: Final = (("deleteEntity",), ("deleteTemporal",))
NOT_FOUND: Final = 404
NOTHING: Final[Fragment] = {"attributes": {}}
NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Act(NamedTuple):
    """
    What a request does: `told` is its body, `fragment` what that says in stored form.

    `operations` name it among those of registrations (4.20), `attribute` is the IRI of the one in its path;
    `past` tells that it is done with what is kept of the past.
    """

    ask: Ask
    operations: tuple[str, ...]
    path: str
    told: Any = None
    fragment: Fragment | None = None
    attribute: str | None = None
    past: bool = False

    @property
    def creates(self) -> bool:
        """Tell whether the entity is not there yet."""
        return "{id}" not in self.path

    @property
    def entity_id(self) -> str:
        """Return the id of the entity. Raises BadRequestData."""
        return str((self.fragment or {})["id"]) if self.creates else self.ask.entity_id

    @property
    def attributes(self) -> frozenset[str]:
        """Return the IRIs of the attributes that it names."""
        named = () if self.attribute is None else (self.attribute,)
        return frozenset(named) | frozenset((self.fragment or NOTHING)["attributes"])

    def rest(self, kept: frozenset[str]) -> Fragment:
        """Return the fragment with some of its attributes."""
        return kept_of(self.fragment or NOTHING, kept)

    async def deed(self, selected: Types | None) -> Deed:
        """Return what sources hear of it."""
        params = {key: one for key, one in self.ask.params.items() if key not in HERE_ONLY}
        words = await federating.words(self.ask)
        return Deed(
            self.ask.request.method, self.path, self.operations, self.entity_id, self.told, words, params,
            selected, self.attribute,
        )  # fmt: skip


class Part(NamedTuple):
    """What came of the part of one source, or of this broker where there is no registration."""

    attributes: Collection[str]
    error: Json | None = None
    refused: Mapping[str, str] = NONE
    registration: str | None = None
    made: bool = False

    @property
    def said(self) -> dict[str, str]:
        """Return what is told of the registration, if it is one's."""
        return {} if self.registration is None else {"registrationId": self.registration}

    @property
    def failures(self) -> dict[str, str]:
        """Return why attributes were not taken."""
        if self.error is None:
            return dict(self.refused)
        reason = str(self.error.get("detail") or self.error.get("title") or "it failed")
        return dict.fromkeys(sorted(self.attributes), reason)


class Whole(NamedTuple):
    """What came of all parts of a request on one entity."""

    act: Act
    parts: list[Part]

    @property
    def made(self) -> bool:
        """Tell whether a source has made something new."""
        return any(one.made for one in self.parts)

    def found(self) -> "Whole":
        """Return the same without those who did not have what only one has; all if nobody had it."""
        had = [one for one in self.parts if int((one.error or {}).get("status", 0)) != NOT_FOUND]
        return Whole(self.act, had or self.parts[:1])

    def batch_result(self) -> Response | None:
        """Return what a part that failed makes of it: an error, or a BatchOperationResult (5.2.16)."""
        failed = [(one, one.error) for one in self.parts if one.error is not None]
        if not failed or len(self.parts) == 1:
            return self._problem()
        done = [self.act.entity_id] if len(failed) < len(self.parts) else []
        errors = [{"entityId": self.act.entity_id, "error": error, **one.said} for one, error in failed]
        return answers.plain({"success": done, "errors": errors}, status=207)

    def update_result(self) -> Response | None:
        """Return what a part that failed makes of it: an error, or an UpdateResult (5.2.18)."""
        if (problem := self._problem()) is not None:
            return problem
        if all(one.error is None and not one.refused for one in self.parts):
            return None
        taken = [iri for one in self.parts for iri in one.attributes if iri not in one.failures]
        refused = [
            {"attributeName": iri, "reason": reason, **one.said}
            for one in self.parts
            for iri, reason in one.failures.items()
        ]
        return answers.plain({"updated": list(dict.fromkeys(taken)), "notUpdated": refused}, status=207)

    def _problem(self) -> Response | None:
        """Return the error of the only part there is."""
        if len(self.parts) != 1 or self.parts[0].error is None:
            return None
        error = self.parts[0].error
        return answers.plain(error, status=int(error.get("status", 500)))


def kept_of(fragment: Fragment, kept: frozenset[str]) -> Fragment:
    """Return a fragment with some of its attributes."""
    attributes = {iri: one for iri, one in fragment["attributes"].items() if iri in kept}
    return {**fragment, "attributes": attributes}


async def done(act: Act, here: Here) -> Whole:
    """Do what a request says, here and at sources. Raises NgsiLdError where all of it is for this broker."""
    ask = act.ask
    asking = await federating.trigger(ask)
    if asking is None:
        return await _all_here(act, here)
    sources = await _sources(act)
    if not sources:
        return await _all_here(act, here)
    selected = await _selected(ask)
    shares = await _shares(act, asking, sources, selected)
    if not shares.pieces:
        return await _all_here(act, here)
    provision = Provision(ask.state.calls, ask.names_of)
    found = await provision.all_done(asking, await act.deed(selected), shares.pieces)
    parts = [_of_source(one) for one in found]
    if shares.here and (own := await _here(act, here, shares)) is not None:
        parts.append(own)
    return Whole(act, parts)


async def _all_here(act: Act, here: Here) -> Whole:
    return Whole(act, [_own(await here(act.fragment or NOTHING), act.attributes)])


async def _sources(act: Act) -> Sequence[Source]:
    """Return the sources that may have a part; the past is with those only who say that they keep it."""
    found: Sequence[Source] = await act.ask.state.registry.sources(act.ask.tenant)
    return [one for one in found if one.first_done(*act.operations)] if act.past else found


async def _selected(ask: Ask) -> Types | None:
    told = ask.params.get("type")
    return None if told is None else types.parse(told, await ask.names())


async def _shares(act: Act, asking: Trigger, sources: Collection[Source], selected: Types | None) -> Shares:
    """Return who does what of an act. Raises Forbidden."""
    told = act.fragment or {}
    stored = None
    if not act.creates:
        stored = await _stored(act)
    own = told.get("type") if act.creates else stored["type"] if stored else None
    meant = selected or (narrowing.of_types(own or told.get("type") or ()))
    wanted = Wanted(
        (EntityWanted(meant if meant.groups else None, frozenset([act.entity_id])),), act.attributes,
        met=frozenset(asking.met), handing_on=True, timeless=not act.past,
    )  # fmt: skip
    shares = shared(sources, wanted, act.operations, fragment=act.fragment is not None)
    if shares.pieces:
        known = [own] if own else list(selected.groups) if selected else []
        scopes = told.get("scope") if act.creates else (stored or {}).get("scope")
        guard.check_elsewhere(act.ask.writes, known, scopes or (), act.attributes or None, told)
    return shares


async def _stored(act: Act) -> Json | None:
    """Return what is known here of the entity: its types, and its scopes where it is one of now."""
    pool, tenant = act.ask.state.pool, act.ask.tenant
    if not act.past:
        return await rows.one(pool, tenant, act.entity_id)
    found = await evolutions.one(pool, tenant, act.entity_id)
    return None if found is None else {"type": list(found.types)}


async def _here(act: Act, here: Here, shares: Shares) -> Part | None:
    """Do what is left for this broker; None where nothing is here that could be deleted."""
    try:
        return _own(await here(act.rest(shares.rest)), shares.rest)
    except NgsiLdError as error:
        if shares.proxied and act.operations in DELETIONS and isinstance(error, ResourceNotFound):
            return None
        return Part(shares.rest, error.as_json())


def _own(result: Any, attributes: Collection[str]) -> Part:
    if isinstance(result, Outcome):
        return Part([*result.updated, *result.not_updated], refused=result.not_updated)
    return Part(attributes)


def _of_source(one: Done) -> Part:
    return Part(one.attributes, one.error, one.refused, one.source.id, one.made)
