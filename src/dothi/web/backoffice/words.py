"""What the register of devices says, in the reader's words."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language, gettext

from dothi.kernel.problems import Problem, msg
from dothi.registers.agencies.errors import UnitUnknown
from dothi.registers.agencies.queries import area_names, unit_coded
from dothi.registers.devices.types import Facts, Profile, State, Value
from dothi.sectors.doors.registry import GENERATED, REPLAYED
from dothi.telemetry.types import FindingKind, Flag
from dothi.web.casework import readings
from dothi.web.components import formats
from dothi.web.components.rows import Tone

STATES: Mapping[State, tuple[str, Tone]] = {
    State.WAITING: (msg("waits to be claimed"), "soon"),
    State.NEW: (msg("nothing sent yet"), "neutral"),
    State.HEARD: (msg("heard of"), "good"),
    State.DOUBTFUL: (msg("doubtful"), "soon"),
    State.SILENT: (msg("silent"), "late"),
    State.REVOKED: (msg("revoked"), "paused"),
}
FLAGS: Mapping[Flag, str] = {
    Flag.RANGE: msg("outside its limits"),
    Flag.STEP: msg("a leap"),
    Flag.STUCK: msg("stuck"),
    Flag.GAP: msg("after a gap"),
    Flag.SKEW: msg("wrong clock"),
    Flag.NEIGHBOR: msg("unlike its neighbors"),
}
FINDINGS: Mapping[str, str] = {
    FindingKind.FOREIGN_TOPIC: msg("published where it may not"),
    FindingKind.MALFORMED: msg("sent what is no message"),
    FindingKind.UNMEASURED: msg("sent what its kind does not measure"),
    FindingKind.UNIT: msg("sent another unit"),
    FindingKind.CLOCK: msg("told an impossible time"),
}
GROUPS: Mapping[str, str] = {REPLAYED: msg("replayed from data"), GENERATED: msg("made up by a generator")}
"""Groups that the product itself puts devices in; an operator's own are named as they are."""
ACTS: Mapping[str, str] = {
    "devices.register": msg("registered"),
    "devices.register-boxes": msg("registered in its box"),
    "devices.bring": msg("brought in with data of the city"),
    "devices.claim": msg("claimed"),
    "devices.assign": msg("described anew"),
    "devices.issue-token": msg("given a new token"),
    "devices.accept-certificate": msg("given a certificate"),
    "devices.link": msg("linked to the live context"),
    "devices.unlink": msg("link taken away"),
    "devices.revoke": msg("revoked"),
    "devices.hold-readings": msg("readings held"),
    "devices.lift-hold": msg("hold lifted"),
}


def refusal(problem: Problem) -> str:
    """Return title and way out of a problem."""
    return f"{gettext(problem.title)}. {gettext(problem.way_out)}"


def state(told: State) -> tuple[str, Tone]:
    """Return a state as a tag."""
    label, tone = STATES[told]
    return gettext(label), tone


def named(facts: Facts) -> str:
    """Return the name of a device; empty where it has none."""
    vi, en = facts.name_vi, facts.name_en
    return (en or vi) if get_language() == "en" else (vi or en)


def kind(profile: Profile) -> str:
    """Return the name of a kind of device."""
    return profile.name_en if get_language() == "en" else profile.name_vi


def amount(told: Value, units: Mapping[str, str]) -> str:
    """Return what was measured, with its unit."""
    if told.value is None:
        return readings.origin(told.words or "")
    if said := readings.state(told.measure, told.value):
        return said
    number = f"{told.value:.6g}"
    shown = number if get_language() == "en" else number.replace(".", ",")
    return f"{shown} {readings.unit(units.get(told.measure, ''))}".strip()


def doubts(flags: int) -> str:
    """Return what speaks against a reading; empty where nothing does."""
    return ", ".join(gettext(said) for flag, said in FLAGS.items() if flags & flag)


def finding(told: str) -> str:
    """Return what a device did that it should not have."""
    return gettext(FINDINGS[told]) if told in FINDINGS else told


def group(name: str) -> str:
    """Return what a group of devices is called."""
    return gettext(GROUPS[name]) if name in GROUPS else name


def ward(code: str, on: date) -> str:
    """Return the name and code of a ward as it stood on a day; the code alone where there is none such."""
    names = dict(area_names(on, [code])) if code else {}
    return f"{names[code]} ({code})" if code in names else code


def unit(code: str, on: date) -> str:
    """Return the name and code of a unit of the city as it stood on a day; the code of one unknown."""
    if not code:
        return ""
    try:
        name = unit_coded(code, on).name
    except UnitUnknown:
        return code
    return f"{name.en if get_language() == 'en' else name.vi} ({code})"


def act(name: str) -> str:
    """Return what was done to a device."""
    return gettext(ACTS[name]) if name in ACTS else name


def when(at: datetime | None) -> str:
    """Return an instant, or that there was none."""
    return formats.moment(at) if at else gettext("never")


def key_of(told: str) -> UUID | None:
    """Return the key of a form, None for what is none."""
    try:
        return UUID(told)
    except ValueError:
        return None
