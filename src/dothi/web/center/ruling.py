"""Rules in words that a duty officer understands: what one looks at, when it speaks, whence its limit."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import get_language, gettext

from dothi.alerts.engine.rule import Rule
from dothi.alerts.overview import FindingRow, RuleOverview, Stands, VersionRow
from dothi.alerts.types import Compared, Precision, Severity
from dothi.alerts.wording import Lasting, filled, lasting, quantity
from dothi.kernel.documents.differences import changes
from dothi.kernel.documents.types import Text
from dothi.kernel.problems import msg
from dothi.sectors.models.profiles import kinds
from dothi.web.casework.readings import measure
from dothi.web.center.alerts import SEVERITIES
from dothi.web.center.differing import differences
from dothi.web.center.wording import FLAGS, amount, doubts, in_tongue, is_foreign, number
from dothi.web.components import formats
from dothi.web.components.rows import Fact, Tone

OWN = "Dothi"
"""Number of the source of what no instrument says: the product's own proposal."""
STANDS = {
    Stands.LIVE: msg("at work"),
    Stands.SHADOW: msg("in shadow"),
    Stands.QUARANTINED: msg("in quarantine"),
    Stands.OFF: msg("off"),
}
TONES: dict[Stands, Tone] = {
    Stands.LIVE: "good", Stands.SHADOW: "neutral", Stands.QUARANTINED: "late", Stands.OFF: "paused"
}  # fmt: skip
DUTIES = {
    "operate": msg("the operators of the center"),
    "approve_warning": msg("who approves warnings"),
    "dispatch": msg("who sends units"),
    "draft_warning": msg("who drafts warnings"),
    "administer_devices": msg("who keeps the devices"),
    "administer": msg("who administers the unit"),
}
SUMS = {"sum": msg("the sum"), "mean": msg("the mean"), "max": msg("the highest value"),
        "min": msg("the lowest value")}  # fmt: skip
DAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))
TELLING = ("version", "title", "summary", "words", "sources", "golden", "limit.basis")
"""Parts of a document that no decision hangs on."""


def text(said: Text) -> str:
    """Return a text of a rule in the reader's language."""
    return said.read(get_language() or "vi")


def standing(one: Stands) -> tuple[str, Tone]:
    """Return how a version stands, as a tag."""
    return gettext(STANDS[one]), TONES[one]


def precision(found: Precision) -> str:
    """Return how often a rule was right, with the bounds that so few labels leave."""
    if found.share is None or found.low is None or found.high is None:
        return gettext("nothing labeled yet")
    told = {"share": number(round(100 * found.share)), "low": number(round(100 * found.low)),
            "high": number(round(100 * found.high))}  # fmt: skip
    return gettext("%(share)s %% (%(low)s to %(high)s %%)") % told


def severity(rule: Rule) -> str:
    """Return how grave what a rule tells of is."""
    return gettext(SEVERITIES[Severity(rule.severity)])


def counts(found: Sequence[RuleOverview]) -> list[tuple[str, Tone]]:
    """Return how many rules stand how, as tags."""
    told = Counter(one.foremost.stands for one in found)
    return [(f"{told[one]} {gettext(STANDS[one])}", TONES[one]) for one in Stands if told[one]]


def lately(count: int) -> str:
    """Return how many alerts there were in the last 30 days."""
    return gettext("%(count)s in 30 days") % {"count": number(count)}


def which(one: RuleOverview) -> str:
    """Return which version is foremost, and which are in shadow beside it."""
    told = one.foremost.rule.version
    shadows = [row.rule.version for row in one.shadows if row is not one.foremost]
    if not shadows:
        return told
    return f"{told}, " + gettext("%(versions)s in shadow") % {"versions": ", ".join(shadows)}


def waiting(found: Sequence[RuleOverview]) -> int:
    """Return how many rules have a version that waits in shadow beside the live one."""
    return sum(one.foremost.stands is Stands.LIVE and bool(one.shadows) for one in found)


def decides_alike(one: VersionRow, other: VersionRow) -> bool:
    """Tell whether two versions differ in nothing that decides: only in words, sources and examples."""
    found = changes(dict(one.document), dict(other.document))
    return all(change.path.startswith(TELLING) for change in found)


def versions(rows: Sequence[VersionRow]) -> list[dict[str, object]]:
    """Return the versions of a rule, the latest first, each with what it changed."""
    return [
        {"version": one.rule.version, "standing": standing(one.stands), "published": one.published_at,
         "since": one.since, "changed": differences(rows[place + 1], one) if place + 1 < len(rows) else None}
        for place, one in enumerate(rows)
    ]  # fmt: skip


def facts(one: VersionRow) -> list[Fact]:
    """Return a rule as questions and answers."""
    rule = one.rule
    told = [
        (gettext("Looks at"), _looks(rule)),
        (gettext("Raises an alert"), _fires(rule)),
        (gettext("Ends it"), _ends(rule)),
        (gettext("Only"), "\n".join(_hours(rule))),
        (gettext("Never counts"), ", ".join(gettext(FLAGS[name]) for name in rule.rejects)),
        (gettext("Says"), _headline(rule)),
        (gettext("Advises"), text(rule.words.advice)),
        (gettext("If nobody answers"), "\n".join(_escalation(rule))),
    ]
    return [Fact(label, value) for label, value in told if value]


def _headline(rule: Rule) -> str:
    """Return what the alert says, with what is not known before it comes left open; a silence is known."""
    limit = quantity(rule.limit.fire_at, rule.looks_at.unit)
    value = limit if isinstance(limit, Lasting) else "…"
    return text(filled(rule.words.headline, {"thing": "…", "value": value, "limit": limit}))


def source(rule: Rule) -> dict[str, object]:
    """Return where the limit comes from, and whether somebody has read it there."""
    basis = rule.limit.basis
    named = next(one for one in rule.sources if one.id == basis.source)
    told = {"number": named.number, "clause": text(basis.clause),
            "note": text(basis.note) if basis.note else ""}  # fmt: skip
    return {**{name: in_tongue(said) for name, said in told.items()}, "title": text(named.title),
            "verified": basis.verified, "own": named.number == OWN,
            "foreign": any(map(is_foreign, told.values()))}  # fmt: skip


def _with_unit(value: float, rule: Rule) -> str:
    return amount(value, rule.looks_at.unit)


def _looks(rule: Rule) -> str:
    looks = rule.looks_at
    told = [gettext("the measure %(measure)s") % {"measure": measure(looks.measure)}]
    for label, names in (
        (msg("of devices of the kind %(names)s"), looks.profiles),
        (msg("of the group %(names)s"), looks.groups),
        (msg("in the wards %(names)s"), looks.wards),
        (msg("of %(names)s"), looks.devices),
    ):
        if names:
            told.append(gettext(label) % {"names": ", ".join(map(_kind, names))})
    return " ".join(told)


def _kind(name: str) -> str:
    """Return what a kind of device is called; all other names are themselves."""
    known = kinds().get(name)
    return f"“{known.title['en' if get_language() == 'en' else 'vi']}”" if known else name


def _fires(rule: Rule) -> str:
    limit = rule.limit
    told = {"limit": _with_unit(limit.fire_at, rule), "signal": _signal(rule),
            "silence": lasting(limit.fire_at)}  # fmt: skip
    if rule.kind == "absence":
        return gettext("when nothing is heard for %(silence)s") % told
    if rule.kind == "geofence":
        return gettext("when it is in the area") + _held(limit.hold_s)
    above = gettext("when %(signal)s is %(limit)s or more")
    below = gettext("when %(signal)s is %(limit)s or less")
    return (above if limit.direction == "above" else below) % told + _held(limit.hold_s)


def _ends(rule: Rule) -> str:
    limit = rule.limit
    told = {"limit": _with_unit(limit.clear_at, rule), "signal": _signal(rule)}
    if rule.kind == "absence":
        return gettext("when something is heard again")
    if rule.kind == "geofence":
        return gettext("when it has left the area") + _held(limit.clear_hold_s)
    above = gettext("when %(signal)s is below %(limit)s")
    below = gettext("when %(signal)s is above %(limit)s")
    return (above if limit.direction == "above" else below) % told + _held(limit.clear_hold_s)


def _held(seconds: int) -> str:
    return gettext(", for %(time)s on end") % {"time": lasting(seconds)} if seconds else ""


def _signal(rule: Rule) -> str:
    """Return what the limit is held against."""
    if rule.window:
        told = {"what": gettext(SUMS[rule.window.what]), "time": lasting(rule.window.over_s)}
        return gettext("%(what)s of the last %(time)s") % told
    if rule.rate:
        return gettext("the change per %(time)s") % {"time": lasting(rule.rate.per_s)}
    if rule.flag:
        told = {"flag": gettext(FLAGS[rule.flag.flag]), "time": lasting(rule.flag.over_s)}
        return gettext("the number of readings with the flag “%(flag)s” in %(time)s") % told
    if near := rule.correlation:
        told = {"each": number(near.each_at), "meters": number(near.within_m), "time": lasting(near.over_s)}
        if near.each == "above":
            return (
                gettext("the number of places at %(each)s or more, within %(meters)s m and %(time)s") % told
            )
        return gettext("the number of places at %(each)s or less, within %(meters)s m and %(time)s") % told
    return gettext("the measured value")


def _hours(rule: Rule) -> Iterator[str]:
    for one in rule.only:
        days = ", ".join(gettext(DAYS[day]) for day in one.weekdays)
        yield gettext("%(days)s from %(start)s to %(end)s") % {
            "days": days, "start": one.start, "end": one.end
        }  # fmt: skip


def _escalation(rule: Rule) -> Iterator[str]:
    for rung in rule.escalation:
        told = {"time": lasting(rung.after_s), "duty": gettext(DUTIES.get(rung.duty, rung.duty))}
        yield gettext("after %(time)s it goes to %(duty)s") % told


def judged(found: Compared) -> list[Fact]:
    """Return how a shadow did beside the live version, by what people said of alerts."""
    told = [
        (gettext("True alerts that it caught too"), found.caught),
        (gettext("True alerts that it missed"), found.missed),
        (gettext("False alerts that it repeated"), found.repeated),
        (gettext("False alerts that it spared"), found.spared),
        (gettext("Fired where the live one said nothing"), found.extra),
    ]
    return [Fact(label, number(value)) for label, value in told]


def failure(found: Sequence[FindingRow]) -> dict[str, object] | None:
    """Return what the evaluation of a version last raised, where nobody has lifted it."""
    one = next((row for row in found if row.lifted_at is None), None)
    if one is None:
        return None
    reading = one.reading or {}
    value = reading.get("value")
    return {
        "error": one.error, "said": one.said, "thing": one.thing, "times": one.times,
        "first": formats.moment(one.first_at), "last": formats.moment(one.last_at),
        "value": number(value) if isinstance(value, int | float) else value or "",
        "at": formats.moment(datetime.fromisoformat(reading["at"])) if "at" in reading else "",
        "flags": doubts(int(reading.get("flags") or 0)),
        "quarantined": one.quarantined_at,
    }  # fmt: skip
