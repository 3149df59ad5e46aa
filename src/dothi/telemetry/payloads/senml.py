"""SenML packs (RFC 8428): base fields resolved, names and units held against the profile."""

import math
import re
from collections.abc import Sequence
from math import isfinite
from typing import Any, Final

from dothi.telemetry.types import Device, FindingKind, Reading, Readings, Refused

VERSION: Final = 10
RELATIVE: Final = 2**28
"""Times below are counted from now (section 4.5.3)."""
LAST: Final = 1e11
"""Seconds since 1970; so late that microseconds are still exact enough to be refused."""
NUMBERS: Final = frozenset((int, float))
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9:./_-]*")
KNOWN: Final = frozenset({"bver", "bn", "bt", "bu", "bv", "n", "u", "v", "vs", "vb", "t", "ut"})
BASES: Final = ("bn", "bt", "bu", "bv")
LONGEST_WORDS: Final = 1000


def read(device: Device, pack: Sequence[Any], now_us: int) -> Readings:
    """Return the readings of a pack, one for each record. Raises Refused."""
    return _columns(device, pack) or _one_by_one(device, pack, now_us)


def _columns(device: Device, pack: Sequence[Any]) -> Readings | None:
    """
    Return the readings of a pack as most devices write it; None where it needs a closer look.

    That is: a name, an instant since 1970 and a number in each record, maybe a unit, and base fields in the
    first one only. It takes a third of the time; a test holds both ways against each other.
    """
    try:
        base, records = _base(pack)
        names = [record["n"] for record in records]
        instants = [record["t"] for record in records]
        values = [record["v"] for record in records]
        as_usual = {len(record) - ("u" in record) for record in records} == {3}
        units = dict.fromkeys([(record["n"], record.get("u", "")) for record in records])
    except (TypeError, KeyError, AttributeError, IndexError):
        return None
    if not as_usual or not {*map(type, instants), *map(type, values)} <= NUMBERS:
        return None
    after = base.get("bt", 0)
    if (
        type(after) not in NUMBERS
        or not isfinite(sum(values))
        or not RELATIVE <= min(instants) + after <= LAST
    ):
        return None
    if max(instants) + after > LAST:
        return None
    own = {name: _named(device, base, name, unit) for name, unit in units}
    return Readings(
        list(map(own.__getitem__, names)), [round((after + told) * 1_000_000) for told in instants],
        list(map(float, values)),
    )  # fmt: skip


def _base(pack: Sequence[Any]) -> tuple[dict[str, Any], Sequence[Any]]:
    """Return the base fields of the first record, and the records without them; not of a sum's (bv)."""
    first = pack[0]
    base = {label: first[label] for label in ("bn", "bt", "bu") if label in first}
    if not base:
        return base, pack
    return base, [{label: told for label, told in first.items() if label not in base}, *pack[1:]]


def _named(device: Device, base: dict[str, Any], name: Any, unit: Any) -> str:
    """Return the name of what is measured, held with its unit against the profile."""
    told = _name(device, _text(base, "bn") + _text({"n": name}, "n"))
    measure = device.profile.measures.get(told)
    if measure is None:
        raise Refused(FindingKind.UNMEASURED, f"{told} is nothing that {device.profile.name} measures")
    unit = _text({"u": unit}, "u") or _text(base, "bu")
    if unit and unit != measure.unit:
        raise Refused(FindingKind.UNIT, f"{told} in {unit} instead of {measure.unit or 'no unit'}")
    return told


def _one_by_one(device: Device, pack: Sequence[Any], now_us: int) -> Readings:
    base: dict[str, Any] = {"bn": "", "bt": 0, "bu": "", "bv": 0}
    readings = []
    for record in pack:
        if not isinstance(record, dict):
            raise _malformed("a record is no object")
        if not record.keys() <= KNOWN:
            _check_unknown(record)
        if "bn" in record or "bt" in record or "bu" in record or "bv" in record or "bver" in record:
            _rebase(base, record)
        readings.append(_reading(device, base, record, now_us))
    if not readings:
        raise _malformed("an empty pack")
    return Readings.of(readings)


def _check_unknown(record: dict[str, Any]) -> None:
    """Let pass what a reader may ignore; sums and data have no place among readings (section 4.4)."""
    for label in record.keys() - KNOWN:
        if label.endswith("_") or label in ("s", "bs", "vd"):
            raise _malformed(f"{label} is not understood")


def _rebase(base: dict[str, Any], record: dict[str, Any]) -> None:
    if _number(record, "bver", VERSION) > VERSION:
        raise _malformed("a later version of SenML")
    for label in BASES:
        if label in record:
            base[label] = _text(record, label) if label in ("bn", "bu") else _number(record, label, 0)


def _reading(device: Device, base: dict[str, Any], record: dict[str, Any], now_us: int) -> Reading:
    name = _named(device, base, record.get("n", ""), record.get("u", ""))
    value, words = _value(base["bv"], record)
    return Reading(name, _at(base["bt"] + _number(record, "t", 0), now_us), value, words)


def _name(device: Device, told: str) -> str:
    """Return the name without the device's own id before it, which makes it globally unique."""
    if told in device.profile.measures:
        return told
    if not NAME.fullmatch(told):
        raise _malformed(f"no name: {told!r}")
    for before in (device.id, f"urn:dev:os:{device.id}"):
        if told.startswith(before) and told[len(before) : len(before) + 1] in (":", "/", "_"):
            return told[len(before) + 1 :]
    return told


def _value(base: float, record: dict[str, Any]) -> tuple[float | None, str | None]:
    given = [label for label in ("v", "vb", "vs") if label in record]
    if len(given) != 1:
        raise _malformed(f"a record has {len(given)} values instead of one")
    if "v" in record:
        return base + _number(record, "v", 0), None
    if "vb" in record:
        if not isinstance(record["vb"], bool):
            raise _malformed("vb is neither true nor false")
        return float(record["vb"]), None
    return None, _words(_text(record, "vs"))


def _words(told: str) -> str:
    if len(told) > LONGEST_WORDS or "\0" in told:
        raise _malformed("words of more than 1,000 characters, or with U+0000")
    return told


def _at(seconds: float, now_us: int) -> int:
    try:
        told = round(seconds * 1_000_000)
    except OverflowError as error:
        raise _malformed("a time without end") from error
    return now_us + told if seconds < RELATIVE else told


def _text(record: dict[str, Any], label: str) -> str:
    told = record.get(label, "")
    if not isinstance(told, str):
        raise _malformed(f"{label} is no text")
    return told


def _number(record: dict[str, Any], label: str, otherwise: float) -> float:
    told = record.get(label, otherwise)
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        raise _malformed(f"{label} is no number")
    return told


def _malformed(detail: str) -> Refused:
    return Refused(FindingKind.MALFORMED, detail)
