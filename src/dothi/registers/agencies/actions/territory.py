"""Taking over areas and their successions from a source."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from dothi.foundation.bitemporal.facts import believe
from dothi.foundation.identity.authority import Actor
from dothi.kernel.ids import urn
from dothi.registers.agencies.actions.recording import Act, administers, perform
from dothi.registers.agencies.models import Area, Succession
from dothi.registers.agencies.queries.units import city_of

ADOPT = administers("agencies.territory.adopt")


def adopt_territory(
    *, areas: Sequence[Area], successions: Sequence[Succession], basis: str, actor: Actor, at: datetime
) -> datetime | None:
    """
    Believe these areas and successions from now on; return when, None when nothing was new.

    Areas that the source does not name stay as they are. Raises Refused.
    """
    act = Act(
        rule=ADOPT, actor=actor, unit_id=city_of(at), object=urn(settings.NODE, "territory", "city"),
        event="territory.adopted", basis=basis, at=at,
        facts={"areas": len(areas), "successions": len(successions)},
    )  # fmt: skip
    return perform(act, [believe(fact) for fact in [*areas, *successions]])
