"""The words and forms of the screen: figures with unit and age, levels, texts in the reader's language."""

from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext

from dothi.alerts.wording import lasting
from dothi.incidents.kinds import Words
from dothi.kernel.problems import msg
from dothi.operations.figures import DOSSIERS, INCIDENTS, POINTS
from dothi.operations.layers import Layer
from dothi.operations.types import Figure, Kind, Level, Point, Text
from dothi.registers.agencies.queries import post_of
from dothi.telemetry.types import Flag
from dothi.web.casework import readings
from dothi.web.components.rows import Tone

FIGURES = {
    "rain": msg("Heaviest rain"),
    "river": msg("Highest water"),
    "floods": msg("Flooded points"),
    "air": msg("Air quality (VN_AQI)"),
    "incidents": msg("Open incidents"),
    "due_today": msg("Dossiers due today"),
    "late": msg("Late dossiers"),
}
TARGETS = {"river": msg("target: not published"), "due_today": msg("target: done today")}
"""What is said of a target that is no number."""
SOURCES = {
    INCIDENTS: msg("incident register"), DOSSIERS: msg("dossier register"), POINTS: msg("all flood points")
}  # fmt: skip
"""What this node counts itself; any other source is the id of a device."""
LEVELS = {
    Level.UNKNOWN: msg("not known"),
    Level.CALM: msg("as it should be"),
    Level.RAISED: msg("needs attention"),
    Level.HIGH: msg("dangerous"),
}
KINDS = {
    Kind.SENSOR: msg("Gauges"),
    Kind.WATER: msg("Water levels"),
    Kind.FLOOD: msg("Flooded points"),
    Kind.HOSPITAL: msg("Hospitals"),
    Kind.INCIDENT: msg("Incidents"),
    Kind.UNIT: msg("Units"),
}
LAYERS = {
    Layer.STOPS: msg("Bus stops"),
    Layer.ROUTES: msg("Bus routes"),
    Layer.WATERS: msg("Rivers and lakes"),
}
NOTES = {
    Layer.STOPS: msg("Routes that stop there"),
    Layer.ROUTES: msg("Trips in the feed, there ⇄ back"),
    Layer.WATERS: msg("Which kind of water"),
}
"""What the second column of a layer's list is."""
FLAGS = {
    "range": msg("out of range"), "step": msg("a step"), "stuck": msg("stuck"), "gap": msg("a gap"),
    "skew": msg("a wrong clock"), "neighbor": msg("unlike its neighbors"),
}  # fmt: skip
TONES: dict[Level, Tone] = {
    Level.UNKNOWN: "neutral", Level.CALM: "good", Level.RAISED: "soon", Level.HIGH: "late"
}  # fmt: skip
ICONS = {
    Level.UNKNOWN: "circle-help",
    Level.CALM: "circle-check",
    Level.RAISED: "triangle-alert",
    Level.HIGH: "octagon-alert",
}


_LATIN = frozenset(map(chr, range(128))) | frozenset("–—…“”‘’·×°µ²³±≤≥")
"""Characters that English texts have."""


def name(said: Words) -> str:
    """Return a name of the incidents room's lists in the reader's language."""
    return said.en if get_language() == "en" else said.vi


def post_title(post_id: UUID | None, on: date) -> str:
    """Return the title of a post in the reader's language, empty for none; two statements."""
    if post_id is None:
        return ""
    title = post_of(post_id, on).title
    return title.en if get_language() == "en" else title.vi


def text(said: Text) -> str:
    """Return a text of the data in the reader's language."""
    return said.en if get_language() == "en" else said.vi


def tongue(said: str) -> str:
    """Return the language of a text that has one only: Vietnamese if it has a letter that English lacks."""
    return "en" if _LATIN.issuperset(said) else "vi"


def is_foreign(said: str) -> bool:
    """Tell whether a text that has one language only is of another one than the page."""
    return any(map(str.isalpha, said)) and tongue(said) != (get_language() or "vi")[:2]


def in_tongue(said: str) -> str:
    """Return a text that has one language only, marked as such where the page is of another one."""
    return format_html('<span lang="{}">{}</span>', tongue(said), said) if is_foreign(said) else said


def amount(value: float | None, unit: str, measure: str = "") -> str:
    """Return a value in words where it is none of a quantity, as a length of time, or with its unit."""
    if said := readings.state(measure, value):
        return said
    if unit == "s" and value is not None:
        return lasting(value)
    return f"{number(value)} {readings.unit(unit)}".strip()


def doubts(flags: int) -> str:
    """Return what speaks against a reading; a dash where nothing does."""
    return ", ".join(gettext(FLAGS[str(one.name).lower()]) for one in Flag if flags & one) or "–"


def number(value: float | None) -> str:
    """Return a value with at most two places after the comma, as the reader writes it; a dash for none."""
    if value is None:
        return "–"
    # Rounded first: number_format cuts off, and 200.29 would be told as 200.2.
    rounded = round(value, 1 if abs(value) >= 10 else 2)
    places = 0 if rounded == int(rounded) else 1 if abs(value) >= 10 else 2
    return number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=True)


def kilometers(distance_m: float) -> str:
    """Return a distance in kilometers with one place after the comma."""
    return number_format(round(distance_m / 1000, 1), decimal_pos=1, use_l10n=True)


def age(then: datetime | None, at: datetime) -> str:
    """Return how old something was at `at`: "12 phút trước"; empty for what has no instant."""
    if then is None:
        return ""
    minutes = int((at - then).total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 120:
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    return ngettext("%(count)s day ago", "%(count)s days ago", hours // 24) % {"count": hours // 24}


def address_of(one: Point) -> str:
    """Return the page of what a point is, empty where it has none."""
    return reverse("center:incident", args=[one.key]) if one.kind is Kind.INCIDENT and one.key else ""


def address_of_figure(one: Figure) -> str:
    """Return the page of what a figure is made of."""
    if one.name == "incidents":
        return reverse("center:incidents")
    return reverse("center:figure", args=[one.name])
