"""
What can go wrong with assignments.

    Problem
    ├── Conflict
    │   └── AssignmentMoved     409  it stands so that this act cannot be done
    ├── Invalid
    │   └── AssignmentUnfit     422  no such agency, or no such deadline
    └── NotFound
        └── AssignmentNotFound  404
"""

from dothi.kernel.problems import Conflict, Invalid, NotFound, msg


class AssignmentMoved(Conflict):
    """It stands so that this act cannot be done: it was accepted, done or withdrawn meanwhile."""

    slug = "assignment-moved"
    title = msg("This assignment stands otherwise by now")
    way_out = msg("Look at it again: somebody has accepted, finished or withdrawn it.")


class AssignmentUnfit(Invalid):
    """No such agency, or no such deadline."""

    slug = "assignment-unfit"
    title = msg("This cannot be asked of the agency")
    way_out = msg("Choose an agency of the list and a deadline ahead, at most thirty days from now.")


class AssignmentNotFound(NotFound):
    """No assignment with this id, for this actor."""

    slug = "assignment-not-found"
