"""
What can be refused in this room.

    Problem
    ├── ProcedureUnknown  404  no version of such a procedure is in force
    ├── DocumentInvalid   422  of `kernel.documents`
    │   └── GoldenFailed  422  the document's own examples do not pass; `faults` name them
    ├── ConditionInvalid  422  a condition is not one that may be evaluated
    ├── PeriodOverlaps    409  another version is in force in the same time
    ├── VersionDiffers    409  this version is published with another content
    └── ActNotPossible    409  the state table has no such act from this state
"""

from dothi.kernel.documents.faults import DocumentInvalid
from dothi.kernel.problems import Conflict, Invalid, NotFound, msg


class ProcedureUnknown(NotFound):
    """No version of such a procedure is in force on that day."""

    slug = "procedure-unknown"
    title = msg("We do not know this procedure")
    way_out = msg("Search for it by everyday words, or ask at the desk.")


class GoldenFailed(DocumentInvalid):
    """The document's own examples do not pass."""

    slug = "procedure-golden-failed"
    title = msg("The procedure's own examples do not pass")
    way_out = msg("Correct the rule or the example, whichever contradicts the law.")


class ConditionInvalid(Invalid):
    """A condition is not one that may be evaluated."""

    slug = "procedure-condition-invalid"
    title = msg("A condition of the procedure cannot be read")
    way_out = msg("Write it in CEL, short, with names that the document declares.")


class PeriodOverlaps(Conflict):
    """Another version of the procedure is in force in the same time."""

    slug = "procedure-period-overlaps"
    title = msg("Another version of %(code)s is in force in this period")
    way_out = msg("End the earlier version on the day when this one begins.")


class VersionDiffers(Conflict):
    """The version is published already, with another content."""

    slug = "procedure-version-differs"
    title = msg("Version %(version)s of %(code)s is published with another content")
    way_out = msg("A published version never changes: give the new content a new version.")


class ActNotPossible(Conflict):
    """The state table has no such act from this state."""

    slug = "procedure-act-not-possible"
    title = msg("This cannot be done while the dossier is in this state")
    way_out = msg("Open the dossier again to see how it stands now.")
