"""
The demo city: territory, calendar, units, posts, officials and procedures, loaded step by step.

Each step is whole or not done, and a step that finds all of its work done changes nothing: loading
again is how a demo city is mended, and an operator's own changes of other rows stay.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.config.demo.people import Official, officials
from dothi.foundation.identity.authority import SYSTEM
from dothi.kernel.ids import PostId, UnitId
from dothi.registers.agencies import founding, seed
from dothi.registers.agencies.actions.calendar import enter_calendar
from dothi.registers.agencies.actions.territory import adopt_territory
from dothi.registers.agencies.actions.units import establish
from dothi.registers.agencies.ids import post_id
from dothi.registers.agencies.models import Post
from dothi.registers.agencies.territory import REFORM, Territory, read_territory

BASIS = "demo city"
AT_THE_DESK = {"receive", "return"}


@dataclass(frozen=True)
class Told:
    """How far a step is: `done` of `total` rows; `new` tells whether anything had to be written."""

    name: str
    done: int
    total: int
    new: bool = False


Tell = Callable[[Told], None]


def load(*, at: datetime, tell: Tell) -> None:
    """Load what the demo city lacks, telling before and after each step how far it is."""
    territory = read_territory()
    for name, total, run in _steps(territory):
        tell(Told(name, 0, total))
        tell(Told(name, total, total, new=run(at)))


def _steps(territory: Territory) -> Iterator[tuple[str, int, Callable[[datetime], bool]]]:
    areas, successions = list(territory.areas()), list(territory.successions())
    units = list(founding.founding_units(settings.NODE, territory.wards()))
    days, posts = list(seed.days()), [_post(official) for official in officials()]
    yield (
        "territory",
        len(areas) + len(successions),
        lambda at: bool(
            adopt_territory(areas=areas, successions=successions, basis=BASIS, actor=SYSTEM, at=at)
        ),
    )
    yield (
        "calendar",
        len(days),
        lambda at: bool(enter_calendar(days=days, hours=seed.hours(), basis=seed.BASIS, actor=SYSTEM, at=at)),
    )
    yield (
        "units",
        len(units) + len(posts),
        lambda at: bool(establish(units=units, posts=posts, basis=BASIS, actor=SYSTEM, at=at)),
    )


def _post(official: Official) -> Post:
    unit = _unit_of(official)
    return Post(
        key=_post_of(official), valid=DateRange(REFORM, None), unit_id=unit, title_vi=official.post["vi"],
        title_en=official.post["en"], duties=list(official.duties),
    )  # fmt: skip


def _post_of(official: Official) -> PostId:
    return post_id(_unit_of(official), official.post["vi"])


def _unit_of(official: Official) -> UnitId:
    """Return the desk for who only receives and returns, else the ward's committee."""
    home = founding.desk_unit_id if set(official.duties) <= AT_THE_DESK else founding.ward_unit_id
    return home(settings.NODE, official.unit)
