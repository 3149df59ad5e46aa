"""Hysteresis and debounce: how a signal becomes an alert, and how it ends one. The same for all kinds."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from dothi.alerts.engine.rule import Hours, Limit, Rule
from dothi.alerts.engine.samples import SECOND

HANOI = timezone(timedelta(hours=7))
"""The zone of the node's civil time; Vietnam has kept no summer time since 1979 (IANA tz)."""


@dataclass(slots=True)
class Latch:
    """`on`: raised and not cleared. `since` begins the run of signals that leads to the next change."""

    rule: Rule
    on: bool
    since: int | None

    def take(self, signal: float, at: int, *, may_fire: bool = True) -> bool:
        """
        Take the signal at an instant; return whether it changes `on`.

        Without `may_fire` (nothing was measured, only time went on) a run may break, and an alert end.
        """
        limit = self.rule.limit
        leads = recovered(limit, signal) if self.on else beyond(limit, signal)
        if not self.on and leads and not allowed(self.rule.only, at):
            leads = False
        if not leads:
            self.since = None
            return False
        if self.since is None:
            if not self.on and not may_fire:
                return False
            self.since = at
        hold = limit.clear_hold_s if self.on else limit.hold_s
        if at - self.since < hold * SECOND or not (self.on or may_fire):
            return False
        self.on = not self.on
        return True


def beyond(limit: Limit, signal: float) -> bool:
    """Tell whether the signal is at the limit or beyond it."""
    return signal >= limit.fire_at if limit.direction == "above" else signal <= limit.fire_at


def recovered(limit: Limit, signal: float) -> bool:
    """Tell whether the signal is short of the limit at which an alert ends."""
    return signal < limit.clear_at if limit.direction == "above" else signal > limit.clear_at


def allowed(hours: tuple[Hours, ...], at: int) -> bool:
    """Tell whether a rule may raise an alert at the instant `at` (microseconds since 1970)."""
    if not hours:
        return True
    local = datetime.fromtimestamp(at // SECOND, HANOI)
    clock = local.strftime("%H:%M")
    return any(local.weekday() in one.weekdays and one.start <= clock < one.end for one in hours)
