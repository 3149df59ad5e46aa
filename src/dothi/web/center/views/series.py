"""What a figure is made of: all series of its kind, and the past of one as a drawing and a table."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dothi.dossiers.queues import due_by_unit
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.problems import NotFound
from dothi.operations import figures, readings
from dothi.operations.rules import LOOK, indicators
from dothi.operations.types import Text, Thing
from dothi.registers.agencies.queries import unit_names
from dothi.registers.agencies.types import Name
from dothi.web.casework.readings import measure, unit
from dothi.web.center.charts import chart
from dothi.web.center.frame import frame
from dothi.web.center.moments import Moment, moment_of
from dothi.web.center.showing import Table, state_of, when
from dothi.web.center.wording import FIGURES, amount, doubts, number, text
from dothi.web.components import formats
from dothi.web.components.rows import Column, Row
from dothi.web.components.templatetags.components import empty_state

SHOWN = timedelta(hours=24)
MOST = 2_000
OF_DOSSIERS = ("due_today", "late")


@open_to(Kind.OFFICIAL)
@require_safe
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """List every series that a figure is made of, the highest first; of dossiers, the units."""
    at = now()
    require(actor_of(request), LOOK, None, at)
    moment = moment_of(request, at)
    if name in OF_DOSSIERS:
        facts = {"title": gettext(FIGURES[name]), "table": _by_unit(moment), "back": _screen(moment)}
        return render(request, "center/figure.html", {**facts, **frame(request, at, moment)})
    if name not in indicators():
        raise NotFound
    told = readings.told(moment.at, moment.known_at, live=moment.live)
    found = figures.by_indicator(told.measured())[name]
    value = gettext("Value")
    if name == "rain":
        found = figures.fallen(found, told.fallen([one.thing.series for one in found]))
        value = gettext("Rain in 24 h, mm")
    caption = gettext(FIGURES[name])
    columns = [Column(gettext("Place")), Column(value, numeric=True, narrow=True),
               Column(gettext("State"), narrow=True), Column(gettext("Observed"), narrow=True)]  # fmt: skip
    rows = [
        Row([text(one.thing.place.name), amount(one.value, one.thing.unit, one.thing.measure), state_of(one),
             when(one.at, moment.at)], url=moment.address(reverse("center:series", args=[one.thing.series])))
        for one in sorted(found, key=lambda one: -one.value)
    ]  # fmt: skip
    table = Table(caption, columns, rows, empty_state(gettext("Nothing has been told")))
    facts = {
        "title": caption,
        "table": table,
        "same": True,
        "back": _screen(moment),
        **frame(request, at, moment),
    }
    return render(request, "center/figure.html", facts)


def _by_unit(moment: Moment) -> Table:
    """Return how many dossiers of each unit are due and late, those with the most late ones first."""
    found = due_by_unit(moment.at, moment.known_at)
    names = unit_names(set(found), civil_date(moment.at))
    ordered = sorted(found.items(), key=lambda one: (-one[1][1], -one[1][0], str(one[0])))
    rows = [
        Row([_called(names.get(unit)), number(today), number(late)])
        for unit, (today, late) in ordered
    ]  # fmt: skip
    counted = [Column(gettext(FIGURES[one]), numeric=True, narrow=True) for one in OF_DOSSIERS]
    columns = [Column(gettext("Office")), *counted]
    caption = gettext("Dossiers by office")
    return Table(caption, columns, rows, empty_state(gettext("No dossier is due today or late")))


def _screen(moment: Moment) -> tuple[str, str]:
    """Return where a figure's page leads back to, and what that is called."""
    name = gettext("The city now") if moment.live else gettext("The screen at this moment")
    return moment.address(reverse("center:screen")), name


def _figure(found: Thing, moment: Moment) -> tuple[str, str]:
    """Return the figure that a series is part of; of one that no figure has, the screen."""
    if not found.indicator:
        return _screen(moment)
    return moment.address(reverse("center:figure", args=[found.indicator])), gettext(FIGURES[found.indicator])


def _called(name: Name | None) -> str:
    return text(Text(name.vi, name.en)) if name else "–"


@open_to(Kind.OFFICIAL)
@require_safe
def series(request: HttpRequest, number_of: int) -> HttpResponse:
    """Show the last 24 hours of one series, good readings and bad."""
    at = now()
    require(actor_of(request), LOOK, None, at)
    moment = moment_of(request, at)
    found = readings.thing(number_of)
    if found is None:
        raise NotFound
    past = readings.past(number_of, moment.at - SHOWN, moment.at, moment.known_at, MOST)
    title = f"{text(found.place.name)}: {measure(found.measure)}"
    columns = [Column(gettext("Observed")), Column(gettext("Value"), numeric=True, narrow=True),
               Column(gettext("Doubts"), narrow=True), Column(gettext("Known at"), narrow=True)]  # fmt: skip
    rows = [
        Row(
            [
                formats.moment(then),
                amount(value, found.unit, found.measure),
                doubts(flags),
                formats.moment(known),
            ]
        )
        for then, value, flags, known in past
    ]
    good = [(then, value) for then, value, flags, _ in reversed(past) if not flags & readings.REJECTED]
    table = Table(gettext("The last 24 hours"), columns, rows, empty_state(gettext("Nothing has been told")))
    facts = {
        "title": title,
        "chart": chart(good, f"{title}, {unit(found.unit)}" if found.unit else title),
        "table": table,
        "same": False,
        "back": _figure(found, moment),
        **frame(request, at, moment),
    }
    return render(request, "center/figure.html", facts)
