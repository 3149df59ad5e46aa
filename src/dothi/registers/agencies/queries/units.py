"""Units, desks and holdings of posts, on a day."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from dothi.foundation.clock import HANOI
from dothi.foundation.identity.authority import Duty, Holding
from dothi.foundation.statements import Statement, ask, read
from dothi.kernel.ids import PostId, UnitId
from dothi.registers.agencies.errors import DeskUnknown, PostUnknown, UnitUnknown
from dothi.registers.agencies.models import Post, Unit
from dothi.registers.agencies.types import Name, PostRow, UnitKind, UnitRow

# A post of an authority reaches the authority's own desk too, but no other unit below it: a ward
# is not a part of the city's committee, which is why only desks are joined.
_HOLDINGS = """
select post.id, reached.id, duty, reached.area_code,
       lower(held.valid * post.valid * reached.valid), upper(held.valid * post.valid * reached.valid)
from agencies_postholding held
join agencies_post post on post.id = held.post_id and post.valid && held.valid
join agencies_unit reached on reached.valid && held.valid * post.valid
     and (reached.id = post.unit_id or (reached.parent_id = post.unit_id and reached.kind = 'desk'))
cross join unnest(post.duties) duty
where held.person_id = %(person)s
  and held.valid * post.valid * reached.valid @> %(on)s::date
order by post.id, reached.kind, duty
"""


def holdings_of(person_id: UUID, at: datetime) -> tuple[Holding, ...]:
    """
    Return the duties that the person holds at the aware instant `at`, of all posts.

    One holding for each post, unit that it reaches and duty; ordered by these; one statement.
    """
    rows = ask(Statement(_HOLDINGS, {"person": person_id, "on": at.astimezone(HANOI).date()}))[0]
    return tuple(
        Holding(PostId(post), UnitId(unit), Duty(duty), frozenset([area] if area else []), start, end)
        for post, unit, duty, area, start, end in rows
    )


def desk_of(ward_code: str, on: date) -> UnitRow:
    """Return the one-stop desk of the ward or commune on a day; one statement. Raises DeskUnknown."""
    where = "where kind = 'desk' and area_code = %(ward)s and valid @> %(on)s order by id"
    found = read(Unit, where, {"ward": ward_code, "on": on})
    if not found:
        raise DeskUnknown(code=ward_code, on=on)
    return _row(found[0])


def post_of(post_id: UUID, on: date) -> PostRow:
    """Return a post and its unit as they stood on a day; two statements. Raises PostUnknown."""
    found = Post.objects.filter(key=post_id, valid__contains=on).first()
    if found is None:
        raise PostUnknown(post=post_id, on=on)
    return PostRow(PostId(found.key), Name(found.title_vi, found.title_en), unit_of(found.unit_id, on).name)


def posts_of(unit_id: UUID, on: date) -> list[PostRow]:
    """Return the posts of a unit as they stood on a day, by Vietnamese title, then id; two statements."""
    unit = unit_of(unit_id, on)
    found = Post.objects.filter(unit_id=unit_id, valid__contains=on).order_by("title_vi", "key")
    return [PostRow(PostId(post.key), Name(post.title_vi, post.title_en), unit.name) for post in found]


def unit_of(unit_id: UUID, on: date) -> UnitRow:
    """Return a unit as it stood on a day; one statement. Raises UnitUnknown."""
    found = read(Unit, "where id = %(id)s and valid @> %(on)s", {"id": unit_id, "on": on})
    if not found:
        raise UnitUnknown(unit=unit_id, on=on)
    return _row(found[0])


def unit_coded(code: str, on: date) -> UnitRow:
    """Return the unit that bore an organization code on a day; one statement. Raises UnitUnknown."""
    found = read(Unit, "where code = %(code)s and valid @> %(on)s order by id", {"code": code, "on": on})
    if not found:
        raise UnitUnknown(unit=code, on=on)
    return _row(found[0])


def units(kind: UnitKind, on: date) -> list[UnitRow]:
    """Return the units of a kind on a day, in the order of their names; one statement."""
    return [_row(unit) for unit in _on(on).filter(kind=kind).order_by("sort_key", "key")]


def unit_names(unit_ids: Collection[UUID], on: date) -> dict[UnitId, Name]:
    """Return what units are called on a day, without those that are not there then; one statement."""
    found = _on(on).filter(key__in=list(unit_ids))
    return {UnitId(unit.key): Name(unit.name_vi, unit.name_en) for unit in found}


def city_of(at: datetime) -> UnitId | None:
    """Return the city's People's Committee, which answers for all units; None before it is entered."""
    found = _on(at.astimezone(HANOI).date()).filter(kind=UnitKind.CITY).order_by("key").first()
    return UnitId(found.key) if found else None


def _on(on: date) -> QuerySet[Unit]:
    return Unit.objects.filter(valid__contains=on)


def _row(unit: Unit) -> UnitRow:
    return UnitRow(
        UnitId(unit.key), UnitKind(unit.kind), unit.code, Name(unit.name_vi, unit.name_en),
        UnitId(unit.parent_id) if unit.parent_id else None, unit.area_code,
        unit.valid_from or date.min, unit.valid_to,
    )  # fmt: skip
