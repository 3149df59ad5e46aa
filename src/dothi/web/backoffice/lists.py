"""Lists of devices, and what the page of one shows, as rows of tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from dothi.foundation.ledger.queries import history_of
from dothi.kernel.ids import urn
from dothi.registers.devices.queries import Wanted
from dothi.registers.devices.rules import Wrong, shown
from dothi.registers.devices.types import (
    DeviceId,
    DeviceRow,
    DeviceView,
    Entered,
    Hold,
    Keeping,
    Profile,
    State,
    Value,
)
from dothi.web.backoffice import words
from dothi.web.casework import readings as called
from dothi.web.components import formats
from dothi.web.components.rows import Choice, Column, Fact, Field, Row

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Past:
    """One act on a device, as the ledger has it."""

    what: str
    basis: str
    at: datetime


def wanted_of(request: HttpRequest) -> Wanted:
    """Return what the address asks for."""
    asked = {
        name: request.GET.get(name, "").strip()[:LONGEST] for name in ("text", "group", "profile", "state")
    }
    return Wanted(**{**asked, "state": asked["state"] if asked["state"] in set(State) else ""})


def address(wanted: Wanted, after: str = "") -> str:
    """Return the query string that asks for this again, from a device on."""
    asked = {"text": wanted.text, "group": wanted.group, "profile": wanted.profile, "state": wanted.state}
    return "?" + urlencode({name: one for name, one in {**asked, "after": after}.items() if one})


def filters(wanted: Wanted, kinds: Sequence[Profile], groups: Sequence[str]) -> list[Field]:
    """Return the questions by which a list becomes shorter."""
    every = Choice("", gettext("All"))
    states = [every, *(Choice(one, words.state(one)[0]) for one in State)]
    profiles = [every, *(Choice(one.name, words.kind(one)) for one in kinds)]
    return [
        Field("text_input", "text", gettext("Id or name"), value=wanted.text, autocomplete="off", small=True),
        Field("select", "state", gettext("State"), value=wanted.state, choices=states, small=True),
        Field("select", "profile", gettext("Kind of device"), value=wanted.profile, small=True,
              choices=profiles),
        Field("select", "group", gettext("Group"), value=wanted.group, small=True,
              choices=[every, *(Choice(one, words.group(one)) for one in groups)]),
    ]  # fmt: skip


def columns() -> list[Column]:
    """Return the columns of the list."""
    narrow = (gettext("Device"), gettext("State"), gettext("Last reading"), gettext("Findings in a day"))
    return [
        *(Column(label, narrow=True, numeric=number == 3) for number, label in enumerate(narrow)),
        Column(gettext("Name of the device")),
        Column(gettext("Kind of device"), narrow=True),
    ]


def rows(found: Sequence[DeviceRow], kinds: Mapping[str, Profile]) -> list[Row]:
    """Return devices as rows."""
    return [
        Row(
            [one.id, words.state(one.state), words.when(one.seen_at), one.findings, words.named(one.facts),
             words.kind(kinds[one.facts.profile]) if one.facts.profile in kinds else one.facts.profile],
            url=reverse("backoffice:device", args=[one.id]), id=f"device-{one.id}",
        )
        for one in found
    ]  # fmt: skip


def latest(view: DeviceView) -> list[Row]:
    """Return the last reading of each measure."""
    newest: dict[str, Value] = {}
    for one in view.readings:
        newest.setdefault(one.measure, one)
    return readings(view, list(newest.values()))


def readings(view: DeviceView, found: Sequence[Value]) -> list[Row]:
    """Return readings as rows."""
    units = {one.name: one.unit for one in view.profile.measures}
    return [
        Row([called.measure(one.measure), words.amount(one, units), words.when(one.at),
             words.doubts(one.flags)], tone="late" if one.flags else "neutral")
        for one in found
    ]  # fmt: skip


def reading_columns() -> list[Column]:
    """Return the columns of readings."""
    labels = (gettext("Measure"), gettext("Value"), gettext("Measured"), gettext("Doubts"))
    return [Column(label, numeric=number == 1, narrow=number < 3) for number, label in enumerate(labels)]


def finding_columns() -> list[Column]:
    """Return the columns of findings."""
    return [Column(gettext("What it did")), Column(gettext("Found"), narrow=True), Column(gettext("Details"))]


def findings(view: DeviceView) -> list[Row]:
    """Return findings as rows."""
    return [Row([words.finding(one.kind), words.when(one.at), one.detail]) for one in view.findings]


def twin_columns() -> list[Column]:
    """Return the columns of measures and their twins."""
    return [Column(gettext("Measure"), narrow=True), Column(gettext("Entity")), Column(gettext("Attribute"))]


def twins(view: DeviceView) -> list[Row]:
    """Return each measure with what it is in the live context; each leads to where that is said."""
    linked = {one.measure: one for one in view.twins}
    found = []
    for one in view.profile.measures:
        twin = linked.get(one.name)
        told = [twin.entity_id, twin.attribute] if twin else [gettext("none"), ""]
        found.append(
            Row(
                [called.measure(one.name), *told],
                url=reverse("backoffice:twin", args=[view.row.id, one.name]),
            )
        )
    return found


def summary(view: DeviceView, on: date) -> list[Fact]:
    """Return what is known of a device itself; ward and owner as they are called on a day."""
    facts = view.row.facts
    place = f"{facts.lat:g}, {facts.lon:g}" if facts.lat is not None and facts.lon is not None else ""
    return [
        Fact(gettext("Kind of device"), words.kind(view.profile)),
        Fact(gettext("Place: latitude, longitude"), place),
        Fact(gettext("Ward or commune"), words.ward(facts.ward_code, on)),
        Fact(gettext("Group"), words.group(facts.group)),
        Fact(gettext("Contract"), facts.contract),
        Fact(gettext("Owner"), words.unit(view.row.owner, on)),
        Fact(gettext("Proves who it is by"), _proof(view)),
        Fact(gettext("Registered"), words.when(view.created_at)),
    ]


def _proof(view: DeviceView) -> str:
    if view.row.state is State.WAITING and view.row.claim_until:
        return gettext("nothing yet; its code works until %(day)s") % {
            "day": words.when(view.row.claim_until)
        }
    if view.has_certificate:
        return gettext("a client certificate")
    if view.old_token_until:
        return gettext("a token, and the one before until %(day)s") % {
            "day": words.when(view.old_token_until)
        }
    return gettext("a token") if view.has_token else gettext("nothing")


def history(device_id: DeviceId) -> list[Past]:
    """Return what was done to a device, newest first."""
    return [
        Past(words.act(str(one.said["act"])), str(one.said.get("basis", "")),
             datetime.fromisoformat(str(one.said["occurred_at"])))
        for one in history_of(urn(settings.NODE, "device", device_id), limit=20)
    ]  # fmt: skip


def entered_columns() -> list[Column]:
    """Return the columns of boxes that were registered."""
    labels = (gettext("Device"), gettext("Code for its box"), gettext("State"))
    return [Column(label, narrow=True) for label in labels]


def entered(found: Sequence[Entered]) -> list[Row]:
    """Return boxes that were registered; a code is shown here only."""
    there = gettext("was there already")
    own = gettext("the code of its maker")
    return [
        Row([one.id, shown(one.claim_code) if one.claim_code else (own if one.new else "–"),
             gettext("new") if one.new else there], url=reverse("backoffice:device", args=[one.id]))
        for one in found
    ]  # fmt: skip


def wrong_columns() -> list[Column]:
    """Return the columns of lines that were not taken."""
    labels = (gettext("Line"), gettext("Column"), gettext("Its fault"), gettext("It says"))
    return [Column(label, narrow=number < 2) for number, label in enumerate(labels)]


def wrong(found: Sequence[Wrong]) -> list[Row]:
    """Return lines that were not taken."""
    return [
        Row([f"{gettext('Line')} {one.line}", one.column, gettext(one.message), one.value]) for one in found
    ]


def hold_columns() -> list[Column]:
    """Return the columns of holds."""
    labels = (gettext("First day"), gettext("Last day"), gettext("Held since"), gettext("Lifted"))
    return [*(Column(label, narrow=True) for label in labels), Column(gettext("Why, and by whose order"))]


def holds(found: Sequence[Hold]) -> list[Row]:
    """Return holds as rows; one that stands leads to where it is lifted."""
    return [
        Row(
            [formats.day(one.first), formats.day(one.last), words.when(one.made_at),
             words.when(one.lifted_at) if one.lifted_at else gettext("stands"),
             f"{one.reason} ({one.made_by})"],
            url="" if one.lifted_at else reverse("backoffice:hold", args=[one.number]),
        )
        for one in found
    ]  # fmt: skip


def hold_facts(one: Hold) -> list[Fact]:
    """Return what is known of a hold."""
    return [
        Fact(gettext("First day"), formats.day(one.first)), Fact(gettext("Last day"), formats.day(one.last)),
        Fact(gettext("Why"), one.reason), Fact(gettext("By whose order"), one.made_by),
        Fact(gettext("Held since"), words.when(one.made_at)),
    ]  # fmt: skip


def keeping(told: Keeping | None) -> list[Fact]:
    """Return what was done last with old readings; nothing before the first time."""
    if told is None:
        return []
    failed = "; ".join(told.failures) or (gettext("none") if told.ended_at else gettext("It has not ended"))
    return [
        Fact(gettext("Begun"), words.when(told.begun_at)), Fact(gettext("Steps taken"), str(told.steps)),
        Fact(gettext("Steps that a hold forbade"), str(told.held)), Fact(gettext("Failures"), failed),
    ]  # fmt: skip
