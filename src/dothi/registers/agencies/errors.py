"""
Failures of the agencies register.

    Problem
    ├── NotFound
    │   ├── UnitUnknown     no such unit on that day
    │   ├── DeskUnknown     no desk for that ward on that day
    │   └── AreaUnknown     no such ward or commune on that day
"""

from dothi.kernel.problems import NotFound, msg


class UnitUnknown(NotFound):
    """No such unit on that day."""

    slug = "unit-unknown"
    title = msg("There was no such unit on that day")
    way_out = msg("Look for the unit that took over its work.")


class DeskUnknown(NotFound):
    """No desk for that ward on that day."""

    slug = "desk-unknown"
    title = msg("There is no one-stop desk for this ward on that day")
    way_out = msg("Choose the ward or commune by its present name.")


class AreaUnknown(NotFound):
    """No such ward or commune on that day."""

    slug = "area-unknown"
    title = msg("There was no such ward or commune on that day")
    way_out = msg("Search by the name instead; old names are found too.")
