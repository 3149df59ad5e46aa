"""Kinds of papers: each room that orders papers registers, when Django starts, how to fill its own."""

from collections.abc import Callable
from datetime import datetime

from dothi.foundation.papers.types import Draft, Order

Collect = Callable[[Order, datetime], Draft]
"""Gathers what a paper says. A proof that is not sealed yet is an exception: the job comes back."""

_kinds: dict[str, Collect] = {}


def register(kind: str, collect: Collect) -> None:
    """Let `collect` fill the papers of `kind`. Raises ValueError when another room has the name."""
    if _kinds.setdefault(kind, collect) is not collect:
        raise ValueError(f"two rooms make papers of the kind {kind}")


def collector(kind: str) -> Collect:
    """Return what fills papers of `kind`. Raises KeyError when no room registered it."""
    return _kinds[kind]
