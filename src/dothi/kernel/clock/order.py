"""Which event may follow in which state of the clock; all others are refused."""

from collections.abc import Mapping

from dothi.kernel.clock.types import ClockEventKind as Kind
from dothi.kernel.clock.types import ClockState as State

MAY_FOLLOW: Mapping[State, frozenset[Kind]] = {
    State.NOT_STARTED: frozenset({Kind.SUBMITTED, Kind.ACCEPTED, Kind.STOPPED}),
    State.WAITING: frozenset({Kind.ACCEPTED, Kind.SUPPLEMENT_REQUESTED, Kind.STOPPED}),
    State.RUNNING: frozenset({
        Kind.SUPPLEMENT_REQUESTED, Kind.PAUSED, Kind.EXTENDED, Kind.HANDED_OVER, Kind.FINISHED, Kind.STOPPED,
    }),
    State.AWAITING_APPLICANT: frozenset({Kind.SUPPLEMENTED, Kind.STOPPED}),
    State.PAUSED: frozenset({Kind.RESUMED, Kind.STOPPED}),
    State.FINISHED: frozenset(),
    State.STOPPED: frozenset(),
}  # fmt: skip
