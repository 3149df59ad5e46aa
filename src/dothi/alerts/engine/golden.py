"""
The examples that a rule brings, run: readings of some things, and what must come of them.

    given:  readings  thing to rows of [local time, value, quality flags …]; of a geofence two values
            places    thing to [lon, lat], for correlation
            until     local time to which time goes on after the last reading
    expect: rows of act (raise or clear), thing, at (local time) and, where it matters, signal
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from dothi.alerts.engine.correlation import again_near
from dothi.alerts.engine.evidence import again
from dothi.alerts.engine.flags import bits
from dothi.alerts.engine.latch import HANOI
from dothi.alerts.engine.rule import Example, Rule
from dothi.alerts.engine.running import run
from dothi.alerts.engine.samples import SECOND, Decision, Sample
from dothi.kernel.documents.faults import Fault
from dothi.kernel.problems import msg

Told = tuple[str, str, str]


def failures(rule: Rule) -> Iterator[Fault]:
    """Yield one fault for each example that does not come out as it says, or that cannot be read."""
    for place, example in enumerate(rule.golden):
        try:
            yield from list(_compared(rule, place, example, played(rule, example)))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            yield _fault(place, msg("The example cannot be read: %(problem)s"), problem=repr(error))


def played(rule: Rule, example: Example) -> list[Decision]:
    """Return what the rule decides on an example. Raises ValueError or KeyError for one written wrongly."""
    given: Mapping[str, Any] = example.given
    samples = [(thing, _sample(rule, row)) for thing, rows in given["readings"].items() for row in rows]
    places = {thing: (float(lon), float(lat)) for thing, (lon, lat) in dict(given.get("places", {})).items()}
    return run(rule, samples, places, instant_us(given["until"]) if "until" in given else None)


def instant_us(local: str) -> int:
    """Return a local time of the node's zone, such as 2025-09-30T07:00, in microseconds since 1970."""
    at = datetime.fromisoformat(local)
    return round((at if at.tzinfo else at.replace(tzinfo=HANOI)).timestamp()) * SECOND


def _compared(rule: Rule, place: int, example: Example, found: list[Decision]) -> Iterator[Fault]:
    expected = list(example.expect)
    if [_told(one) for one in found] != [_expected(row) for row in expected]:
        yield _fault(
            place, msg("Expected %(expected)s, and there came %(found)s"),
            expected="; ".join(" ".join(_expected(row)) for row in expected) or "-",
            found="; ".join(" ".join(_told(one)) for one in found) or "-",
        )  # fmt: skip
        return
    for row, one in zip(expected, found, strict=True):
        if "signal" in row and float(str(row["signal"])) != one.signal:
            yield _fault(
                place, msg("Expected the signal %(expected)s, and there came %(found)s"),
                expected=str(row["signal"]), found=repr(one.signal),
            )  # fmt: skip
        if one.act == "raise" and not _same_again(rule, one):
            yield _fault(place, msg("The decision made again from its evidence is another one"))


def _same_again(rule: Rule, decision: Decision) -> bool:
    redo = again_near if rule.kind == "correlation" else again
    return tuple(redo(rule, decision.evidence)) == (True, decision.at, decision.signal)


def _sample(rule: Rule, row: list[Any]) -> Sample:
    at, value, *rest = row
    latitude = float(rest.pop(0)) if rule.kind == "geofence" else None
    return Sample(instant_us(at), float(value), bits(rest), latitude)


def _told(decision: Decision) -> Told:
    at = datetime.fromtimestamp(decision.at // SECOND, HANOI)
    return decision.act, decision.thing, at.strftime("%Y-%m-%dT%H:%M:%S")


def _expected(row: Mapping[str, Any]) -> Told:
    at = datetime.fromtimestamp(instant_us(row["at"]) // SECOND, HANOI)
    return str(row["act"]), str(row["thing"]), at.strftime("%Y-%m-%dT%H:%M:%S")


def _fault(place: int, message: str, **facts: str) -> Fault:
    return Fault(
        f"golden[{place}]", message,
        msg("Correct the rule or the example, whichever says what is not meant."), tuple(facts.items()),
    )  # fmt: skip
