"""
Pages of time (clause 6.3.10): where attributes have more instances than a page takes, all are cut at one
instant, so that within the range that the page tells nothing is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar


class Timed(Protocol):
    """Anything that has a time."""

    @property
    def time(self) -> datetime:
        """Return it."""


T = TypeVar("T", bound=Timed)
K = TypeVar("K")


@dataclass(frozen=True)
class Page(Generic[K, T]):
    """
    What of each series is on this page, in the order of time, empty where all of it is on others.

    `first` and `last` are the times between which the page is whole; None where nothing was cut.
    """

    series: Mapping[K, Sequence[T]]
    first: datetime | None = None
    last: datetime | None = None

    @property
    def cut(self) -> bool:
        """Tell whether there are other pages."""
        return self.first is not None


def cut(series: Mapping[K, Sequence[T]], most: int, *, backwards: bool) -> Page[K, T]:
    """
    Return the first page of series that are each in the order of time, or the last one if `backwards`.

    Those who tell more than `most` are cut after `most`; the first cut holds for all. What shares the
    instant of a cut stays.
    """
    long = [several for several in series.values() if len(several) > most]
    if not long:
        return Page(series)
    if backwards:
        edge = max(several[-most].time for several in long)
        kept = {key: [one for one in several if one.time >= edge] for key, several in series.items()}
    else:
        edge = min(several[most - 1].time for several in long)
        kept = {key: [one for one in several if one.time <= edge] for key, several in series.items()}
    times = [one.time for several in kept.values() for one in several]
    return Page(kept, min(times), max(times))


def content_range(
    page: Page[K, T], since: datetime | None, until: datetime | None, size: int | None
) -> tuple[datetime, datetime, str]:
    """
    Return start, end and size of the range that a page tells.

    It begins where the query does; with `size`, which is lastN, it runs backwards in time.
    """
    assert page.first is not None
    assert page.last is not None
    if size is None:
        return since or page.first, page.last, "*"
    return until or page.last, page.first, str(size)
