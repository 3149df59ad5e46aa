"""
What can be refused in this room.

    Problem
    ├── AlertUnknown        404  there is no such alert
    ├── RuleUnknown         404  there is no such rule, or no such version of it
    ├── TrialUnknown        404  there is no such trial
    ├── AlertEnded          409  the alert has ended: it can be labeled, and nothing else
    ├── NotQuarantined      409  the version is not in quarantine
    ├── RuleDiffers         409  this version is published with another content
    ├── ShadowIsWorse       409  the shadow did worse than the rule beside which it stood
    ├── TrialsWaiting       409  others wait already: a trial takes long
    ├── SpanUnfit           422  a rule cannot be tried on this span of the past
    ├── SnoozeUnfit         422  a snooze ends too late, or has ended already
    └── DocumentInvalid     422  of `kernel.documents`
        └── ExamplesFailed  422  the rule's own examples do not pass; `faults` name them
"""

from dothi.kernel.documents.faults import DocumentInvalid
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


class RuleUnknown(NotFound):
    """There is no such rule, or no version of it that stands so."""

    slug = "alert-rule-unknown"
    title = msg("There is no such rule")
    way_out = msg("Look at the list of rules: it says which versions are live, and which in shadow.")


class NotQuarantined(Conflict):
    """The version is not in quarantine."""

    slug = "alert-rule-not-quarantined"
    title = msg("This rule is not in quarantine")
    way_out = msg("Look at how it stands now: somebody else may have let it go on.")


class RuleDiffers(Conflict):
    """This version is published with another content."""

    slug = "alert-rule-differs"
    title = msg("Version %(version)s of the rule %(code)s is published with another content")
    way_out = msg("A published version never changes: give the new content a new version.")


class TrialUnknown(NotFound):
    """There is no such trial."""

    slug = "alert-trial-unknown"
    title = msg("There is no such trial")
    way_out = msg("Go back to the rule: its latest trials are listed there.")


class TrialsWaiting(Conflict):
    """Others wait already: a trial takes long."""

    slug = "alert-trials-waiting"
    title = msg("Other trials are still being made")
    way_out = msg("At most %(most)s are made at a time: wait for one to end, then try again.")


class SpanUnfit(Invalid):
    """A rule cannot be tried on this span of the past."""

    slug = "alert-trial-span-unfit"
    title = msg("The rule cannot be tried on this span")
    way_out = msg("Choose a first and a last day that have been, at most %(years)s years apart.")


class ShadowIsWorse(Conflict):
    """The shadow did worse than the rule beside which it stood."""

    slug = "alert-shadow-worse"
    title = msg("In shadow this rule missed %(missed)s true alerts and fired %(extra)s times without need")
    way_out = msg("Mend the rule and try it again; or promote it all the same, and say why.")


class ExamplesFailed(DocumentInvalid):
    """The rule's own examples do not pass."""

    slug = "alert-examples-failed"
    title = msg("The rule's own examples do not pass")
    way_out = msg("Correct the rule or the example, whichever says what is not meant.")
