"""What a schema cannot say of a rule: that its parts fit each other."""

from collections.abc import Iterator

from dothi.alerts.engine.flags import BITS
from dothi.alerts.engine.rule import Kind, Rule
from dothi.alerts.engine.samples import LARGEST
from dothi.alerts.engine.signals import is_area
from dothi.alerts.rules import WATCH
from dothi.kernel.documents.faults import Fault
from dothi.kernel.problems import msg

PARTS: dict[Kind, str] = {
    "window": "window", "rate": "rate", "flag": "flag", "geofence": "geofence", "correlation": "correlation",
}  # fmt: skip
"""The part that each kind needs, and that no other may have."""
NO_HOURS: tuple[Kind, ...] = ("absence",)
NO_HOLD: tuple[Kind, ...] = ("absence", "correlation")
LONGEST_SPAN_S = 7 * 86_400
LONGEST_WAIT_S = 366 * 86_400
FARTHEST_M = 50_000
"""As far as the city reaches."""
SEEING = sorted(duty.value for duty in WATCH.duties)
"""Duties to which an alert may climb."""


def faults_of(rule: Rule) -> Iterator[Fault]:
    """Yield every incoherence of the rule."""
    yield from _parts(rule)
    yield from _limit(rule)
    yield from _spans(rule)
    yield from _numbers(rule)
    yield from _sources(rule)
    yield from _area(rule)
    yield from _escalation(rule)
    yield from _flags(rule)
    if not rule.golden:
        yield Fault(
            "golden", msg("A rule needs examples"), msg("Add one that raises an alert and one that does not.")
        )


def _parts(rule: Rule) -> Iterator[Fault]:
    for kind, part in PARTS.items():
        if (getattr(rule, part) is not None) != (rule.kind == kind):
            yield Fault(
                part, msg("A rule of kind %(kind)s is not written so"),
                msg("Give it the part of its own kind, and no other."), (("kind", rule.kind),),
            )  # fmt: skip


def _limit(rule: Rule) -> Iterator[Fault]:
    limit, kind = rule.limit, (("kind", rule.kind),)
    below = limit.clear_at <= limit.fire_at
    if limit.clear_at != limit.fire_at and below != (limit.direction == "above"):
        yield Fault(
            "limit.clear_at", msg("The rule would end an alert beyond the limit at which it raises one"),
            msg("Put it on the other side of the limit, or at the limit."),
        )  # fmt: skip
    if rule.kind in NO_HOLD and (limit.hold_s or limit.clear_hold_s):
        yield Fault(
            "limit.hold_s", msg("A rule of kind %(kind)s has no such time"), msg("Leave it out."), kind
        )
    if rule.kind in NO_HOURS and rule.only:
        yield Fault("only", msg("A rule of kind %(kind)s has no hours"), msg("Leave them out."), kind)
    if rule.kind in ("absence", "flag", "correlation") and limit.direction != "above":
        yield Fault(
            "limit.direction", msg("A rule of kind %(kind)s counts upwards"), msg("Write above."), kind
        )


def _spans(rule: Rule) -> Iterator[Fault]:
    spans = {
        "window.over_s": rule.window.over_s if rule.window else 1,
        "rate.over_s": rule.rate.over_s if rule.rate else 1,
        "rate.per_s": rule.rate.per_s if rule.rate else 1,
        "flag.over_s": rule.flag.over_s if rule.flag else 1,
        "correlation.over_s": rule.correlation.over_s if rule.correlation else 1,
    }
    for path, seconds in spans.items():
        if not 0 < seconds <= LONGEST_SPAN_S:
            yield Fault(
                path, msg("A time must be from 1 to %(longest)s seconds"), msg("Write it in seconds."),
                (("longest", str(LONGEST_SPAN_S)),),
            )  # fmt: skip
    holds = {
        "limit.hold_s": rule.limit.hold_s,
        "limit.clear_hold_s": rule.limit.clear_hold_s,
        "late.wait_s": rule.late.wait_s,
        "late.settle_s": rule.late.settle_s,
    }
    for path, seconds in holds.items():
        if not 0 <= seconds <= LONGEST_SPAN_S:
            yield Fault(
                path, msg("A time must be from 0 to %(longest)s seconds"), msg("Write it in seconds."),
                (("longest", str(LONGEST_SPAN_S)),),
            )  # fmt: skip


def _numbers(rule: Rule) -> Iterator[Fault]:
    """Yield numbers that no author can mean: a rule that fires always, or looks at half the earth."""
    asked: list[tuple[str, float, float, float]] = [("close_after_s", rule.close_after_s, 0, LONGEST_WAIT_S)]
    asked += [(f"escalation[{place}].after_s", rung.after_s, 1, LONGEST_WAIT_S)
              for place, rung in enumerate(rule.escalation)]  # fmt: skip
    if rule.correlation:
        asked.append(("correlation.within_m", rule.correlation.within_m, 1, FARTHEST_M))
    if rule.window:
        asked.append(("window.min_samples", rule.window.min_samples, 1, LONGEST_SPAN_S))
    least, most = (1, LONGEST_SPAN_S) if rule.kind == "absence" else (-LARGEST, LARGEST)
    asked += [("limit.fire_at", rule.limit.fire_at, least, most),
              ("limit.clear_at", rule.limit.clear_at, least, most)]  # fmt: skip
    for path, number, least, most in asked:
        if not least <= number <= most:
            yield Fault(
                path, msg("A number here must be from %(least)s to %(most)s"),
                msg("Write one that can be meant."), (("least", f"{least:g}"), ("most", f"{most:g}")),
            )  # fmt: skip


def _sources(rule: Rule) -> Iterator[Fault]:
    named = rule.limit.basis.source
    if named not in {source.id for source in rule.sources}:
        yield Fault(
            "limit.basis.source", msg("There is no source %(name)s"),
            msg("Declare it under sources, or name one that is declared."), (("name", named),),
        )  # fmt: skip


def _flags(rule: Rule) -> Iterator[Fault]:
    named = {"rejects": rule.rejects, "flag.flag": (rule.flag.flag,) if rule.flag else ()}
    for path, names in named.items():
        for name in names:
            if name not in BITS:
                yield Fault(
                    path, msg("There is no quality flag %(name)s"), msg("Write one of %(names)s."),
                    (("name", name), ("names", ", ".join(BITS))),
                )  # fmt: skip


def _area(rule: Rule) -> Iterator[Fault]:
    ring = rule.geofence.area if rule.geofence else ()
    if rule.geofence and not (all(len(point) == 2 for point in ring) and is_area(ring)):
        yield Fault(
            "geofence.area", msg("An area is a ring of at least three points that does not cross itself"),
            msg("Write each point as [longitude, latitude]."),
        )  # fmt: skip


def _escalation(rule: Rule) -> Iterator[Fault]:
    waits = [rung.after_s for rung in rule.escalation]
    if waits != sorted(waits) or any(wait <= 0 for wait in waits):
        yield Fault(
            "escalation", msg("The steps of escalation are not in order"),
            msg("Let each come later than the one before it."),
        )  # fmt: skip
    for place, rung in enumerate(rule.escalation):
        if rung.duty not in SEEING:
            yield Fault(
                f"escalation[{place}].duty", msg("Nobody sees alerts by the duty %(name)s"),
                msg("Write one of %(names)s."), (("name", rung.duty), ("names", ", ".join(SEEING))),
            )  # fmt: skip
