"""Areas on a day, and what became of them: successors and predecessors."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import get_language

from dothi.foundation.statements import Statement, ask
from dothi.registers.agencies.errors import AreaUnknown
from dothi.registers.agencies.models import Area, Succession
from dothi.registers.agencies.types import (
    AreaLevel,
    AreaRow,
    Name,
    Place,
    Relation,
    Residents,
    Resolution,
)

WARDS = (AreaLevel.WARD, AreaLevel.COMMUNE, AreaLevel.TOWNSHIP)
_NAMES = """
select code, case when %(language)s = 'en' then name_en else name_vi end from agencies_area
where valid @> %(on)s::date and level = any(%(levels)s)
  and (%(codes)s::text[] is null or code = any(%(codes)s))
order by sort_key, code
"""
Share = tuple[Relation, Residents]
Shares = Mapping[str, Share]
WHOLE: Share = (Relation.WHOLE, Residents.ALL)
PEOPLE_FIRST = {Residents.ALL: 0, Residents.SOME: 1, Residents.NONE: 2}


def area_on(code: str, on: date) -> AreaRow:
    """Return the area that bore `code` on a day; one statement. Raises AreaUnknown."""
    found = _on(on).filter(code=code).first()
    if found is None:
        raise AreaUnknown(code=code, on=on)
    return area_row(found)


def areas(on: date, parent_code: str | None = None) -> list[AreaRow]:
    """Return the wards and communes of a day, of one district where given, by name; one statement."""
    found = _on(on).filter(level__in=WARDS).order_by("sort_key", "code")
    return [area_row(area) for area in (found.filter(parent_code=parent_code) if parent_code else found)]


def area_names(on: date, codes: Collection[str] | None = None) -> list[tuple[str, str]]:
    """
    Return code and name of the wards of a day, or of `codes`, by name; one statement.

    The name is in the language that is active: "Phường Hoàn Kiếm" or "Hoàn Kiếm Ward".
    """
    asked = {
        "language": get_language() or "vi",
        "on": on,
        "levels": [level.value for level in WARDS],
        "codes": None if codes is None else list(codes),
    }
    return [(str(code), str(name)) for code, name in ask(Statement(_NAMES, asked))[0]]


def successors(code: str, from_on: date, to_on: date) -> Resolution:
    """
    Return where the ward that bore `code` on `from_on` lies on `to_on`, the later day.

    Three statements, and one more for each reform between the days. Raises AreaUnknown.
    """
    asked = area_on(code, from_on)
    return Resolution(asked, to_on, _places(walk([code], from_on, to_on)[code], to_on))


def predecessors(code: str, from_on: date, to_on: date) -> Resolution:
    """
    Return which wards of `to_on`, the earlier day, gave land to the one that bears `code` on `from_on`.

    Three statements, and one more for each reform between the days. Raises AreaUnknown.
    """
    asked = area_on(code, from_on)
    shares: Shares = {code: WHOLE}
    for day in _reforms(to_on, from_on)[::-1]:
        found = Succession.objects.filter(effective_on=day, to_code__in=shares).order_by(
            "to_code", "from_code"
        )
        shares = _step(shares, [(step.to_code, step.from_code, _share(step)) for step in found])
    return Resolution(asked, to_on, _places(shares, to_on))


def walk(codes: Collection[str], from_on: date, to_on: date) -> dict[str, Shares]:
    """
    Return for each code of `from_on` the codes of `to_on` where it lies, with their shares.

    One statement, and one more for each reform between the days.
    """
    walked: dict[str, Shares] = {code: {code: WHOLE} for code in codes}
    for day in _reforms(from_on, to_on):
        reached = {code for shares in walked.values() for code in shares}
        found = Succession.objects.filter(effective_on=day, from_code__in=reached).order_by(
            "from_code", "to_code"
        )
        steps = [(step.from_code, step.to_code, _share(step)) for step in found]
        walked = {code: _step(shares, steps) for code, shares in walked.items()}
    return walked


def _reforms(after: date, until: date) -> list[date]:
    """Return the days on which areas changed, `after` excluded, in order."""
    steps = Succession.objects.filter(effective_on__gt=after, effective_on__lte=until)
    return list(steps.order_by("effective_on").values_list("effective_on", flat=True).distinct())


def area_row(area: Area) -> AreaRow:
    """Return the plain row of an area."""
    return AreaRow(
        area.key, area.code, AreaLevel(area.level), Name(area.name_vi, area.name_en), area.parent_code,
        area.valid_from or date.min, area.valid_to,
    )  # fmt: skip


def _step(shares: Shares, steps: Iterable[tuple[str, str, Share]]) -> Shares:
    """Walk one reform. A code that no step names stays what it is."""
    walked: dict[str, Share] = {}
    left = dict(shares)
    for source, target, share in steps:
        if source not in shares:
            continue
        left.pop(source, None)
        reached = _through(shares[source], share)
        walked[target] = _joined(walked[target], reached) if target in walked else reached
    return {**walked, **left}


def _through(first: Share, then: Share) -> Share:
    """Return the share of a step after another."""
    whole = first[0] is then[0] is Relation.WHOLE
    people = {first[1], then[1]}
    moved = Residents.NONE if Residents.NONE in people else Residents.SOME
    if people == {Residents.ALL}:
        moved = Residents.ALL
    return (Relation.WHOLE if whole else Relation.PART), moved


def _joined(one: Share, other: Share) -> Share:
    """Return the share of two ways to the same place, which may or may not be all there is."""
    people = {one[1], other[1]}
    if Residents.ALL in people:
        return Relation.PART, Residents.ALL
    return Relation.PART, Residents.NONE if people == {Residents.NONE} else Residents.SOME


def _places(shares: Shares, on: date) -> tuple[Place, ...]:
    found = _on(on).filter(code__in=shares).order_by("sort_key", "code")
    places = [Place(area_row(area), *shares[area.code]) for area in found]
    return tuple(sorted(places, key=lambda place: PEOPLE_FIRST[place.residents]))


def _share(step: Succession) -> Share:
    return Relation(step.relation), Residents(step.residents)


def _on(on: date) -> QuerySet[Area]:
    return Area.objects.filter(valid__contains=on)
