"""
What can go wrong when a job is deferred. Each is a mistake of the caller, never of a person.

    ValueError
    ├── NoSuchJob       no room declares a job of this name
    └── NotAnId         a job carries ids only: UUID, int, or a short str without spaces
"""


class NoSuchJob(ValueError):
    """No room declares a job of this name."""


class NotAnId(ValueError):
    """A job carries ids only: UUID, int, or a str of at most 200 visible characters."""
