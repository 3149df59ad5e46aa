"""
What can go wrong when an entry is recorded or proved.

    Problem
    ├── Conflict
    │   └── AlreadyRecorded    409  the act was done before; return its earlier outcome
    ├── Invalid
    │   └── EntryTooLarge      422  more than 1,000 subjects or 65,535 bytes; record page by page
    ├── NotFound
    │   └── NoSuchEntry        404
    └── Unavailable
        └── NotSealedYet       503  no checkpoint covers the entry yet; about a second
"""

from dothi.kernel.problems import Conflict, Invalid, NotFound, Unavailable, msg


class AlreadyRecorded(Conflict):
    """An entry with this id exists: the act was done. Fact: `entry_id`."""

    slug = "already-recorded"
    title = msg("This was done before")
    way_out = msg("Nothing was done twice. The earlier outcome stands.")


class EntryTooLarge(Invalid):
    """An entry holds more than 1,000 subjects, or more than a tile's bundle can carry."""

    slug = "entry-too-large"
    title = msg("This is too much for one entry of the ledger")
    way_out = msg("Ask for it in smaller pages.")


class NoSuchEntry(NotFound):
    """The ledger holds no entry with this id."""

    slug = "no-such-entry"


class NotSealedYet(Unavailable):
    """No signed checkpoint covers this entry yet."""

    slug = "not-sealed-yet"
    title = msg("The ledger has not been sealed over this act yet")
    way_out = msg("It takes about a second. Try again.")
