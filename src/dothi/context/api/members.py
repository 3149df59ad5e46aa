"""Members of a batch (clause 5.6.7 and others): what each says, and what came of it here and at sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dothi.context.api import federating, handing
from dothi.context.api.ask import Ask
from dothi.context.api.handing import NOTHING, Fragment
from dothi.context.errors import Forbidden
from dothi.context.federation import narrowing
from dothi.context.federation.batches import Batch, Batches, Errand
from dothi.context.federation.provision import Provision
from dothi.context.federation.shares import Shares, shared
from dothi.context.federation.speech import Words
from dothi.context.operations import guard
from dothi.context.registrations.wanted import EntityWanted, Wanted

Json = Mapping[str, Any]


@dataclass
class Member:
    """
    One member of a batch: the id it tells, its body and words, and what that says in stored form.

    `done` tells that some part of it is done, `unread` that it went nowhere.
    """

    id: str
    words: Words
    told: Json | None = None
    fragment: Fragment | None = None
    shares: Shares | None = None
    done: bool = False
    created: bool = False
    unread: bool = False
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def deletes(self) -> bool:
        """Tell whether the entity is to be deleted."""
        return self.told is None

    @property
    def here(self) -> bool:
        """Tell whether this broker has to do something."""
        return not self.unread and (self.shares is None or self.shares.here)

    @property
    def proxied(self) -> bool:
        """Tell whether some of it is held elsewhere only."""
        return self.shares is not None and self.shares.proxied

    @property
    def rest(self) -> Fragment:
        """Return what is left for this broker."""
        told = self.fragment or NOTHING
        return told if self.shares is None else handing.kept_of(told, self.shares.rest)

    def succeed(self, *, created: bool = False) -> None:
        """Hear that a part of it is done."""
        self.done, self.created = True, self.created or created

    def fail(self, error: Json, registration: str | None = None) -> None:
        """Hear that a part of it failed, which is that of a registration or of this broker."""
        said = {} if registration is None else {"registrationId": registration}
        self.errors.append({"error": error, **said})

    def refuse(self, error: Json) -> None:
        """Hear that it goes nowhere."""
        self.unread = True
        self.fail(error)


async def hand_on(ask: Ask, batch: Batch, members: Sequence[Member]) -> None:
    """Let sources do their parts of the members that could be read. Raises LoopDetected."""
    asking = await federating.trigger(ask)
    if asking is None:
        return
    sources = await ask.state.registry.sources(ask.tenant)
    read = [one for one in members if not one.unread]
    stored = await ask.state.search.by_id(ask.tenant, [one.id for one in read])
    for one in read:
        wanted = _wanted(one, stored.get(one.id), asking.met)
        shares = shared(sources, wanted, batch.operations, fragment=not one.deletes)
        if shares.pieces:
            _take(ask, one, shares, stored.get(one.id))
    errands = [
        Errand(place, one.id, one.told, one.words, piece)
        for place, one in enumerate(members)
        if one.shares is not None
        for piece in one.shares.pieces
    ]
    for result in await Batches(Provision(ask.state.calls, ask.names_of)).done(asking, batch, errands):
        one = members[result.errand.place]
        if result.error is None:
            one.succeed(created=result.created)
        else:
            one.fail(result.error, result.errand.piece.source.id)


def _wanted(one: Member, stored: Json | None, met: tuple[str, ...]) -> Wanted:
    fragment = one.fragment or NOTHING
    types = [*(fragment.get("type") or ()), *(stored["type"] if stored else ())]
    return Wanted(
        (EntityWanted(narrowing.of_types(types) if types else None, frozenset([one.id])),),
        frozenset(fragment["attributes"]), met=frozenset(met), handing_on=True,
    )  # fmt: skip


def _take(ask: Ask, one: Member, shares: Shares, stored: Json | None) -> None:
    """Let a member go to sources, unless that is beyond the rights of who asks."""
    fragment = one.fragment or NOTHING
    types = (stored or fragment).get("type")
    scopes = (stored or fragment).get("scope") or ()
    named = None if one.deletes else frozenset(fragment["attributes"])
    try:
        guard.check_elsewhere(ask.writes, [types] if types else [], scopes, named, fragment)
    except Forbidden as error:
        one.refuse(error.as_json())
    else:
        one.shares = shares
