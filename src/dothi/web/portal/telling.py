"""Warnings and figures of a ward in words: what a resident reads of them, in the language of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext

from dothi.foundation.clock import civil_date
from dothi.incidents.hazards import hazards
from dothi.incidents.kinds import Words
from dothi.incidents.queries.surroundings import Point, Surroundings, Told
from dothi.incidents.warning_types import MsgType, WarningRow, Wording
from dothi.kernel.problems import msg
from dothi.registers.agencies.queries import area_names, unit_of
from dothi.sectors.environment import vn_aqi
from dothi.web.components.rows import Reading, Tone

SEVERITIES: Final[Mapping[str, str]] = {
    "Extreme": msg("Extreme"),
    "Severe": msg("Severe"),
    "Moderate": msg("Moderate"),
    "Minor": msg("Minor"),
    "Unknown": msg("Severity unknown"),
}
TONES: Final[Mapping[str, Tone]] = {"Extreme": "late", "Severe": "late", "Moderate": "soon"}
AIR: Final = (
    (50, msg("good")), (100, msg("moderate")), (150, msg("poor: sensitive people should stay in")),
    (200, msg("bad")), (300, msg("very bad")), (500, msg("hazardous")),
)  # fmt: skip
"""Up to which index which category (Decision 1459/QĐ-TCMT of 2019; verified: false)."""
POLLUTANTS: Final[Mapping[str, str]] = {
    "pm25": msg("Fine dust PM2.5"),
    "pm10": msg("Dust PM10"),
    "no2": msg("Nitrogen dioxide NO2"),
    "so2": msg("Sulfur dioxide SO2"),
    "co": msg("Carbon monoxide CO"),
    "o3": msg("Ozone O3"),
}
"""What VN_AQI is made of, dust first."""
MOST_NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning as a page shows it; `state` says how it stands where it is not in force."""

    row: WarningRow
    words: Wording
    event: str
    severity: str
    tone: Tone
    sender: str
    wards: str
    state: str


def words_of(row: WarningRow, language: str) -> Wording:
    """Return the words of a warning in a language of the node, Vietnamese where it has none."""
    return row.words.get(language, row.words["vi"])


def notice(row: WarningRow, at: datetime) -> Notice:
    """Return a warning in words; two statements."""
    language = get_language() or "vi"
    issued = civil_date(row.issued_at or row.drafted_at)
    return Notice(
        row, words_of(row, language), said(hazards()[row.hazard].event), gettext(SEVERITIES[row.severity]),
        TONES.get(row.severity, "neutral"), _of(unit_of(row.unit_id, issued).name, language),
        _wards([name for _, name in area_names(issued, row.wards)]), _state(row, at),
    )  # fmt: skip


def said(words: Words) -> str:
    """Return a name of the data in the language of the page."""
    return words.en if get_language() == "en" else words.vi


def rain(found: Surroundings) -> Reading | None:
    """Return what fell in 24 hours, None where no gauge told anything."""
    if found.rain is None or found.rain_mm is None:
        return None
    return Reading(
        gettext("Rain in 24 hours"), number_format(round(found.rain_mm, 1), 1), "mm", source(found.rain),
        found.rain.at, stale=found.rain.stale,
    )  # fmt: skip


def air(found: Surroundings) -> list[Reading]:
    """
    Return what the nearest station measures, and first the index of all of it where enough hours are known.

    Empty where no station told anything.
    """
    measured = [
        Reading(gettext(POLLUTANTS[one.measure]), number_format(round(one.value, 1), 1), "µg/m³", source(one),
                one.at, stale=one.stale)
        for one in found.air
    ]  # fmt: skip
    index = vn_aqi.hourly(found.hours)
    if index is None:
        return measured
    category = next((name for most, name in AIR if index.value <= most), AIR[-1][1])
    # As old as the pollutant that makes it so high.
    of = next(row for row, one in zip(measured, found.air, strict=True) if one.measure == index.pollutant)
    label = gettext("Air quality index VN_AQI")
    by = gettext("%(category)s; highest: %(pollutant)s") % {
        "category": gettext(category), "pollutant": of.label
    }  # fmt: skip
    return [replace(of, label=label, value=str(index.value), unit="", target=by), *measured]


def flood(point: Point) -> Reading:
    """Return one point under water, and how deep."""
    depth = "" if point.depth_m is None else number_format(round(point.depth_m * 100), 0)
    return Reading(
        said(point.told.name), depth or gettext("Under water"), "cm" if depth else "", source(point.told),
        point.told.at, stale=point.told.stale,
    )  # fmt: skip


def source(told: Told) -> str:
    """Return who told a figure, and how far away; that it was made up, where it was."""
    parts = [said(told.name)]
    if told.distance_m is not None and told.distance_m >= 1000:
        far = number_format(round(told.distance_m / 1000, 1), 1)
        parts.append(gettext("%(km)s km from the middle of the ward") % {"km": far})
    if told.generated:
        parts.append(gettext("made up for this demonstration"))
    return ", ".join(parts)


def _state(row: WarningRow, at: datetime) -> str:
    """Return how a message stands that is not in force, empty for one that is."""
    if row.in_force(at):
        return ""
    if row.msg_type is MsgType.CANCEL:
        return gettext("This message takes an earlier warning back")
    if row.replaced_at is not None and row.replaced_at <= at:
        return gettext("Another message stands for this one")
    return gettext("This warning has expired")


def _wards(names: list[str]) -> str:
    rest = len(names) - MOST_NAMED
    told = ", ".join(names[:MOST_NAMED])
    if rest <= 0:
        return told
    more = ngettext("and %(number)s more", "and %(number)s more", rest) % {"number": rest}
    return f"{told} {more}"


def _of(name: object, language: str) -> str:
    return str(getattr(name, language, getattr(name, "vi", "")))
