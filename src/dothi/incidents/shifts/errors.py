"""
What can go wrong with shifts.

    Problem
    ├── HandoverWaits     409  a handover waits already to be taken
    ├── HandoverTaken     409  somebody has taken it, or there is none
    ├── OwnHandover       409  one does not take what one gave
    └── ShiftUnfit        422  such a shift cannot be planned
"""

from dothi.kernel.problems import Conflict, Invalid, msg


class HandoverWaits(Conflict):
    """A handover waits already to be taken."""

    slug = "handover-waits"
    title = msg("A handover waits already to be taken")
    way_out = msg("Let the next shift take it; then write another.")


class HandoverTaken(Conflict):
    """Somebody has taken it, or there is none."""

    slug = "handover-taken"
    title = msg("This handover has been taken")
    way_out = msg("Look at the log of handovers to see by whom.")


class OwnHandover(Conflict):
    """One does not take what one gave: two people must have met."""

    slug = "own-handover"
    title = msg("A shift is handed to somebody else")
    way_out = msg("Let the colleague who comes take it over.")


class ShiftUnfit(Invalid):
    """Such a shift cannot be planned."""

    slug = "shift-unfit"
    title = msg("This shift cannot be planned")
    way_out = msg("Choose a post of the center, and an end after the start, at most 24 hours later.")
