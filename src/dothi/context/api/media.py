"""Media types: which one a request brings and which one it wants (clauses 6.3.4 and 6.3.6)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from dothi.context.errors import InvalidRequest, NotAcceptable, UnsupportedMediaType

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
GEO_JSON: Final = "application/geo+json"
MERGE_PATCH: Final = "application/merge-patch+json"
PLAIN: Final = (JSON, JSON_LD)
WITH_GEO: Final = (JSON, JSON_LD, GEO_JSON)
REMEMBERED: Final = 64
"""Wishes; requests bring the same again and again."""


@lru_cache(maxsize=REMEMBERED)
def brought(content_type: str | None, *, patch: bool = False) -> str:
    """Return JSON or JSON_LD. Raises InvalidRequest, UnsupportedMediaType."""
    if not content_type:
        raise InvalidRequest("the Content-Type header is missing")
    told = content_type.partition(";")[0].strip().lower()
    if told == MERGE_PATCH and patch:
        return JSON
    if told not in PLAIN:
        raise UnsupportedMediaType(f"{told} is not among {', '.join(PLAIN)}")
    return told


@lru_cache(maxsize=REMEMBERED)
def wanted(accept: str | None, offered: tuple[str, ...] = PLAIN) -> str:
    """
    Return the media type of `offered`, the best first, that `accept` wants most. Raises NotAcceptable.

    A weight of 0 refuses, also where a wider range would take it.
    """
    if not accept:
        return offered[0]
    ranges = [_range(part) for part in accept.split(",")]
    best = max(offered, key=lambda media: (_weight(media, ranges), -offered.index(media)))
    if _weight(best, ranges) <= 0:
        raise NotAcceptable(f"available are {', '.join(offered)}")
    return best


Range = tuple[str, float]


def _range(part: str) -> Range:
    media, *parameters = (piece.strip() for piece in part.lower().split(";"))
    weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
    try:
        return media, float(weight)
    except ValueError:  # it says nothing
        return media, 1.0


def _weight(media: str, ranges: Sequence[Range]) -> float:
    """Return the weight of the narrowest range that `media` falls into (RFC 9110, section 12.5.1)."""
    kind = media.partition("/")[0]
    for wider in (media, f"{kind}/*", "*/*"):
        found = [weight for one, weight in ranges if one == wider]
        if found:
            return max(found)
    return 0.0
