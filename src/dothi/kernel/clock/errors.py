"""
What the clock refuses.

    Problem
    ├── Conflict
    │   └── EventOutOfPlace       the event cannot follow what has happened
    └── Invalid
        ├── RuleInvalid           the rule contradicts itself
        ├── PauseWithoutGround    the rule knows no such ground
        ├── SupplementRefused     the applicant was asked as often as the rule allows
        ├── ExtensionRefused      not allowed, too often, too long or too late
        └── SegmentUnknown        the rule knows no such segment
"""

from dothi.kernel.problems import Conflict, Invalid, msg


class EventOutOfPlace(Conflict):
    """`kind` at `at` cannot follow: the clock stands at `state`, or the event lies before the last one."""

    slug = "clock-event-out-of-place"
    title = msg("This cannot be done with the dossier as it stands now")
    way_out = msg("Open the dossier again to see how it stands.")


class RuleInvalid(Invalid):
    """The rule contradicts itself; `reason` says how."""

    slug = "clock-rule-invalid"
    title = msg("This rule for the time limit contradicts itself")
    way_out = msg("Correct the procedure before it is published.")


class PauseWithoutGround(Invalid):
    """The procedure knows no ground `ground` for a pause."""

    slug = "pause-without-ground"
    title = msg("The time limit cannot be paused for this reason")
    way_out = msg("Choose one of the grounds that the procedure names, or go on with the dossier.")


class SupplementRefused(Invalid):
    """The applicant was already asked `times` times, as often as the rule allows."""

    slug = "supplement-refused"
    title = msg("The applicant has already been asked to complete the dossier")
    way_out = msg("Decide with what is there, or agree with the applicant in person.")


class ExtensionRefused(Invalid):
    """The due date cannot be moved; `reason` is one of none, again, too-long, too-late."""

    slug = "extension-refused"
    title = msg("The due date cannot be moved")
    way_out = msg("It may be moved once, within the limit of the rule and before the day it is due.")


class SegmentUnknown(Invalid):
    """The rule knows no segment `segment`."""

    slug = "clock-segment-unknown"
    title = msg("This agency has no part in the procedure")
    way_out = msg("Choose one of the agencies that the procedure names.")
