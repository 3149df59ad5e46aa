"""A trial of a rule in words: its span, how far it is, what each version would have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext

from dothi.alerts.engine.rule import Rule
from dothi.alerts.overview import TrialRow
from dothi.foundation.clock import civil_date
from dothi.web.center.bars import Bars, bars, months
from dothi.web.center.wording import amount, number
from dothi.web.components import formats
from dothi.web.components.rows import Column, Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial: a sentence for each version, a drawing, and tables."""

    sentences: Sequence[str]
    failures: Sequence[str]
    legend: Sequence[str]
    drawing: Bars | None
    month_columns: Sequence[Column]
    months: Sequence[Row]
    thing_columns: Sequence[Column]
    things: Sequence[Row]
    more_things: int
    """Places of the first version that are counted and not listed."""
    span_columns: Sequence[Column]
    spans: Sequence[Row]
    left_out: int
    """Alerts that are counted and not listed."""


def span(row: TrialRow) -> str:
    """Return the days that a trial is about."""
    first, last = _days(row)
    return f"{formats.day(first)} – {formats.day(last)}"


def progress(row: TrialRow, at: datetime) -> str:
    """Return how far a trial is."""
    if row.failed(at):
        return gettext("It failed")
    if row.days_done is None:
        return gettext("not finished then")
    if row.days_done >= row.days:
        return gettext("done")
    return gettext("%(done)s of %(days)s days") % {"done": row.days_done, "days": row.days}


def outcome(row: TrialRow, rule: Rule) -> Outcome:
    """Return what came of a trial."""
    found = row.result or []
    names = months(*_days(row))
    series = [one["months"] for one in found]
    first = found[0] if found else {}
    return Outcome(
        [_sentence(one) for one in found], [text for one in found for text in _failure(one)],
        [gettext("version %(version)s") % {"version": one["version"]} for one in found],
        bars(names, series[:2], gettext("Alerts by month")),
        [Column(gettext("Month")), *_columns(found)],
        [Row([f"{name[5:]}/{name[:4]}", *(number(one.get(name, 0)) for one in series)])
         for name in names if any(one.get(name) for one in series)],
        [Column(gettext("Place")), *_columns(found)], _things(found),
        first.get("touched", 0) - len(first.get("by_thing", ())),
        [Column(gettext("Place")), Column(gettext("From"), narrow=True),
         Column(gettext("Until"), narrow=True), Column(gettext("Value"), numeric=True)],
        [_span(one, rule) for one in first.get("spans", ())],
        first.get("alerts", 0) - len(first.get("spans", ())),
    )  # fmt: skip


def _days(row: TrialRow) -> tuple[date, date]:
    return civil_date(row.start_at), civil_date(row.end_at)


def _columns(found: Sequence[Mapping[str, Any]]) -> list[Column]:
    return [
        Column(gettext("Alerts, version %(version)s") % {"version": one["version"]}, numeric=True)
        for one in found
    ]


def _sentence(one: Mapping[str, Any]) -> str:
    told = {
        "version": one["version"], "alerts": number(one["alerts"]), "touched": number(one["touched"]),
        "things": number(one["things"]), "samples": number(one["samples"]),
        "rejected": number(one["rejected"]), "alone": number(one["alone"] or 0),
    }  # fmt: skip
    said = gettext(
        "Version %(version)s would have raised %(alerts)s alerts at %(touched)s of %(things)s places, on"
        " %(samples)s readings; %(rejected)s of these were rejected."
    )
    alone = (
        gettext("%(alone)s of them no other version would have raised.") if one["alone"] is not None else ""
    )
    return f"{said} {alone}".strip() % told


def _failure(one: Mapping[str, Any]) -> list[str]:
    if not one["failed"]:
        return []
    told = {"version": one["version"], "error": one["failed"]}
    return [gettext("The evaluation of version %(version)s fails: %(error)s") % told]


def _things(found: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the places with the most alerts, a column for each version."""
    english = get_language() == "en"
    counts: dict[str, list[int]] = {}
    for place, one in enumerate(found):
        for vi, en, count in one["by_thing"]:
            counts.setdefault(en if english else vi, [0] * len(found))[place] = count
    ordered = sorted(counts.items(), key=lambda row: (-sum(row[1]), row[0]))
    return [Row([name, *map(number, told)]) for name, told in ordered]


def _span(one: Sequence[Any], rule: Rule) -> Row:
    vi, en, raised, cleared, signal = one
    until = formats.moment(datetime.fromisoformat(cleared)) if cleared else gettext("to the end")
    value = amount(signal, rule.looks_at.unit)
    name = en if get_language() == "en" else vi
    return Row([name, formats.moment(datetime.fromisoformat(raised)), until, value])
