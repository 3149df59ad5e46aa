"""
Which rows are new: those that one snapshot of PostgreSQL sees and an earlier one did not.

Ids and timestamps are taken before commit, so neither is an order; and a transaction number is not
one either. But a snapshot says exactly which transactions it sees: all below `xmax` that are not in
`xip`. So what is new since a snapshot is what carries one of its `xip`, or `xmax` and above: two
ranges of an index, however long a transaction stays open, and nothing is ever updated or deleted.
"""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Snapshot:
    """A `pg_snapshot` in its text form, `xmin:xmax:xip,xip,…`."""

    text: str

    @cached_property
    def xmax(self) -> int:
        """Return the first transaction number that had not been given out."""
        return int(self.text.split(":")[1])

    @cached_property
    def open(self) -> list[str]:
        """Return the numbers below `xmax` whose transactions were open, as text."""
        return [number for number in self.text.split(":")[2].split(",") if number]


NOTHING = Snapshot("1:1:")
"""The snapshot that saw nothing; real transactions begin at 3."""
