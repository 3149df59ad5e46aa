"""A whole run of a rule over samples of many things, as its examples and its trials need it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from dothi.alerts.engine.correlation import Position, Together, fold_near
from dothi.alerts.engine.flags import counted_by, rejected_by
from dothi.alerts.engine.fold import fold
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.samples import NOTHING, Decision, Sample


def run(
    rule: Rule,
    samples: Iterable[tuple[str, Sample]],
    places: Mapping[str, Position],
    until: int | None = None,
) -> list[Decision]:
    """
    Return what the rule decides on `samples` of things, in order of time, from nothing remembered.

    With `until` (microseconds since 1970), time goes on to that instant after the last sample.
    """
    if rule.kind == "correlation":
        return fold_near(rule, Together(), samples, places, rejects=rejected_by(rule), now=until)[1]
    by_thing: dict[str, list[Sample]] = defaultdict(list)
    for thing, sample in samples:
        by_thing[thing].append(sample)
    found = [
        decision
        for thing, own in by_thing.items()
        for decision in fold(
            rule, thing, NOTHING, own, rejects=rejected_by(rule), flag=counted_by(rule), now=until
        )[1]
    ]
    return sorted(found, key=lambda decision: (decision.at, decision.thing))
