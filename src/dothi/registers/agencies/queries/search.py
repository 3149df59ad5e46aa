"""Finding a ward by everyday words: without marks, by its old name, by its old district."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from dothi.kernel import text
from dothi.registers.agencies.models import Area
from dothi.registers.agencies.queries.territory import (
    PEOPLE_FIRST,
    WARDS,
    Shares,
    area_row,
    areas,
    walk,
)
from dothi.registers.agencies.types import AreaHit, AreaLevel, AreaRow, Place, Relation, Residents

# What people write before a name, folded, and what it tells of the level.
_LEVEL_WORDS = {
    "phuong": {AreaLevel.WARD}, "p": {AreaLevel.WARD},
    "xa": {AreaLevel.COMMUNE}, "x": {AreaLevel.COMMUNE},
    "thi tran": {AreaLevel.TOWNSHIP}, "tt": {AreaLevel.TOWNSHIP},
    "quan": {AreaLevel.DISTRICT}, "q": {AreaLevel.DISTRICT},
    "huyen": {AreaLevel.DISTRICT}, "h": {AreaLevel.DISTRICT},
    "thi xa": {AreaLevel.DISTRICT}, "tx": {AreaLevel.DISTRICT},
}  # fmt: skip
_ANY = {*WARDS, AreaLevel.DISTRICT}
Reading = tuple[str, set[AreaLevel]]


def find_areas(words: str, on: date, limit: int = 20) -> list[AreaHit]:
    """
    Return the wards and communes of the day `on` that the words may mean.

    Words are found without marks, case and tone position, as beginnings of words of a name. First
    those that bear exactly the name, then the others; of each, present names, then old ones, then
    old districts, then the order of names. At most `limit`; at most six statements with one reform.
    """
    readings = _readings(words)
    matched = _matching(readings, on) if readings else []
    now = {area.code: area for area in areas(on)} if matched else {}
    hits = [hit for area, shares in _resolved(matched, on) for hit in _hits(area, shares, now)]
    names = {name for name, _levels in readings}
    exact = {area.key for area in matched if area.search in names}
    hits.sort(key=lambda hit: hit.matched.id not in exact)
    return hits[:limit]


def _readings(words: str) -> list[Reading]:
    """
    Return what the words before a comma may mean: a name, and where they begin so, a level and a name.

    Both, because without marks `quan thanh` is Quận Thanh… as well as Quán Thánh.
    """
    folded = " ".join(text.fold(text.nfc(words.split(",")[0])).replace(".", " ").split())
    stripped = [
        (folded.removeprefix(word + " "), levels)
        for word, levels in _LEVEL_WORDS.items()
        if folded.startswith(word + " ")
    ]
    return [*stripped, (folded, _ANY)] if folded else []


def _matching(readings: list[Reading], on: date) -> list[Area]:
    condition = Q()
    for name, levels in readings:
        reading = Q(level__in=levels)
        for word in name.split():
            reading &= Q(search__startswith=word) | Q(search__contains=f" {word}")
        condition |= reading
    found = Area.objects.filter(condition, valid__startswith__lte=on).order_by("sort_key", "code", "valid")
    return sorted(found, key=lambda area: (on not in area.valid, area.level == AreaLevel.DISTRICT))


def _resolved(matched: list[Area], on: date) -> list[tuple[Area, Shares]]:
    """Return each matched area with the codes of `on` where it lies."""
    members = _members([area for area in matched if area.level == AreaLevel.DISTRICT])
    starts: dict[date, set[str]] = {}
    for area in matched:
        starts.setdefault(_day_of(area, on), set()).update(members.get(area.key, [area.code]))
    walked = {day: walk(codes, day, on) for day, codes in starts.items()}
    return [
        (area, _merged(walked[_day_of(area, on)], members.get(area.key, [area.code]))) for area in matched
    ]


def _members(districts: list[Area]) -> dict[UUID, list[str]]:
    """Return the codes of the wards of each district in its time; one statement."""
    found: dict[UUID, list[str]] = {district.key: [] for district in districts}
    by_code = {district.code: district.key for district in districts}
    wards = Area.objects.filter(parent_code__in=by_code, level__in=WARDS) if by_code else Area.objects.none()
    for code, parent in wards.order_by("code").values_list("code", "parent_code"):
        found[by_code[str(parent)]].append(code)
    return found


def _day_of(area: Area, on: date) -> date:
    """Return the last day up to `on` on which the area was there."""
    return on if on in area.valid else area.valid.upper - timedelta(days=1)


def _merged(walked: dict[str, Shares], codes: list[str]) -> Shares:
    """Return where the wards of a district lie: of each place a part, unless there is one ward."""
    if len(codes) == 1:
        return walked[codes[0]]
    return {target: (Relation.PART, Residents.SOME) for code in codes for target in walked[code]}


def _hits(area: Area, shares: Shares, now: dict[str, AreaRow]) -> list[AreaHit]:
    places = [Place(now[code], *share) for code, share in shares.items() if code in now]
    order = {row.code: number for number, row in enumerate(now.values())}
    places.sort(key=lambda place: (PEOPLE_FIRST[place.residents], order[place.area.code]))
    return [AreaHit(place.area, area_row(area), place) for place in places]
