"""
What can be refused in this room.

    Problem
    ├── AlertUnknown        404  there is no such alert
    ├── RuleUnknown         404  there is no such rule, or no such version of it
    ├── AlertEnded          409  the alert has ended: it can be labeled, and nothing else
    ├── RuleDiffers         409  this version is published with another content
    ├── ShadowIsWorse       409  the shadow did worse than the rule beside which it stood
    ├── SnoozeUnfit         422  a snooze ends too late, or has ended already
    ├── RuleInvalid         422  the rule document cannot be accepted; `faults` name the places
    └── ExamplesFailed      422  the rule's own examples do not pass; `faults` name them
"""

from dothi.kernel.problems import Conflict, Invalid, NotFound, msg


class AlertUnknown(NotFound):
    """There is no such alert."""

    slug = "alert-unknown"
    title = msg("There is no such alert")
    way_out = msg("Go back to the list of alerts.")


class AlertEnded(Conflict):
    """The alert has ended: it can be labeled, and nothing else."""

    slug = "alert-ended"
    title = msg("This alert has ended")
    way_out = msg("Look at how it stands now; an alert that ended can still be labeled and closed.")


class SnoozeUnfit(Invalid):
    """A snooze ends too late, or has ended already."""

    slug = "snooze-unfit"
    title = msg("An alert cannot be snoozed until then")
    way_out = msg("Choose an end that lies ahead, at most %(hours)s hours.")
