"""Which moment a page of the center shows: the present, or a past one, as it was or as it was known."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from dothi.foundation.clock import HANOI
from dothi.kernel.problems import Invalid, msg
from dothi.web.components.formats import read_clock, read_day

EARLIEST = datetime(1900, 1, 1, tzinfo=HANOI)
"""Before it nothing was measured here, and near the year 1 instants have no zone to be shown in."""


OF_MOMENTS = ("at", "known_at", "known", "on", "clock", "skip", "before", "part")
"""Parameters that mean nothing, or something else, at another moment."""


class MomentUnfit(Invalid):
    """What was asked for is no moment, lies ahead, or before all that could be known."""

    slug = "moment-unfit"
    title = msg("There is no such moment to look at")
    way_out = msg("Give a day and a time of day that have been, such as 30/09/2025 16:00.")


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is what is looked at, `known_at` bounds what was recorded by then; `live` is the present."""

    at: datetime
    known_at: datetime | None = None
    live: bool = True

    @property
    def query(self) -> str:
        """Return the address's query that leads here again; empty for the present."""
        if self.live:
            return ""
        told = {"at": self.at.isoformat()} | (
            {"known_at": self.known_at.isoformat()} if self.known_at else {}
        )
        return urlencode(told)

    @property
    def suffix(self) -> str:
        """Return what leads here again from the end of an address that has no query."""
        return f"?{self.query}" if self.query else ""

    def address(self, path: str, **more: object) -> str:
        """Return the address of a page at this moment, none of none; `more` are further parameters."""
        query = "&".join(filter(None, (urlencode(more), self.query)))
        return f"{path}?{query}" if path and query else path

    @property
    def local(self) -> datetime:
        """Return `at` in the node's zone."""
        return self.at.astimezone(HANOI)


def present_of(request: HttpRequest) -> str:
    """Return the address of the same page in the present, with what else was chosen for it."""
    kept = request.GET.copy()
    for name in OF_MOMENTS:
        kept.pop(name, None)
    return f"{request.path}?{kept.urlencode()}" if kept else request.path


def moment_of(request: HttpRequest, present: datetime) -> Moment:
    """
    Return the moment that the address asks for: `at` (ISO 8601; without a zone Hanoi's), or `on` and
    `clock` of the form; `known_at` likewise, or `known=1` for "as it was known then".

    Raises MomentUnfit.
    """
    told = request.GET
    asked = told.get("at", "").strip() or _of_form(told)
    if not asked:
        return Moment(present)
    at = _instant(asked, present)
    known = told.get("known_at", "").strip()
    known_at = _instant(known, present) if known else at if told.get("known") == "1" else None
    return Moment(at, known_at, live=False)


def _of_form(told: QueryDict) -> str:
    day, clock = told.get("on", "").strip(), told.get("clock", "").strip()
    if not day:
        return ""
    try:
        return datetime.combine(read_day(day), read_clock(clock or "0:00")).isoformat()
    except ValueError as error:
        raise MomentUnfit(asked=f"{day} {clock}"[:40]) from error


def _instant(text: str, present: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError as error:
        raise MomentUnfit(asked=text[:40]) from error
    at = at if at.tzinfo else at.replace(tzinfo=HANOI)
    if not EARLIEST <= at <= present:
        raise MomentUnfit(asked=text[:40])
    return at
