"""
Failures of the agencies register.

    Problem
    ├── NotFound
    │   ├── UnitUnknown     no such unit on that day
    │   ├── PostUnknown     no such post on that day
    │   ├── DeskUnknown     no desk for that ward on that day
    │   ├── AreaUnknown     no such ward or commune on that day
    │   ├── CalendarUnknown no calendar was entered for the unit
    │   └── DayUnknown      the calendar has no row for that day
"""

from dothi.kernel.problems import NotFound, msg


class UnitUnknown(NotFound):
    """No such unit on that day."""

    slug = "unit-unknown"
    title = msg("There was no such unit on that day")
    way_out = msg("Look for the unit that took over its work.")


class PostUnknown(NotFound):
    """No such post on that day."""

    slug = "post-unknown"
    title = msg("There was no such post on that day")
    way_out = msg("Look for the post in the unit that has its work now.")


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


class CalendarUnknown(NotFound):
    """No calendar was entered for the unit, or none of that version was ever in force."""

    slug = "calendar-unknown"
    title = msg("The working days of this office have not been entered")
    way_out = msg("Ask the administrator of the office to enter them.")


class DayUnknown(NotFound):
    """The calendar has no row for that day."""

    slug = "day-unknown"
    title = msg("The calendar says nothing special about this day")
    way_out = msg("Choose one of the days in the list.")
