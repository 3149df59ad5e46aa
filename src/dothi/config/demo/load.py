"""
The demo city: territory, calendar, units, posts, officials and procedures, loaded step by step.

Each step is whole or not done, and a step that finds all of its work done changes nothing: loading
again is how a demo city is mended, and an operator's own changes of other rows stay.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.config.demo.accounts import Credentials, credentials
from dothi.config.demo.people import Official, officials
from dothi.config.demo.steps import Step, alert_rules, response_units
from dothi.foundation.identity.actions.factors import add_factor
from dothi.foundation.identity.actions.persons import enroll_official
from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.identity.models import Factor
from dothi.foundation.identity.types import Profile
from dothi.foundation.keys.actions import root_keys
from dothi.kernel.documents.authoring import parse
from dothi.kernel.ids import PostId, UnitId
from dothi.procedures import catalog, document
from dothi.procedures.actions import publish
from dothi.procedures.models import ProcedureVersion
from dothi.registers.agencies import founding, seed
from dothi.registers.agencies.actions.calendar import enter_calendar
from dothi.registers.agencies.actions.territory import adopt_territory
from dothi.registers.agencies.actions.units import appoint, establish
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
    for name, total, run in [
        _territory(territory), _calendar(), _units(territory),
        ("officials", len(officials()), _enroll_all), _procedures(), alert_rules(),
        response_units(),
    ]:  # fmt: skip
        tell(Told(name, 0, total))
        tell(Told(name, total, total, new=bool(run(at))))


def _territory(territory: Territory) -> Step:
    areas, successions = list(territory.areas()), list(territory.successions())
    return (
        "territory",
        len(areas) + len(successions),
        lambda at: adopt_territory(areas=areas, successions=successions, basis=BASIS, actor=SYSTEM, at=at),
    )


def _calendar() -> Step:
    days, hours = list(seed.days()), seed.hours()
    return (
        "calendar",
        len(days) + len(hours),
        lambda at: enter_calendar(days=days, hours=hours, basis=seed.BASIS, actor=SYSTEM, at=at),
    )


def _units(territory: Territory) -> Step:
    units = list(founding.founding_units(settings.NODE, territory.wards()))
    posts = [_post(official) for official in officials()]
    return (
        "units",
        len(units) + len(posts),
        lambda at: establish(units=units, posts=posts, basis=BASIS, actor=SYSTEM, at=at),
    )


def _procedures() -> Step:
    texts = [path.read_text(encoding="utf-8") for path in catalog.documents()]
    return "procedures", len(texts), lambda at: _publish_all(texts, at)


def _publish_all(texts: Sequence[str], at: datetime) -> bool:
    """
    Publish each document whose version is not published; tell whether there was one.

    A published version never changes: a document that was edited under the same version waits for
    its author to give it a new one, and does not keep the demo city from starting.
    """
    missing = [text for text in texts if not _published(text)]
    for text in missing:
        publish(text=text, actor=SYSTEM.ref, authority="system", at=at)
    return bool(missing)


def _published(text: str) -> bool:
    procedure = document.read(parse(text))
    return ProcedureVersion.objects.filter(code=procedure.code, version=procedure.version).exists()


def _enroll_all(at: datetime) -> bool:
    """Give each official an account and the post; tell whether any of it was new."""
    new = [_enroll(found, at) for found in credentials(root_keys())]
    return any(new)


@transaction.atomic
def _enroll(found: Credentials, at: datetime) -> bool:
    official = found.official
    account = enroll_official(
        username=official.username,
        profile=Profile(official.name),
        password=found.password,
        actor=SYSTEM,
        at=at,
    )
    if not account.factors.exists():
        totp, secret = Factor.Kind.TOTP, found.secret.encode()
        add_factor(account=account, kind=totp, name="TOTP", secret=secret, actor=SYSTEM, at=at)
    appointed = appoint(
        person_id=account.person_id,
        post_id=_post_of(official),
        from_on=REFORM,
        basis=BASIS,
        actor=SYSTEM,
        at=at,
    )
    return appointed is not None


def _post(official: Official) -> Post:
    unit = _unit_of(official)
    return Post(
        key=_post_of(official), valid=DateRange(REFORM, None), unit_id=unit, title_vi=official.post["vi"],
        title_en=official.post["en"], duties=list(official.duties),
    )  # fmt: skip


def _post_of(official: Official) -> PostId:
    return post_id(_unit_of(official), official.post["vi"])


def _unit_of(official: Official) -> UnitId:
    """Return the center; or of a ward the desk for who only receives and returns, else the committee."""
    if official.unit == founding.CENTER:
        return founding.center_unit_id(settings.NODE)
    home = founding.desk_unit_id if set(official.duties) <= AT_THE_DESK else founding.ward_unit_id
    return home(settings.NODE, official.unit)
