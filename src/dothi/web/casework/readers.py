"""Who read a person's data, why and when, in words: what the ledger holds, said plainly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext

from dothi.dossiers.queries import codes_of
from dothi.foundation.clock import civil_date
from dothi.foundation.ledger.queries import Recorded
from dothi.kernel.ids import DossierId
from dothi.registers.agencies.queries import post_of
from dothi.web.casework.citations import cited
from dothi.web.casework.purposes import PURPOSES

OWNERS = frozenset({"resident"})


@dataclass(frozen=True, slots=True)
class Read:
    """One read as its subject sees it; `dossier` is id and code of the dossier it was about, if any."""

    id: UUID
    who: str
    why: str
    basis: str
    at: datetime
    own: bool
    dossier: tuple[UUID, str] | None
    times: int = 1
    """How often in a row, the last time at `at`."""


def in_words(rows: Sequence[Recorded]) -> list[Read]:
    """
    Return reads in words, in the order given, runs of the same put together.

    One SQL statement, and one a post and day.
    """
    about = {one.id: _dossier(str(one.said["object"])) for one in rows}
    codes = codes_of([DossierId(one) for one in set(about.values()) if one is not None])
    return folded([_read(one, about[one.id], codes) for one in rows])


def folded(reads: Sequence[Read]) -> list[Read]:
    """Return reads with those that differ in nothing but the minute put together, day by day."""
    runs = groupby(reads, key=lambda one: (one.who, one.why, one.basis, one.dossier, civil_date(one.at)))
    return [replace(run[0], times=len(run)) for run in (list(group) for _same, group in runs)]


def is_own(one: Recorded) -> bool:
    """Tell whether the person read the own data."""
    return one.said["actor"]["kind"] in OWNERS


def _read(one: Recorded, about: UUID | None, codes: Mapping[UUID, str]) -> Read:
    said, at = one.said, datetime.fromisoformat(str(one.said["occurred_at"]))
    purpose = PURPOSES.get(str(said["purpose"]))
    return Read(
        id=one.id,
        who=_who(said["actor"], at),
        why=gettext(purpose.text) if purpose else str(said["purpose"]),
        basis=cited(str(said["basis"])),
        at=at,
        own=is_own(one),
        dossier=(about, codes[about]) if about is not None and about in codes else None,
    )


def _who(actor: Mapping[str, Any], at: datetime) -> str:
    if actor["kind"] in OWNERS:
        return gettext("You yourself")
    if actor.get("post"):
        vi, en = post_names(UUID(actor["post"]), civil_date(at))
        return en if get_language() == "en" else vi
    return gettext("The city's system, without a person")


@lru_cache(maxsize=1024)
def post_names(post_id: UUID, on: date) -> tuple[str, str]:
    """Return title and unit of a post on a day, Vietnamese and English."""
    post = post_of(post_id, on)
    return f"{post.title.vi}, {post.unit.vi}", f"{post.title.en}, {post.unit.en}"


def _dossier(urn: str) -> UUID | None:
    """Return the dossier's id where the thing that was read is one."""
    if ":dossier:" not in urn:
        return None
    return UUID(urn.rpartition(":")[2])
