"""
Which source has which part of what is to be written (clauses 4.3.6.3 and 5.6). Pure.

Exclusive sources come first, then redirecting ones; what they have is theirs, and nobody else's. Of the
rest, inclusive sources hear beside this broker. Auxiliary ones are never written to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dothi.context.federation.sources import Source
from dothi.context.registrations.wanted import Wanted


@dataclass(frozen=True)
class Piece:
    """What one source is to do; `whole` tells that all attributes that the entity may have are its own."""

    source: Source
    attributes: frozenset[str]
    whole: bool
    operation: str | None
    """The operation by which it is done (4.20); None where the source cannot."""


@dataclass(frozen=True)
class Shares:
    """The pieces of sources; the attributes that are left; whether this broker has to do anything."""

    pieces: tuple[Piece, ...]
    rest: frozenset[str]
    here: bool

    @property
    def proxied(self) -> bool:
        """Tell whether some of it is held elsewhere only."""
        return any(one.source.proxied for one in self.pieces)


def shared(
    sources: Iterable[Source], wanted: Wanted, operations: Sequence[str], *, fragment: bool = True
) -> Shares:
    """
    Return who does what with the attributes that are wanted.

    An operation without a `fragment`, such as to delete an entity, is one for all who may have a part.
    """
    fitting = [one for one in sources if one.fitting(wanted)]
    rest, pieces = wanted.attributes, list[Piece]()
    for mode in ("exclusive", "redirect"):
        found = _pieces([one for one in fitting if one.mode == mode], wanted, rest, operations, fragment)
        pieces += found
        rest -= frozenset().union(*(one.attributes for one in found))
    left = bool(rest) if wanted.attributes else not fragment or not any(one.whole for one in pieces)
    if left:
        able = [one for one in fitting if one.mode == "inclusive" and one.first_done(*operations)]
        pieces += _pieces(able, wanted, rest, operations, fragment)
    return Shares(tuple(pieces), rest, left)


def _pieces(
    sources: Sequence[Source], wanted: Wanted, rest: frozenset[str], operations: Sequence[str], fragment: bool
) -> list[Piece]:
    """Return the pieces of sources of one mode; of exclusive ones none overlap."""
    found = []
    for one in sources:
        share = one.share(wanted)
        assert share is not None
        mine, whole = share.of(rest), share.names is None
        if mine or (not wanted.attributes and (whole or not fragment)):
            found.append(Piece(one, mine, whole, one.first_done(*operations)))
    return found
