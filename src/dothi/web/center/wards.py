"""The wards that a warning is about: those chosen, where alerts are, what is near, all others by letter."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import get_language, gettext

from dothi.alerts.queries import alerts_at
from dothi.alerts.types import OPEN
from dothi.foundation.clock import civil_date
from dothi.kernel.text import fold
from dothi.operations.places import nearest
from dothi.registers.agencies.queries import area_names
from dothi.web.components.rows import Choice, ChoiceGroup, Field

NEAR = 8
"""Wards around an incident that stand before those by letter; a group of more is closed at first."""
MOST = 16
"""Wards of one group by letter; about two screens of a telephone."""
TAKE = "take"
"""What the button of a group sends, with the group's name."""
Named = tuple[str, str]


class Group(NamedTuple):
    """Wards that one button takes; `key` is what it sends."""

    key: str
    title: str
    codes: Sequence[str]


def with_alerts(at: datetime) -> list[str]:
    """Return codes of the wards where alerts are open at an instant."""
    return sorted({one.place.ward_code for one in alerts_at(at, states=OPEN)} - {""})


def around(lon: float, lat: float) -> list[str]:
    """Return codes of the wards near a point, the nearest first."""
    return nearest(lon, lat, NEAR)


def offered(told: Sequence[str], alerted: Sequence[str], near: Sequence[str]) -> list[Group]:
    """Return the groups that stand before the wards by letter; `told`: of the alerts of an incident."""
    return [
        Group("told", gettext("Where the alerts of this incident are"), told),
        Group("alerts", gettext("Where alerts are open now"), alerted),
        Group("near", gettext("Near the incident"), near),
    ]


def field(chosen: Collection[str], groups: Sequence[Group], at: datetime) -> Field:
    """Return the question which wards are meant; each ward stands in it once."""
    named = area_names(civil_date(at))
    return Field(
        "checkbox_groups", "wards", gettext("Wards and communes concerned"), value=list(chosen),
        groups=list(_groups(named, chosen, groups)), hint=gettext("Open a group to choose in it."),
        id="draft-wards",
    )  # fmt: skip


def _groups(
    named: Sequence[Named], chosen: Collection[str], groups: Sequence[Group]
) -> Iterator[ChoiceGroup]:
    known, told = dict(named), set[str]()
    for key, title, codes in [("", gettext("Chosen"), chosen), *groups]:
        here = [code for code in codes if code in known and code not in told]
        told.update(here)
        if here:
            found = _choices((code, known[code]) for code in here)
            yield ChoiceGroup(title, found, not key or len(here) <= NEAR, key)
    yield from by_letter([one for one in named if one[0] not in told])


def by_letter(named: Sequence[Named]) -> Iterator[ChoiceGroup]:
    """Yield the rest in the order of names, cut between letters."""
    group: list[Named] = []
    for _, found in groupby(named, lambda one: letter(one[1])):
        of_letter = list(found)
        if group and len(group) + len(of_letter) > MOST:
            yield _lettered(group)
            group = []
        group += of_letter
    if group:
        yield _lettered(group)


def _lettered(group: Sequence[Named]) -> ChoiceGroup:
    ends = letter(group[0][1]), letter(group[-1][1])
    return ChoiceGroup(ends[0] if ends[0] == ends[1] else " – ".join(ends), _choices(group))


def letter(name: str) -> str:
    """Return the first letter of a ward's own name: what it is stands before it in Vietnamese."""
    own = name if get_language() == "en" else name.partition(" ")[2]
    return own[:1] if own[:1] == "Đ" else fold(own)[:1].upper()


def _choices(named: Iterable[Named]) -> list[Choice]:
    return [Choice(code, said) for code, said in named]
